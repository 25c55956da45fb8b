"""A model of what is stored, for the invariants: updated with every commit, and checked at every commit."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any, Final

from pydantic_core import from_json

from actors.core import invariants
from actors.core.batch_state import BatchHeader, BatchStage, PhaseDetail
from actors.core.effects import event_id_of
from actors.core.essay_state import EssayState
from actors.core.invariants import demand
from actors.core.records import (
    BatchRecord,
    EssayMoved,
    EventRecord,
    NewEssayRecord,
    PieceRecord,
    Record,
    ResultRecord,
    TextRecord,
)
from actors.simulation.history import is_all_of
from actors.simulation.outcome_oracle import OutcomeOracle
from actors.simulation.services import ServiceLog
from contracts.commands import command_model_of
from contracts.event_payloads import ELSBatchPhaseOutcomeV1
from contracts.events import COMMAND_EVENTS, COMPLETED_EVENTS, TOPICS, ProcessingEvent
from contracts.phases import PhaseName, PipelineExecutionStatus

_COMMANDS = {TOPICS[event]: phase for phase, event in COMMAND_EVENTS.items()} | {
    TOPICS[ProcessingEvent.BATCH_PHASE_INITIATE_COMMAND]: None  # the command itself names its phase
}
_COMPLETED = {TOPICS[event] for event in (*COMPLETED_EVENTS.values(), ProcessingEvent.ESSAY_PHASE_COMPLETED)}
_ACTED = TOPICS[ProcessingEvent.BATCH_OPERATOR_ACTED]
_CLOSED = {
    PipelineExecutionStatus.COMPLETED_SUCCESSFULLY,
    PipelineExecutionStatus.COMPLETED_WITH_PARTIAL_SUCCESS,
    PipelineExecutionStatus.FAILED,
}
_OUTCOME = TOPICS[ProcessingEvent.ELS_BATCH_PHASE_OUTCOME]
Spot = tuple[int, int]


@dataclass(slots=True)
class BatchModel:
    """One batch as it is stored. ``commanded`` maps (run, position) to the commanded essays' texts."""

    header: BatchHeader | None = None
    essays: dict[str, EssayState] = field(default_factory=dict)
    left_completed: dict[str, Spot] = field(default_factory=dict)
    commanded: dict[Spot, dict[str, str]] = field(default_factory=dict)
    outcomes: set[Spot] = field(default_factory=set)
    settled: dict[tuple[str, int, int], tuple[bool, str]] = field(default_factory=dict)
    paused: bool = False
    cancelled: bool = False

    def acted(self, action: str) -> None:
        """Note an operator's command, and whether phases may begin after it."""
        self.paused = action == "pause" or (self.paused and action in {"append", "drop"})
        self.cancelled = action == "cancel" or (self.cancelled and action not in {"retry", "run"})


class ReferenceModel:
    """All batches as they are stored, and the results and texts they share."""

    def __init__(self, service_log: ServiceLog, oracle: OutcomeOracle) -> None:
        self._service_log = service_log
        self._oracle = oracle
        self._batches: dict[str, BatchModel] = {}
        self._events: set[str] = set()
        self.results: dict[str, ResultRecord] = {}
        self.texts: dict[str, str] = {}
        self.ended: set[str] = set()  # the batches that have ended at least once

    def of(self, batch_id: str) -> BatchModel:
        """The model of one batch."""
        if batch_id not in self._batches:
            self._batches[batch_id] = BatchModel()
        return self._batches[batch_id]

    def saved(self, records: Sequence[Record]) -> None:
        """Apply a commit that became durable, and check all that it changed (invariants 1 to 4, 8 and 10).

        Raises:
            Violated: an invariant does not hold any more.
        """
        known = self._known_already(records)
        for record in records:  # in the order in which it was decided
            if not known or _whose(record) not in known:
                self._write(record)

    def _known_already(self, records: Sequence[Record]) -> set[tuple[str, str] | None]:
        """The owners of states that this commit does not change, as it was made before and its answer was lost.

        (A commit may contain several states of one owner; stores show only the last of them.)
        """
        last = {_whose(record): record for record in records if type(record) in _STATES}
        return {whose for whose, record in last.items() if self._is_known(record)}

    def _is_known(self, record: Record) -> bool:
        match record:
            case EssayState():
                return self.of(record.batch_id).essays.get(record.essay_id) == record
            case EssayMoved():
                essay = self.of(record.batch_id).essays.get(record.essay_id)  # it may be created in this very commit
                return essay is not None and record.applied_to(essay) == essay
            case BatchRecord(header=header):
                known = self.of(header.batch_id).header
                if known is None or _counts(known) != _counts(header):
                    return False
                return but_for_times(known) == but_for_times(record.applied_to(known))
            case _:
                return False

    def _write(self, record: Record) -> None:
        match record:
            case EventRecord() if record.event_id not in self._events:
                self._events.add(record.event_id)
                self._append(self.of(record.batch_id), record)
            case EssayState():
                self._write_essay(self.of(record.batch_id), record)
            case EssayMoved():
                book = self.of(record.batch_id)
                self._write_essay(book, record.applied_to(book.essays[record.essay_id]))
            case NewEssayRecord(essay=essay):
                self.of(essay.batch_id).essays.setdefault(essay.essay_id, essay)
            case BatchRecord():
                book = self.of(record.header.batch_id)
                header = record.applied_to(book.header)
                invariants.header_goes_forward(book.header, header)
                book.header = header
                if header.stage is BatchStage.ENDED:
                    self.ended.add(header.batch_id)
                    invariants.ended_well(header, book.essays)
            case ResultRecord():
                self.results[record.key] = record
                facts = from_json(record.document)
                where = (record.phase, facts["original_text_storage_id"], facts["producer_version"])
                self._service_log.stored.add(where)
            case TextRecord():
                self.texts[record.text_id] = record.content
            case PieceRecord():
                self._service_log.pieces.add((record.cohort_key, record.piece))

    def _write_essay(self, book: BatchModel, essay: EssayState) -> None:
        before = book.essays.get(essay.essay_id)
        book.essays[essay.essay_id] = essay
        if before is not None and before.is_completed:
            book.left_completed[essay.essay_id] = (essay.run, essay.position)
        invariants.settled_stays_settled(before, essay)
        invariants.status_fits(essay)
        if essay.phase is not None:
            invariants.took_what_was_commanded(essay, book.commanded.get((essay.run, essay.position)))
        whose = essay.failure.correlation_id if essay.failure is not None else essay.correlation_id
        demand(
            whose == essay.correlation_id,
            10,
            "{} is of {}, its failure of {}",
            essay.essay_id,
            essay.correlation_id,
            whose,
        )
        for phase, key in essay.results:
            result = self.results.get(key)
            demand(result is not None, 8, "{} names a {} result that is not stored", essay.essay_id, phase)
            demand(result is not None and result.text_id in self.texts, 8, "{}: its text is not stored", essay.essay_id)

    def _append(self, book: BatchModel, record: EventRecord) -> None:
        data, topic = from_json(record.document)["data"], record.event_type
        whose = str(book.header.correlation_id) if book.header is not None else ""
        all_of_it = is_all_of(whose, record.document)
        demand(all_of_it, 10, "the run is of {}, and was published: {}", whose, record.document)
        if topic in _COMPLETED:
            self._completed(book, data)
        elif topic in _COMMANDS:
            self._commanded(book, data, _COMMANDS[topic] or PhaseName(data["phase_name"]))
        elif topic == _OUTCOME:
            self._outcome(book, record, data)
        elif topic == _ACTED:
            book.acted(data["action"])

    def _completed(self, book: BatchModel, data: dict[str, Any]) -> None:
        place = (data["essay_id"], data["run"], data["position"])
        demand(place not in book.settled, 4, "{} is settled twice", place)
        succeeded = data["error"] is None
        book.settled[place] = (succeeded, data["text_storage_id"])
        essay = book.essays[data["essay_id"]]
        demand((essay.run, essay.position) == place[1:], 4, "{} is settled, the essay is elsewhere", place)
        if book.header is not None:
            self._oracle.explain(book.header, essay, data, self.results, self.texts)

    def _commanded(self, book: BatchModel, data: dict[str, Any], phase: PhaseName) -> None:
        command = command_model_of(phase).model_validate(data)
        spot, header = (command.run, command.position), book.header
        demand(header is not None, 8, "a command was published before its batch was saved")
        if header is None:
            return
        demand(spot == (header.run, header.position), 3, "a command for {}, the batch is at {}", spot, header.position)
        demand(header.phase is phase, 3, "a command for {}, the batch is at {}", phase, header.phase)
        open_spots = book.commanded.keys() - book.outcomes
        demand(not open_spots, 3, "{} begins, and {} has no outcome yet", phase, open_spots)
        demand(not book.paused and not book.cancelled, 3, "{} begins though it shall not", phase)
        invariants.dispatched_exactly(header, book.essays, command)
        demand(
            header.details[phase].status is PipelineExecutionStatus.DISPATCH_INITIATED, 4, "{} is not dispatched", phase
        )
        named = {ref.essay_id: ref.text_storage_id for ref in command.essays_to_process}
        demand(named == header.commanded, 3, "{} were commanded, by the header {}", named.keys(), header.commanded)
        book.commanded[spot] = named
        self._oracle.commanded(phase, named)

    def _closed(self, book: BatchModel, outcome: ELSBatchPhaseOutcomeV1) -> None:
        detail = book.header.details[outcome.phase_name] if book.header is not None else PhaseDetail()
        demand(
            detail.status in _CLOSED and detail.completed_at is not None,
            4,
            "{} is {}",
            outcome.phase_name,
            detail.status,
        )
        demand(detail.successful + detail.failed == detail.total, 4, "{} ended as {}", outcome.phase_name, detail)
        counts = (len(outcome.processed_essays), len(outcome.failed_essay_ids))
        fits = detail.successful >= counts[0] and detail.failed >= counts[1]
        demand(fits, 4, "{}: the outcome counts {}, the detail {}", outcome.phase_name, counts, detail)

    def _outcome(self, book: BatchModel, record: EventRecord, data: dict[str, Any]) -> None:
        outcome = ELSBatchPhaseOutcomeV1.model_validate(data)
        spot = (outcome.run, outcome.position)
        demand(spot not in book.outcomes, 2, "the outcome of {} was published twice", spot)
        key = f"{outcome.batch_id}/{outcome.run}/{outcome.position}/outcome"
        demand(record.event_id == event_id_of(key), 2, "the id of the outcome of {} is not derived from it", spot)
        demand(spot in book.commanded, 3, "there is an outcome of {}, and was no command", spot)
        book.outcomes.add(spot)
        self._closed(book, outcome)
        invariants.outcome_is_complete(outcome, book.essays, book.commanded[spot])


_all_but_details: Final = itemgetter(*(at for at, name in enumerate(BatchHeader._fields) if name != "details"))
_STATES: Final = frozenset({EssayState, EssayMoved, BatchRecord})


def _whose(record: Record) -> tuple[str, str] | None:
    """The owner of the state in a record, if the record is a state."""
    match record:
        case EssayState() | EssayMoved():
            return record.batch_id, record.essay_id
        case BatchRecord(header=header):
            return header.batch_id, ""
        case _:
            return None


def _counts(header: BatchHeader) -> dict[PhaseName, tuple[PipelineExecutionStatus, int, int]]:
    return {phase: (detail.status, detail.successful, detail.failed) for phase, detail in header.details.items()}


def but_for_times(header: BatchHeader) -> tuple[Any, ...]:
    """A header without the times at which its phases began and ended."""
    return _counts(header), *_all_but_details(header)
