"""Deletes one essay of a batch from its store.

An essay's id is made from its file name, which may be the student's name. So the id is deleted too: the log records
that an essay was forgotten, but not which one.
"""

from collections.abc import Collection, Mapping
from typing import Any, Final

from actors.core.batch_state import BatchHeader
from actors.core.effects import event_id_of
from actors.core.records import BatchRecord, EventRecord
from actors.stores.store import Store
from contracts.envelope import EventEnvelope
from contracts.event_payloads import BatchOperatorActedV1
from contracts.events import ProcessingEvent, topic_name
from drivers.client.errors import EssayNotFoundError

_WORD_LIST: Final = "word_list"


def forget_essay(store: Store, batch_id: str, essay_id: str, names: Collection[str]) -> None:
    """Delete an essay, and its student's ``names`` from the settings of the phases (names to hide, word lists).

    Raises:
        EssayNotFoundError: the batch has none of this id.
    """
    if store.essay(batch_id, essay_id) is None:
        raise EssayNotFoundError(f"Batch {batch_id!r} has no essay {essay_id!r}.")
    _note(store, batch_id, {name.casefold() for name in names})
    store.forget(batch_id, essay_id)  # last: it also clears what the note has replaced


def _note(store: Store, batch_id: str, names: set[str]) -> None:
    """Log that an essay was forgotten, and remove the names from the settings of the phases."""
    epoch = store.claim(batch_id)
    header, state = store.batch(batch_id), store.pipeline_state(batch_id)
    if header is None or state is None:
        return
    options: Mapping[str, Any] = _without_names(header.options, names)
    header = header._replace(epoch=epoch, options=options)
    record = BatchRecord(header, state.last_updated, whole=True)
    store.commit([record, _forgotten_event(header)])


def _without_names(options: Any, names: set[str]) -> Any:
    if isinstance(options, Mapping):
        return {
            key: _without_names(value, names if key != _WORD_LIST else _parts(names)) for key, value in options.items()
        }
    if isinstance(options, list | tuple):
        kept = [each for each in options if not (isinstance(each, str) and each.casefold() in names)]
        return [_without_names(each, names) for each in kept]
    return options


def _parts(names: set[str]) -> set[str]:
    """The names and each of their words: a teacher may have put a student's name on the word list."""
    return names | {part for name in names for part in name.split()}


def _forgotten_event(header: BatchHeader) -> EventRecord:
    batch_id, correlation_id = header.batch_id, header.correlation_id
    event_id, topic = (
        event_id_of(f"{batch_id}/forgotten/{header.epoch}"),
        topic_name(ProcessingEvent.BATCH_OPERATOR_ACTED),
    )
    envelope = EventEnvelope[BatchOperatorActedV1](
        event_id=event_id,
        event_type=topic,
        source_service="driver",
        correlation_id=correlation_id,
        data=BatchOperatorActedV1(
            batch_id=batch_id, action="forgot an essay", run=header.run, correlation_id=correlation_id
        ),
    )
    moment = envelope.event_timestamp
    return EventRecord(str(event_id), batch_id, None, topic, moment, envelope.model_dump_json())
