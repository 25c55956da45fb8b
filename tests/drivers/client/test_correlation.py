"""The caller's correlation id appears in everything published and stored: envelopes, payloads, failures."""

import json
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from actors.core.effects import correlation_id_of
from actors.stores.memory import MemoryStore
from actors.stores.opening import open_store
from actors.stores.store import Store
from drivers.testing import ProcessKilled, VirtualEngine, open_virtual_engine, scripted

FIRST, SECOND, THIRD = (UUID(f"0af7651916cd43dd8448eb211c8031{number}") for number in (91, 92, 93))
CLASS = {
    "anna": "A text.",
    "bo": "It fails.",
    "cia": "It crashes.",
    "dan": " \n",
    "eva": "It kills.",
    "fia": "It tires.",
}


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Store]:
    """A store in memory, and one in SQLite."""
    opened = MemoryStore() if request.param == "memory" else open_store(str(tmp_path / "school.db"))
    yield opened
    opened.close()


def opened(store: Store) -> VirtualEngine:
    """An engine in which work on essays ends in every possible way."""
    spellcheck = scripted("spellcheck").fails("bo").crashes("cia")
    nlp = scripted("nlp").flaky("fia", failures=99).fails("bo", "cia")
    return open_virtual_engine({"spellcheck": spellcheck, "nlp": nlp}, store=store)


def envelopes(store: Store, after: int = 0, until: float = inf) -> list[dict[str, Any]]:
    """The envelopes in the log after one sequence number, up to another."""
    return [json.loads(logged.event.document) for logged in store.events("8b", after) if logged.sequence <= until]


def errors_in(value: Any) -> Iterator[dict[str, Any]]:
    """Every error anywhere in a payload."""
    if isinstance(value, dict) and "error_code" in value:
        yield value
    children = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    for child in children:
        yield from errors_in(child)


def ids_in(said: list[dict[str, Any]]) -> set[str | None]:
    """All correlation ids of these envelopes, their payloads, and every error in them."""
    errors = (error for envelope in said for error in errors_in(envelope["data"]))
    carried = (each["correlation_id"] for envelope in said for each in (envelope, envelope["data"]))
    return {*carried, *(error["correlation_id"] for error in errors)}


def failures(store: Store) -> dict[str, UUID | None]:
    """The correlation id of each stored failure."""
    return {each.essay_id: each.failure.correlation_id for each in store.essays("8b") if each.failure is not None}


def last(store: Store) -> int:
    """The last sequence number of the log."""
    return max(logged.sequence for logged in store.events("8b"))


def test_the_id_of_a_registration_is_in_everything_that_is_said_of_its_batch(store: Store) -> None:
    """Whatever became of an essay: unreadable, refused, crashed, out of attempts, or compared with others."""
    batch = opened(store).submit("8b", CLASS, pipeline="spellcheck,nlp,cj_assessment", correlation_id=FIRST)
    batch.result()
    said = envelopes(store)
    assert ids_in(said) == {str(FIRST)}
    assert len(list(errors_in(said))) == len(failures(store)) == 4
    assert failures(store) == dict.fromkeys(("bo", "cia", "dan", "fia"), FIRST)
    assert {envelope["data"]["batch_id"] for envelope in said} == {"8b"}
    assert {"huleedu.els.cj_assessment.requested.v1", "huleedu.cj_assessment.completed.v1"} <= {
        envelope["event_type"] for envelope in said
    }


def test_each_further_pass_has_the_id_that_is_given_with_it(store: Store) -> None:
    """A retry and a further pipeline are requests of their own; earlier events keep theirs."""
    engine = opened(store)
    batch = engine.submit("8b", CLASS, pipeline="spellcheck", correlation_id=FIRST)
    batch.result()
    first = last(store)
    batch.retry(correlation_id=SECOND).result()
    second = last(store)
    batch.extend("nlp", correlation_id=THIRD).result()
    assert ids_in(envelopes(store, 0, first)) == {str(FIRST)}
    assert ids_in(envelopes(store, first, second)) == {str(SECOND)}
    assert ids_in(envelopes(store, second)) == {str(THIRD)}
    assert failures(store) == {"dan": FIRST, "bo": SECOND, "cia": SECOND, "fia": THIRD}


def test_without_one_each_pass_has_another_that_is_never_missing(store: Store) -> None:
    """They are derived, so the same batch has the same ids in another store."""
    batch = opened(store).submit("8b", CLASS, pipeline="spellcheck")
    batch.result()
    first = last(store)
    assert ids_in(envelopes(store)) == {str(correlation_id_of("8b"))}
    batch.retry().result()
    assert ids_in(envelopes(store, first)) == {str(correlation_id_of("8b", 1))}


def test_it_outlives_the_program(store: Store) -> None:
    """After a kill, another program continues with the id stored with the batch."""
    engine = open_virtual_engine({"nlp": scripted("nlp").poison("eva").fails("bo")}, store=store)
    batch = engine.submit("8b", CLASS, pipeline="spellcheck,nlp", correlation_id=FIRST)
    with pytest.raises(ProcessKilled):
        batch.result()
    [batch] = engine.restart().resume()
    batch.result()
    assert ids_in(envelopes(store)) == {str(FIRST)}
    assert set(failures(store).values()) == {FIRST}


def test_the_same_batch_of_another_caller_is_the_same_batch(store: Store) -> None:
    """It is not refused, and keeps the id with which it began."""
    engine = opened(store)
    for caller in (FIRST, SECOND, None):
        engine.submit("8b", CLASS, pipeline="spellcheck", correlation_id=caller).result()
    assert ids_in(envelopes(store)) == {str(FIRST)}
