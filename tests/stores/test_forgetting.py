"""Forgetting a batch: what is erased, and what must stay."""

from pathlib import Path

import pytest

from actors.core.batch_state import first_run
from actors.core.records import ResultRecord, TextRecord
from actors.stores import open_store
from actors.stores.store import FencedOffError, Store
from contracts.phases import PhaseName
from tests.stores.conftest import Opener
from tests.stores.examples import batch, essay, event, event_ids, header, piece, result, spellchecked_batch, text


def _kept(store: Store, *contents: str) -> set[str]:
    return set(store.texts(text(content).text_id for content in contents).values())


def test_everything_of_a_batch_goes(store: Store) -> None:
    """Header, essays, events, texts, results and pieces."""
    store.commit([*spellchecked_batch("b1", "teh", "the", "key-1"), piece("a|b", "b1")])
    store.forget("b1")
    assert (store.batches(), store.batch("b1"), store.essays("b1"), event_ids(store)) == ([], None, [], [])
    assert (_kept(store, "teh", "the"), store.results(["key-1"]), store.pieces("cohort")) == (set(), {}, {})


def test_other_batches_stay_as_they_are(store: Store) -> None:
    """They keep even what they share with it: a text, its result, and a cohort."""
    other = spellchecked_batch("b2", "teh", "the", "key-1")
    store.commit([*spellchecked_batch("b1", "teh", "the", "key-1"), piece("a|b", "b1"), *other, piece("a|b", "b2")])
    store.forget("b1")
    assert [line.batch_id for line in store.batches()] == ["b2"]
    assert store.essay("b2", "amira") in other
    assert event_ids(store, "b2") == ["b2-told", "b2-done"]
    assert _kept(store, "teh", "the") == {"teh", "the"}
    assert set(store.results(["key-1"])) == {"key-1"}
    assert store.pieces("cohort") == {"a|b": "left"}


def test_what_was_shared_goes_with_the_last_that_used_it(store: Store) -> None:
    """Nothing is left once both batches are forgotten."""
    for batch_id in ("b1", "b2"):
        store.commit([*spellchecked_batch(batch_id, "teh", "the", "key-1"), piece("a|b", batch_id)])
    store.forget("b1")
    store.forget("b2")
    assert (_kept(store, "teh", "the"), store.results(["key-1"]), store.pieces("cohort")) == (set(), {}, {})


def test_a_text_that_two_originals_were_corrected_to_stays_for_the_other(store: Store) -> None:
    """Two students' drafts may become the same text."""
    store.commit(spellchecked_batch("b1", "teh end", "the end", "key-1"))
    store.commit(spellchecked_batch("b2", "the ennd", "the end", "key-2"))
    store.forget("b1")
    assert _kept(store, "teh end", "the end", "the ennd") == {"the end", "the ennd"}
    assert set(store.results(["key-1", "key-2"])) == {"key-2"}


def test_what_a_later_run_has_replaced_goes_as_well(store: Store) -> None:
    """A batch's first results are its own, although its essays now name later ones."""
    store.commit(spellchecked_batch("b1", "teh", "the", "key-1"))
    store.commit(spellchecked_batch("b1", "teh", "THE", "key-2"))
    store.forget("b1")
    assert (_kept(store, "teh", "the", "THE"), store.results(["key-1", "key-2"])) == (set(), {})


def test_a_result_that_no_essay_came_to_know_of_goes_as_well(store: Store) -> None:
    """A worker may have stored a result, and its text, when the batch was cancelled."""
    draft, corrected, rewritten = text("teh"), text("the"), text("thus")
    store.commit([draft, corrected, rewritten, essay(original_text_id=draft.text_id, text_id=draft.text_id)])
    store.commit([result("orphan", draft, corrected), result("its child", corrected, rewritten)])
    store.forget("b1")
    assert (_kept(store, "teh", "the", "thus"), store.results(["orphan", "its child"])) == (set(), {})


def test_a_result_on_a_text_that_another_batch_has_stays(store: Store) -> None:
    """The other batch's essay may be just about to get it."""
    draft, corrected = text("teh"), text("the")
    store.commit([draft, corrected, result("key-1", draft, corrected)])
    store.commit(
        [
            essay(text_id=draft.text_id, results=((PhaseName.SPELLCHECK, "key-1"),)),
            essay("bo", "b2", text_id=draft.text_id),
        ]
    )
    store.forget("b1")
    assert _kept(store, "teh", "the") == {"teh", "the"}
    assert set(store.results(["key-1"])) == {"key-1"}


def test_a_result_whose_document_names_no_text_goes_with_the_essay_that_names_it(store: Store) -> None:
    """The store does not depend on a document's contents."""
    store.commit([ResultRecord("key", PhaseName.NLP, "", "not JSON"), essay(results=((PhaseName.NLP, "key"),))])
    assert store.results(["key"])["key"].document == "not JSON"
    store.forget("b1")
    assert store.results(["key"]) == {}


def test_a_batch_of_thousands_is_forgotten_whole(store: Store) -> None:
    """There are more ids than a database accepts as parameters."""
    texts = [text(f"essay {number}") for number in range(1500)]
    essays = [essay(one.content, text_id=one.text_id, original_text_id=one.text_id) for one in texts]
    store.commit([*texts, *essays])
    store.forget("b1")
    assert store.texts(one.text_id for one in texts) == {}


def test_an_orchestrator_of_a_forgotten_batch_is_fenced_off(store: Store) -> None:
    """A late save must not bring the batch back."""
    epoch = store.claim("b1")
    store.commit([batch(header(epoch=epoch))])
    store.forget("b1")
    with pytest.raises(FencedOffError):
        store.commit([batch(header(epoch=epoch), whole=False)])
    assert store.batches() == []


def test_the_runs_of_a_forgotten_batch_are_not_those_of_the_next_of_its_name(store: Store) -> None:
    """Work that a worker still has for the first batch must not be mistaken for work for the second."""
    assert first_run(store.claim("b1")) == 0
    store.forget("b1")
    first = first_run(store.claim("b1"))
    store.forget("b1")
    assert 0 < first < first_run(store.claim("b1"))


def test_the_number_of_a_forgotten_event_is_not_given_again(store: Store) -> None:
    """A reader that follows the log from the last number it saw misses nothing."""
    store.commit([event("e1"), event("e2", "b2")])
    (last,) = store.events("b2")
    store.forget("b2")
    store.commit([event("e3", "b2")])
    assert [one.event.event_id for one in store.events("b2", after=last.sequence)] == ["e3"]


def test_forgetting_the_unknown_is_harmless(store: Store) -> None:
    """Even twice, and even if nothing was ever claimed."""
    store.forget("b1")
    store.commit([batch(header())])
    store.forget("b1")
    store.forget("b1")
    store.commit([batch(header())])
    assert [line.batch_id for line in store.batches()] == ["b1"]


def test_a_forgotten_text_is_gone_from_a_database_opened_again(reopen: Opener) -> None:
    """Forgetting is durable."""
    reopen().commit(spellchecked_batch("b1", "teh", "the", "key-1"))
    reopen().forget("b1")
    assert _kept(reopen(), "teh", "the") == set()


def test_no_byte_of_a_forgotten_text_is_left_in_the_files_of_sqlite(tmp_path: Path) -> None:
    """While the store is open, neither free pages nor the write-ahead log have any."""
    store = open_store(str(tmp_path / "essays.db"))
    secret = "Min hemliga uppsats. " * 500
    store.commit(
        [TextRecord("t1", secret), TextRecord("t2", "another"), essay(text_id="t1"), event("of the forgotten")]
    )
    store.commit([essay("bo", "b2", text_id="t2"), event("e2", "b2")])
    assert any(b"hemliga" in path.read_bytes() for path in tmp_path.iterdir())
    store.forget("b1")
    left = {
        path.name
        for path in tmp_path.iterdir()
        if b"hemliga" in path.read_bytes() or b"of the forgotten" in path.read_bytes()
    }
    store.close()
    assert left == set()
