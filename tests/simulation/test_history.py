"""The history checker reads only the event log, and sees what is wrong with it."""

import json
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from actors.core.addresses import batch_address
from actors.core.batch_state import BatchStage
from actors.core.invariants import Violated
from actors.core.records import EventRecord, TextRecord
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.simulation.chance import Chance
from actors.simulation.history import check_history
from actors.simulation.scenario import Faults, ServiceBehaviour, scenario_of
from actors.simulation.services import ServiceLog, services_of
from actors.stores.memory import MemoryStore
from contracts.phases import PhaseName
from contracts.texts import text_storage_id_of

Log = list[EventRecord]


def _log() -> Log:
    """The log of a batch of four essays through three phases, one of which fails in the first."""
    scenario = scenario_of(Chance(1).scenario, essays=4, phases=2)
    plan = replace(scenario.batches[0], pipeline=(PhaseName.SPELLCHECK, PhaseName.NLP, PhaseName.CJ_ASSESSMENT))
    refuses = {("text 2", PhaseName.SPELLCHECK): ServiceBehaviour.REFUSES}
    scenario = replace(scenario, batches=(plan,), faults=Faults(), behaviours=refuses, seconds={})
    store = MemoryStore()
    texts = [text for text in plan.texts.values() if text is not None]
    store.commit([TextRecord(text_storage_id_of(text), text) for text in texts])
    runtime = LocalRuntime(Blueprint(services_of(scenario, ServiceLog())), store)
    runtime.tell(batch_address("b1"), plan.registration)
    runtime.run_until(lambda: (header := store.batch("b1")) is not None and header.stage is BatchStage.ENDED)
    return [logged.event for logged in store.events("b1")]


LOG = _log()


def places(part: str) -> list[int]:
    """The positions of events of this type in the log."""
    return [number for number, event in enumerate(LOG) if part in event.event_type]


FAILED = next(number for number, event in enumerate(LOG) if '"error":{' in event.document)
OTHER = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736"


def changed(number: int, change: Callable[[dict[str, Any]], object]) -> Log:
    """The log with one event's data changed."""
    document = json.loads(LOG[number].document)
    change(document["data"])
    return [*LOG[:number], LOG[number]._replace(document=json.dumps(document)), *LOG[number + 1 :]]


def without(number: int) -> Log:
    """The log without one event."""
    return [*LOG[:number], *LOG[number + 1 :]]


def test_a_true_log_is_believed() -> None:
    """Without faults, the engine's log is right."""
    check_history(LOG)


@pytest.mark.parametrize("number", [number for number in range(len(LOG)) if number not in places("skipped")])
def test_a_log_from_which_an_event_is_missing_is_not_believed(number: int) -> None:
    """The events around it reveal that it is missing."""
    with pytest.raises(Violated):
        check_history(without(number))


def test_a_message_that_quotes_an_event_is_of_no_other_request() -> None:
    """Text within a string is no key, even if a service has put JSON into its error."""
    said = json.dumps({"correlation_id": OTHER}, separators=(",", ":"))
    check_history(changed(FAILED, lambda data: data["error"].update(message=said)))


def test_a_log_with_an_envelope_of_another_request_is_not_believed() -> None:
    """An envelope and its payload have the same correlation id."""
    document = json.loads(LOG[5].document) | {"correlation_id": OTHER}
    with pytest.raises(Violated, match="invariant 10"):
        check_history([*LOG[:5], LOG[5]._replace(document=json.dumps(document)), *LOG[6:]])


@pytest.mark.parametrize("number", range(len(LOG)))
def test_a_log_that_says_something_twice_is_not_believed(number: int) -> None:
    """Each event is in the log once."""
    with pytest.raises(Violated):
        check_history([*LOG, LOG[number]])


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (places("outcome")[0], lambda data: data["processed_essays"].pop()),
        (places("outcome")[0], lambda data: data["failed_essay_ids"].append(data["processed_essays"][0]["essay_id"])),
        (places("outcome")[0], lambda data: data["processed_essays"][0].update(text_storage_id="another")),
        (places("outcome")[0], lambda data: data["processed_essays"].reverse()),
        (places("outcome")[0], lambda data: data.update(phase_status="COMPLETED_SUCCESSFULLY")),
        (places("initiate")[1], lambda data: data["essays_to_process"].pop()),
        (places("initiate")[1], lambda data: data["essays_to_process"][0].update(text_storage_id="another")),
        (places("initiate")[1], lambda data: data.update(position=0)),
        (places("spellcheck.completed")[0], lambda data: data.update(run=1)),
        (places("pipeline.completed")[0], lambda data: data.update(successful=0, failed=3)),
        (places("pipeline.completed")[0], lambda data: data.update(status="cancelled")),
        (places("els.cj_assessment.requested")[0], lambda data: data["essays_to_process"].pop()),
        (places("huleedu.cj_assessment.completed")[0], lambda data: data["processed_essays"].pop()),
        (places("outcome")[0], lambda data: data.update(correlation_id=None)),
        (places("initiate")[1], lambda data: data.update(correlation_id=OTHER)),
        (places("registered")[0], lambda data: data["request"].update(correlation_id=OTHER)),
        (FAILED, lambda data: data["error"].update(correlation_id=OTHER)),
    ],
)
def test_a_log_that_contradicts_itself_is_not_believed(number: int, change: Callable[[dict[str, Any]], object]) -> None:
    """A lost essay, one in both lists, another text, a wrong order, status, position, count or correlation id."""
    with pytest.raises(Violated):
        check_history(changed(number, change))
