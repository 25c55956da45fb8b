"""Tells a batch's event log in sentences."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pydantic import BaseModel, ValidationError

from actors.core.records import EventRecord
from actors.stores.store import Store
from contracts.commands import PHASE_COMMANDS, InitiateCommandData
from contracts.envelope import EventEnvelope
from contracts.event_payloads import (
    BatchEssaysReadyV1,
    BatchEssaysRegisteredV1,
    BatchOperatorActedV1,
    BatchPhaseSkippedV1,
    BatchPipelineCompletedV1,
    CohortPhaseCompletedV1,
    CohortPhaseFailedV1,
    CohortPhaseRequestedV1,
    ELSBatchPhaseOutcomeV1,
    EssayContentProvisionedV1,
    EssayPhaseCompletedV1,
    EssayValidationFailedV1,
)
from contracts.events import payload_model_of


@dataclass(frozen=True, slots=True)
class NarratedEvent:
    """One event of the log, with a sentence for people (``text``). ``failed``: the event reports a failure."""

    sequence: int
    timestamp: datetime
    essay_id: str | None
    event_type: str
    text: str
    failed: bool
    data: Any

    def as_document(self) -> dict[str, Any]:
        """The event as a JSON document, including its whole payload (``data``)."""
        return {
            "sequence": self.sequence,
            "timestamp": self.timestamp.isoformat(),
            "essay_id": self.essay_id,
            "event_type": self.event_type,
            "said": self.text,
            "data": self.data,
        }


def narrated(store: Store, batch_id: str, essay_id: str | None = None) -> Iterator[NarratedEvent]:
    """The events of a batch, or those about one of its essays (also events of the batch that name it)."""
    for logged in store.events(batch_id):
        if essay_id is None or logged.event.essay_id == essay_id or _is_about(essay_id, logged.event):
            yield _narrated(logged.sequence, logged.event, essay_id)


def sentence_of(event: EventEnvelope[Any]) -> str:
    """An event as a sentence for people; only its topic if this version cannot read the payload."""
    return _sentence(event.data, None) if isinstance(event.data, BaseModel) else event.event_type


EssayEvent = EssayContentProvisionedV1 | EssayValidationFailedV1 | EssayPhaseCompletedV1


def essay_events(store: Store, batch_id: str) -> Iterator[tuple[datetime, EssayEvent]]:
    """The events that are about a single essay, each with its time, in the order of the log."""
    for logged in store.events(batch_id):
        if logged.event.essay_id is not None and isinstance(payload := _payload(logged.event), EssayEvent):
            yield logged.event.timestamp, payload


def _is_about(essay_id: str, event: EventRecord) -> bool:
    """Whether an event of the whole batch names the essay, or no essay at all (as the end of the batch)."""
    if event.essay_id is not None:
        return False
    match _payload(event):
        case InitiateCommandData(essays_to_process=refs) | CohortPhaseRequestedV1(essays_to_process=refs):
            return any(ref.essay_id == essay_id for ref in refs)
        case (
            ELSBatchPhaseOutcomeV1(processed_essays=refs, failed_essay_ids=failed)
            | CohortPhaseCompletedV1(processed_essays=refs, failed_essay_ids=failed)
        ):
            return essay_id in failed or any(ref.essay_id == essay_id for ref in refs)
        case CohortPhaseFailedV1(failed_essay_ids=failed):
            return essay_id in failed
        case BatchOperatorActedV1(essay_ids=ids):
            return not ids or essay_id in ids
        case _:
            return True


def _narrated(sequence: int, event: EventRecord, essay_id: str | None) -> NarratedEvent:
    payload = _payload(event)
    return NarratedEvent(
        sequence=sequence,
        timestamp=event.timestamp,
        essay_id=event.essay_id,
        event_type=event.event_type,
        text=event.event_type if payload is None else _sentence(payload, essay_id),
        failed=_is_failure(payload),
        data=json.loads(event.document)["data"],
    )


def _payload(event: EventRecord) -> BaseModel | None:
    """The event's payload; None if another version wrote it in a form that this one cannot read."""
    model = payload_model_of(event.event_type)
    try:
        return model.model_validate(json.loads(event.document)["data"]) if model is not None else None
    except ValidationError:
        return None


def _is_failure(payload: BaseModel | None) -> bool:
    match payload:
        case EssayValidationFailedV1():
            return True
        case EssayPhaseCompletedV1(error=error):
            return error is not None
        case _:
            return False


def _sentence(payload: BaseModel, essay_id: str | None) -> str:
    match payload:
        case BatchEssaysRegisteredV1(request=request):
            pipeline = " -> ".join(request.pipeline)
            return f"registered: {request.expected_essay_count} essays, {pipeline}"
        case EssayContentProvisionedV1(file=file):
            return f"read from {file or 'what was sent'}"
        case EssayValidationFailedV1(file=file, error=error):
            return f"{file or 'it'} could not be read: {error.message}"
        case BatchEssaysReadyV1(ready_essays=ready, failed_essay_ids=failed):
            return f"{len(ready)} essays ready" + (f", {len(failed)} not" if failed else "")
        case EssayPhaseCompletedV1():
            return _settled(payload)
        case ELSBatchPhaseOutcomeV1():
            return _outcome(payload, essay_id)
        case BatchPhaseSkippedV1(phase_name=phase, reason=reason):
            return f"{phase} skipped: {reason}"
        case BatchPipelineCompletedV1(status=status, successful=successful, total=total):
            return f"the batch ended as {status.replace('_', ' ')}: {successful} of {total} essays came through"
        case BatchOperatorActedV1():
            return _acted(payload)
        case InitiateCommandData():
            return _begun(payload)
        case CohortPhaseRequestedV1() | CohortPhaseCompletedV1() | CohortPhaseFailedV1():
            return _of_cohort(payload)
        case _:
            return type(payload).__name__


def _settled(event: EssayPhaseCompletedV1) -> str:
    tries = f" at attempt {event.attempt + 1}" if event.attempt else ""
    if event.error is None:
        return f"{event.phase_name} done{tries}"
    return f"{event.phase_name} failed{tries}: {event.error.message} ({event.error.error_code})"


def _outcome(event: ELSBatchPhaseOutcomeV1, essay_id: str | None) -> str:
    status = event.phase_status.lower().replace("_", " ")
    counts = f": {len(event.processed_essays)} done, {len(event.failed_essay_ids)} failed" if essay_id is None else ""
    return f"{event.phase_name} {status} for the batch{counts}"


def _of_cohort(event: CohortPhaseRequestedV1 | CohortPhaseCompletedV1 | CohortPhaseFailedV1) -> str:
    match event:
        case CohortPhaseRequestedV1(essays_to_process=refs):
            return f"{event.phase_name} is asked for a cohort of {len(refs)}"
        case CohortPhaseCompletedV1(processed_essays=refs):
            return f"{event.phase_name} has answered for {len(refs)} of its cohort"
        case CohortPhaseFailedV1():
            return f"{event.phase_name} has answered for nobody of its cohort"


def _acted(event: BatchOperatorActedV1) -> str:
    of = f" {', '.join(event.phases)}" if event.phases else ""
    essays = f" of {len(event.essay_ids)} essays" if event.essay_ids else ""
    return f"an operator said: {event.action}{of}{essays}"


def _begun(command: InitiateCommandData) -> str:
    named = getattr(command, "phase_name", "a phase")
    phase = next((name for name, model in PHASE_COMMANDS.items() if type(command) is model), named)
    again = f" (run {command.run + 1})" if command.run else ""
    return f"{phase} begins with {len(command.essays_to_process)} essays{again}"
