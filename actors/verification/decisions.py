"""The core's decisions: each is made once for a state and a message, checked, and remembered."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from immutables import Map

from actors.core import batch, cohort, essay, work_queue
from actors.core.addresses import batch_address, essay_address, kind_of
from actors.core.batch_state import BatchHeader, BatchState, restored
from actors.core.cohort import CohortState
from actors.core.effects import Decision, Keep, Publish, Restart
from actors.core.essay_state import EssayState
from actors.core.records import NewEssayRecord
from actors.core.retry import Policy
from actors.core.work_queue_state import Line, QueueState
from actors.verification.mail import Letter, Mailroom
from actors.verification.properties import (
    checked_attempts,
    checked_batch,
    checked_cohort,
    checked_essay,
    checked_event,
    checked_queue,
    commanded_at,
)
from actors.verification.scope import Scope
from actors.verification.state import BATCH, NOT_FOUNDED, Step, Work
from actors.verification.values import Values
from actors.verification.worker import WorkerState, after_a_piece, outcomes
from contracts.commands import InitiateCommandData
from contracts.event_payloads import BatchPipelineCompletedV1, ELSBatchPhaseOutcomeV1
from contracts.work import CohortWork, WorkRequested

_NOW: Final = datetime(2026, 3, 14, 9, 26, tzinfo=UTC)
_LOGGED: Final = (InitiateCommandData, ELSBatchPhaseOutcomeV1, BatchPipelineCompletedV1)


class Decisions:
    """All actors' decisions in a scope, by the number of a state and the number of a letter.

    Args:
        scope: the limits that decisions depend on.
        values: the numbers of states.
        mail: the numbers of letters.
    """

    def __init__(self, scope: Scope, values: Values, mail: Mailroom) -> None:
        self.policy = Policy(max_attempts=scope.attempts)
        self.seconds = Map(dict.fromkeys((*scope.pipeline, *scope.others), scope.seconds) if scope.seconds else {})
        self.values, self.mail = values, mail
        self._scope = scope
        self._decide: dict[str, Callable[[Any, Letter], Step]] = {
            "batch": self._batch,
            "essay": self._essay,
            "cohort": self._cohort,
            "queue": self._queue,
        }
        self._steps: dict[tuple[int, int], Step] = {}
        self._logs: dict[tuple[int, tuple[int, ...], int, tuple[int, ...]], int] = {}
        self._due: dict[tuple[int, int], int] = {}
        self._works: dict[tuple[int, int, int], list[Work]] = {}
        self._restored: dict[tuple[int, tuple[int, ...]], Step] = {}
        self._resumed: dict[int, Step] = {}

    def step(self, before: int, number: int) -> Step:
        """The decision of an actor in state ``before`` about a letter to it."""
        key = (before, number)
        step = self._steps.get(key)
        if step is None:
            letter = self.mail.letters[number]
            step = self._steps[key] = self._decide[kind_of(letter.address)](self.values[before], letter)
        return step

    def _taken(self, decided: Decision[Any], address: str) -> Step:
        effects = decided.effects
        logged = (each for each in effects if isinstance(each, Publish) and isinstance(each.data, _LOGGED))
        founded = (
            each.record.essay for each in effects if isinstance(each, Keep) and isinstance(each.record, NewEssayRecord)
        )
        return Step(
            self.values.number(decided.state),
            self.mail.posted(effects, address),
            tuple(self.values.number(each) for each in logged),
            tuple(self.values.number(each) for each in founded),
            tuple(each.address for each in effects if isinstance(each, Restart)),
        )

    def _batch(self, before: BatchState, letter: Letter) -> Step:
        decided = batch.step(before, letter.message, self.policy, _NOW)
        checked_batch(before, decided, letter.message)
        return self._taken(decided, letter.address)

    def _essay(self, before: EssayState, letter: Letter) -> Step:
        decided = essay.step(before, letter.message, self.policy)
        checked_essay(before, decided, letter.message)
        checked_attempts([decided.state.attempt], self._scope.attempts)
        return self._taken(decided, letter.address)

    def _cohort(self, before: Map[str, CohortState], letter: Letter) -> Step:
        decided = cohort.step(before.get(letter.address, CohortState()), letter.message, self.policy)
        checked_cohort(decided.state)
        checked_attempts([decided.state.attempt, *decided.state.pending.values()], self._scope.attempts)
        step = self._taken(decided, letter.address)
        return step._replace(state=self.values.number(before.set(letter.address, decided.state)))

    def _queue(self, before: QueueState, letter: Letter) -> Step:
        one = work_queue.step(before, letter.message, self.policy)
        all_ = work_queue.conclude(one.state, self.policy)
        decided = Decision(self.tidied(all_.state), (*one.effects, *all_.effects))
        checked_queue(before, letter.message, decided)
        return self._taken(decided, letter.address)

    def tidied(self, queue: QueueState) -> QueueState:
        """An equivalent queue, with lines that count from 0, and the scope's time for each piece of work."""
        lines = {
            batch_id: Line(Map(enumerate(line.items[number] for number in sorted(line.items))), 0, len(line.items))
            for batch_id, line in queue.lines.items()
        }
        return queue._replace(lines=Map(lines), seconds=self.seconds)

    def still_due(self, mail: int, number: int, address: str) -> int:
        """Mail without the reminders that have become pointless: delivered now, they would change nothing.

        They never become relevant again, because a lease's number, or a place in the pipeline, does not come back.
        """
        mine = mail & self.mail.passing & self.mail.addressed(address)
        key = (number, mine)
        due = self._due.get(key)
        if due is None:
            due = mine
            for letter in self.mail.places(mine):
                step = self.step(number, letter)
                if step.state == number and step.is_silent:
                    due &= ~(1 << letter)
            self._due[key] = due
        return mail & ~mine | due

    def logged(self, log: int, events: tuple[int, ...], batch_: int, essays: tuple[int, ...]) -> int:
        """The log with these further events of an orchestrator, which is then in state ``batch_``."""
        key = (log, events, batch_, essays)
        after = self._logs.get(key)
        if after is None:
            known: Map[str, Publish] = self.values[log]
            states = {essay_.essay_id: essay_ for essay_ in (self.values[number] for number in essays)}
            for number in events:
                known = checked_event(known, self.values[number], self.values[batch_], states)
            after = self._logs[key] = self.values.number(known)
        return after

    def restored(self, batch_: int, essays: tuple[int, ...]) -> Step:
        """The orchestrator that is activated from the store after one has died, as a step."""
        key = (batch_, essays)
        step = self._restored.get(key)
        if step is None:
            header: BatchHeader = self.values[batch_].header
            stored = [self.values[number] for number in essays if number != NOT_FOUNDED]
            before = restored(header._replace(epoch=header.epoch + 1), stored)
            decided = batch.resume(before, self.policy, _NOW)
            checked_batch(before, decided)
            step = self._restored[key] = self._taken(decided, batch_address(BATCH))
        return step

    def resumed(self, essay_: int) -> Step:
        """The essay that is activated after its process has died, as a step."""
        step = self._resumed.get(essay_)
        if step is None:
            state: EssayState = self.values[essay_]
            decided = essay.resume(state)
            step = self._resumed[essay_] = self._taken(decided, essay_address(state.batch_id, state.essay_id))
        return step

    def works(self, worker: int, kept: int, log: int) -> list[Work]:
        """All possible outcomes of the piece that a worker is doing."""
        key = (worker, kept, log)
        works = self._works.get(key)
        if works is None:
            works = self._works[key] = list(self._outcomes(*key))
        return works

    def _outcomes(self, number: int, kept: int, log: int) -> Iterator[Work]:
        worker: WorkerState = self.values[number]
        assert worker.lease is not None  # noqa: S101  (it works on a lease)
        request = worker.lease.requests[worker.done]
        after, finished = after_a_piece(worker, self._scope.seconds)
        letter = self.mail.place(request)
        for done in outcomes(request, self.values[kept], self._cohort_of(request, log), self._scope.pieces):
            mail = self.mail.posted([done.answer, *([finished] if finished is not None else [])])
            numbers = (self.values.number(after), self.values.number(done.kept))
            yield Work(done.how, letter, worker.address, *numbers, mail, done.failed, done.again)

    def _cohort_of(self, request: WorkRequested, log: int) -> Mapping[str, str]:
        work = request.work
        if not isinstance(work, CohortWork):
            return {}
        return commanded_at(self.values[log], BATCH, work.run, work.position) or {}
