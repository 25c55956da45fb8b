"""What every store does: memory, SQLite, SQLite with group commit, PostgreSQL."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest

from actors.core.batch_state import BatchHeader, BatchStage
from actors.core.essay_state import UNSTORED, EssayState
from actors.core.records import LARGE_HEADER_FIELDS, EssayMoved, Fence, NewEssayRecord, Record, TextRecord, essay_record
from actors.stores.store import FencedOffError, Store, StoreError
from contracts.phases import BatchStatus, EssayStatus, PhaseName
from tests.stores import examples
from tests.stores.conftest import Opener
from tests.stores.examples import batch, essay, event, event_ids, header, piece, result, running_header, text


def test_what_is_committed_is_there_when_the_store_is_opened_again(reopen: Opener) -> None:
    """Every kind of record survives the process."""
    written = examples.spellchecked_batch("b1", "teh", "the", "key-1")
    reopen().commit([*written, piece("a|b", "b1", value={"winner": "a"})])
    store = reopen()
    assert store.essay("b1", "amira") in written
    assert list(store.texts([text("teh").text_id, text("the").text_id]).values()) == ["teh", "the"]
    assert store.results(["key-1"])["key-1"] in written
    assert [logged.event for logged in store.events("b1")] == written[-2:]
    assert store.batch("b1") == header(order=("amira",))
    assert store.pieces("cohort") == {"a|b": {"winner": "a"}}


def test_a_header_comes_back_as_it_was_written(store: Store) -> None:
    """No field of a header is lost, and the order is that of the essays' ordinals."""
    written = running_header()
    store.commit([batch(written), essay("b", ordinal=1), essay("å", ordinal=0)])
    assert store.batch("b1") == written._replace(order=("å", "b"))
    assert store.pipeline_state("b1") == batch(written).pipeline_state


def test_the_examples_leave_no_field_at_its_default() -> None:
    """A new field of a header or an essay must be added to these tests."""
    for value, plain in ((running_header(), BatchHeader("b2")), (examples.settled_essay(), essay("x", "y"))):
        left_out = {name for name in value._fields if getattr(value, name) == getattr(plain, name)}
        assert left_out <= {"order"} | UNSTORED


def test_an_essay_comes_back_as_it_was_written(store: Store) -> None:
    """Every field is kept, even a file name that is not valid Unicode, and a message with NUL in it."""
    store.commit([examples.settled_essay()])
    assert store.essay("b1", "amira") == examples.settled_essay()
    assert store.essays("b1") == [examples.settled_essay()]


def test_some_essays_of_a_batch_are_read_without_the_others(store: Store) -> None:
    """Thirty late answers in a batch of 30,000 read thirty essays; unknown ones are left out."""
    store.commit([essay("ann"), essay("bo"), essay("cy")])
    assert store.essays("b1", among=["cy", "ann", "nobody"]) == [essay("ann"), essay("cy")]
    assert store.essays("b1", among=[]) == []
    assert store.essays("b2", among=["ann"]) == []


def test_some_pieces_of_a_cohort_are_read_without_the_others(store: Store) -> None:
    """Those of a round, of ten thousand that are done; a cohort that has a piece of the same name keeps it."""
    store.commit([piece(name, "b1", value=name.upper()) for name in "abc"])
    store.commit([piece("a", "b1", "other", value="another's")])
    assert store.pieces("cohort", among=["c", "a", "nothing"]) == {"a": "A", "c": "C"}
    assert store.pieces("other", among=["a", "b"]) == {"a": "another's"}
    assert store.pieces("cohort", among=[]) == {}


def test_what_is_not_there_is_said_to_be_not_there(store: Store) -> None:
    """Asking for something unknown is no error."""
    assert (store.batch("b"), store.pipeline_state("b"), store.essay("b", "e")) == (None,) * 3
    assert store.summary("b") is None
    assert (store.batches(), store.essays("b"), list(store.events("b"))) == ([], [], [])
    assert (store.texts(["t"]), store.results(["r"]), store.pieces("c")) == ({}, {}, {})
    store.commit([])
    assert store.commit_group([]) == []


def test_a_commit_with_a_fenced_batch_writes_nothing_at_all(store: Store) -> None:
    """The essay and the event beside the refused header are not written either."""
    store.claim("b1")
    with pytest.raises(FencedOffError, match="b1"):
        store.commit([essay(), event("e1"), batch(header(epoch=0))])
    assert (store.essays("b1"), event_ids(store), store.batch("b1")) == ([], [], None)


def test_a_fenced_commit_of_a_group_fails_alone(store: Store) -> None:
    """The other commits of its transaction are written."""
    old, new = store.claim("b1"), store.claim("b1")
    groups: list[list[Record]] = [
        [batch(header(epoch=new)), event("e1")],
        [batch(header(epoch=old)), event("e2")],
        [event("e3")],
    ]
    answers = store.commit_group(groups)
    assert [type(answer) for answer in answers] == [type(None), FencedOffError, type(None)]
    assert event_ids(store) == ["e1", "e3"]


def test_a_fence_keeps_out_who_has_a_successor(store: Store) -> None:
    """An old process cannot overwrite essays that a newer process of its batch has written."""
    old, new = store.claim("b1"), store.claim("b1")
    store.commit([Fence("b1", new), essay(run=2)])
    with pytest.raises(FencedOffError, match="b1"):
        store.commit([Fence("b1", old), essay(run=1), event("e1")])
    assert (store.essays("b1"), event_ids(store)) == ([essay(run=2)], [])


def test_an_essay_that_has_moved_is_where_it_was_said_to_be_and_otherwise_as_it_was(store: Store) -> None:
    """Its texts, results and failure stay; a move of an unknown essay creates nothing."""
    before = examples.settled_essay()
    store.commit([before, essay("bo")])
    move = examples.moved(run=3, position=2, attempt=1, last=True, correlation_id=UUID(int=7))
    store.commit([move, move._replace(essay_id="bo"), move._replace(essay_id="nobody")])
    assert store.essay("b1", "amira") == move.applied_to(before)
    assert store.essay("b1", "bo") == move._replace(essay_id="bo").applied_to(essay("bo"))
    assert store.essay("b1", "nobody") is None


def test_moves_and_states_of_one_transaction_count_in_their_order(store: Store) -> None:
    """The last one counts, and a move changes the state before it."""
    move, state = examples.moved(position=1), essay(text_id="t2", position=2, run=1)
    store.commit_group([[NewEssayRecord(essay())], [move], [state], [move._replace(position=3, run=1)]])
    assert store.essay("b1", "amira") == move._replace(position=3, run=1).applied_to(state)
    store.commit_group([[move._replace(position=4, run=1)], [state._replace(position=5)]])
    assert store.essay("b1", "amira") == state._replace(position=5)


def test_of_many_moves_each_is_kept(store: Store) -> None:
    """Whether many essays move to the same place, or each to its own."""
    essays = [essay(f"e{number:02}", ordinal=number) for number in range(60)]
    store.commit(essays)
    together = [examples.moved(one.essay_id) for one in essays]
    apart = [examples.moved(one.essay_id, position=one.ordinal + 1) for one in essays]
    for moves in (together, apart):
        store.commit_group([[move] for move in moves])
        assert store.essays("b1") == [move.applied_to(one) for one, move in zip(essays, moves, strict=True)]


@pytest.mark.parametrize("packed", [True, False, None])
def test_the_line_of_a_batch_says_how_it_is_placed(store: Store, packed: bool | None) -> None:
    """Processes need it to find the batch's essays."""
    store.commit([batch(running_header()._replace(packed=packed))])
    summary = store.summary("b1")
    assert summary is not None
    assert summary.packed is packed


@pytest.mark.parametrize("paused", [True, False])
def test_the_line_of_a_batch_says_how_far_it_has_come(store: Store, paused: bool) -> None:
    """Its stage and run, and whether it is to be held: that is what the list shows of a batch that does not go on."""
    store.commit([batch(header(run=2, stage=BatchStage.RUNNING, paused=paused)), essay()])
    (line,) = store.batches()
    assert (line.stage, line.run, line.paused, line.essays) == (BatchStage.RUNNING, 2, paused, 1)
    assert isinstance(line.paused, bool)


def test_the_smallest_record_of_a_change_leads_to_the_same_state(store: Store) -> None:
    """A taken command is a move; a result, a failure or another text is a whole state."""
    before = essay(text_id="t1")
    taken = before._replace(status=EssayStatus.AWAITING_NLP, phase=PhaseName.NLP, position=0)
    done = taken._replace(status=EssayStatus.NLP_SUCCESS, text_id="t2", results=((PhaseName.NLP, "key"),))
    assert isinstance(essay_record(before, taken), EssayMoved)
    assert essay_record(taken, done) == done
    store.commit([before, essay_record(before, taken)])
    assert store.essay("b1", "amira") == taken


def test_a_batch_without_the_order_of_its_essays_is_asked_for_where_that_is_large(store: Store) -> None:
    """Everything else is there."""
    store.commit([batch(header(epoch=1)), NewEssayRecord(essay())])
    known = store.batch("b1")
    assert known is not None
    assert known.order == ("amira",)
    assert store.batch("b1", with_order=False) == known._replace(order=())


def test_a_higher_epoch_is_given_to_each_who_claims(store: Store) -> None:
    """No two orchestrators of a batch have the same epoch, even if they claim it at the same time."""
    with ThreadPoolExecutor(8) as threads:
        epochs = list(threads.map(store.claim, ["b1"] * 40))
    assert sorted(epochs) == list(range(1, 41))
    assert store.claim("b2") == 1


def test_the_same_records_again_change_nothing(store: Store) -> None:
    """If a commit's answer was lost, the commit can simply be repeated."""
    records = [*examples.spellchecked_batch("b1", "teh", "the", "key-1"), piece("p", "b1")]
    store.commit(records)
    before = (store.batch("b1"), store.essays("b1"), list(store.events("b1")), store.pieces("cohort"))
    store.commit(records)
    assert store.commit_group([records, records]) == [None, None]
    assert (store.batch("b1"), store.essays("b1"), list(store.events("b1")), store.pieces("cohort")) == before


def test_a_founding_does_not_undo_what_the_essay_has_done(store: Store) -> None:
    """An existing essay is left alone, both in a later commit and in the same one."""
    done = essay(status=EssayStatus.NLP_SUCCESS)
    store.commit([NewEssayRecord(essay()), done])
    store.commit([NewEssayRecord(essay())])
    assert store.commit_group([[NewEssayRecord(essay("bo"))], [essay("bo", run=1)], [NewEssayRecord(essay("bo"))]])
    assert store.essays("b1") == [done, essay("bo", run=1)]


def test_of_an_essay_the_last_state_of_a_group_is_kept(store: Store) -> None:
    """States are applied in the order of their commits."""
    store.commit_group([[essay(run=1)], [essay(run=2), essay(run=3)], [essay("bo")]])
    assert [state.run for state in store.essays("b1")] == [3, 0]


def test_essays_come_by_their_ordinal(store: Store) -> None:
    """The teacher chooses the order; neither writing nor names matter."""
    store.commit([essay(name, ordinal=place) for name, place in (("zoe", 1), ("bo", 2), ("ann", 10), ("åsa", 0))])
    assert [state.essay_id for state in store.essays("b1")] == ["åsa", "zoe", "bo", "ann"]


def test_a_part_of_a_header_leaves_the_large_fields_as_they_were(store: Store) -> None:
    """Counting an outcome neither writes nor loses fields that are as large as the batch."""
    store.commit([batch(running_header())])
    small = header(epoch=1)._replace(status=BatchStatus.FAILED_CRITICALLY, acts=9)
    store.commit([batch(small, whole=False)])
    kept = running_header()
    large = {name: getattr(kept, name) for name in LARGE_HEADER_FIELDS}
    assert store.batch("b1") == small._replace(**large)


def test_a_whole_header_and_a_later_part_may_share_a_transaction(store: Store) -> None:
    """Large fields come from the whole header, small ones from the later part."""
    store.commit_group([[batch(running_header())], [batch(header(epoch=1, acts=9), whole=False)]])
    found = store.batch("b1")
    assert found is not None
    assert (found.acts, found.retrying) == (9, running_header().retrying)


def test_batches_are_listed_by_age(store: Store) -> None:
    """Updating a batch changes its line, but not the order."""
    for batch_id in ("b2", "b1", "b3"):
        store.commit([batch(header(batch_id)), essay(batch_id=batch_id)])
    store.commit([batch(header("b2", status=BatchStatus.CANCELLED), whole=False), essay("bo", "b2")])
    listed = [(line.batch_id, line.status, line.essays) for line in store.batches()]
    waiting = BatchStatus.AWAITING_CONTENT_VALIDATION
    assert listed == [("b2", BatchStatus.CANCELLED, 2), ("b1", waiting, 1), ("b3", waiting, 1)]
    assert all(line.updated_at == examples.NOON and line.created_at > examples.NOON for line in store.batches())


def test_batches_of_one_commit_are_listed_in_its_order(store: Store) -> None:
    """Their records may be whole or not."""
    store.commit([batch(header("b2"), whole=False), batch(header("b1"))])
    assert [line.batch_id for line in store.batches()] == ["b2", "b1"]


def test_events_come_in_the_order_of_the_log(store: Store) -> None:
    """Sequence numbers grow, an existing event is not appended again, and filters keep the order."""
    store.commit([event("e1"), event("e2", essay_id="amira"), event("x", "b2")])
    store.commit_group([[event("e2", essay_id="amira"), event("e3")], [event("e4", essay_id="amira"), event("e3")]])
    logged = list(store.events("b1"))
    assert [one.event for one in logged] == [event("e1"), event("e2", essay_id="amira"), event("e3"), logged[3].event]
    assert [one.sequence for one in logged] == sorted({one.sequence for one in logged})
    assert event_ids(store, essay_id="amira") == ["e2", "e4"]
    assert event_ids(store, after=logged[1].sequence) == ["e3", "e4"]
    assert event_ids(store, after=logged[1].sequence, essay_id="amira") == ["e4"]


def test_a_long_log_is_read_whole(store: Store) -> None:
    """Reading page by page neither loses nor repeats an event."""
    names = [f"e{number:05d}" for number in range(2500)]
    store.commit([event(name) for name in names])
    assert event_ids(store) == names


@pytest.mark.parametrize(
    "content",
    ["", "a\x00b", "\ud800 alone", "e\u0301 is not \u00e9", "𝒳😀", "\r\n\t\u2028", "long " * 2_000_000],
    ids=["empty", "NUL", "lone surrogate", "combining", "astral", "line ends", "10 MB"],
)
def test_a_text_comes_back_character_by_character(store: Store, content: str) -> None:
    """A student's file may contain anything."""
    store.commit([text(content)])
    assert store.texts([text(content).text_id]) == {text(content).text_id: content}


def test_many_texts_and_results_are_found_at_once(store: Store) -> None:
    """There may be more ids than a database accepts as parameters, and repeated or unknown ones."""
    texts = [text(str(number)) for number in range(1200)]
    store.commit([*texts, *(result(one.content, one) for one in texts)])
    ids = [one.text_id for one in texts]
    assert store.texts(iter([*ids, *ids, "unknown"])) == {one.text_id: one.content for one in texts}
    assert set(store.results(one.content for one in texts)) == {one.content for one in texts}


def test_a_record_that_no_database_can_hold_is_refused_alone(reopen: Opener) -> None:
    """A lone surrogate in an id affects only its own commit, not those in the same transaction."""
    store = reopen()
    answers = store.commit_group([[event("e1")], [TextRecord("\ud800", "text"), event("e2")], [event("e3")]])
    assert [isinstance(answer, StoreError) for answer in answers] == [False, True, False]
    assert event_ids(store) == ["e1", "e3"]


def test_closing_twice_is_harmless(reopen: Opener) -> None:
    """Whoever cleans up need not know whether somebody else already has."""
    store = reopen()
    store.close()
    store.close()


def test_an_essay_belongs_to_its_batch_alone(store: Store) -> None:
    """Two batches may use the same names for their essays."""
    mine, other = essay(run=1), EssayState("b2", "amira", EssayStatus.UPLOADED)
    store.commit([mine, other])
    assert (store.essays("b1"), store.essays("b2")) == ([mine], [other])
    assert (store.essay("b1", "amira"), store.essay("b2", "amira")) == (mine, other)
