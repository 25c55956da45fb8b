"""Invariant 7: the cost of one message does not grow with the size of the batch."""

import sys
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import Any

import pytest

from actors.actor import Actor, Shell
from actors.core.addresses import batch_address, essay_address
from actors.core.essay_state import EssayState
from actors.core.retry import Policy
from actors.core.work_queue_state import QueueState
from actors.runtime.activation import Activator, Blueprint
from actors.stores.memory import MemoryStore
from actors.work_queue import WorkQueue
from contracts.messages import EssayInput, EssayOutcome, EssayStarted, InitiatePhase, Message, NudgeDue, RegisterBatch
from contracts.phases import PhaseName
from contracts.registration import BatchRegistrationRequestV1
from contracts.work import EssayWork, LeaseFinished, WorkerReady, WorkRequested

SMALL, LARGE = 100, 10_000
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class CountingStore(MemoryStore):
    """Counts the records that are written."""

    written = 0

    def commit(self, records: Any) -> None:
        self.written += len(records)
        super().commit(records)


class Ear:
    """An outbox that only counts messages."""

    said = 0

    def tell(self, address: str, message: Message) -> None:
        self.said += 1

    def remind(self, address: str, after: float, message: Message) -> None:
        self.said += 1

    def create_essay(self, essay: EssayState) -> None:
        """No essay lives in this process."""

    def register(self, actor: Actor[Any]) -> None:
        """Nothing to register."""

    def restart(self, address: str) -> None:
        """Not asked for here."""

    def retire(self, address: str) -> None:
        """Not asked for here."""


class Bench:
    """A batch of ``size`` essays under way in its first phase, a queue with their work, and one worker."""

    def __init__(self, size: int) -> None:
        names = [f"e{number:05}" for number in range(size)]
        request = BatchRegistrationRequestV1(
            expected_essay_count=size,
            essay_ids=names,
            requested_pipelines=[PhaseName.SPELLCHECK, PhaseName.NLP],
        )
        self.store, self.ear = CountingStore(), Ear()
        self.shell = Shell(self.store, self.ear, lambda: NOW)
        activator = Activator(Blueprint({}), self.store)
        self.batch = activator.activate([batch_address("b")])[batch_address("b")]
        essays = tuple(EssayInput(name, text_id="t") for name in names)
        self.tell(self.batch, RegisterBatch("b", request, essays))
        self.essay = activator.activate([essay_address("b", names[0])])[essay_address("b", names[0])]
        self.queue = WorkQueue(Policy(), [])
        self.queue.state = QueueState(seconds=self.queue.state.seconds.set(PhaseName.SPELLCHECK, 0.1))
        for name in names:
            self.tell(self.queue, _requested(name))
        self.tell(self.queue, WorkerReady("worker/0", "1"))

    def tell(self, actor: Actor[Any], message: Message) -> None:
        self.shell.handle([(actor, message)])

    def cost(self, actor: Actor[Any], message: Message) -> tuple[int, int, int]:
        self.store.written = self.ear.said = 0
        calls = _calls(partial(self.tell, actor, message))
        return calls, self.store.written, self.ear.said


def _requested(name: str) -> WorkRequested:
    return WorkRequested(EssayWork("b", name, PhaseName.SPELLCHECK, 0, 0, 0, "t"), essay_address("b", name))


def _calls(act: Callable[[], None]) -> int:
    calls = 0

    def count(*_: object) -> None:
        nonlocal calls
        calls += 1

    sys.setprofile(count)
    try:
        act()
    finally:
        sys.setprofile(None)
    return calls


@pytest.fixture(scope="module")
def benches() -> tuple[Bench, Bench]:
    """A class, and a national exam."""
    return Bench(SMALL), Bench(LARGE)


@pytest.mark.parametrize(
    ("who", "message"),
    [
        ("batch", EssayStarted("e00001", 0, 0)),
        ("batch", EssayOutcome("e00001", 0, 0, succeeded=True, text_id="t1")),
        ("batch", NudgeDue(0, 0, heard=0)),
        ("essay", InitiatePhase(PhaseName.SPELLCHECK, 0, 0, "t")),
        ("queue", _requested("e00001")),
        ("queue", _requested("another")),
        ("queue", LeaseFinished(0, "worker/0", "1", 0.1)),
        ("queue", WorkerReady("worker/0", "1")),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_the_cost_of_a_message_does_not_grow_with_the_batch(
    benches: tuple[Bench, Bench], who: str, message: Message
) -> None:
    """For a hundred times the essays, there are as many records and messages, and at most a few more calls."""
    small, large = (bench.cost(getattr(bench, who), message) for bench in benches)
    assert large[1:] == small[1:]
    assert large[0] <= small[0] + 20
