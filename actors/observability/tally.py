"""The numbers in a commit, computed purely from its records, so that only durable facts are counted.

They are counted where records are written, in the one process that lives as long as the engine: an essay's own process
may be gone before its counters are collected. A record written twice, as happens around a crash, counts twice: these
figures are for watching; the event log is exact.
"""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic_core import from_json

from actors.core.records import EventRecord, PieceRecord, Record, ResultRecord
from actors.observability.instruments import Metric, Tags
from contracts.events import COMPLETED_EVENTS, TOPICS, ProcessingEvent, topic_name
from contracts.results.ai_feedback import usage_in

_ESSAY_TOPICS: Final = frozenset(
    TOPICS[event] for event in (*COMPLETED_EVENTS.values(), ProcessingEvent.ESSAY_PHASE_COMPLETED)
)
_BATCH_TOPIC: Final = topic_name(ProcessingEvent.BATCH_PIPELINE_COMPLETED)


@dataclass(slots=True)
class Tally:
    """Amounts to add by metric and tags, and observations of histograms."""

    amounts: defaultdict[tuple[Metric, Tags], float] = field(default_factory=lambda: defaultdict(float))
    observed: list[tuple[Metric, float, Tags]] = field(default_factory=list)


def tally(records: Iterable[Record]) -> Tally:
    """The numbers of a commit."""
    sums = Tally()
    for record in records:
        match record:
            case EventRecord(event_type=topic) if topic in _ESSAY_TOPICS:
                _settled(sums, record.batch_id, _data(record))
            case EventRecord(event_type=topic) if topic == _BATCH_TOPIC:
                sums.amounts[Metric.BATCHES_ENDED, (("status", _data(record)["status"]),)] += 1
            case ResultRecord():
                _result(sums, record)
            case PieceRecord():
                _piece(sums, record)
            case _:  # essays, headers and texts have nothing to count that their events do not have
                pass
    return sums


def _data(record: EventRecord) -> dict[str, Any]:
    data: dict[str, Any] = from_json(record.document, cache_strings="keys")["data"]
    return data


def _settled(sums: Tally, batch_id: str, event: dict[str, Any]) -> None:
    phase = ("phase", event["phase_name"])
    sums.amounts[Metric.ESSAYS_SETTLED, (("batch", batch_id), phase, ("status", event["status"]))] += 1
    if event["attempt"]:
        sums.amounts[Metric.RETRIES, (phase,)] += event["attempt"]
    if event["error"]:
        sums.amounts[Metric.FAILURES, (phase, ("error_code", event["error"]["error_code"]))] += 1


def _result(sums: Tally, record: ResultRecord) -> None:
    result = from_json(record.document, cache_strings="keys")
    sums.observed.append((Metric.WORK_SECONDS, result["duration_ms"] / 1000, (("phase", record.phase),)))
    if usage := result.get("usage"):
        _usage(sums, usage)


def _piece(sums: Tally, record: PieceRecord) -> None:
    """Count a judging model's usage by pair; in the essays' results, the sum of the cohort would be repeated."""
    if '"usage"' not in record.value:
        return
    usage = usage_in(from_json(record.value))
    if usage is not None:  # in a piece of somebody's own phase, "usage" may mean something else
        _usage(sums, usage.model_dump())


def _usage(sums: Tally, usage: dict[str, Any]) -> None:
    model = ("model", usage["model"])
    sums.amounts[Metric.LLM_CALLS, (model,)] += usage["calls"]
    sums.amounts[Metric.LLM_TOKENS, (model, ("direction", "input"))] += usage["input_tokens"]
    sums.amounts[Metric.LLM_TOKENS, (model, ("direction", "output"))] += usage["output_tokens"]
    sums.amounts[Metric.LLM_COST, (model,)] += usage["cost"]
