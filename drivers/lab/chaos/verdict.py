"""Compares the outcome of a batch with that of an undisturbed run."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from actors.core.invariants import Violated
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.simulation.history import check_history
from actors.stores.memory import MemoryStore
from actors.stores.store import Store
from contracts.events import TOPICS, ProcessingEvent
from drivers.client.engine import Engine
from drivers.lab.chaos.work import Call, services, submission_of

_OUTCOME = TOPICS[ProcessingEvent.ELS_BATCH_PHASE_OUTCOME]


@dataclass(frozen=True, slots=True)
class Ending:
    """How a batch ended: its status, its phases' outcomes, each essay's fate, and the number of its events."""

    status: str
    outcomes: Sequence[dict[str, Any]]
    essays: dict[str, tuple[Any, ...]]
    events: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a batch, in words (empty if all is well) and in numbers.

    ``lost`` essays ended otherwise than in an undisturbed run, or not at all. ``repeated`` counts work begun again
    though its result was stored, ``redone`` all work begun again, including what a killed process was doing.
    """

    batch_id: str
    lost: Sequence[str]
    repeated: int
    redone: int
    wrong: Sequence[str]


def undisturbed(batch_id: str, essays: int) -> Ending:
    """How the batch ends when it is run in this process and nothing goes wrong."""
    with Engine(LocalRuntime(Blueprint(services()), MemoryStore())) as engine:
        engine.submit(submission_of(batch_id, essays)).until_ended()
        return ending(engine.store, batch_id)


def ending(store: Store, batch_id: str) -> Ending:
    """How a batch ended, or how it stands now."""
    logged = [entry.event for entry in store.events(batch_id)]
    essays = store.essays(batch_id)
    texts = store.texts(essay.text_id for essay in essays)
    results = store.results([key for essay in essays for _, key in essay.results])
    found = {
        essay.essay_id: (
            essay.status,
            texts.get(essay.text_id),
            essay.failure and essay.failure.error_code,
            [_facts(results[key].document) for _, key in essay.results if key in results],
        )
        for essay in essays
    }
    outcomes = [json.loads(event.document)["data"] for event in logged if event.event_type == _OUTCOME]
    header = store.batch(batch_id)
    return Ending(header.status if header is not None else "not there", outcomes, found, len(logged))


def judge(store: Store, batch_id: str, wanted: Ending, calls: Sequence[Call]) -> Verdict:
    """Compare a batch with how it should have ended, check its history, and look for repeated calls."""
    found = ending(store, batch_id)
    lost = [name for name, fate in wanted.essays.items() if found.essays.get(name) != fate]
    own = [call for call in calls if call.what in wanted.essays]
    wrong = []
    if found.status != wanted.status:
        wrong.append(f"the batch is {found.status}, undisturbed {wanted.status}")
    if found.outcomes != wanted.outcomes:
        wrong.append("its outcomes are not those of the undisturbed batch")
    try:
        check_history(entry.event for entry in store.events(batch_id))
    except Violated as violation:
        wrong.append(str(violation))
    redone = len(own) - len({(call.phase, call.what) for call in own})
    return Verdict(batch_id, lost, sum(call.was_stored for call in own), redone, wrong)


def _facts(document: str) -> dict[str, Any]:
    """A result without the time it took."""
    return {name: value for name, value in json.loads(document).items() if name != "duration_ms"}
