"""Plays through a batch: orchestrator, essays and cohorts as pure states, and a worker whose results the test decides.

Every ``Tell`` is delivered in order, and ``work`` plays the work queue: nothing runs and nothing is stored.
"""

from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from actors.core import batch, essay
from actors.core.addresses import batch_address, kind_of
from actors.core.batch_state import BatchHeader, BatchState, PhaseDetail, restored
from actors.core.effects import Decision, Effect, Keep, Publish, Remind, Tell
from actors.core.essay_state import EssayState
from actors.core.records import NewEssayRecord
from actors.core.retry import Policy
from contracts import (
    BatchPipelineCompletedV1,
    BatchRegistrationRequestV1,
    BatchStatus,
    ELSBatchPhaseOutcomeV1,
    ErrorCode,
    ErrorDetail,
    PhaseName,
)
from contracts.messages import EssayInput, Message, RegisterBatch, WorkFailed, WorkStarted, WorkSucceeded
from contracts.work import EssayWork, ForgetBatch, StartCohort, WorkRequested

NOW = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
POLICY = Policy(max_attempts=1)
SPELLCHECK, NLP, CJ, FEEDBACK = PhaseName.SPELLCHECK, PhaseName.NLP, PhaseName.CJ_ASSESSMENT, PhaseName.AI_FEEDBACK
DAMAGED = ErrorDetail(error_code=ErrorCode.CORRUPT_FILE, message="The file is damaged.")
BROKEN = ErrorDetail(error_code=ErrorCode.SERVICE_ERROR, message="The service broke.")

Fails = Callable[[str, PhaseName], bool]


def registration(essays: Iterable[str], phases: Iterable[PhaseName], unreadable: Iterable[str] = ()) -> RegisterBatch:
    """A batch ``b`` of these essays, some of which could not be read."""
    names, damaged = list(essays), set(unreadable)
    request = BatchRegistrationRequestV1(
        expected_essay_count=len(names),
        essay_ids=names,
        requested_pipelines=list(phases),
        essay_instructions="Write about a journey.",
        language="sv",
    )
    inputs = (
        EssayInput(name, failure=DAMAGED) if name in damaged else EssayInput(name, text_id=f"text of {name}")
        for name in names
    )
    return RegisterBatch("b", request, tuple(inputs))


@dataclass
class Play:
    """The state of every actor, and what they published. ``fails`` decides whose work fails in which phase."""

    fails: Fails = lambda name, phase: False  # noqa: ARG005
    state: BatchState = field(default_factory=lambda: BatchState(BatchHeader("b")))
    essays: dict[str, EssayState] = field(default_factory=dict)
    mailbox: deque[Tell] = field(default_factory=deque)
    waiting: list[WorkRequested | StartCohort] = field(default_factory=list)
    published: list[Publish] = field(default_factory=list)
    queue: list[Message] = field(default_factory=list)
    reminders: list[Message] = field(default_factory=list)
    batch_messages: list[Message] = field(default_factory=list)
    is_deaf: bool = False

    def tell(self, *messages: Message) -> "Play":
        """Tell the orchestrator, and deliver messages until only work is left to do."""
        for message in messages:
            self.mailbox.append(Tell(batch_address("b"), message))
            self._deliver()
        return self

    def work(self, pieces: int | None = None) -> "Play":
        """Do the first ``pieces`` of the work that is asked for (by default all), but none that follows from it."""
        waiting, self.waiting = self.waiting[:pieces], self.waiting[len(self.waiting) if pieces is None else pieces :]
        for asked in waiting:
            self._do(asked)
        self._deliver()
        return self

    def to_the_end(self) -> "Play":
        while self.waiting:
            self.work()
        return self

    def unheard(self) -> "Play":
        """From now on the orchestrator hears nothing (it is dying); essays go on."""
        self.is_deaf = True
        return self

    def restart(self) -> "Play":
        """Restore the orchestrator from what is stored; it then does whatever it still owes."""
        self.is_deaf = False
        self.state = self.restored()
        self._decided(batch.resume(self.state, POLICY, NOW))
        return self._deliver()

    def restored(self) -> BatchState:
        """The batch's state from what is stored: its header and its essays."""
        return restored(self.state.header, self.essays.values())

    def events(self, model: type[Any]) -> list[Any]:
        return [effect.data for effect in self.published if isinstance(effect.data, model)]

    @property
    def outcomes(self) -> list[tuple[PhaseName, list[str], list[str]]]:
        """Every phase's outcome: its phase, the processed essays, the failed ones."""
        outcomes: list[ELSBatchPhaseOutcomeV1] = self.events(ELSBatchPhaseOutcomeV1)
        return [
            (data.phase_name, [ref.essay_id for ref in data.processed_essays], data.failed_essay_ids)
            for data in outcomes
        ]

    @property
    def status(self) -> BatchStatus:
        return self.state.header.status

    @property
    def ending(self) -> BatchPipelineCompletedV1:
        ending: BatchPipelineCompletedV1 = self.events(BatchPipelineCompletedV1)[-1]
        return ending

    def detail(self, phase: PhaseName) -> PhaseDetail:
        return self.state.header.details[phase]

    def asked(self) -> list[str]:
        return [asked.work.essay_id for asked in self.waiting if isinstance(asked, WorkRequested)]  # type: ignore[union-attr]

    def _deliver(self) -> "Play":
        while self.mailbox:
            tell = self.mailbox.popleft()
            match kind_of(tell.address):
                case "batch" if self.is_deaf:
                    pass
                case "batch":
                    self.batch_messages.append(tell.message)
                    self._decided(batch.step(self.state, tell.message, POLICY, NOW))
                case "essay":
                    name = tell.address.rsplit("/", 1)[1]
                    decision = essay.step(self.essays[name], tell.message, POLICY)
                    self.essays[name] = decision.state
                    self._perform(decision.effects)
                case _:
                    self._ask(tell)
        return self

    def _decided(self, decision: Decision[BatchState]) -> None:
        self.state = decision.state
        self._perform(decision.effects)

    def _perform(self, effects: Iterable[Effect]) -> None:
        for effect in effects:
            match effect:
                case Tell():
                    self.mailbox.append(effect)
                case Publish():
                    self.published.append(effect)
                case Remind():
                    self.reminders.append(effect.message)
                case Keep(record=NewEssayRecord(essay=new)):
                    self.essays[new.essay_id] = new

    def _ask(self, tell: Tell) -> None:
        if isinstance(tell.message, WorkRequested | StartCohort):
            self.waiting.append(tell.message)
            return
        if isinstance(tell.message, ForgetBatch):
            self.waiting.clear()
        self.queue.append(tell.message)

    def _do(self, asked: WorkRequested | StartCohort) -> None:
        if isinstance(asked, StartCohort):
            for name in asked.essay_ids:
                self._answer(name, asked)
        elif isinstance(asked.work, EssayWork):
            self._answer(asked.work.essay_id, asked.work)

    def _answer(self, name: str, work: StartCohort | EssayWork) -> None:
        answer: Message
        if self.fails(name, work.phase):
            answer = WorkFailed(work.run, work.position, 0, BROKEN)
        else:
            text = self.essays[name].text_id
            new_text = f"corrected {text}" if work.phase is SPELLCHECK else text
            answer = WorkSucceeded(work.run, work.position, new_text, f"{work.phase} of {text}")
        for message in (WorkStarted(work.run, work.position), answer):
            self.mailbox.append(Tell(f"essay/b/{name}", message))


def play(essays: str, *phases: PhaseName, fails: Fails | None = None, unreadable: str = "") -> Play:
    """A batch that was just registered: essays named by a letter each."""
    opened = Play() if fails is None else Play(fails)
    return opened.tell(registration(essays, phases, unreadable))
