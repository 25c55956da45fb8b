"""Event subscriptions: all batches, in commit order, typed, and continued from where a program stopped."""

import asyncio
import shutil
import threading
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from actors.stores import open_store
from actors.stores.following import FeedReader
from actors.stores.memory import MemoryStore
from contracts.events import is_about_batches
from drivers import (
    BatchPipelineCompletedV1,
    ELSBatchPhaseOutcomeV1,
    Engine,
    EssayPhaseCompletedV1,
    ProcessingEvent,
    RequestError,
    StoreError,
    StoreInUseError,
    topic_name,
)
from drivers.lab.postgres import PostgresServer
from drivers.testing import VirtualEngine, open_virtual_engine, scripted
from tests.stores.examples import event

ENDED = topic_name(ProcessingEvent.BATCH_PIPELINE_COMPLETED)
CLASS = {"anna": "A text.", "bo": "Another."}


@pytest.fixture
def engine() -> Iterator[VirtualEngine]:
    """An engine in virtual time, with two batches that have not begun yet."""
    with open_virtual_engine() as made:
        for name in ("8a", "8b"):
            made.submit(name, CLASS, pipeline="spellcheck,nlp")
        yield made


@pytest.fixture
def finished(engine: VirtualEngine) -> VirtualEngine:
    """The engine after both batches have ended."""
    for batch in engine.batches():
        batch.result()
    return engine


def test_the_feed_has_typed_events_of_all_batches_by_number(finished: VirtualEngine) -> None:
    """A batch's events come in the order of its own log, among those of others."""
    events = list(finished.events())
    assert [event.sequence for event in events] == sorted({event.sequence for event in events})
    assert {type(event.data) for event in events} >= {ELSBatchPhaseOutcomeV1, EssayPhaseCompletedV1}
    for batch in finished.batches():
        own = [event for event in events if event.data.batch_id == batch.batch_id]
        assert own == list(batch.events())
        assert isinstance(own[-1].data, BatchPipelineCompletedV1)


def test_a_follower_gets_what_is_committed_later(engine: VirtualEngine) -> None:
    """At the end of the log it waits, so it sees both batches end."""
    ends = islice(engine.events(topics=[ENDED], follow=True), 2)
    assert {event.data.batch_id for event in ends} == {"8a", "8b"}


def test_a_follower_of_a_batch_ends_with_it_and_misses_no_event(engine: VirtualEngine) -> None:
    """The last event says that the batch has ended."""
    batch = engine.batch("8a")
    followed = list(batch.events(follow=True))
    assert followed == list(batch.events())
    assert isinstance(followed[-1].data, BatchPipelineCompletedV1)


def test_a_follower_under_asyncio_gets_the_same(engine: VirtualEngine) -> None:
    """``async for`` yields the same events."""

    async def followed() -> list[int]:
        return [event.sequence async for event in engine.batch("8a").events(follow=True)]

    assert asyncio.run(followed()) == [event.sequence for event in engine.batch("8a").events()]


def test_a_topic_may_be_named_by_its_event(finished: VirtualEngine) -> None:
    """Whoever knows one name need not look up the other."""
    by_event = list(finished.events(topics=[ProcessingEvent.BATCH_PIPELINE_COMPLETED], batches=["8b"]))
    assert [event.event_type for event in by_event] == [ENDED]


def test_a_topic_that_nothing_is_published_under_is_refused(engine: VirtualEngine) -> None:
    """Its follower would wait for ever."""
    with pytest.raises(RequestError, match=r"huleedu\.typo\.v1.*essays reference events"):
        engine.events(topics=[ENDED, "huleedu.typo.v1"], follow=True)


def test_what_lies_between_wanted_events_is_not_read_again_with_each_look() -> None:
    """Otherwise a follower of a rare topic would read the whole log after every commit."""
    store = MemoryStore()
    store.commit([event(f"e{number}") for number in range(1200)])
    reader = FeedReader(store, topics=[ENDED])
    assert (reader.next_page(), reader.has_more()) == ([], False)
    store.commit([event("another")])
    assert reader.has_more()
    assert (reader.next_page(), reader.has_more()) == ([], False)
    store.commit([event("end")._replace(event_type=ENDED)])
    assert [logged.event.event_id for logged in reader.next_page()] == ["end"]


def test_a_long_log_is_gone_through_page_by_page() -> None:
    """There is no gap, even while it grows."""
    store = MemoryStore()
    store.commit([event(f"e{number}") for number in range(1200)])
    reader = FeedReader(store, after=100)
    read = 0
    while page := reader.next_page():
        read += len(page)
        if read <= 1000:
            store.commit([event(f"late-{read}")])
    assert read == 1200 - 100 + 2


def test_a_topic_is_about_batches_or_about_single_essays() -> None:
    """The store relies on it to find what happens to batches by topic."""
    with open_virtual_engine({"nlp": scripted("nlp").fails("bo")}) as engine:
        batch = engine.submit("8a", {**CLASS, "empty": ""}, pipeline="spellcheck,nlp,cj_assessment")
        batch.pause()
        batch.resume().result()
        stored = [logged.event for logged in engine.store.feed()]
    assert {each.event_type for each in stored if each.essay_id is None} & {
        each.event_type for each in stored if each.essay_id is not None
    } == set()
    assert all(is_about_batches(each.event_type) == (each.essay_id is None) for each in stored)


# --- cursors ------------------------------------------------------------------------------------------------------


def test_a_named_cursor_goes_on_where_it_was(finished: VirtualEngine) -> None:
    """An event counts as processed when the next one is asked for, so an interrupted one comes again."""
    everything = [event.event_id for event in finished.events()]
    first = [event.event_id for event in islice(finished.events(cursor="webhook"), 5)]
    assert first == everything[:5]
    rest = [event.event_id for event in finished.events(cursor="webhook")]
    assert rest == everything[4:]
    assert list(finished.events(cursor="webhook")) == []
    assert len(list(finished.events(cursor="another"))) == len(everything)


def test_an_event_that_could_not_be_dealt_with_comes_again(finished: VirtualEngine) -> None:
    """Events before it do not come again."""
    everything = [event.sequence for event in finished.events()]

    def forward() -> None:
        for each in finished.events(cursor="webhook"):
            if each.sequence == everything[3]:
                raise ConnectionError

    with pytest.raises(ConnectionError):
        forward()
    assert next(iter(finished.events(cursor="webhook"))).sequence == everything[3]


def test_a_new_cursor_may_begin_later(finished: VirtualEngine) -> None:
    """An existing cursor continues where it was, whatever ``after`` says."""
    everything = [event.sequence for event in finished.events()]
    assert next(iter(finished.events(cursor="late", after=everything[2]))).sequence == everything[3]
    assert next(iter(finished.events(cursor="late", after=0))).sequence == everything[3]


def test_two_programs_under_one_cursor_do_not_both_go_on(finished: VirtualEngine) -> None:
    """Each would miss what the other has read, so the second one gets an error."""
    one, other = iter(finished.events(cursor="webhook")), iter(finished.events(cursor="webhook"))
    for _ in range(4):
        next(one)
        next(other)
    assert list(one)
    with pytest.raises(StoreInUseError, match="webhook"):
        list(other)


def test_a_cursor_is_kept_on_the_way(finished: VirtualEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """A program that is killed could not save it at its end."""
    monkeypatch.setattr("drivers.client.events._SAVE_SECONDS", 0.0)
    everything = [event.sequence for event in finished.events()]
    stream = iter(finished.events(cursor="webhook"))
    for _ in range(6):
        next(stream)
    assert finished.store.cursor("webhook") == everything[4]


def test_a_store_that_was_put_back_to_an_older_copy_is_read_on_from_its_end(tmp_path: Path) -> None:
    """Its sequence numbers are given out again, to other events, none of which may be missed."""
    path = tmp_path / "school.db"
    _run("8a", path)
    shutil.copy(path, tmp_path / "copy.db")
    _run("8b", path)
    with Engine.reader(path) as reader:
        assert {event.data.batch_id for event in reader.events(cursor="webhook")} == {"8a", "8b"}
    shutil.copy(tmp_path / "copy.db", path)
    with Engine.reader(path) as reader:
        assert list(reader.events(cursor="webhook")) == []
    _run("8c", path)
    with Engine.reader(path) as reader:
        assert list(reader.events(cursor="webhook")) == list(reader.batch("8c").events())


def _run(batch_id: str, store: Path) -> None:
    with Engine.open(store, runtime="local", services=_scripted()) as engine:
        engine.submit(batch_id, CLASS, pipeline="spellcheck").result()


def test_a_reader_follows_beside_the_program_that_runs_the_batches(tmp_path: Path) -> None:
    """It polls, and keeps its cursor beside a file that another program has open."""
    seen: list[str] = []
    with Engine.open(tmp_path / "school.db", runtime="local", services=_scripted()) as engine:
        batch = engine.submit("8a", CLASS, pipeline="spellcheck")

        def follow() -> None:
            with Engine.reader(tmp_path / "school.db") as reader:
                for event in reader.events(follow=True, cursor="webhook"):
                    seen.append(str(event.event_id))
                    if event.event_type == ENDED:
                        return

        following = threading.Thread(target=follow)
        following.start()
        batch.result(timeout=60)
        following.join(30)
        assert seen == [str(event.event_id) for event in engine.events()]
        assert engine.store.cursor("webhook") > 0


def _scripted() -> dict[str, Callable[[], Any]]:
    return {"spellcheck": scripted("spellcheck")}


def test_an_engine_in_the_background_tells_its_followers_at_once(tmp_path: Path) -> None:
    """There may be several, in threads of their own."""
    with Engine.open(tmp_path / "school.db", runtime="local", services=_scripted()) as engine:
        found: list[list[int]] = []

        def follow() -> None:
            found.append([event.sequence for event in islice(engine.events(topics=[ENDED], follow=True), 2)])

        followers = [threading.Thread(target=follow) for _ in range(3)]
        for follower in followers:
            follower.start()
        for name in ("8a", "8b"):
            engine.submit(name, CLASS, pipeline="spellcheck")
        for follower in followers:
            follower.join(60)
        assert found == [[event.sequence for event in engine.events(topics=[ENDED])]] * 3


def test_a_store_that_is_gone_ends_a_follower_with_what_is_wrong(tmp_path: Path) -> None:
    """It must not wait silently for ever."""
    open_store(str(tmp_path / "school.db")).close()
    reader = Engine.reader(tmp_path / "school.db")
    stream = iter(reader.events(follow=True))
    (tmp_path / "school.db").write_bytes(b"no database at all, and long enough to be read as one" * 100)
    with pytest.raises(StoreError):
        next(stream)
    reader.close()


def test_a_follower_outlasts_a_server_that_is_down_for_a_while(postgres: PostgresServer, postgres_url: str) -> None:
    """After a database restart, events of before and after come in order."""
    with Engine.open(postgres_url, runtime="local", services=_scripted()) as engine:
        engine.submit("8a", CLASS, pipeline="spellcheck").result()
    with Engine.reader(postgres_url) as reader:
        stream = iter(reader.events(follow=True, cursor="webhook"))
        seen = [next(stream).sequence for _ in reader.store.feed()]
        postgres.stop()
        late = threading.Timer(1.0, postgres.start)
        late.start()
        running = threading.Thread(target=_run_when_it_is_back, args=(late, postgres_url))
        running.start()
        seen.append(next(stream).sequence)
        running.join()
        assert seen == [logged.sequence for logged in reader.store.feed(limit=len(seen))]


def _run_when_it_is_back(started: threading.Timer, url: str) -> None:
    started.join()
    with Engine.open(url, runtime="local", services=_scripted()) as engine:
        engine.submit("8b", CLASS, pipeline="spellcheck").result()
