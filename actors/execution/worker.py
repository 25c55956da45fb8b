"""The actor that has the work done: the one place where an exception becomes a failure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from actors.actor import Actor
from actors.core.addresses import QUEUE
from actors.core.effects import Decision, Effect, Remind, Tell
from actors.core.retry import Policy
from actors.execution.executors import Workbench
from actors.execution.lease_progress import Hand
from contracts.messages import Message
from contracts.work import AnnounceDue, Assign, ForgetBatch, LeaseFinished, WorkerReady, WorkReturned


@dataclass(frozen=True, slots=True)
class WorkerState:
    """``incarnation`` is new in each process.

    ``finished`` is the last lease done.
    """

    incarnation: str
    finished: int = -1


class PhaseWorker(Actor[WorkerState]):
    """Does leases of work on its workbench, and answers each piece: a portion of the lease's decision.

    Everything durable about a piece (texts, results) is kept with the commit that precedes its answer.
    """

    def __init__(self, address: str, incarnation: str, bench: Workbench, policy: Policy) -> None:
        super().__init__(address, WorkerState(incarnation))
        self._bench = bench
        self._policy = policy
        self._hand = Hand(-1, 0)
        self._returned = 0  # how often the rest of a lease was given back; another thread says so while this one works

    def step(self, state: WorkerState, message: Message) -> Decision[WorkerState]:
        """Do the work of a lease; announce oneself."""
        match message:
            case Assign() if self._is_for_now(message):
                *portions, last = self._do(state, message)
                return Decision(last.state, tuple(effect for each in (*portions, last) for effect in each.effects))
            case AnnounceDue(again=again):
                later = (Remind(self._policy.announce_after, message),) if again else ()
                return Decision(state, (self._announcement(state), *later))
            case ForgetBatch():
                self._bench.forget()
                return Decision(state)
            case _:  # a lease of before the queue knew what was given back: others have its work
                return Decision(state)

    def portions(self, state: WorkerState, message: Message) -> Iterator[Decision[WorkerState]]:
        """A lease piece by piece."""
        if isinstance(message, Assign) and self._is_for_now(message):
            return self._do(state, message)
        return super().portions(state, message)

    def _is_for_now(self, assign: Assign) -> bool:
        """The queue knew what was given back, or it is the lease in hand, once more."""
        return assign.returned == self._returned or assign.lease == self._hand.lease

    def held_up(self) -> Sequence[Effect]:
        """The queue gets back all that waits behind the piece in hand."""
        hand, state = self._hand, self.state
        if not hand.give_back():
            return ()
        self._returned += 1
        return (Tell(QUEUE, WorkReturned(self.address, state.incarnation, self._returned, hand.lease, hand.done)),)

    def resume(self, state: WorkerState) -> Decision[WorkerState]:
        """A new process announces itself, and keeps doing so."""
        return Decision(state, (self._announcement(state), Remind(self._policy.announce_after, AnnounceDue())))

    def _announcement(self, state: WorkerState) -> Tell:
        return Tell(QUEUE, WorkerReady(self.address, state.incarnation, state.finished, self._returned))

    def _do(self, state: WorkerState, assign: Assign) -> Iterator[Decision[WorkerState]]:
        last = self._hand.last if self._hand.lease == assign.lease else None
        hand = self._hand = Hand(assign.lease, len(assign.requests), last)
        for effects in _by_answer(self._bench.do(assign.requests)):
            yield Decision(state, effects)
            if not hand.goes_on():
                break
        seconds = self._bench.pace.seconds_a_piece()
        done = None if hand.last is None else hand.done
        finished = LeaseFinished(assign.lease, self.address, state.incarnation, seconds, done)
        yield Decision(replace(state, finished=assign.lease), (Tell(QUEUE, finished),))


def _by_answer(effects: Iterable[Effect]) -> Iterator[tuple[Effect, ...]]:
    """Each piece's effects: what is to be kept of it, and its answer."""
    portion: list[Effect] = []
    for effect in effects:
        portion.append(effect)
        if isinstance(effect, Tell):
            yield tuple(portion)
            portion = []
