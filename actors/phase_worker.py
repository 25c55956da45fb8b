"""The actor that has the work done: the one place where an exception becomes a failure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from actors.actor import Actor
from actors.core.addresses import QUEUE
from actors.core.effects import Decision, Effect, Remind, Tell
from actors.core.retry import Policy
from actors.workbench.bench import Workbench
from contracts.messages import Message
from contracts.work import AnnounceDue, Assign, EssayWork, LeaseFinished, WorkerReady, WorkRequested


@dataclass(frozen=True, slots=True)
class WorkerState:
    """``incarnation`` is new in each process; ``finished`` is the last lease done."""

    incarnation: str
    finished: int = -1


class PhaseWorker(Actor[WorkerState]):
    """Does leases of work on its workbench, and answers each piece.

    Everything durable about the work (texts, results, pieces) is kept with the commit that precedes the answers.
    """

    def __init__(self, address: str, incarnation: str, bench: Workbench, policy: Policy) -> None:
        super().__init__(address, WorkerState(incarnation))
        self._bench = bench
        self._policy = policy

    def step(self, state: WorkerState, message: Message) -> Decision[WorkerState]:
        """Do the work of a lease; announce oneself."""
        match message:
            case Assign():
                return self._do(state, message)
            case AnnounceDue(again=again):
                later = (Remind(self._policy.announce_after, message),) if again else ()
                return Decision(state, (self._announcement(state), *later))
            case _:
                return Decision(state)

    def resume(self, state: WorkerState) -> Decision[WorkerState]:
        """A new process announces itself, and keeps doing so."""
        return Decision(state, (self._announcement(state), Remind(self._policy.announce_after, AnnounceDue())))

    def _announcement(self, state: WorkerState) -> Tell:
        return Tell(QUEUE, WorkerReady(self.address, state.incarnation, state.finished))

    def _do(self, state: WorkerState, assign: Assign) -> Decision[WorkerState]:
        begun = self._bench.stopwatch()
        effects = list(self._work(assign.requests))
        seconds = self._bench.stopwatch() - begun
        effects.append(Tell(QUEUE, LeaseFinished(assign.lease, self.address, state.incarnation, seconds)))
        return Decision(replace(state, finished=assign.lease), tuple(effects))

    def _work(self, requests: Sequence[WorkRequested]) -> Iterator[Effect]:
        essays = [request for request in requests if isinstance(request.work, EssayWork)]
        yield from self._bench.essays.do(essays)
        for request in requests:
            if not isinstance(request.work, EssayWork):
                yield from self._bench.cohorts.do(request.work, request.reply_to)
