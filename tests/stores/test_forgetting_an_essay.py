"""Forgetting one essay: nothing of it remains, and its batch is whole without it."""

import json
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from actors.core.batch_state import BatchStage
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores import open_store
from actors.stores.memory import MemoryStore
from actors.stores.store import FencedOffError, Store
from contracts.event_payloads import ELSBatchPhaseOutcomeV1
from contracts.events import TOPICS, payload_model_of
from contracts.failures import ErrorCode, ErrorDetail
from contracts.phases import PhaseName
from contracts.refs import fields_naming_essays
from drivers.client.engine import Engine
from drivers.intake import Intake
from tests.services import services
from tests.stores.examples import batch, essay, event, event_ids, header, piece, result, spellchecked_batch, text

PIPELINE = ("spellcheck", "nlp", "cj_assessment")
CLASS = {
    "anna-berg": "Anna's own words.",
    "bo-ek": "Bo's words. fail:nlp",
    "cy-falk": "Cy's words.",
    "dora": None,
    "emil": "Cy's words.",
}


def intakes(names: Sequence[str]) -> list[Intake]:
    """What these students have handed in; None could not be read."""
    unreadable = ErrorDetail(error_code=ErrorCode.EMPTY_CONTENT, message="Empty.")
    return [
        Intake(name, f"8b/{name}.txt", CLASS[name], None if CLASS[name] is not None else unreadable) for name in names
    ]


def engine_on(store: Store) -> Engine:
    """An engine over the store, like that of a new process."""
    return Engine(LocalRuntime(Blueprint(services()), store))


def finished(store: Store, names: Sequence[str] = tuple(CLASS), batch_id: str = "b1") -> Store:
    """The store, with this batch run to its end."""
    engine_on(store).submit(batch_id, intakes(names), pipeline=PIPELINE).until_ended()
    return store


def everything(store: Store, batch_id: str = "b1") -> str:
    """Everything that the store has of a batch, and the texts of its class."""
    cohorts = [piece for key in _cohort_keys(store) for piece in store.pieces(key)]
    kept = store.texts(text(f"{written}{tags}").text_id for written in CLASS.values() for tags in _TAGS)
    seen = (store.batch(batch_id), store.pipeline_state(batch_id), store.essays(batch_id), list(store.events(batch_id)))
    return f"{seen} {cohorts} {sorted(kept.values())}"


_TAGS = ("", " +spellcheck", " +spellcheck +nlp")


def _cohort_keys(store: Store) -> list[str]:
    return [*store._pieces] if isinstance(store, MemoryStore) else []


def of_events(store: Store, batch_id: str = "b1") -> list[Any]:
    """The data of the batch's own events, without the total at its end, which is history."""
    logged = [json.loads(each.event.document) for each in store.events(batch_id) if each.event.essay_id is None]
    return [each["data"] for each in logged if "total" not in each["data"]]


@pytest.mark.parametrize("name", ["anna-berg", "bo-ek", "dora"])
def test_nothing_of_a_forgotten_essay_is_left(store: Store, name: str) -> None:
    """Neither id, file nor texts, whether the essay succeeded, failed, or could not be read."""
    finished(store).forget("b1", name)
    left = everything(store)
    assert name not in left
    assert (CLASS[name] or "never") not in left
    assert "Cy's words." in left


@pytest.mark.parametrize("name", ["anna-berg", "bo-ek", "dora", "emil"])
def test_the_batch_is_as_if_the_essay_had_never_been_handed_in(store: Store, name: str) -> None:
    """Events, counts, order and request are those of a batch of the others alone."""
    finished(store).forget("b1", name)
    others = finished(MemoryStore(), [other for other in CLASS if other != name])
    one, other = store.batch("b1"), others.batch("b1")
    assert one is not None
    assert other is not None
    assert (one.order, one.request) == (other.order, other.request)
    counts = [[(d.total, d.successful, d.failed) for _, d in sorted(each.details.items())] for each in (one, other)]
    assert counts[0] == counts[1]
    assert of_events(store) == of_events(others)
    summary = store.summary("b1")
    assert summary is not None
    assert summary.essays == len(CLASS) - 1


def test_results_of_the_others_stay(store: Store) -> None:
    """Even the results of a student who handed in the same text."""
    finished(store)
    before = {each.essay_id: each for each in store.essays("b1")}
    store.forget("b1", "cy-falk")
    assert {each.essay_id: each for each in store.essays("b1")} == {n: e for n, e in before.items() if n != "cy-falk"}
    keys = {key for each in store.essays("b1") for _, key in each.results}
    assert set(store.results(keys)) == keys
    emil = before["emil"]
    assert set(store.texts([emil.original_text_id, emil.text_id])) == {emil.original_text_id, emil.text_id}


def test_its_place_in_the_cohort_goes_although_another_has_the_same_text(store: Store) -> None:
    """The rank is about this essay alone."""
    finished(store)
    cy, emil = (dict(each.results)[PhaseName.CJ_ASSESSMENT] for each in store.essays("b1") if each.file[3:5] in "cyem")
    store.forget("b1", "cy-falk")
    assert set(store.results([cy, emil])) == {emil}


def test_a_batch_goes_on_after_an_essay_was_forgotten(store: Store) -> None:
    """Failed essays are retried and a further pipeline runs, both without the forgotten one."""
    finished(store).forget("b1", "anna-berg")
    batch = engine_on(store).batch("b1")
    assert batch.failed_essays() == ("bo-ek",)
    batch.retry().until_ended()
    batch.extend(["ai_feedback"]).until_ended()
    assert "anna-berg" not in everything(store)
    done = [each.essay_id for each in store.essays("b1") if PhaseName.AI_FEEDBACK in dict(each.results)]
    assert done == ["cy-falk", "emil"]


@pytest.mark.parametrize("name", ["anna-berg", "bo-ek", "cy-falk", "dora"])
def test_a_batch_left_in_the_middle_goes_on_to_its_end_without_the_essay(name: str) -> None:
    """Wherever its driver died: the essay may be awaited, settled or failed, or the last one awaited."""
    for waves in count(1):
        store = MemoryStore()
        engine = engine_on(store)
        engine.submit("b1", intakes([*CLASS]), pipeline=PIPELINE)
        waited = count()
        engine.runtime.run_until(lambda waited=waited, waves=waves: next(waited) >= waves)  # type: ignore[misc]
        before = engine.batch("b1").header
        store.forget("b1", name)
        assert name not in everything(store)
        engine_on(store).batch("b1").resume().until_ended()
        _is_whole_without(store, name)
        if before.stage is BatchStage.ENDED:
            break


def _is_whole_without(store: Store, name: str) -> None:
    assert name not in everything(store)
    ended = store.batch("b1")
    assert ended is not None
    readable = [other for other, written in CLASS.items() if written is not None and other != name]
    details = {phase: (each.total, each.successful, each.failed) for phase, each in ended.details.items()}
    failing = int("bo-ek" in readable)
    assert details == {
        PhaseName.SPELLCHECK: (len(readable), len(readable), 0),
        PhaseName.NLP: (len(readable), len(readable) - failing, failing),
        PhaseName.CJ_ASSESSMENT: (len(readable) - failing, len(readable) - failing, 0),
    }


def test_the_last_essay_takes_its_batch_with_it(store: Store) -> None:
    """A batch without essays does not exist."""
    store.commit(spellchecked_batch("b1", "teh", "the", "key"))
    store.forget("b1", "amira")
    assert (store.batches(), list(store.events("b1")), store.results(["key"])) == ([], [], {})


def test_forgetting_an_essay_that_is_not_there_changes_nothing(store: Store) -> None:
    """The batch may be unknown, or the essay already forgotten."""
    store.forget("b1", "amira")
    store.commit([*spellchecked_batch("b1", "teh", "the", "key"), essay("bo")])
    store.forget("b1", "cia")
    assert [each.essay_id for each in store.essays("b1")] == ["amira", "bo"]
    store.forget("b1", "amira")
    store.forget("b1", "amira")
    assert [each.essay_id for each in store.essays("b1")] == ["bo"]


def test_another_batch_keeps_the_same_essay_and_what_it_needs(store: Store) -> None:
    """It loses the essay only when it is forgotten there, too."""
    for batch_id in ("b1", "b2"):
        store.commit([*spellchecked_batch(batch_id, "teh", "the", "key"), essay("bo", batch_id)])
        store.commit([piece("judge|amira|bo", batch_id), piece("judge|bo|cia", batch_id)])
    store.forget("b1", "amira")
    assert set(store.results(["key"])) == {"key"}
    assert set(store.pieces("cohort")) == {"judge|amira|bo", "judge|bo|cia"}
    store.forget("b2", "amira")
    assert store.results(["key"]) == {}
    assert store.texts([text("teh").text_id, text("the").text_id]) == {}
    assert set(store.pieces("cohort")) == {"judge|bo|cia"}


def test_what_an_earlier_run_made_of_it_goes_as_well(store: Store) -> None:
    """Events still name results that the essay no longer does."""
    draft, first, second = text("teh"), text("the"), text("THE")
    named = {"text_storage_id": first.text_id, "result_key": "key-1"}
    done = event("e1", essay_id="amira")._replace(document=json.dumps({"data": named}))
    now = essay(original_text_id=draft.text_id, text_id=second.text_id, results=((PhaseName.SPELLCHECK, "key-2"),))
    store.commit([draft, first, second, result("key-1", draft, first), result("key-2", draft, second), done, now])
    store.commit([essay("bo"), batch(header())])
    store.forget("b1", "amira")
    assert store.texts([draft.text_id, first.text_id, second.text_id]) == {}
    assert store.results(["key-1", "key-2"]) == {}


def test_an_orchestrator_that_still_knows_the_essay_is_fenced_off(store: Store) -> None:
    """A late save must not bring its id back."""
    epoch = store.claim("b1")
    store.commit([batch(header(epoch=epoch)), essay(), essay("bo")])
    store.forget("b1", "amira")
    with pytest.raises(FencedOffError):
        store.commit([batch(header(epoch=epoch))])


def test_no_byte_of_a_forgotten_essay_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    """While the store is open, they have neither its texts nor its name."""
    store = finished(open_store(str(tmp_path / "essays.db")))
    store.forget("b1", "anna-berg")
    left = {word for path in tmp_path.iterdir() for word in (b"anna", b"Anna") if word in path.read_bytes()}
    store.close()
    assert left == set()


def _models_in(model: type[BaseModel]) -> Iterator[type[BaseModel]]:
    yield model
    for field in model.model_fields.values():
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _models_in(field.annotation)


def test_every_list_of_ids_in_an_event_says_that_it_names_essays() -> None:
    """Otherwise a forgotten essay would remain in the list."""
    payloads = [model for topic in TOPICS.values() if (model := payload_model_of(topic)) is not None]
    found = {each for payload in payloads for each in _models_in(payload)}
    for payload in found:
        lists = {
            name for name, field in payload.model_fields.items() if field.annotation in {list[str], list[str] | None}
        }
        assert lists <= fields_naming_essays(payload), payload.__name__
    assert fields_naming_essays(ELSBatchPhaseOutcomeV1) == {"processed_essays", "failed_essay_ids"}


def test_an_event_of_a_kind_that_is_not_known_goes_where_it_names_the_essay(store: Store) -> None:
    """Nobody can tell what such an event says about the essay."""
    finished(store)
    record = event("strange")._replace(event_type="huleedu.of.another.program.v1")
    naming = record._replace(event_id="naming", document='{"data": {"who": "anna-berg"}}')
    store.commit([record, naming])
    store.forget("b1", "anna-berg")
    assert [name for name in event_ids(store) if name in {"strange", "naming"}] == ["strange"]
