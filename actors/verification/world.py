"""The world that is walked through: the states of all actors, what is stored, and the mail under way, as small numbers.

Every decision is made by the core and remembered, so a step of the world takes a few look-ups.
"""

from collections.abc import Iterable
from typing import Final

from immutables import Map

from actors.core import work_queue
from actors.core.addresses import QUEUE, batch_address, essay_address, kind_of, worker_address
from actors.core.batch_state import BatchHeader, BatchStage, BatchState
from actors.core.cohort import CohortState
from actors.core.effects import Tell
from actors.core.work_queue_state import QueueState
from actors.verification.decisions import Decisions
from actors.verification.mail import Letter, Mailroom
from actors.verification.scope import Scope, purse_of
from actors.verification.state import BATCH, NOT_FOUNDED, State, Step, Work
from actors.verification.values import Values
from actors.verification.worker import WorkerState, announcement, born_again, takes
from contracts.failures import ErrorCode, ErrorDetail
from contracts.messages import EssayInput, RegisterBatch
from contracts.registration import BatchRegistrationRequestV1
from contracts.work import Assign

UNREADABLE: Final = ErrorDetail(error_code=ErrorCode.CORRUPT_FILE, message="The file is damaged.")


class World:
    """The core and its surroundings: the first state, and how one state leads to others."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self._me = batch_address(BATCH)
        self.values, self.mail = Values(), Mailroom(has_deadlines=scope.hurries > 0)
        self._decisions = Decisions(scope, self.values, self.mail)
        self._places = {essay_address(BATCH, name): number for number, name in enumerate(scope.names)}
        self._workers = {worker_address(number): number for number in range(scope.workers)}

    # ------------------------------------------------------------ the beginning

    def beginning(self) -> State:
        """A batch that is about to be registered, and workers that have announced themselves."""
        workers = [WorkerState(address) for address in self._workers]
        queue = QueueState(seconds=self._decisions.seconds)
        for worker in workers:
            queue = work_queue.step(queue, announcement(worker).message, self._decisions.policy).state
        return State(
            self.values.number(BatchState(BatchHeader(BATCH))),
            (NOT_FOUNDED,) * self.scope.essays,
            self.values.number(Map()),
            self.values.number(queue),
            tuple(self.values.number(worker) for worker in workers),
            self.values.number(frozenset()),
            self.values.number(Map()),
            self.registration(),
            purse_of(self.scope),
        )

    def registration(self) -> int:
        """The driver's registration of the batch, as mail."""
        names = self.scope.names
        request = BatchRegistrationRequestV1(
            expected_essay_count=len(names), essay_ids=list(names), requested_pipelines=list(self.scope.pipeline)
        )
        readable = len(names) - self.scope.unreadable
        essays = tuple(
            EssayInput(name, text_id=f"text of {name}") if number < readable else EssayInput(name, failure=UNREADABLE)
            for number, name in enumerate(names)
        )
        return self.mail.posted([Tell(batch_address(BATCH), RegisterBatch(BATCH, request, essays))])

    def is_silent(self, state: State) -> bool:
        """Whether nothing is under way and nobody works, so that only time passes."""
        if state.mail & ~self.mail.slow:
            return False
        return all(self.values[number].lease is None for number in state.workers)

    def has_ended(self, state: State) -> bool:
        """Whether the batch has ended."""
        return self.header(state).stage is BatchStage.ENDED

    def header(self, state: State) -> BatchHeader:
        """The batch's header."""
        header: BatchHeader = self.values[state.batch].header
        return header

    # ------------------------------------------------------------ decisions

    def delivered(self, state: State, number: int, *, mute: bool = False) -> State | None:
        """The world after a letter has arrived; None if its addressee cannot take it now.

        With ``mute``, the addressee saves its decision and sends nothing.
        """
        letter = self.mail.letters[number]
        rest = state.mail & ~(1 << number)
        batch_, essays, cohorts, queue, workers, kept, log, _, purse = state
        match kind_of(letter.address):
            case "batch":
                step = self._decisions.step(state.batch, number)
                return self._batch_moved(state, step, rest, mute=mute)
            case "essay":
                return self._essay(state, number, letter, rest, mute=mute)
            case "cohort":
                step = self._decisions.step(state.cohorts, number)
                return State(batch_, essays, step.state, queue, workers, kept, log, rest | step.mail, purse)
            case "worker":
                return self._worker(state, letter, rest)
            case _:
                step = self._decisions.step(state.queue, number)
                mail = self._decisions.still_due(rest | step.mail, step.state, QUEUE)
                after = State(batch_, essays, cohorts, step.state, workers, kept, log, mail, purse)
                return self._restarted(after, step.restarts) if step.restarts else after

    def _batch_moved(self, state: State, step: Step, rest: int, *, mute: bool = False) -> State:
        _, essays, cohorts, queue, workers, kept, log, _, purse = state
        if step.founded and NOT_FOUNDED in essays:
            essays = step.founded
        if step.logged:
            log = self._decisions.logged(log, step.logged, step.state, essays)
        mail = self._decisions.still_due(rest if mute else rest | step.mail, step.state, self._me)
        return State(step.state, essays, cohorts, queue, workers, kept, log, mail, purse)

    def _essay(self, state: State, number: int, letter: Letter, rest: int, *, mute: bool = False) -> State:
        batch_, essays, cohorts, queue, workers, kept, log, _, purse = state
        place = self._places[letter.address]
        before = essays[place]
        if before != NOT_FOUNDED:
            step = self._decisions.step(before, number)
            essays = (*essays[:place], step.state, *essays[place + 1 :])
            rest = rest if mute else rest | step.mail
        return State(batch_, essays, cohorts, queue, workers, kept, log, rest, purse)

    def _worker(self, state: State, letter: Letter, rest: int) -> State | None:
        place = self._workers[letter.address]
        worker: WorkerState = self.values[state.workers[place]]
        if not isinstance(letter.message, Assign):  # it is asked to announce itself
            return (
                state._replace(mail=rest | self.mail.posted([announcement(worker)])) if worker.lease is None else None
            )
        after = takes(worker, letter.message)
        return None if after is None else self.with_worker(state, place, after)._replace(mail=rest)

    def with_worker(self, state: State, place: int, worker: WorkerState) -> State:
        """The world with one worker changed."""
        number = self.values.number(worker)
        return state._replace(workers=(*state.workers[:place], number, *state.workers[place + 1 :]))

    def busy(self, state: State) -> int | None:
        """The first worker that is working on a lease, or None."""
        return next((place for place, each in enumerate(state.workers) if self.values[each].lease is not None), None)

    def works(self, state: State, place: int) -> list[Work]:
        """All possible outcomes of the piece that a worker is doing."""
        return self._decisions.works(state.workers[place], state.kept, state.log)

    def _restarted(self, state: State, addresses: Iterable[str]) -> State:
        for address in addresses:
            state = self.crashed(state, address)
            state = state._replace(mail=state.mail & ~self.mail.of(state.mail, address, reminders=False))
        return state

    # ------------------------------------------------------------ crashes

    def crashed(self, state: State, address: str, *, resumes: bool = True) -> State:
        """The world after a process died and was started again, without its reminders and unsaved state."""
        state = state._replace(mail=state.mail & ~self.mail.of(state.mail, address, reminders=True))
        match kind_of(address):
            case "batch":
                return self._batch_moved(state, self._decisions.restored(state.batch, state.essays), state.mail)
            case "essay" if (number := state.essays[place := self._places[address]]) != NOT_FOUNDED:
                step = self._decisions.resumed(number)
                essays = (*state.essays[:place], step.state, *state.essays[place + 1 :])
                return state._replace(essays=essays, mail=state.mail | step.mail if resumes else state.mail)
            case "cohort":
                others: Map[str, CohortState] = self.values[state.cohorts]
                return state._replace(cohorts=self.values.number(others.delete(address)))
            case "worker":
                which = self._workers[address]
                worker = born_again(self.values[state.workers[which]])
                mail = state.mail | self.mail.posted([announcement(worker)])
                return self.with_worker(state, which, worker)._replace(mail=mail)
            case "queue":
                return self._queue_again(state)
            case _:
                return state

    def _queue_again(self, state: State) -> State:
        before: QueueState = self.values[state.queue]
        said = (*work_queue.resume(self._workers), *work_queue.watch(self._workers, self._decisions.policy))
        queue = self.values.number(QueueState(next_lease=before.next_lease, seconds=self._decisions.seconds))
        return state._replace(queue=queue, mail=state.mail | self.mail.posted(said, QUEUE))

    def addresses(self, state: State) -> list[str]:
        """The addresses of everything that can crash."""
        cohorts: Map[str, CohortState] = self.values[state.cohorts]
        essays = [address for address, place in self._places.items() if state.essays[place] != NOT_FOUNDED]
        return [batch_address(BATCH), *essays, *sorted(cohorts), QUEUE, *self._workers]
