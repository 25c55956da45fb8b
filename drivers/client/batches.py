"""Batches, as Python code uses them: register, wait, operate, and get the results."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from pydantic import ValidationError

from actors.batch_orchestrator import stored_batch
from actors.core.addresses import batch_address
from actors.core.batch import fingerprint_of
from actors.core.batch_state import BatchHeader, BatchState, Stage
from actors.core.operator import failed_in, has_its_effect, refusal
from actors.runtime.runtime import Runtime
from actors.stores.store import Store, TextRecord
from contracts.messages import (
    AppendPhases,
    CancelBatch,
    DropPhases,
    EssayInput,
    OperatorCommand,
    PauseBatch,
    RegisterBatch,
    ResumeBatch,
    RetryFailed,
    RunPipeline,
    WakeUp,
)
from contracts.phases import BatchStatus, PhaseName
from contracts.registration import BatchRegistrationRequestV1
from contracts.texts import text_storage_id_of
from drivers.client.errors import RequestError
from drivers.client.requested_phases import known_phases
from drivers.intake import Intake


@dataclass(frozen=True, slots=True)
class Order:
    """What a client wants done with a batch of essays. ``options`` are the phases' own settings, by phase."""

    batch_id: str
    phases: Sequence[str]
    language: str = "auto"
    essay_instructions: str = ""
    course_code: str = ""
    class_designation: str = ""
    teacher_name: str = ""
    options: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


class Batches:
    """The batches of one runtime.

    Example:
        >>> batches = Batches(start_runtime(Settings("sqlite:///school.db")))
        >>> batches.register(Order("class-8b", ["spellcheck", "cj_assessment"]), read_essays([Path("essays")]))
        >>> batches.wait("class-8b")
    """

    def __init__(self, runtime: Runtime) -> None:
        self._runtime = runtime
        self._ordered: dict[str, OperatorCommand] = {}
        self._awaited: dict[str, int] = {}  # the run that an operator's command has begun, by batch

    @property
    def store(self) -> Store:
        """Where everything is kept."""
        return self._runtime.store

    @property
    def runtime(self) -> Runtime:
        """Where they run."""
        return self._runtime

    def register(self, order: Order, essays: Sequence[Intake]) -> None:
        """Store the essays' texts and begin. The same batch again is the same batch, and goes on where it was.

        Raises:
            RequestError: the order is wrong, or another batch with this id is there.
        """
        message = self.check(order, essays)
        texts = {essay.text_id: intake.text for essay, intake in zip(message.essays, essays, strict=True)}
        self.store.commit([TextRecord(text_id, text) for text_id, text in texts.items() if text is not None])
        self._runtime.tell(batch_address(order.batch_id), message)

    def check(self, order: Order, essays: Sequence[Intake]) -> RegisterBatch:
        """The message that registers a batch.

        Raises:
            RequestError: the order is wrong, or another batch with this id is there.
        """
        message = registration(order, essays)
        known = self.store.batch(order.batch_id)
        if known is not None and known.fingerprint and known.fingerprint != fingerprint_of(message):
            raise RequestError(
                f"There is a batch {order.batch_id!r} with other essays or settings: choose another --batch-id, "
                "or another store."
            )
        return message

    def wait(self, batch_id: str, watch: Callable[[], None] | None = None) -> BatchStatus:
        """Let the batch run to its end (or until it is held between two phases); its status then.

        Raises:
            StalledError: the batch cannot end by itself (local runtime only).
        """
        awaited = self._awaited.pop(batch_id, 0)
        self._runtime.run(lambda: self._rests(batch_id, awaited), watch)
        summary = self.store.summary(batch_id)
        return self.header(batch_id).status if summary is None else BatchStatus(summary.status)

    def header(self, batch_id: str) -> BatchHeader:
        """What is stored of the batch as a whole.

        Raises:
            RequestError: there is no such batch.
        """
        header = self.store.batch(batch_id)
        if header is None:
            raise RequestError(f"There is no batch {batch_id!r} in this store.")
        return header

    def unfinished(self) -> list[str]:
        """The ids of all batches that have not ended, oldest first."""
        return unfinished(self.store)

    def wake_up(self, batch_id: str) -> None:
        """Have a batch go on that a dead driver or cluster left behind.

        Raises:
            RequestError: there is no such batch.
        """
        self.header(batch_id)
        self._runtime.tell(batch_address(batch_id), WakeUp())

    def pause(self, batch_id: str) -> None:
        """Hand out no more of the batch's work; what is in hand is finished and saved."""
        self._order(batch_id, PauseBatch())

    def resume(self, batch_id: str) -> None:
        """Go on with a paused batch."""
        self._order(batch_id, ResumeBatch())

    def cancel(self, batch_id: str) -> None:
        """End the batch: essays under way are given up, what is done stays done."""
        self._order(batch_id, CancelBatch())

    def retry(self, batch_id: str, phase: PhaseName | None = None) -> list[str]:
        """Try again exactly the essays that failed (in ``phase``, or in any); their ids."""
        run = self.header(batch_id).run + 1
        state = self._order(batch_id, RetryFailed(run, phase))
        self._awaited[batch_id] = run
        return list(failed_in(state, phase))

    def run_further(
        self,
        batch_id: str,
        phases: Sequence[str],
        options: Mapping[str, Mapping[str, Any]] | None = None,
    ) -> None:
        """Run a further pipeline on a finished batch; phases that it has had are reported as skipped."""
        run = self.header(batch_id).run + 1
        self._order(batch_id, RunPipeline(run, known_phases(phases), options or {}))
        self._awaited[batch_id] = run

    def append(self, batch_id: str, phases: Sequence[str]) -> None:
        """Add phases to the end of a running batch's pipeline."""
        self._order(batch_id, AppendPhases(known_phases(phases)))

    def drop(self, batch_id: str, phases: Sequence[str]) -> None:
        """Take phases that have not begun out of a running batch's pipeline."""
        self._order(batch_id, DropPhases(known_phases(phases)))

    def _order(self, batch_id: str, command: OperatorCommand) -> BatchState:
        """Give an operator's command, unless it makes no sense now."""
        self.header(batch_id)
        state = stored_batch(batch_id, self.store)
        if (reason := refusal(state, command)) is not None:
            ended = state.header.stage is Stage.ENDED and isinstance(command, AppendPhases)
            further = f" Run a further pipeline on it with: essays further {batch_id} PHASES" if ended else ""
            raise RequestError(f"Not done: {reason}.{further}")
        self._ordered[batch_id] = command
        self._runtime.tell(batch_address(batch_id), command)
        return state

    def has_obeyed(self, batch_id: str) -> bool:
        """Has the last order been carried out?"""
        return batch_id not in self._ordered or has_its_effect(self.header(batch_id), self._ordered[batch_id])

    def _rests(self, batch_id: str, run: int) -> bool:
        summary = self.store.summary(batch_id)
        return summary is not None and summary.run >= run and summary.stage in {Stage.ENDED, Stage.HELD}


def unfinished(store: Store) -> list[str]:
    """The ids of all batches in a store that have not ended, oldest first."""
    return [summary.batch_id for summary in store.batches() if summary.stage != Stage.ENDED]


def registration(order: Order, essays: Sequence[Intake]) -> RegisterBatch:
    """The message that registers a batch.

    Raises:
        RequestError: a phase is unknown or repeated, the language is no language, or there are no essays.
    """
    if not essays:
        raise RequestError("There are no essays: a batch has at least one.")
    check_batch_id(order.batch_id)
    try:
        request = BatchRegistrationRequestV1(
            expected_essay_count=len(essays),
            essay_ids=[essay.essay_id for essay in essays],
            requested_pipelines=list(known_phases(order.phases)),
            course_code=order.course_code,
            class_designation=order.class_designation,
            teacher_name=order.teacher_name,
            essay_instructions=order.essay_instructions,
            language=order.language,
        )
    except ValidationError as error:
        raise RequestError("; ".join(_said(each) for each in error.errors())) from None
    inputs = tuple(
        EssayInput(
            essay_id=essay.essay_id,
            file=essay.file,
            text_id="" if essay.text is None else text_storage_id_of(essay.text),
            failure=essay.failure,
        )
        for essay in essays
    )
    return RegisterBatch(order.batch_id, request, inputs, order.options)


def check_batch_id(batch_id: str) -> None:
    """A batch id becomes part of names of processes and files.

    Raises:
        RequestError: it has other characters than letters, digits, dots, dashes and underscores, or too many.
    """
    if not re.fullmatch(r"[\w.-]{1,100}", batch_id) or batch_id in {".", ".."}:
        raise RequestError(
            f"{batch_id!r} cannot be a batch id: use up to 100 letters, digits, dots, dashes, underscores."
        )


def _said(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message
