"""Kills a forwarder again and again while batches run, until it has forwarded everything."""

import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from drivers import Engine, StoredEvent
from drivers.testing import scripted

PATIENCE_SECONDS = 120.0
ESSAYS = {f"essay-{number:02}": f"Text {number}." for number in range(25)}
MOMENTS = {"8a": 0.0, "8b": 0.05, "8c": 1.5}  # each batch, with the longest time for which its forwarder goes on


@contextmanager
def _running(command: Sequence[str]) -> Iterator[None]:
    forwarder = subprocess.Popen(command)  # noqa: S603  (our own example)
    try:
        yield
    finally:
        forwarder.kill()  # SIGKILL: it cannot clean up
        forwarder.wait()


def forward_and_kill(
    store: Path, module: str, target: str, received: Callable[[], int], wanted: Callable[[StoredEvent[Any]], bool]
) -> list[StoredEvent[Any]]:
    """Run batches, each beside a forwarder that is killed; then forward the rest. Returns the ``wanted`` events.

    ``received`` counts the different events that have arrived. Each kill comes one more of them and some time later: in
    the middle of sending, between two events, before a cursor is saved or after it.
    """
    command = [sys.executable, "-m", f"drivers.guides.examples.{module}", str(store), target]
    services = {phase: scripted(phase).fails("essay-07") for phase in ("spellcheck", "nlp")}
    chance = Random(7)
    with Engine.open(store, runtime="local", services=services) as engine:
        for name, seconds in MOMENTS.items():
            with _running(command):
                batch = engine.submit(name, ESSAYS, pipeline="spellcheck,nlp")
                _wait_for(received, received() + 1)
                time.sleep(chance.uniform(seconds / 2, seconds))
            batch.result(timeout=PATIENCE_SECONDS)
        everything = [event for event in engine.events() if wanted(event)]
    with _running(command):
        _wait_for(received, len(everything))
    return everything


def _wait_for(received: Callable[[], int], count: int) -> None:
    late = time.monotonic() + PATIENCE_SECONDS
    while received() < count:
        assert time.monotonic() < late, f"{received()} have arrived, and not {count}"
        time.sleep(0.005)


def assert_at_least_once_in_order(
    arrived: Collection[tuple[str, str]], sent: Sequence[StoredEvent[Any]], line_of: Callable[[StoredEvent[Any]], str]
) -> None:
    """Everything has arrived and, without repeats, each line is in order; ``arrived`` has pairs of line and id."""
    lines: defaultdict[str, dict[str, None]] = defaultdict(dict)
    for line, event_id in arrived:
        lines[line].setdefault(event_id)
    expected: defaultdict[str, list[str]] = defaultdict(list)
    for event in sent:
        expected[line_of(event)].append(str(event.event_id))
    assert {line: list(ids) for line, ids in lines.items()} == expected
