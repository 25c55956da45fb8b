"""Ends the processes of idle workers, which frees their cores on a cluster, until there is work again."""

from immutables import Map

from actors.core.effects import Decision, Effect, Restart, Retire, Tell
from actors.core.leasing import next_batch
from actors.core.work_queue_state import QueueState
from contracts.work import AnnounceDue


def is_idle(state: QueueState) -> bool:
    """There are workers, and there is nothing for them to do."""
    return bool(state.workers) and not state.leases and next_batch(state) is None


def release(state: QueueState) -> Decision[QueueState]:
    """End all workers' processes; their incarnations are noted as gone, so that late messages from them are ignored."""
    gone = state.gone.update({address: worker.incarnation for address, worker in state.workers.items()})
    released = state.released.union(state.workers)
    retired = tuple(Retire(address) for address in sorted(state.workers))
    return Decision(state._replace(workers=Map(), gone=gone, released=released), retired)


def restart(state: QueueState, address: str, effects: tuple[Effect, ...] = ()) -> Decision[QueueState]:
    """Restart a worker that does not answer.

    A queue that has died since may have released it, so that it has no process to restart: so it is called as well.
    """
    return Decision(state._replace(released=state.released | {address}), (*effects, Restart(address)))


def calls_back(state: QueueState) -> tuple[Tell, ...]:
    """Messages that start released workers; repeated as long as work waits, because a message may be lost."""
    if not state.released or next_batch(state) is None:
        return ()
    return tuple(Tell(address, AnnounceDue(again=False)) for address in sorted(state.released))
