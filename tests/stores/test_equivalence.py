"""A database answers as the memory store does, whatever is written."""

from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given, settings
from hypothesis import strategies as st

from actors.core.records import Fence, NewEssayRecord, Record
from actors.stores import open_store
from actors.stores.store import Store
from contracts.phases import PhaseName
from tests.stores.examples import batch, essay, event, header, moved, piece, result, text

BATCHES = ("b1", "b2")
CONTENTS = ("teh", "the", "\x00", "\udcff")
KEYS = ("key-1", "key-2", "key-3")

batch_ids, contents, keys = st.sampled_from(BATCHES), st.sampled_from(CONTENTS), st.sampled_from(KEYS)
text_ids = contents.map(lambda content: text(content).text_id)
results_of_essay = st.dictionaries(st.sampled_from(PhaseName), keys, max_size=2).map(lambda found: tuple(found.items()))
founded = st.sampled_from(["amira", "bo"])
essays = st.builds(
    essay,
    founded | st.just("moving"),
    batch_ids,
    run=st.integers(0, 3),
    ordinal=st.integers(0, 2),
    file=st.text(max_size=3),
    text_id=text_ids,
    original_text_id=text_ids,
    results=results_of_essay,
)
headers = st.builds(header, batch_ids, epoch=st.integers(0, 2), retrying=st.frozensets(st.text(max_size=2), max_size=2))
records: st.SearchStrategy[Record] = st.one_of(
    essays,
    st.builds(NewEssayRecord, st.builds(essay, founded, batch_ids)),
    st.builds(moved, st.just("moving"), batch_ids, position=st.integers(0, 3)),  # never before the essay is created
    st.builds(Fence, batch_ids, st.integers(0, 2)),
    st.builds(batch, headers, whole=st.booleans()),
    st.builds(text, contents),
    st.builds(result, keys, st.builds(text, contents), st.builds(text, contents)),
    st.builds(piece, st.sampled_from(["p", "q"]), batch_ids, value=st.integers()),
    st.builds(event, st.sampled_from([f"e{number}" for number in range(6)]), batch_ids, st.none() | st.just("amira")),
)
groups = st.lists(st.lists(records, max_size=4), max_size=4)
steps = st.lists(groups | st.tuples(st.sampled_from(["claim", "forget"]), batch_ids), max_size=12)


def _seen(store: Store) -> object:
    """Everything that can be read from a store, except times and sequence numbers."""
    per_batch = [
        (
            store.batch(name),
            store.essays(name),
            [logged.event for logged in store.events(name)],
            [logged.event for logged in store.events(name, essay_id="amira")],
        )
        for name in BATCHES
    ]
    assert [store.summary(line.batch_id) for line in store.batches()] == store.batches()
    listed = [(line.batch_id, line.status, line.stage, line.updated_at, line.essays) for line in store.batches()]
    texts = store.texts(text(content).text_id for content in CONTENTS)
    feeds = [
        [logged.event for logged in store.feed(topics=topics, batches=batches)]
        for topics in ((), (event("e1").event_type,), ("huleedu.unheard.of.v1",))
        for batches in ((), ("b2",), [f"b{number}" for number in range(60)])
    ]
    return per_batch, feeds, listed, texts, store.results(KEYS), store.pieces("cohort")


@settings(max_examples=10, deadline=None)
@given(steps)
def test_sqlite_answers_as_memory_does(doings: list[list[list[Record]] | tuple[str, str]]) -> None:
    """After every step, whatever the order of commits, claims and forgetting."""
    with TemporaryDirectory() as folder:
        memory, sqlite = open_store("memory://"), open_store(str(Path(folder) / "essays.db"), synchronous="OFF")
        for doing in doings:
            answers = [_done(store, doing) for store in (memory, sqlite)]
            assert answers[0] == answers[1]
            assert _seen(memory) == _seen(sqlite)
        sqlite.close()


def _done(store: Store, doing: list[list[Record]] | tuple[str, str]) -> object:
    if isinstance(doing, list):
        return [type(answer) for answer in store.commit_group(doing)]
    if doing[0] == "claim":
        return store.claim(doing[1])
    store.forget(doing[1])
    return None
