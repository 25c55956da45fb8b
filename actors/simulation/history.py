"""The history checker: checks that the event log of one batch is consistent in itself.

It shares no code and no state with the engine (Kingsbury, *Jepsen*: a history is checked from the outside). It reads
the log as JSON, as another system would, and replays what must have happened.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic_core import from_json

from actors.core.invariants import demand
from actors.core.records import EventRecord

Place = tuple[int, int]


@dataclass(slots=True)
class _History:
    """The state replayed so far: ``texts`` are readable essays' current texts, ``open`` the command without outcome."""

    order: list[str] = field(default_factory=list)
    texts: dict[str, str] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    ready: bool = False
    run: int = 0
    open: Place | None = None
    commanded: dict[str, str] = field(default_factory=dict)
    settled: dict[str, bool] = field(default_factory=dict)
    last: Place = (0, -1)
    processed: dict[Place, set[str]] = field(default_factory=dict)
    newest: dict[str, Place] = field(default_factory=dict)
    cancelled: bool = False
    ended: dict[int, dict[str, Any]] = field(default_factory=dict)
    pipeline: set[str] = field(default_factory=set)
    accounted_for: set[str] = field(default_factory=set)
    requested: Place | None = None
    correlations: dict[int, str] = field(default_factory=dict)


def check_history(events: Iterable[EventRecord]) -> None:
    """Check the log of one batch from its beginning to its end.

    Raises:
        Violated: the log contradicts itself, or breaks an invariant (1 to 4 and 10, and 6 for its end).
    """
    story, ids = _History(), set[str]()
    for event in events:
        envelope = from_json(event.document)
        demand(envelope["event_id"] not in ids, 2, "{} is in the log twice", envelope["event_id"])
        ids.add(envelope["event_id"])
        data = envelope["data"]
        _tell(story, event.event_type.removeprefix("huleedu.").removesuffix(".v1"), data)
        said = story.correlations.setdefault(story.run, envelope["correlation_id"])
        demand(is_all_of(said, event.document), 10, "{} is not all of {}", envelope, said)
    demand(story.open is None, 1, "{} was commanded, and has no outcome", story.open)
    demand(story.run in story.ended, 6, "run {} did not end", story.run)


def is_all_of(correlation_id: str | None, document: str) -> bool:
    """Is this the correlation id of an envelope, of its payload, and of everything in the payload?"""
    # This counts keys at any depth: within a string, each quotation mark would have a backslash before it.
    named, compact = document.count('"correlation_id"'), document.replace('"correlation_id": ', '"correlation_id":')
    return named > 1 and compact.count(f'"correlation_id":"{correlation_id}"') == named


def _tell(story: _History, kind: str, data: dict[str, Any]) -> None:
    match kind.split("."):
        case ["batch", "essays", "registered"]:
            demand(not story.order, 1, "the batch was registered twice")
            story.order = list(data["request"]["essay_ids"])
            story.pipeline = set(data["request"]["requested_pipelines"])
        case ["file", "essay", "content", "provisioned"]:
            story.texts[data["essay_id"]] = data["text_storage_id"]
        case ["file", "essay", "validation", "failed"]:
            story.unreadable.add(data["essay_id"])
        case ["els", "batch", "essays", "ready"]:
            _ready(story, data)
        case [_, phase, "initiate", "command"]:
            story.accounted_for.add(data.get("phase_name", phase))
            _commanded(story, data)
        case ["essay", _, "completed"]:
            _completed(story, data)
        case ["els", "batch_phase", "outcome"]:
            _outcome(story, data)
        case ["els", _, "requested"] | [_, "completed" | "failed"]:
            _of_cohort(story, kind.rpartition(".")[2], data)
        case ["batch", "operator", "acted"]:
            _acted(story, data)
        case ["batch", "pipeline", "completed"]:
            _ended(story, data)
        case ["batch", "phase", "skipped"]:
            demand(data["run"] == story.run, 3, "a phase of run {} was skipped in run {}", data["run"], story.run)
            story.accounted_for.add(data["phase_name"])
        case _:
            demand(False, 2, "an event that nobody knows: {}", kind)


def _place(data: dict[str, Any]) -> Place:
    return data["run"], data["position"]


def _ready(story: _History, data: dict[str, Any]) -> None:
    ready = {ref["essay_id"]: ref["text_storage_id"] for ref in data["ready_essays"]}
    demand(ready == story.texts, 1, "the essays ready are not those whose text was stored")
    demand(set(data["failed_essay_ids"]) == story.unreadable, 1, "the essays failed are not those that were unreadable")
    demand(ready.keys() | story.unreadable == set(story.order), 1, "an essay is neither ready nor failed")
    demand(not ready.keys() & story.unreadable, 1, "an essay is ready and failed")
    story.ready = True


def _commanded(story: _History, data: dict[str, Any]) -> None:
    place = _place(data)
    demand(story.ready, 3, "a phase begins before the essays are ready")
    demand(story.open is None, 3, "{} begins before the outcome of {}", place, story.open)
    demand(story.requested is None, 3, "{} begins before the end of the cohort of {}", place, story.requested)
    demand(place > story.last, 3, "{} begins after {}", place, story.last)
    demand(data["run"] == story.run, 3, "{} begins in run {}", place, story.run)
    demand(not story.cancelled, 3, "{} begins in a cancelled batch", place)
    demand(story.run not in story.ended, 3, "{} begins after the end of its run", place)
    named = {ref["essay_id"]: ref["text_storage_id"] for ref in data["essays_to_process"]}
    demand(len(named) == len(data["essays_to_process"]), 1, "{} names an essay twice", place)
    demand(list(named) == [name for name in story.order if name in named], 3, "{} is out of order", place)
    wrong = [name for name, text in named.items() if story.texts.get(name) != text]
    demand(not wrong, 3, "{} has another text than the current one of {}", place, wrong)
    before = story.processed.get(story.last)
    if before is not None and story.last[0] == place[0] and place[0] == 0:
        demand(named.keys() == before, 3, "{} is for {}, processed before were {}", place, named.keys(), before)
    story.open, story.last, story.commanded, story.settled = place, place, named, {}


def _completed(story: _History, data: dict[str, Any]) -> None:
    name, place = data["essay_id"], _place(data)
    demand(place == story.open, 4, "{} settled {} while {} was open", name, place, story.open)
    demand(name in story.commanded, 3, "{} settled {} and was not commanded to it", name, place)
    demand(name not in story.settled, 4, "{} settled {} twice", name, place)
    demand(story.newest.get(name, (0, -1)) < place, 4, "{} settled {} after {}", name, place, story.newest.get(name))
    succeeded = data["error"] is None
    demand(
        succeeded == data["status"].endswith("success"),
        4,
        "{} is {} with error={}",
        name,
        data["status"],
        not succeeded,
    )
    demand(succeeded == (data["result_key"] is not None), 4, "{}: a result and an error, or neither", name)
    demand(succeeded or data["text_storage_id"] == story.commanded[name], 4, "{} failed and has another text", name)
    story.settled[name] = succeeded
    story.newest[name] = place
    story.texts[name] = data["text_storage_id"]


def _outcome(story: _History, data: dict[str, Any]) -> None:
    place = _place(data)
    demand(place == story.open, 2, "an outcome of {}, and open is {}", place, story.open)
    processed = {ref["essay_id"]: ref["text_storage_id"] for ref in data["processed_essays"]}
    failed = data["failed_essay_ids"]
    demand([*processed] == [name for name in story.order if name in processed], 1, "{} is out of order", place)
    demand(sorted([*processed, *failed]) == sorted(story.commanded), 1, "{} lost or invented an essay", place)
    demand(
        {name: name in processed for name in story.commanded} == story.settled, 4, "{} is not as they settled", place
    )
    wrong = [name for name, text in processed.items() if story.texts[name] != text]
    demand(not wrong, 3, "the outcome of {} has another text of {}", place, wrong)
    status = ("COMPLETED_WITH_FAILURES" if processed else "FAILED_CRITICALLY") if failed else "COMPLETED_SUCCESSFULLY"
    demand(data["phase_status"] == status, 4, "{} is {} and not {}", place, data["phase_status"], status)
    story.processed[place] = set(processed)
    story.open = None


def _of_cohort(story: _History, what: str, data: dict[str, Any]) -> None:
    place = _place(data)
    if what == "requested":
        named = {ref["essay_id"]: ref["text_storage_id"] for ref in data["essays_to_process"]}
        demand((place, named) == (story.open, story.commanded), 3, "{} was requested and commanded otherwise", place)
        story.requested = place
        return
    processed = {ref["essay_id"] for ref in data.get("processed_essays", ())}
    demand(place == story.requested == story.last, 2, "a cohort's end at {}, requested was {}", place, story.requested)
    demand(story.open is None and processed == story.processed[place], 4, "the cohort's end at {} is another", place)
    demand((what == "completed") == bool(processed), 4, "{} came through {}, and it {}", len(processed), place, what)
    lost = story.commanded.keys() - processed - {*data["failed_essay_ids"]}
    demand(not lost, 1, "the cohort's end at {} lost {}", place, lost)
    story.requested = None


def _acted(story: _History, data: dict[str, Any]) -> None:
    action = data["action"]
    story.pipeline |= {phase for phase in data["phases"] if action in {"append", "run"}}
    if action in {"retry", "run"}:
        demand(story.run in story.ended, 4, "{} began before the end of run {}", action, story.run)
        demand(data["run"] == story.run + 1, 4, "run {} follows run {}", data["run"], story.run)
        story.run, story.cancelled = data["run"], False
    else:
        demand(data["run"] == story.run, 4, "{} of run {} in run {}", action, data["run"], story.run)
        demand(story.run not in story.ended, 4, "{} after the end of run {}", action, story.run)
        story.cancelled = story.cancelled or action == "cancel"


def _ended(story: _History, data: dict[str, Any]) -> None:
    demand(story.open is None, 1, "the batch ended with {} open", story.open)
    demand(story.requested is None, 2, "the batch ended, and the cohort of {} did not", story.requested)
    demand(data["run"] == story.run, 4, "the end of run {} in run {}", data["run"], story.run)
    demand(story.run not in story.ended, 2, "run {} ended twice", story.run)
    demand(data["total"] == len(story.order), 1, "{} essays at the end, {} registered", data["total"], len(story.order))
    demand(data["successful"] + data["failed"] == data["total"], 1, "successful and failed are not all")
    demand((data["status"] == "cancelled") == story.cancelled, 4, "ended as {}", data["status"])
    if not story.cancelled and story.run == 0 and story.processed:
        last = max(story.processed)
        demand(
            data["successful"] in {len(story.processed[last]), 0}, 4, "{} are said to have done all", data["successful"]
        )
    forgotten = story.pipeline - story.accounted_for
    demand(not forgotten, 1, "{} neither began nor were skipped", forgotten)
    story.ended[story.run] = data
