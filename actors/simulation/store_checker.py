"""Checks that a store keeps what is committed: records read back must be as in the reference model."""

from collections.abc import Iterable
from typing import Any

from actors.core.essay_state import EssayState
from actors.core.invariants import demand
from actors.core.records import BatchRecord, EssayMoved, NewEssayRecord, PieceRecord, Record, ResultRecord, TextRecord
from actors.simulation.reference_model import ReferenceModel, but_for_times
from actors.stores.store import Store


def demand_kept(records: Iterable[Record], store: Store, model: ReferenceModel) -> None:
    """8: every record of a commit can be read back.

    Raises:
        Violated: the store has lost something, or has something else.
    """
    for record in records:
        found, saved = _found_and_saved(record, store, model)
        demand(found == saved, 8, "of {} there was saved {}, and is stored {}", type(record).__name__, saved, found)


def _found_and_saved(record: Record, store: Store, model: ReferenceModel) -> tuple[Any, Any]:
    match record:
        case EssayState(batch_id=batch_id, essay_id=name) | EssayMoved(batch_id=batch_id, essay_id=name):
            return store.essay(batch_id, name), model.of(batch_id).essays[name]
        case NewEssayRecord(essay=essay):
            return store.essay(essay.batch_id, essay.essay_id), model.of(essay.batch_id).essays[essay.essay_id]
        case BatchRecord(header=header):
            saved = model.of(header.batch_id).header  # compared without times: a repeated commit has newer ones
            stored = store.batch(header.batch_id, with_order=False)
            return stored and but_for_times(stored), saved and but_for_times(saved._replace(order=()))
        case ResultRecord(key=key):
            return store.results([key]).get(key), model.results[key]
        case TextRecord(text_id=text_id):
            return store.texts([text_id]).get(text_id), model.texts[text_id]
        case PieceRecord(cohort_key=key, piece=piece):
            return piece in store.pieces(key, [piece]), True
        case _:  # the history checker checks events at the end
            return None, None
