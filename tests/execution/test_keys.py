"""The keys under which results, pieces and calls are stored: a release that changes one loses what was paid for."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

import pytest

from actors.core.batch_state import BatchHeader
from actors.core.records import batch_record
from actors.execution import call_ledger, cohort_executor
from actors.execution.essay_executor import failure_of
from actors.execution.service_registry import ServiceNotWired, ServiceRegistry, StampedSettings, derived_key
from actors.phases.registry import DefaultService
from actors.phases.service import OPTIONS_IN_NO_KEY, PhaseSettings
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from contracts import ErrorCode, registered
from drivers.client.engine import Engine
from tests.added_phase import UPPER_CASING
from tests.core.play import NOW, registration
from tests.runtime.pipelines import CJ, NLP, SPELLCHECK, essays
from tests.services import services

# If a line here has to change, what is stored under the old key must still be found.
KEPT: Final[Mapping[str, str]] = MappingProxyType(
    {
        "result of spellcheck": "0b2fa7508eb89f006f1559c6f5a7a401e6af239516fbe050368be99bd73bea6b",
        "result of nlp": "ef2d6d51764f791afc1855691d0fea953a5eeeb5adc0b47dc0cf46ebde469389",
        "result of cj_assessment": "e3c031e3503fb8ce15359090e2fe9e060072a893c4e75e3ed0a50c534ce41479",
        "pieces of a cohort": "bd69f8ad24569622534bfbc648d8b7e8f8b077b5ad6ae7476fedcbff4a519eae",
        "pieces given up": "a83533748c1c2b1b6e91c3a805c26e3b04d567cb4b1cff83c269b58207f48816",
        "calls at a language model": "d3fa4f7c4b87eb4ce1a868255a0de1fc1ec79e1d2aeab01f9431d03096b9a742",
        "facts in general": "926c710a9facc389497faaef30f1cd8f717a6846d3ab24755cca9412008cedd9",
    }
)


def _keys() -> dict[str, str]:
    """The keys under which parts of a small batch are stored."""
    store = MemoryStore()
    with Engine(LocalRuntime(Blueprint(services()), store)) as engine:
        pipeline = [SPELLCHECK, NLP, CJ]
        engine.submit("b", essays("one", "two"), pipeline=pipeline, language="en", assignment="Write.").result()
        results = dict(store.essays("b")[0].results)
        (pieces,) = store._pieces
    cohort = cohort_executor.Cohort((), (), "cohort")
    return {
        **{f"result of {phase}": key for phase, key in results.items()},
        "pieces of a cohort": pieces,
        "pieces given up": cohort_executor._given_up_key(cohort, 1, 2),
        "calls at a language model": call_ledger._key("b"),
        "facts in general": derived_key("a", 1, None, ["ö"], {"b": 2, "a": 1}),
    }


def test_results_pieces_and_calls_are_stored_under_the_keys_of_all_releases() -> None:
    """Otherwise everything would be computed, and paid for, once more."""
    assert _keys() == dict(KEPT)


def test_a_phase_without_a_service_is_told_from_a_service_that_misses_a_key() -> None:
    """Only the first is a mistake in the wiring."""
    registry = ServiceRegistry({}, MemoryStore())
    with pytest.raises(ServiceNotWired) as missing:
        registry.service(NLP)
    assert str(missing.value) == "No service is wired for phase nlp."
    assert failure_of(missing.value, NLP).error_code is ErrorCode.INVALID_SETTINGS
    own = failure_of(KeyError(NLP), NLP)
    assert own.error_code is ErrorCode.SERVICE_ERROR
    assert "wired" not in own.message


def test_the_settings_of_a_batch_that_is_not_registered_are_asked_for_in_vain() -> None:
    """A claimed name without a registration has no settings; the error names the batch."""
    store = MemoryStore()
    store.commit([batch_record(BatchHeader("b"), BatchHeader("b", order=("amira",)), NOW)])
    for name in ("b", "unknown"):
        with pytest.raises(LookupError, match=f"batch '{name}' is not in the store"):
            ServiceRegistry({}, store).settings(name, 0, NLP)


def test_a_further_run_works_with_its_own_options() -> None:
    """A worker that has served the run before has that run's settings cached."""
    store, request = MemoryStore(), registration("a", [NLP]).request
    registry = ServiceRegistry({}, store)

    def stamp(run: int, level: str) -> str:
        header = BatchHeader("b", request=request, run=run, options={NLP: {"level": level}})
        store.commit([batch_record(BatchHeader("b"), header, NOW)])
        return registry.settings("b", run, NLP).stamp

    assert stamp(0, "low") != stamp(1, "high")


def test_a_service_is_made_once_and_before_its_first_work_where_it_is_known_what_will_come() -> None:
    """A service that cannot be made reports it at its first work, and not before."""
    made: list[str] = []

    def broken() -> Any:
        made.append("nlp")
        raise ImportError("no such model")

    def sound() -> Any:
        made.append("spellcheck")
        return services()[SPELLCHECK]()

    registry = ServiceRegistry({SPELLCHECK: sound, NLP: broken}, MemoryStore())
    registry.warm_up([NLP, SPELLCHECK])
    assert made == ["nlp", "spellcheck"]
    assert registry.service(SPELLCHECK) is registry.service(SPELLCHECK)
    assert made == ["nlp", "spellcheck"]
    with pytest.raises(ImportError, match="no such model"):
        registry.service(NLP)


def test_a_phase_that_was_added_is_done_by_what_is_wired_or_else_by_the_service_that_it_brings() -> None:
    """An added phase need not be wired."""
    wired = services()[NLP]
    with registered(UPPER_CASING) as added:
        assert ServiceRegistry({}, MemoryStore())._factory(added) == DefaultService(added)
        assert ServiceRegistry({added: wired}, MemoryStore())._factory(added) is wired


def test_a_service_is_told_all_that_the_batch_says_and_its_key_has_what_shapes_the_product() -> None:
    """The number of calls to a model, for example, is in no key, not even in a list of judges."""
    request = registration("a", [NLP]).request.model_copy(
        update={"course_code": "ENG5", "class_designation": "9b", "essay_instructions": "Write.", "language": "sv"}
    )

    def settled(**options: Any) -> StampedSettings:
        store = MemoryStore()
        header = BatchHeader("b", request=request, options={NLP: options})
        store.commit([batch_record(BatchHeader("b"), header, NOW)])
        return ServiceRegistry({}, store).settings("b", 0, NLP)

    told = settled(level="low").settings
    assert told == PhaseSettings("sv", "Write.", "ENG5", "9b", {"level": "low"})
    silent = min(OPTIONS_IN_NO_KEY)
    plain = settled(level="low", judges=[{"name": "x"}])
    assert settled(**{silent: 3}, level="low", judges=[{"name": "x", silent: 4}]).stamp == plain.stamp
    assert settled(level="low", judges=[{"name": "y"}]).stamp != plain.stamp
