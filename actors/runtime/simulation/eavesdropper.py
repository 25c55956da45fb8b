"""Listens to what is said, and looks at live actors: invariants 1, 4, 8 and 9 on what is not stored."""

from actors.actor import Actor
from actors.batch_orchestrator import BatchOrchestrator
from actors.core import invariants
from actors.core.addresses import batch_of
from actors.core.batch_state import BatchState, Stage
from actors.core.invariants import demand
from actors.core.queue_state import QueueState
from actors.runtime.simulation.books import Book, Books
from actors.runtime.simulation.services import Ledger
from actors.work_queue import WorkQueue
from contracts.messages import EssayCompleted, EssayOutcome, GiveUp, InitiatePhase, Message, WorkSucceeded
from contracts.work import CohortFinished, EssayWork, PieceDone, StartCohort, WorkRequested


class Eavesdropper:
    """Knows what is stored, and compares."""

    def __init__(self, books: Books, ledger: Ledger) -> None:
        self._books = books
        self._ledger = ledger
        self._looked_at: dict[str, BatchState] = {}
        self._queue: QueueState | None = None

    def heard(self, address: str, message: Message) -> None:
        """8: what is said is saved.

        Raises:
            Violated: somebody was told of something that is not.
        """
        match message:
            case EssayOutcome():
                place = (message.essay_id, message.run, message.position)
                saved = self._book(address).settled.get(place)
                demand(saved == (message.succeeded, message.text_id), 8, f"{place} was told, and is not saved so")
            case EssayCompleted(essay_id=name):
                demand(self._book(address).essays[name].is_completed, 8, f"{name} is told to be completed, and is not")
            case InitiatePhase() | GiveUp():
                commanded = self._book(address).commanded.get((message.run, message.position), {})
                essay_id = address.rsplit("/", 1)[1]
                demand(commanded.get(essay_id) == message.text_id, 8, f"{essay_id} is told what was not commanded")
            case StartCohort():
                commanded = self._book(address).commanded.get((message.run, message.position), {})
                demand(sorted(commanded) == sorted(message.essay_ids), 8, "a cohort is started that was not commanded")
            case WorkSucceeded(result_key=key):
                demand(key in self._books.results, 8, f"{address} is told of a result that is not stored")
                demand(self._books.results[key].text_id == message.text_id, 8, f"{address} is told another text")
            case CohortFinished(successes=successes):
                lost = [name for name, (_, key) in successes.items() if key not in self._books.results]
                demand(not lost, 8, f"the results of {lost} are told, and not stored")
            case PieceDone(piece=piece):
                done = (self._ledger.cohort_key, piece) in self._ledger.pieces
                demand(done, 8, f"piece {piece} is told to be done, and is not stored")
            case WorkRequested(work=EssayWork() as work):
                self._asked(work)

    def _asked(self, work: EssayWork) -> None:
        essay = self._books.of(work.batch_id).essays[work.essay_id]
        asked, saved = (work.run, work.position, work.attempt), (essay.run, essay.position, essay.attempt)
        demand(asked <= saved, 8, f"{essay.essay_id} asks for {asked}, saved is {saved}")
        if asked == saved and essay.is_under_way:
            demand(work.text_id == essay.text_id, 8, f"{essay.essay_id} asks for another text than the one saved")
            demand(work.results == essay.results, 8, f"{essay.essay_id} asks with other results than those saved")

    def looked(self, actor: Actor[object]) -> None:
        """What a live actor knows is sound.

        Raises:
            Violated: it is not.
        """
        match actor:
            case BatchOrchestrator(state=state) if self._looked_at.get(actor.address) is not state:
                self._looked_at[actor.address] = state
                self._orchestrator(state)
            case WorkQueue(state=queue) if self._queue is not queue:
                self._work_queue(queue)

    def _orchestrator(self, state: BatchState) -> None:
        header, book = state.header, self._books.of(state.header.batch_id)
        if header.stage is Stage.NEW:
            return
        saved = book.header
        demand(saved is not None, 8, "a batch goes on that is not saved")
        live = (
            header.run,
            header.position,
            header.stage,
            header.paused,
            header.cancelled,
            header.pipeline,
            header.acts,
        )
        if saved is not None:
            stored = (saved.run, saved.position, saved.stage, saved.paused, saved.cancelled, saved.pipeline, saved.acts)
            demand(live == stored, 8, f"the orchestrator is at {live}, saved is {stored}")
        invariants.registered_essays_are_there(state, book.essays)
        invariants.standings_are_right(state, book.essays)
        if header.stage is Stage.RUNNING:
            invariants.no_essay_is_lost(state, book.commanded[header.run, header.position])
            invariants.batch_and_essays_agree(state, book.essays)
            invariants.counts_are_right(state)

    def _work_queue(self, queue: QueueState) -> None:
        before, self._queue = self._queue, queue
        invariants.queue_is_whole(queue)
        invariants.queue_works(queue)
        if before is not None and before.next_lease <= queue.next_lease:
            invariants.queue_is_fair(before, queue)

    def _book(self, address: str) -> Book:
        return self._books.of(batch_of(address) or "")
