"""Views of a batch, its essays and its events, read from a store: for whoever asks a batch's process."""

from typing import Any, Final

from actors.core.batch_state import BatchStage
from actors.core.essay_state import EssayState
from actors.stores.store import Store
from contracts.phases import BatchStatus
from contracts.stored_event import StoredEvent, parse_event
from contracts.views import BatchView, EssayView

MOST_EVENTS: Final = 1000


def batch_view(store: Store, batch_id: str) -> BatchView | None:
    """The batch as it stands, or None if it is not in the store (any more)."""
    line, pipeline = store.summary(batch_id), store.pipeline_state(batch_id)
    if line is None or pipeline is None:
        return None
    return BatchView(
        batch_id=batch_id,
        status=BatchStatus(line.status),
        has_ended=line.stage == BatchStage.ENDED,
        is_paused=line.paused,
        essays=line.essays,
        updated_at=line.updated_at,
        pipeline=pipeline,
    )


def essay_views(store: Store, batch_id: str) -> list[EssayView]:
    """All essays of a batch, in order; none if the batch is not in the store (any more)."""
    return [_view(essay) for essay in store.essays(batch_id)]


def essay_view(store: Store, batch_id: str, essay_id: str) -> EssayView | None:
    """One essay of a batch, or None if there is none with this id."""
    essay = store.essay(batch_id, essay_id)
    return None if essay is None else _view(essay)


def _view(essay: EssayState) -> EssayView:
    return EssayView(
        batch_id=essay.batch_id,
        essay_id=essay.essay_id,
        number=essay.ordinal + 1,
        status=essay.status,
        phase=essay.phase,
        attempt=essay.attempt,
        results=tuple(phase for phase, _ in essay.results),
        failure=essay.failure,
    )


def events_of(store: Store, batch_id: str, after: int = 0) -> list[StoredEvent[Any]]:
    """A batch's events after sequence number ``after``, at most a thousand; for more, pass the last one's number."""
    logged = store.feed(after, batches=[batch_id], limit=MOST_EVENTS)
    return [parse_event(each.event.document, each.sequence) for each in logged]
