"""The results of a batch, of its phases and of its essays, as immutable models."""

from collections.abc import Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, SerializeAsAny, ValidationError, field_validator

from actors.stores.store import Store
from contracts.failures import ErrorDetail
from contracts.phase_registry import PhaseNotInstalled, result_model_of
from contracts.phases import BatchStatus, EssayStatus, PhaseName, PhaseStatus, PipelineExecutionStatus
from contracts.results import PhaseResultData
from drivers.client.documents import BatchResults, collect, essay_document
from drivers.client.errors import EssayNotFoundError, not_found
from drivers.review.decisions import BatchDecisions
from drivers.review.kept import decisions_in

R = TypeVar("R", bound=PhaseResultData)


class _Result(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class PhaseOutcome(_Result):
    """How one phase of a pipeline ended; ``phase_status`` is None if it has not ended, or was skipped."""

    phase_name: PhaseName
    phase_status: PhaseStatus | None
    execution_status: PipelineExecutionStatus
    processed_essay_ids: tuple[str, ...]
    failed_essay_ids: tuple[str, ...]


class EssayResult(_Result):
    """One essay: its status, its text, and the results of each phase.

    ``original_text`` is the text as handed in, and ``text`` the current one, with the corrections of phases applied;
    both are None if the essay could not be read. ``failure`` says why the essay failed; None if it did not.

    Example:
        >>> essay = batch.result().essay("anna")
        >>> essay.results["spellcheck"].corrected_count
        >>> essay.result(SpellcheckResultDataV1).corrections   # the same, but typed
    """

    essay_id: str
    student: str | None = None
    file: str = ""
    status: EssayStatus
    failure: ErrorDetail | None = None
    text: str | None = None
    original_text: str | None = None
    results: Mapping[str, SerializeAsAny[PhaseResultData]] = Field(default_factory=dict)

    @field_validator("results", mode="before")
    @classmethod
    def _by_their_own_models(cls, given: Any) -> Any:
        return {phase: _result_of(phase, each) for phase, each in given.items()}

    def result(self, model: type[R]) -> R:
        """The essay's result of this type, such as ``SpellcheckResultDataV1``.

        Raises:
            LookupError: the essay has no such result.
        """
        for each in self.results.values():
            if isinstance(each, model):
                return each
        raise LookupError(f"essay {self.essay_id!r} has no {model.__name__}")


class ForeignResult(PhaseResultData):
    """A result without a model here (phase missing or of another version); ``findings`` has its other fields."""

    findings: dict[str, Any] = Field(default_factory=dict)


def _model_of(phase: str) -> type[PhaseResultData] | None:
    """The model of a phase's results; None if the phase is not installed here."""
    try:
        return result_model_of(PhaseName(phase))
    except (PhaseNotInstalled, ValueError):
        return None


def _result_of(phase: str, document: Any) -> Any:
    if not isinstance(document, Mapping):
        return document
    with suppress(ValidationError):  # written by another version of the phase
        if (model := _model_of(phase)) is not None:
            return model.model_validate(document)
    common = {name: value for name, value in document.items() if name in PhaseResultData.model_fields}
    findings = {name: value for name, value in document.items() if name not in common}
    return ForeignResult.model_validate({**common, "findings": findings})


class BatchResult(_Result):
    """A batch with all its essays, as it was when the result was read.

    ``pass_number`` is 0 for the first pass over the pipeline, and grows by one with each retry or extension.

    Example:
        >>> result = engine.batch("8b").result(timeout=600)
        >>> [essay.essay_id for essay in result.failed]
    """

    batch_id: str
    status: BatchStatus
    pass_number: int = Field(validation_alias="run")
    language: str = ""
    assignment: str = ""
    phases: tuple[PhaseOutcome, ...]
    essays: tuple[EssayResult, ...]

    @property
    def failed(self) -> tuple[EssayResult, ...]:
        """The essays that failed; ``failure`` says why."""
        return tuple(essay for essay in self.essays if essay.failure is not None)

    @property
    def succeeded(self) -> tuple[EssayResult, ...]:
        """The essays that did not fail."""
        return tuple(essay for essay in self.essays if essay.failure is None)

    def essay(self, essay_id: str) -> EssayResult:
        """The essay with this id.

        Raises:
            EssayNotFoundError: the batch has no such essay.
        """
        found = next((essay for essay in self.essays if essay.essay_id == essay_id), None)
        if found is None:
            raise EssayNotFoundError(f"Batch {self.batch_id!r} has no essay {essay_id!r}.")
        return found


def batch_result(store: Store, batch_id: str, students: Mapping[str, str] = MappingProxyType({})) -> BatchResult:
    """The current results of a batch; ``students`` maps essay ids to names, where known.

    Raises:
        BatchNotFoundError: the store has no such batch.
    """
    try:
        return BatchResult.model_validate(_with_texts(collect(store, batch_id, students)))
    except LookupError:
        raise not_found(batch_id) from None


def essay_result(store: Store, batch_id: str, essay_id: str) -> EssayResult | None:
    """The current results of one essay; None if the batch has no essay with this id.

    Raises:
        BatchNotFoundError: the store has no such batch.
    """
    if store.summary(batch_id) is None:
        raise not_found(batch_id)
    return _essay_result(store, batch_id, essay_id, decisions_in(store, batch_id))


def found_by_phases(store: Store, batch_id: str, essay_id: str) -> EssayResult | None:
    """Like ``essay_result``, but without the teacher's decisions."""
    return _essay_result(store, batch_id, essay_id, BatchDecisions())


def _essay_result(store: Store, batch_id: str, essay_id: str, decisions: BatchDecisions) -> EssayResult | None:
    essay = store.essay(batch_id, essay_id)
    return None if essay is None else EssayResult.model_validate(essay_document(store, essay, decisions))


def _with_texts(collected: BatchResults) -> dict[str, Any]:
    document = collected.document
    nothing = (None, None)
    essays = [
        {**essay, "original_text": original, "text": current}
        for essay in document["essays"]
        for original, current in [collected.texts.get(essay["essay_id"], nothing)]
    ]
    return {**document, "essays": essays}
