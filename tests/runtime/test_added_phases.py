"""Whole batches through added phases, in process."""

from itertools import pairwise

import pytest

from actors.core.addresses import batch_address
from actors.core.records import TextRecord
from actors.core.retry import Policy
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from contracts import (
    BatchStatus,
    ErrorCode,
    PhaseDefinition,
    PhaseName,
    PhaseScope,
    register_phase,
    result_model_of,
)
from contracts.added_phases import add_phase
from tests.added_phase import RIVALRY, UPPER_CASING, RivalryResult
from tests.core.play import registration
from tests.runtime.pipelines import SPELLCHECK, essays, events, outcomes, run, state_of, texts
from tests.services import services


def _runtime() -> LocalRuntime:
    return LocalRuntime(Blueprint(services(), Policy(backoff=0.01), phases=(UPPER_CASING, RIVALRY)), MemoryStore())


def test_phases_given_to_a_runtime_run_like_those_that_are_built_in() -> None:
    """Be they per essay or per cohort; each phase gets what the one before it made."""
    runtime = _runtime()
    status = run(runtime, essays("one", "three", "to"), SPELLCHECK, PhaseName("upper_casing"), PhaseName("rivalry"))
    assert status is BatchStatus.COMPLETED_SUCCESSFULLY
    assert texts(runtime) == ["ONE +SPELLCHECK", "THREE +SPELLCHECK", "TO +SPELLCHECK"]
    assert [outcome["phase_name"] for outcome in outcomes(runtime)] == ["spellcheck", "upper_casing", "rivalry"]
    for before, after in pairwise(outcomes(runtime)):
        assert len(before["processed_essays"]) == len(after["processed_essays"]) == 3
    commands = [data for topic, data in events(runtime) if topic == "huleedu.batch.phase.initiate.command.v1"]
    assert [command["phase_name"] for command in commands] == ["upper_casing", "rivalry"]


def test_their_results_are_stored_under_their_model_and_found_again() -> None:
    """A second batch with the same texts adds no result, and stored results are read by the phase's own model."""
    runtime = _runtime()
    run(runtime, essays("one", "three"), SPELLCHECK, PhaseName("upper_casing"), PhaseName("rivalry"))
    stored = {phase: key for essay in runtime.store.essays("b") for phase, key in essay.results}
    records = runtime.store.results(stored.values())
    models = {phase: result_model_of(phase).model_validate_json(records[key].document) for phase, key in stored.items()}
    assert models[PhaseName("upper_casing")].model_dump()["notes"] == ("spellcheck",)
    assert isinstance(models[PhaseName("rivalry")], RivalryResult)
    assert run(runtime, essays("one"), SPELLCHECK, PhaseName("upper_casing"), batch_id="again") is (
        BatchStatus.COMPLETED_SUCCESSFULLY
    )
    again = runtime.store.essay("again", "essay-01")
    assert again is not None
    assert set(again.results) <= set(runtime.store.essays("b")[0].results)


@pytest.mark.parametrize("scope", PhaseScope)
def test_a_phase_that_the_process_knows_by_name_only_fails_with_what_to_install(scope: PhaseScope) -> None:
    """Both per essay and per cohort, at once: the batch is neither retried nor stalled."""
    phase = add_phase("elsewhere", scope)
    runtime = LocalRuntime(Blueprint(services()), MemoryStore())
    runtime.store.commit([TextRecord(f"text of {name}", name) for name in "ab"])
    runtime.tell(batch_address("b"), registration("ab", (SPELLCHECK, phase)))  # as from a process that has it
    runtime.run_until(lambda: (header := runtime.store.batch("b")) is not None and header.status.is_terminal)
    assert state_of(runtime).header.status is BatchStatus.FAILED_CRITICALLY
    for essay in runtime.store.essays("b"):
        assert essay.failure is not None
        assert essay.failure.error_code is ErrorCode.SERVICE_UNAVAILABLE
        assert "phase 'elsewhere' is not installed where it is needed" in essay.failure.message
        assert "pip install" in essay.failure.message
        assert essay.attempt == 0


def test_a_phase_whose_service_cannot_be_imported_fails_by_name() -> None:
    """The phase is defined, but the module that it names does not exist."""
    phase = register_phase(PhaseDefinition("lost", UPPER_CASING.result, "no_such_module:Service"))
    runtime = LocalRuntime(Blueprint(services()), MemoryStore())
    runtime.store.commit([TextRecord("text of a", "a")])
    runtime.tell(batch_address("b"), registration("a", (phase,)))
    runtime.run_until(lambda: (header := runtime.store.batch("b")) is not None and header.status.is_terminal)
    [essay] = runtime.store.essays("b")
    assert essay.failure is not None
    assert essay.failure.error_code is ErrorCode.SERVICE_UNAVAILABLE
    assert "no_such_module:Service" in essay.failure.message
