"""Messages and errors cross process boundaries by pickling, and arrive as they were sent."""

import pickle
from typing import Any, get_args

import pytest

from actors.core.essay_machine import IllegalTransition
from actors.phases.service import PhaseWorkError
from actors.stores.store import FencedOffError, StoreError, StoreInUseError, StoreUnavailableError
from contracts import BatchRegistrationRequestV1, ErrorCode, ErrorDetail, EssayStatus, PhaseName
from contracts import messages as m
from contracts import work as w

ERROR = ErrorDetail(error_code=ErrorCode.WORKER_DIED, message="It died.", details={"pid": 7}, retryable=True)
REQUEST = BatchRegistrationRequestV1(expected_essay_count=1, requested_pipelines=[PhaseName.NLP])
ESSAY_WORK = w.EssayWork("b", "e", PhaseName.NLP, 1, 0, 2, "sha256-aa", ((PhaseName.SPELLCHECK, "key"),))
COHORT_WORK = w.CohortWork("b", PhaseName.CJ_ASSESSMENT, 1, 0, 2, "x|y", {"left": "x"}, 3, ("x|z",))
REQUESTED = (w.WorkRequested(ESSAY_WORK, "essay/b/e"), w.WorkRequested(COHORT_WORK, "cohort/b/1/0"))

MESSAGES: list[Any] = [
    m.RegisterBatch("b", REQUEST, (m.EssayInput("e", "e.txt", "sha256-aa"), m.EssayInput("f", failure=ERROR))),
    m.EssayStarted("e", 1, 0),
    m.EssayOutcome("e", 1, 0, succeeded=False, text_id="sha256-aa", error=ERROR),
    m.EssayPipelineCompleted("e", 1, 2),
    m.NudgeDue(1, 0, 12, 3),
    m.PhaseDeadlineDue(1, 0),
    m.PauseBatch(),
    m.ResumeBatch(),
    m.CancelBatch(),
    m.RetryFailed(1, PhaseName.NLP),
    m.ExtendPipeline(1, (PhaseName.NLP,), {"nlp": {"parser": None}}),
    m.AppendPhases((PhaseName.NLP,)),
    m.DropPhases((PhaseName.NLP,)),
    m.InitiatePhase(PhaseName.NLP, 1, 0, "sha256-aa", last=True),
    m.GiveUp(PhaseName.NLP, 1, 0, "sha256-aa", ERROR),
    m.CompletePipeline(1, 2),
    m.WakeUp(),
    m.WorkStarted(1, 0, 2),
    m.WorkSucceeded(1, 0, "sha256-aa", "key"),
    m.WorkFailed(1, 0, 2, ERROR),
    m.AskAgainDue(1, 0, 2),
    m.MailUnreadable(1, 0, "No module named 'my_package'"),
    m.PassivationDue(),
    w.StartCohort("b", PhaseName.CJ_ASSESSMENT, 1, 0, ("e", "f")),
    w.RoundPlanned(3, (("x|y", {"left": "x"}),), (("x|z", {"left": "z"}),)),
    w.CohortFinished(3, {"e": ("sha256-aa", "key")}, {"f": ERROR}),
    w.PieceDone("x|y"),
    w.CohortWorkFailed("x|y", 2, ERROR, 3),
    w.CohortWorkDue("x|y", 2, 3),
    *REQUESTED,
    w.WorkerReady("worker/0", "0-1", 41),
    w.LeaseFinished(42, "worker/0", "0-1", 0.12),
    w.WorkReturned("worker/0", "0-1", 1, 42, 3),
    w.LeaseDue(42),
    w.PauseWork("b", 0, 0),
    w.ResumeWork("b", 0, 0),
    w.ForgetBatch("b", 0, 0),
    w.Assign(42, REQUESTED),
    w.AnnounceDue(),
    w.WorkerDue("worker/0"),
    w.ReleaseDue(3),
    w.HurryWork("b", 1),
]
ERRORS: list[Exception] = [
    IllegalTransition("e", EssayStatus.UPLOADED, "CMD_REOPEN"),
    PhaseWorkError(ErrorCode.RATE_LIMITED, "Wait.", retryable=True, retry_after=2.5),
    StoreError("s"),
    StoreUnavailableError("s"),
    StoreInUseError("s"),
    FencedOffError("s"),
]


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_survives_pickling(message: Any) -> None:
    """Its copy is equal to it."""
    assert pickle.loads(pickle.dumps(message)) == message  # noqa: S301  (our own)


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: type(message).__name__)
def test_a_message_is_frozen(message: Any) -> None:
    """Two actors in one process may share a message."""
    assert isinstance(message, tuple)
    with pytest.raises(AttributeError):
        message.run = 1  # type: ignore[attr-defined]


def test_every_message_is_among_them() -> None:
    """A new message type must be added to the list."""
    assert {type(message) for message in MESSAGES} == set(get_args(m.Message))


@pytest.mark.parametrize("error", ERRORS, ids=lambda error: type(error).__name__)
def test_an_error_survives_pickling(error: Exception) -> None:
    """Type, text and attributes are kept: an error that cannot be pickled would arrive without its cause."""
    again = pickle.loads(pickle.dumps(error))  # noqa: S301  (our own)
    assert type(again) is type(error)
    assert str(again) == str(error)
    assert vars(again) == vars(error)
