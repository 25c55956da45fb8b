"""Turns a batch's event log into trace spans: for the batch, its phases, and their essays."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, NamedTuple, TypeAlias
from uuid import UUID

from pydantic_core import from_json

from actors.core.records import EventRecord
from actors.stores.event_log import LoggedEvent
from contracts.events import COMMAND_EVENTS, COMPLETED_EVENTS, ProcessingEvent, topic_name
from contracts.phases import PhaseStatus
from drivers.client.errors import RequestError

_COMMANDS: Final = frozenset(map(topic_name, [*COMMAND_EVENTS.values(), ProcessingEvent.BATCH_PHASE_INITIATE_COMMAND]))
_COMPLETED: Final = frozenset(map(topic_name, [*COMPLETED_EVENTS.values(), ProcessingEvent.ESSAY_PHASE_COMPLETED]))
_OUTCOME: Final = topic_name(ProcessingEvent.ELS_BATCH_PHASE_OUTCOME)
_ENDED: Final = topic_name(ProcessingEvent.BATCH_PIPELINE_COMPLETED)
Data: TypeAlias = dict[str, Any]


@dataclass(slots=True)
class Span:
    """A span of a trace. ``key`` is unique within a batch; ``failure`` says what went wrong, if anything did."""

    key: str
    name: str
    start: datetime
    end: datetime
    attributes: dict[str, str | int] = field(default_factory=dict)
    failure: str | None = None
    children: list["Span"] = field(default_factory=list)

    def count(self) -> int:
        """The number of spans: this one and all below it."""
        return 1 + sum(child.count() for child in self.children)


class Trace(NamedTuple):
    """The spans of one request. Its id is the request's correlation id, which may continue a trace of the caller."""

    correlation_id: UUID
    root: Span


def batch_traces(events: Iterable[LoggedEvent], *, essays: bool = True) -> list[Trace]:
    """A batch as traces: one for the registration and one for each further run, unless they share a correlation id.

    The root span of each lasts from the request's first event to its last so far.

    Args:
        events: the batch's log, in order.
        essays: whether to make a span for each essay in each phase.

    Raises:
        RequestError: the log is empty.
    """
    roots: dict[str, Span] = {}
    phases: dict[str, Span] = {}
    for _, event in events:
        envelope = from_json(event.document)
        data: Data = envelope["data"]
        root = roots.setdefault(envelope["correlation_id"], _begun(event, len(roots)))
        root.end = max(root.end, event.timestamp)
        if event.event_type == _ENDED:
            root.attributes |= {f"batch.{name}": data[name] for name in ("status", "total", "successful", "failed")}
        elif event.event_type in _COMMANDS:
            phase = phases[_key(data)] = _opened(data, event.timestamp)
            root.children.append(phase)
        elif known := phases.get(_key(data)):
            _within(known, event.event_type, data, event.timestamp, essays=essays)
    if not roots:
        raise RequestError("This batch has no events yet.")
    return [Trace(UUID(correlation_id), root) for correlation_id, root in roots.items()]


def _begun(event: EventRecord, number: int) -> Span:
    batch_id, moment = event.batch_id, event.timestamp
    return Span(f"batch/{number}" if number else "batch", f"batch {batch_id}", moment, moment, {"batch.id": batch_id})


def _key(data: Data) -> str:
    return f"{data.get('run')}/{data.get('position')}"


def _opened(command: Data, moment: datetime) -> Span:
    attributes: dict[str, str | int] = {"phase.run": command["run"], "phase.position": command["position"]}
    return Span(_key(command), "phase", moment, moment, attributes)


def _within(phase: Span, topic: str, data: Data, moment: datetime, *, essays: bool) -> None:
    """What happens in a phase: an essay is settled, or the phase comes to its outcome."""
    if topic not in _COMPLETED and topic != _OUTCOME:
        return
    phase.name = data["phase_name"]
    phase.end = max(phase.end, moment)
    if topic == _OUTCOME:
        phase.attributes["phase.status"] = data["phase_status"]
        phase.attributes["phase.processed"] = len(data["processed_essays"])
        phase.attributes["phase.failed"] = len(data["failed_essay_ids"])
        if data["phase_status"] == PhaseStatus.FAILED_CRITICALLY:
            phase.failure = "no essay came through"
    elif essays:
        phase.children.append(_essay(phase, data, moment))


def _essay(phase: Span, completed: Data, moment: datetime) -> Span:
    essay_id, error = completed["essay_id"], completed["error"]
    attributes: dict[str, str | int] = {
        "essay.id": essay_id,
        "essay.status": completed["status"],
        "essay.retries": completed["attempt"],
    }
    if error:
        attributes["error.type"] = error["error_code"]
    name = f"{completed['phase_name']} {essay_id}"
    return Span(f"{phase.key}/{essay_id}", name, phase.start, moment, attributes, error["message"] if error else None)
