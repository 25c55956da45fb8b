"""Collects a batch's results from its store: the content of ``results.json``, and the essays' texts."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.stores.store import Store
from contracts.event_payloads import EssayContentProvisionedV1, EssayPhaseCompletedV1, EssayValidationFailedV1
from contracts.phases import PhaseName, phase_status_of
from contracts.scans import is_scan
from drivers.client.narration import essay_events
from drivers.review.decisions import BatchDecisions
from drivers.review.kept import decisions_in


@dataclass(frozen=True, slots=True)
class BatchResults:
    """A batch with all its results; ``document`` is the content of ``results.json``.

    ``texts`` maps the id of each essay that could be read to its original and its current text.
    """

    document: Mapping[str, Any]
    texts: Mapping[str, tuple[str, str]]


def collect(
    store: Store,
    batch_id: str,
    students: Mapping[str, str] = MappingProxyType({}),
    intake: Mapping[str, Any] = MappingProxyType({}),
) -> BatchResults:
    """Everything the store has about a batch now, with the teacher's decisions applied.

    ``students`` maps essay ids to names, where known; ``intake`` is the intake report of its essays, if it was kept.

    Raises:
        LookupError: the store has no such batch.
    """
    header = store.batch(batch_id)
    if header is None:
        raise LookupError(f"no batch {batch_id!r}")
    essays = store.essays(batch_id)
    stored = store.results({key for essay in essays for _, key in essay.results})
    results = {key: json.loads(record.document) for key, record in stored.items()}
    decisions = decisions_in(store, batch_id)
    state = store.pipeline_state(batch_id)
    document = {
        "batch_id": batch_id,
        "status": header.status.value,
        "run": header.run,
        **_facts(header),
        "phases": [_phase(header, phase, essays) for phase in header.pipeline],
        "pipeline_state": state.model_dump(mode="json") if state else None,
        "essays": [_essay(essay, results, students, decisions) for essay in essays],
        **({"intake": dict(intake)} if intake else {}),
    }
    return BatchResults(document, _texts(store, essays, results, decisions))


def _facts(header: BatchHeader) -> dict[str, str]:
    """The facts about the batch that were given when it was submitted."""
    request = header.request
    return {
        "language": request.language if request else "",
        "assignment": request.essay_instructions if request else "",
        "teacher": (request.teacher_name or "") if request else "",
        "class": request.class_designation if request else "",
        "course": request.course_code if request else "",
    }


def with_history(results: BatchResults, store: Store) -> BatchResults:
    """Add each essay's ``history``: what happened to it and when. Reads the batch's whole event log."""
    histories: dict[str, list[dict[str, Any]]] = {}
    for essay_id, step in _steps(store, results.document["batch_id"]):
        histories.setdefault(essay_id, []).append(step)
    essays = [{**essay, "history": histories.get(essay["essay_id"], [])} for essay in results.document["essays"]]
    return replace(results, document={**results.document, "essays": essays})


def _steps(store: Store, batch_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for moment, event in essay_events(store, batch_id):
        phase, attempt, error = None, 0, None
        match event:
            case EssayPhaseCompletedV1():
                phase, attempt, error = event.phase_name.value, event.attempt, event.error
            case EssayValidationFailedV1():
                error = event.error
            case EssayContentProvisionedV1():
                pass
        yield (
            event.essay_id,
            {
                "timestamp": moment.isoformat(),
                "phase_name": phase,
                "attempt": attempt,
                "failure": error.model_dump(mode="json") if error else None,
            },
        )


def _phase(header: BatchHeader, phase: PhaseName, essays: Sequence[EssayState]) -> dict[str, Any]:
    failed = [essay.essay_id for essay in essays if _failed_in(essay, phase)]
    processed = [essay.essay_id for essay in essays if phase in dict(essay.results) and not _failed_in(essay, phase)]
    return {
        "phase_name": phase.value,
        "phase_status": phase_status_of(len(processed), len(failed)).value if processed or failed else None,
        "execution_status": header.details[phase].status.value,
        "processed_essay_ids": processed,
        "failed_essay_ids": failed,
    }


def _failed_in(essay: EssayState, phase: PhaseName) -> bool:
    return essay.failure is not None and essay.phase is phase


def _essay(
    essay: EssayState, results: Mapping[str, Any], students: Mapping[str, str], decisions: BatchDecisions
) -> dict[str, Any]:
    found = _results_of(essay, results)
    decided = essay.essay_id in decisions.essays
    return {
        "essay_id": essay.essay_id,
        "student": students.get(essay.essay_id),
        "file": essay.file,
        "status": essay.status.value,
        "failure": essay.failure.model_dump(mode="json") if essay.failure else None,
        "original_text_storage_id": essay.original_text_id or None,
        "text_storage_id": essay.text_id or None,
        "results": decisions.reviewed(essay.essay_id, found),
        **({"review": decisions.of(essay.essay_id).document} if decided else {}),
    }


def _results_of(essay: EssayState, results: Mapping[str, Any]) -> dict[str, Any]:
    return {phase.value: results[key] for phase, key in essay.results if key in results}


def essay_document(store: Store, essay: EssayState, decisions: BatchDecisions) -> dict[str, Any]:
    """One essay as in ``results.json``, plus its ``original_text`` and its current ``text``."""
    stored = store.results(key for _, key in essay.results)
    results = {key: json.loads(record.document) for key, record in stored.items()}
    original, current = _texts(store, [essay], results, decisions).get(essay.essay_id, (None, None))
    return {**_essay(essay, results, {}, decisions), "original_text": original, "text": current}


def _texts(
    store: Store, essays: Sequence[EssayState], results: Mapping[str, Any], decisions: BatchDecisions
) -> dict[str, tuple[str, str]]:
    ids = {text_id for essay in essays for text_id in (essay.original_text_id, essay.text_id) if text_id}
    texts = store.texts(ids)
    return {
        essay.essay_id: (original, decisions.corrected(essay.essay_id, original, current, _results_of(essay, results)))
        for essay in essays
        if essay.original_text_id in texts and essay.text_id in texts and not is_scan(texts[essay.original_text_id])
        for original, current in [(texts[essay.original_text_id], texts[essay.text_id])]
    }
