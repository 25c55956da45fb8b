"""What all contract models share: frozen, strict, unchanged by JSON and by pickling."""

import inspect
import pickle
import pkgutil
from collections.abc import Iterator
from datetime import UTC, datetime
from importlib import import_module
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

import contracts
from contracts import (
    Contract,
    EssayProcessingCounts,
    PhaseName,
    PipelineExecutionStatus,
    PipelineStateDetail,
    ProcessingPipelineState,
    text_storage_id_of,
)
from tests.contracts.examples import EXAMPLES

INTERNAL = {"contracts.messages", "contracts.work", "contracts.added_phases"}  # used only within the engine
MODULES = [
    import_module(found.name)
    for found in pkgutil.iter_modules(contracts.__path__, "contracts.")
    if found.name not in INTERNAL
]


def _defined_in(module: ModuleType) -> Iterator[str]:
    for name, value in vars(module).items():
        is_own = (inspect.isclass(value) or inspect.isfunction(value)) and value.__module__ == module.__name__
        if is_own and not name.startswith("_"):
            yield name


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.__name__)
def test_everything_public_is_importable_from_contracts(module: ModuleType) -> None:
    """Users of the contract need not know its files."""
    assert set(_defined_in(module)) <= set(contracts.__all__)


def test_the_list_of_what_is_public_is_sorted_by_kind_and_free_of_repeats() -> None:
    """Everything on the list exists."""
    assert len(contracts.__all__) == len(set(contracts.__all__))
    assert all(hasattr(contracts, name) for name in contracts.__all__)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_model_is_frozen(name: str) -> None:
    """Nobody who receives a message can change it."""
    example = EXAMPLES[name]
    with pytest.raises(ValidationError, match="frozen"):
        setattr(example, next(iter(type(example).model_fields)), "changed")


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_model_refuses_unknown_fields(name: str) -> None:
    """A misspelt field must not vanish unnoticed."""
    document = {**EXAMPLES[name].model_dump(), "shoe_size": 43}
    with pytest.raises(ValidationError, match="shoe_size"):
        type(EXAMPLES[name]).model_validate(document)


@pytest.mark.parametrize("name", EXAMPLES)
def test_a_model_survives_json(name: str) -> None:
    """On the wire and in the log it does not change."""
    example = EXAMPLES[name]
    assert type(example).model_validate_json(example.model_dump_json()) == example
    assert type(example).model_validate(example.model_dump(mode="json")) == example


@pytest.mark.parametrize("name", sorted(set(EXAMPLES) - {"EventEnvelope"}))
def test_a_model_survives_pickling(name: str) -> None:
    """Models cross processes by pickling (an envelope does so as JSON)."""
    assert pickle.loads(pickle.dumps(EXAMPLES[name])) == EXAMPLES[name]  # noqa: S301  (our own)


def _nested(model: type[Contract]) -> Iterator[type[Contract]]:
    for child in model.__subclasses__():
        yield from (child, *_nested(child))


def test_no_model_anywhere_takes_back_that_it_is_frozen_and_strict() -> None:
    """The parts that models consist of are frozen and strict, too."""
    models = [model for model in _nested(Contract) if model.__module__.startswith("contracts.")]
    assert all(model.model_config.get("frozen") for model in models)
    assert {model.model_config.get("extra") for model in models} == {"forbid"}


@pytest.mark.parametrize(
    ("counts", "progress"),
    [({}, 0.0), ({"total": 3, "successful": 1}, 33.3), ({"total": 30, "successful": 29, "failed": 1}, 100.0)],
)
def test_progress_is_derived_from_the_counts(counts: dict[str, int], progress: float) -> None:
    """It is the percentage of essays that are settled, successfully or not; 0 if there are none."""
    assert PipelineStateDetail(essay_counts=EssayProcessingCounts(**counts)).progress_percentage == progress


def test_progress_that_is_given_is_kept() -> None:
    """An explicit value between 0 and 100 takes precedence."""
    assert PipelineStateDetail(progress_percentage=12.5).progress_percentage == 12.5
    with pytest.raises(ValidationError, match="progress_percentage"):
        PipelineStateDetail(progress_percentage=101)


def test_a_phase_of_a_pipeline_is_found_by_its_name() -> None:
    """By the phase or its wire value; None if the batch did not ask for it."""
    state: Any = EXAMPLES["ProcessingPipelineState"]
    assert isinstance(state, ProcessingPipelineState)
    assert state.get_pipeline(PhaseName.NLP) is state.get_pipeline("nlp") is not None
    assert state.get_pipeline("cj_assessment") is None
    assert PipelineStateDetail().status is PipelineExecutionStatus.REQUESTED_BY_USER


def test_the_state_of_a_pipeline_is_made_from_its_batch_and_its_phases() -> None:
    """By default it is of the current time, with an empty detail for each requested phase."""
    before = datetime.now(UTC)
    state = ProcessingPipelineState(batch_id="b", requested_pipelines=[PhaseName.NLP, PhaseName.SPELLCHECK])
    assert before <= state.last_updated <= datetime.now(UTC)
    assert list(state.pipelines.items()) == [
        (PhaseName.NLP, PipelineStateDetail()),
        (PhaseName.SPELLCHECK, PipelineStateDetail()),
    ]


def test_details_that_are_given_are_kept() -> None:
    """A dropped phase has a detail without being requested; a phase without a detail gets none."""
    given_ = {PhaseName.CJ_ASSESSMENT: PipelineStateDetail(status=PipelineExecutionStatus.SKIPPED_BY_USER_CONFIG)}
    state = ProcessingPipelineState(batch_id="b", requested_pipelines=[PhaseName.NLP], pipelines=given_)
    assert (state.pipelines, state.get_pipeline(PhaseName.NLP)) == (given_, None)


@given(st.text(st.characters(), max_size=50), st.text(st.characters(), max_size=50))
def test_a_text_has_one_id_and_another_text_another(one: str, other: str) -> None:
    """Any Unicode is allowed, even lone surrogates: the id is the content's hash."""
    assert text_storage_id_of(one).startswith("sha256-")
    assert len(text_storage_id_of(one)) == 71
    assert (text_storage_id_of(one) == text_storage_id_of(other)) == (one == other)
