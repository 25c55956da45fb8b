"""The actor that has the work done: the one place where an exception becomes a failure."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from actors.actor import Actor
from actors.core.addresses import QUEUE
from actors.core.effects import Decision, Effect, Remind, Tell
from actors.core.retry import Policy
from actors.workbench.bench import Workbench
from actors.workbench.hand import Hand
from contracts.messages import Message
from contracts.work import AnnounceDue, Assign, ForgetBatch, LeaseFinished, WorkerReady, WorkReturned


@dataclass(frozen=True, slots=True)
class WorkerState:
    """``incarnation`` is new in each process.

    ``finished`` is the last lease done, ``returned`` how often the rest of one was given back.
    """

    incarnation: str
    finished: int = -1
    returned: int = 0


class PhaseWorker(Actor[WorkerState]):
    """Does leases of work on its workbench, and answers each piece: a portion of the lease's decision.

    Everything durable about a piece (texts, results) is kept with the commit that precedes its answer.
    """

    def __init__(self, address: str, incarnation: str, bench: Workbench, policy: Policy) -> None:
        super().__init__(address, WorkerState(incarnation))
        self._bench = bench
        self._policy = policy
        self._hand = Hand(-1, 0)

    def step(self, state: WorkerState, message: Message) -> Decision[WorkerState]:
        """Do the work of a lease; announce oneself."""
        match message:
            case Assign(returned=state.returned):
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
        if isinstance(message, Assign) and message.returned == state.returned:
            return self._do(state, message)
        return super().portions(state, message)

    def held_up(self) -> Sequence[Effect]:
        """The queue gets back all that waits behind the piece in hand."""
        hand, state = self._hand, self.state
        if not hand.give_back():
            return ()
        returned = WorkReturned(self.address, state.incarnation, state.returned + 1, hand.lease, hand.done)
        return (Tell(QUEUE, returned),)

    def resume(self, state: WorkerState) -> Decision[WorkerState]:
        """A new process announces itself, and keeps doing so."""
        return Decision(state, (self._announcement(state), Remind(self._policy.announce_after, AnnounceDue())))

    def _announcement(self, state: WorkerState) -> Tell:
        return Tell(QUEUE, WorkerReady(self.address, state.incarnation, state.finished, state.returned))

    def _do(self, state: WorkerState, assign: Assign) -> Iterator[Decision[WorkerState]]:
        hand = self._hand = Hand(assign.lease, len(assign.requests))
        for effects in _by_answer(self._bench.do(assign.requests)):
            yield Decision(state, effects)
            if not hand.goes_on():
                break
        seconds = self._bench.pace.seconds_a_piece()
        done = hand.done if hand.is_given_back else None
        finished = LeaseFinished(assign.lease, self.address, state.incarnation, seconds, done)
        after = replace(state, finished=assign.lease, returned=state.returned + hand.is_given_back)
        yield Decision(after, (Tell(QUEUE, finished),))


def _by_answer(effects: Iterable[Effect]) -> Iterator[tuple[Effect, ...]]:
    """Each piece's effects: what is to be kept of it, and its answer."""
    portion: list[Effect] = []
    for effect in effects:
        portion.append(effect)
        if isinstance(effect, Tell):
            yield tuple(portion)
            portion = []
