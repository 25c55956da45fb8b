"""Forgetting one essay of a batch: what is deleted, and what the rest of the batch looks like without it.

The essay's state, texts, results and events are deleted unless another essay needs them, and so are the comparisons
that it took part in. The batch's own events are rewritten without the essay's id, and the header counts one essay less.
Results of the other essays stay as they are (ranks too: they are numbers), and so do the statuses with which phases and
the batch ended, as they have happened. Only a phase's outcome event, whose status must agree with its lists, gets the
status of the essays that are left.

This module makes the plan by asking a store; the store carries it out.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final, NamedTuple

from pydantic import BaseModel

from actors.core.batch_state import BatchHeader, PhaseDetail
from actors.core.essay_state import EssayState
from actors.core.records import BatchRecord, EventRecord
from actors.stores.references import References, needed_by_no_other_essay, used_by_essay
from actors.stores.store import Store
from contracts.events import ProcessingEvent, payload_model_of, topic_name
from contracts.phases import PhaseName, phase_status_of
from contracts.pieces import piece_is_about
from contracts.refs import fields_naming_essays

_COMMANDED: Final = "essays_to_process"  # never empty in a command
_OUTCOME: Final = topic_name(ProcessingEvent.ELS_BATCH_PHASE_OUTCOME)
_IDS: Final = ("essay_ids", "expected_essay_count")  # these two must agree


class Erasure(NamedTuple):
    """What a store has to do to forget an essay.

    ``gone`` are ids of texts and results to delete, ``unused`` ids that the batch no longer mentions. ``pieces`` to
    delete are given as (cohort key, piece). Of the batch's own events, some are ``rewritten``, and those with the ids
    in ``withdrawn`` are deleted.
    """

    batch: BatchRecord | None
    gone: frozenset[str]
    unused: frozenset[str]
    pieces: tuple[tuple[str, str], ...]
    rewritten: tuple[EventRecord, ...]
    withdrawn: tuple[str, ...]


def erasure_of(store: Store, references: References, batch_id: str, essay_id: str) -> Erasure | None:
    """The plan for forgetting this essay; None if the batch does not have it, or has no other essay.

    (A batch cannot be without essays: in the second case, the whole batch is to be forgotten.)
    """
    essay = store.essay(batch_id, essay_id)
    rest = [other for other in store.essays(batch_id) if other.essay_id != essay_id]
    if essay is None or not rest:
        return None
    logged = [each.event for each in store.events(batch_id)]
    edits = [(event, _edited(event, essay_id)) for event in logged if event.essay_id is None]
    own = {used for event in logged if event.essay_id == essay_id for used in _used_by_event(event)}
    own |= {*used_by_essay(essay), *(text_id for _, edit in edits for text_id in edit.text_ids)} - {""}
    needed = {used for other in rest for used in used_by_essay(other)}
    gone = needed_by_no_other_essay(references, batch_id, own, needed)
    return Erasure(
        batch=_batch_without(store, essay),
        gone=frozenset(gone),
        unused=frozenset((own | gone) - needed),
        pieces=tuple(_pieces_about(store, references, batch_id, essay_id)),
        rewritten=tuple(event._replace(document=edit.document) for event, edit in edits if edit.document),
        withdrawn=tuple(event.event_id for event, edit in edits if edit.is_withdrawn),
    )


# --- events -------------------------------------------------------------------------------------------------------


class _Edit(NamedTuple):
    """An event's new document (empty if nothing changes), and the texts that it named with the essay."""

    document: str = ""
    is_withdrawn: bool = False
    text_ids: frozenset[str] = frozenset()


def _used_by_event(event: EventRecord) -> Iterator[str]:
    data = json.loads(event.document).get("data", {})
    return (data[name] for name in ("text_storage_id", "result_key") if data.get(name))


def _edited(event: EventRecord, essay_id: str) -> _Edit:
    if json.dumps(essay_id) not in event.document and json.dumps(essay_id, ensure_ascii=False) not in event.document:
        return _Edit()
    model = payload_model_of(event.event_type)
    if model is None:  # an unknown kind of event: there is no telling where it names the essay
        return _Edit(is_withdrawn=True)
    envelope = json.loads(event.document)
    removed: list[Any] = []
    data = _without(envelope["data"], model, essay_id, removed)
    if not removed:
        return _Edit()
    texts = frozenset(ref["text_storage_id"] for ref in removed if isinstance(ref, dict))
    if data.get(_COMMANDED) == []:
        return _Edit(is_withdrawn=True, text_ids=texts)
    if event.event_type == _OUTCOME and (data["processed_essays"] or data["failed_essay_ids"]):
        data["phase_status"] = phase_status_of(len(data["processed_essays"]), len(data["failed_essay_ids"]))
    document = json.dumps(envelope | {"data": data}, ensure_ascii=False, separators=(",", ":"))
    return _Edit(document, text_ids=texts)


def _without(data: Mapping[str, Any], model: type[BaseModel], essay_id: str, removed: list[Any]) -> dict[str, Any]:
    """A model's data with the essay taken out of all lists of essays; the items taken out are added to ``removed``."""
    kept = dict(data)
    for name in fields_naming_essays(model) & {name for name, value in data.items() if value is not None}:
        removed += (item for item in data[name] if _names(item, essay_id))
        kept[name] = [item for item in data[name] if not _names(item, essay_id)]
    for name, field in model.model_fields.items():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel) and data.get(name):
            kept[name] = _without(data[name], field.annotation, essay_id, removed)
    if all(isinstance(kept.get(name), kind) for name, kind in zip(_IDS, (list, int), strict=True)):
        kept[_IDS[1]] = len(kept[_IDS[0]])
    return kept


def _names(item: Any, essay_id: str) -> bool:
    return item == essay_id or (isinstance(item, dict) and item.get("essay_id") == essay_id)


# --- pieces -------------------------------------------------------------------------------------------------------


def _pieces_about(store: Store, references: References, batch_id: str, essay_id: str) -> Iterator[tuple[str, str]]:
    """The pieces about the essay, except those of cohorts shared with another batch that has the same essay."""
    for cohort_key in references.cohorts_of(batch_id):
        others = references.users_of(cohort_key) - {batch_id}
        if not any(store.essay(other, essay_id) for other in others):
            yield from ((cohort_key, piece) for piece in store.pieces(cohort_key) if piece_is_about(piece, essay_id))


# --- the header ---------------------------------------------------------------------------------------------------


def _batch_without(store: Store, essay: EssayState) -> BatchRecord | None:
    header, before = store.batch(essay.batch_id), store.pipeline_state(essay.batch_id)
    if header is None or before is None:
        return None
    order = tuple(name for name in header.order if name != essay.essay_id)
    request = header.request
    if request is not None and request.essay_ids is not None:
        ids = [name for name in request.essay_ids if name != essay.essay_id]
        request = request.model_copy(update={"essay_ids": ids, "expected_essay_count": len(ids)})
    counted = set(_counted_in(essay, header))
    details = {
        phase: _one_less(detail, phase, essay) if phase in counted else detail
        for phase, detail in header.details.items()
    }
    new = header._replace(
        order=order,
        request=request,
        retrying=header.retrying - {essay.essay_id},
        commanded={name: text_id for name, text_id in header.commanded.items() if name != essay.essay_id},
        details=header.details.update(details),
    )
    return BatchRecord(new, before.last_updated, whole=True, essays=len(new.order))


def _counted_in(essay: EssayState, header: BatchHeader) -> Iterable[PhaseName]:
    yield from (phase for phase, _ in essay.results)
    if essay.failure is not None and essay.phase is not None:
        yield essay.phase
    if essay.essay_id in header.commanded and header.phase is not None:
        yield header.phase


def _one_less(detail: PhaseDetail, phase: PhaseName, essay: EssayState) -> PhaseDetail:
    """The detail without one essay; if the header has not counted its outcome yet, a restart corrects the numbers."""
    failed = essay.failure is not None and essay.phase is phase
    done = phase in dict(essay.results) and not failed
    return detail._replace(
        total=max(detail.total - 1, 0),
        successful=max(detail.successful - done, 0),
        failed=max(detail.failed - failed, 0),
    )
