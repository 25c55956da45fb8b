"""What a store knows of who uses what: forgetting hangs on it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.core.records import Record
from actors.stores import open_store
from actors.stores.forgetting import references_in
from actors.stores.memory import MemoryStore
from actors.stores.references import Made, References
from actors.stores.sql import SqlStore
from contracts.phases import PhaseName
from tests.stores.examples import essay, piece, result, text

DRAFT, CORRECTED, REWRITTEN, OTHER = (text(content) for content in ("teh", "the", "thus", "other"))
T1, T2, T3, T4 = (one.text_id for one in (DRAFT, CORRECTED, REWRITTEN, OTHER))
FIRST, SECOND, ELSEWHERE = Made("key-1", T1, T2), Made("key-2", T2, T3), Made("key-3", T4, T4)
RECORDS: list[Record] = [
    result("key-1", DRAFT, CORRECTED),
    result("key-2", CORRECTED, REWRITTEN),
    result("key-3", OTHER),
    essay("amira", "b1", original_text_id=T1, text_id=T2, results=((PhaseName.SPELLCHECK, "key-1"),)),
    essay("bo", "b2", original_text_id=T4, text_id=T4, results=((PhaseName.SPELLCHECK, "key-3"),)),
    essay("cy", "b3", original_text_id=T1, text_id=T1),
    piece("p", "b1", "cohort-1"),
    piece("p", "b3", "cohort-1"),
    piece("p", "b2", "cohort-2"),
]


@pytest.fixture(params=["memory", "sqlite"])
def known(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[References]:
    """What a store of each kind knows of three batches."""
    store = open_store("memory://" if request.param == "memory" else str(tmp_path / "essays.db"))
    store.commit(RECORDS)
    if isinstance(store, MemoryStore):
        yield store
        return
    assert isinstance(store, SqlStore)
    with store._engine.connect() as connection:
        yield references_in(connection)
    store.close()


def test_a_batch_uses_all_that_its_essays_and_pieces_have_mentioned(known: References) -> None:
    """Texts, results and cohorts; a batch that is not there uses nothing."""
    assert known.used_by("b1") == {T1, T2, "key-1", "cohort-1"}
    assert known.used_by("b2") == {T4, "key-3", "cohort-2"}
    assert known.used_by("b9") == set()


def test_others_use_of_these_what_another_batch_mentions(known: References) -> None:
    """Nothing else of theirs, and nothing of one's own."""
    assert known.used_by_others("b1", {T1, T2, "cohort-1", "key-1"}) == {T1, "cohort-1"}
    assert known.used_by_others("b2", {T4, "key-3"}) == set()
    assert known.used_by_others("b2", {T1, T4}) == {T1}


def test_cohorts_are_known_by_their_pieces(known: References) -> None:
    """A text or a result is none."""
    assert known.cohorts_of("b1") == {"cohort-1"}
    assert known.cohorts_of("b2") == {"cohort-2"}
    assert known.cohorts_of("b9") == set()


def test_users_are_the_batches_that_mention_something(known: References) -> None:
    """All of them."""
    assert known.users_of("cohort-1") == {"b1", "b3"}
    assert known.users_of("key-3") == {"b2"}
    assert known.users_of("nobody's") == set()


def test_results_are_found_by_their_key_and_by_the_text_they_were_made_from(known: References) -> None:
    """Not by the text that they led to."""
    assert known.made_from({"key-1"}) == {FIRST}
    assert known.made_from({T2}) == {SECOND}
    assert known.made_from({"key-1", T2, "unknown"}) == {FIRST, SECOND}
    assert known.made_from({T3}) == set()


def test_results_are_found_by_the_text_that_they_led_to(known: References) -> None:
    """Also where that is the one they were made from."""
    assert known.made_into({T2, T4}) == {FIRST, ELSEWHERE}
    assert known.made_into({T1, "key-1"}) == set()
