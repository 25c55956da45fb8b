"""What the work queue has heard about batches as a whole: which are paused, and which are urgent.

Such messages may be late, repeated, or overtake each other, so each names the run in which it was sent.
"""

from actors.core.work_queue_state import QueueState
from contracts.work import ForgetBatch, HurryWork, PauseWork, ResumeWork


def noted(state: QueueState, message: PauseWork | ResumeWork | ForgetBatch, *, paused: bool) -> QueueState:
    """Note whether a batch is paused, unless a newer message has said so: messages may overtake each other."""
    batch_id, now = message.batch_id, (message.run, message.acts)
    if isinstance(message, ForgetBatch):
        now = (message.run + 1, 0)  # newer than any message of the run that ended, older than any of the next run
    if now < state.told.get(batch_id, (0, 0)):
        return state
    # An older message can do harm only if it pauses or hurries the batch.
    is_dated = message.acts or (isinstance(message, ForgetBatch) and message.urgent)
    return state._replace(
        urgent=state.urgent.delete(batch_id) if state.urgent.get(batch_id, now[0]) < now[0] else state.urgent,
        paused=state.paused | {batch_id} if paused else state.paused - {batch_id},
        told=state.told.set(batch_id, now) if is_dated else state.told,
    )


def hurried(state: QueueState, message: HurryWork) -> QueueState:
    """Note that a batch is urgent, unless something has been heard of a later run: then this message is too late."""
    batch_id, run = message.batch_id, message.run
    newest, _ = state.told.get(batch_id, (0, 0))
    if run < max(newest, state.urgent.get(batch_id, 0)):
        return state
    return state._replace(urgent=state.urgent.set(batch_id, run))
