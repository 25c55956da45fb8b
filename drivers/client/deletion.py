"""Forgetting a batch, or some essays of one: in its store, and in the files that a run writes.

An essay's id is made from the name of its file and may be its student's name, so nothing keeps it: neither the log,
which gets an entry that an essay was forgotten, nor the results, which are written anew without it.
"""

import json
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing
from pathlib import Path
from typing import Any, Final, NamedTuple

from actors.core.batch_state import BatchHeader, pipeline_state_of
from actors.core.effects import event_id_of
from actors.stores.event_log import EventRecord
from actors.stores.opening import open_store
from actors.stores.store import BatchRecord, Store
from contracts.envelope import EventEnvelope
from contracts.event_payloads import BatchOperatorActedV1
from contracts.events import ProcessingEvent, topic_name
from drivers.cli import saved_settings
from drivers.cli.locating import STORE_FILE
from drivers.client.documents import collect, with_history
from drivers.client.errors import RequestError
from drivers.intake import student_names
from drivers.report.outputs import write_outputs
from drivers.report.writing import REPORT_FILE

_RESULTS: Final = "results.json"
_REPORT_FOLDER: Final = "report"
_FILES: Final = (_RESULTS, "results.csv", REPORT_FILE, saved_settings.FILE)
_FOLDERS: Final = ("texts", _REPORT_FOLDER)
_HEAD: Final = 1000  # characters of results.json: it begins with its batch


class Doomed(NamedTuple):
    """What is to be forgotten: a batch with its store and output folder, or (not ``whole``) these essays of it."""

    batch_id: str
    url: str
    folder: Path
    essay_ids: tuple[str, ...] = ()
    whole: bool = True


def forget(doomed: Doomed, *, files: bool) -> list[Path]:
    """Forget it; the files that were deleted, or written anew.

    Raises:
        RequestError: a file could not be deleted; the store has forgotten it.
    """
    with closing(open_store(doomed.url)) as opened:
        names = _file_names(opened, doomed)
        if doomed.whole:
            opened.forget(doomed.batch_id)
        else:
            _forget_essays(opened, doomed)
        try:
            return _delete(doomed, opened, files=files) if doomed.whole else _renew(doomed, opened, names)
        except OSError as error:
            raise RequestError(
                f"It is deleted from the store, but {error.filename} could not be deleted or written anew: "
                f"{error.strerror}."
            ) from None


def _file_names(store: Store, doomed: Doomed) -> set[str]:
    essays = [store.essay(doomed.batch_id, essay_id) for essay_id in doomed.essay_ids]
    return {essay.file for essay in essays if essay is not None}


# --- the store ------------------------------------------------------------------------------------------------------


def _forget_essays(store: Store, doomed: Doomed) -> None:
    kept = student_names.kept(doomed.folder, doomed.batch_id)
    names = {name.casefold() for essay_id in doomed.essay_ids if (name := kept.get(essay_id))}
    for essay_id in doomed.essay_ids:
        _note(store, doomed.batch_id, names)
        store.forget(doomed.batch_id, essay_id)  # last: it also clears what the note has replaced


def _note(store: Store, batch_id: str, names: set[str]) -> None:
    """Log that an essay is forgotten, and take the name from those that a language model was not to see."""
    epoch = store.claim(batch_id)
    header, state = store.batch(batch_id), store.pipeline_state(batch_id)
    if header is None or state is None:
        return
    options: Mapping[str, Any] = _without_names(header.options, names)
    header = header._replace(epoch=epoch, options=options)
    record = BatchRecord(header, pipeline_state_of(header, state.last_updated), whole=True)
    store.commit([record, _forgotten_event(header)])


def _without_names(options: Any, names: set[str]) -> Any:
    if isinstance(options, Mapping):
        return {key: _without_names(value, names) for key, value in options.items()}
    if isinstance(options, list | tuple):
        kept = [each for each in options if not (isinstance(each, str) and each.casefold() in names)]
        return [_without_names(each, names) for each in kept]
    return options


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


# --- the files ------------------------------------------------------------------------------------------------------


def _renew(doomed: Doomed, store: Store, names: Collection[str]) -> list[Path]:
    """Write what was written of the batch anew, without the essays."""
    folder, batch_id = doomed.folder, doomed.batch_id
    kept = student_names.kept(folder, batch_id)
    rest = {essay_id: name for essay_id, name in kept.items() if essay_id not in doomed.essay_ids}
    if kept != rest:
        student_names.keep(folder, batch_id, rest)
    saved_settings.forget_files(folder, names)
    if not (folder / _RESULTS).is_file() or not _is_of(doomed):
        return []
    gone = [folder / "texts" / f"{essay_id}.txt" for essay_id in doomed.essay_ids]
    for path in gone:
        path.unlink(missing_ok=True)
    results = collect(store, batch_id, rest)
    written = write_outputs(results, store, folder)
    report = folder / _REPORT_FOLDER
    if report.is_dir():
        from drivers.report.writing import write_report  # noqa: PLC0415  (templates and plots load slowly)

        shutil.rmtree(report)
        write_report(with_history(results, store).document, results.texts, report)
        written.append(report)
    return [*gone, *written]


def _delete(doomed: Doomed, store: Store, *, files: bool) -> list[Path]:
    """The students' names, and the files that a run writes, if they are this batch's.

    The store's own file too, if it holds no batch any more.
    """
    student_names.keep(doomed.folder, doomed.batch_id, {})
    if not files or not _is_of(doomed):
        return []
    is_empty = not store.batches()
    store.close()
    gone = list(_delete_files(doomed.folder, is_empty=is_empty))
    if is_empty and doomed.folder.is_dir() and not any(doomed.folder.iterdir()):
        doomed.folder.rmdir()
    return gone


def _delete_files(folder: Path, *, is_empty: bool) -> Iterator[Path]:
    store_files = sorted(folder.glob(f"{STORE_FILE}*")) if is_empty else []
    for path in (*(folder / name for name in _FILES), *store_files):
        if path.is_file():
            path.unlink()
            yield path
    cursors = [path for path in store_files if path.is_dir()]
    for path in (*(folder / name for name in _FOLDERS), *cursors):
        if path.is_dir():
            shutil.rmtree(path)
            yield path


def _is_of(doomed: Doomed) -> bool:
    """Whether the results in the folder are this batch's, and not another's that shares the folder."""
    try:
        with (doomed.folder / _RESULTS).open(encoding="utf-8") as file:
            head = file.read(_HEAD)
    except OSError:
        return True  # no results were written
    return f'"batch_id": {json.dumps(doomed.batch_id, ensure_ascii=False)}' in head
