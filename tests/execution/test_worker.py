"""A worker writes and sends what it has done while it does the next piece."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from functools import lru_cache

import pytest

from actors.core.addresses import QUEUE, worker_address
from actors.core.records import Record, ResultRecord, TextRecord
from actors.core.retry import Policy
from actors.execution.incremental_commit import STALLED_SECONDS
from actors.execution.service_registry import StampedSettings
from actors.execution.worker import Worker
from actors.phases.service import EssayTask, PhaseSettings, Product
from actors.runtime.activation import Blueprint, Outside
from actors.runtime.gateway import Gateway
from actors.runtime.placement import BatchPlacement, ProcessSpec, process_of
from actors.runtime.transport import Mail
from actors.runtime.workers import worker_behind
from actors.simulation.processes import SimulatedTransport
from actors.stores.memory import MemoryStore
from actors.stores.store import StoreUnavailableError
from contracts.messages import Message, WorkSucceeded
from contracts.phases import PHASE_TABLE, PhaseName
from contracts.results import NLPResultDataV1
from contracts.work import (
    AnnounceDue,
    Assign,
    EssayWork,
    ForgetBatch,
    LeaseFinished,
    WorkerReady,
    WorkRequested,
    WorkReturned,
)

NLP, WORKER = PhaseName.NLP, worker_address(0)
PATIENCE = 10.0


class Service:
    """Passes texts on, and calls ``look`` with each."""

    name, version = "watched", "1"
    uses: Sequence[PhaseName] = ()

    def __init__(self, look: Callable[[str], None]) -> None:
        self._look = look

    def process(self, task: EssayTask) -> Product:
        self._look(task.text)
        status = PHASE_TABLE[NLP].success
        text_id = task.text_id
        return Product(
            NLPResultDataV1(
                status=status,
                original_text_storage_id=text_id,
                text_storage_id=text_id,
                producer=self.name,
                producer_version=self.version,
            )
        )


class WatchedStore(MemoryStore):
    """Calls ``look`` before each commit of results."""

    def __init__(self, look: Callable[[list[ResultRecord]], None]) -> None:
        super().__init__()
        self._look = look

    def commit(self, records: Sequence[Record]) -> None:
        results = [record for record in records if isinstance(record, ResultRecord)]
        if results:
            self._look(results)
        super().commit(records)


class Stopwatch:
    """Advances only when a test makes it."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class NotedTimers:
    """Notes reminders instead of setting them."""

    def __init__(self) -> None:
        self.set_for: list[tuple[float, str, Message]] = []

    def set(self, after: float, address: str, message: Message) -> None:
        self.set_for.append((after, address, message))

    def drop(self, addresses: Collection[str]) -> None:
        """Nothing to drop."""


@pytest.fixture(params=["beside the work", "between pieces"])
def writing(request: pytest.FixtureRequest) -> Iterator[Executor | None]:
    """The thread that writes, or none."""
    if request.param == "between pieces":
        yield None
        return
    with ThreadPoolExecutor(1) as executor:
        yield executor


@pytest.fixture
def background() -> Iterator[Executor]:
    """The thread that writes."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


def a_worker(
    store: MemoryStore,
    look: Callable[[str, Stopwatch], None],
    background: Executor | None,
    told: Callable[[Mail], None] = lambda _: None,
    timers: NotedTimers | None = None,
) -> tuple[Worker, Mail]:
    """A worker whose pieces take a second each, and the mail it sends; ``told`` is called with each."""
    sent: Mail = []
    stopwatch = Stopwatch()

    def looked(text: str) -> None:
        look(text, stopwatch)
        stopwatch.now += 1.0

    def send(_: ProcessSpec, mail: Mail) -> None:
        sent.extend(mail)
        told(mail)

    packed = BatchPlacement(essays=10, packed=True)
    transport = SimulatedTransport(lambda address: process_of(address, packed), send, lambda _: None)
    outside = Outside(stopwatch=stopwatch, sleep=lambda _: None)
    gateway = Gateway(transport.process_of(WORKER), store, transport, timers or NotedTimers(), outside.sleep)
    worker = worker_behind(gateway, Blueprint({NLP: lambda: Service(looked)}), store, outside, background=background)
    worker.executors.registry.settings = lambda *_: StampedSettings(PhaseSettings(language="en"), "")  # type: ignore[assignment]
    worker.start()
    assert sent == [(QUEUE, WorkerReady(WORKER, worker.incarnation, finished=-1, returned=0))]
    sent.clear()
    store.commit([TextRecord(name, name) for name in "abc"])
    return worker, sent


def lease() -> Mail:
    """A lease of three pieces."""
    works = [EssayWork("batch", name, NLP, 0, 0, 0, name) for name in "abc"]
    return [(WORKER, Assign(7, tuple(WorkRequested(work, f"essay/batch/{work.essay_id}") for work in works)))]


def test_a_result_is_written_while_the_next_one_is_made(background: Executor) -> None:
    """The first result is stored before the second piece is done, and the second is begun before that."""
    begun, stored = threading.Event(), threading.Event()

    def at_work(text: str, _: Stopwatch) -> None:
        if text == "b":
            begun.set()
            assert stored.wait(PATIENCE)

    def at_store(_: list[ResultRecord]) -> None:
        assert begun.wait(PATIENCE)
        stored.set()

    worker, sent = a_worker(WatchedStore(at_store), at_work, background)
    worker.deliver(lease())
    told = [message for _, message in sent]
    assert [type(message) for message in told] == [WorkSucceeded, WorkSucceeded, WorkSucceeded, LeaseFinished]
    assert sent[-1][0] == QUEUE


def test_what_the_store_refuses_for_a_while_is_not_made_again(writing: Executor | None) -> None:
    """The work may have cost money, so only the write is retried."""
    made: list[str] = []
    troubles = iter([True, True])

    def at_store(_: list[ResultRecord]) -> None:
        if next(troubles, False):
            raise StoreUnavailableError("the disk is full")

    worker, sent = a_worker(WatchedStore(at_store), lambda text, _: made.append(text), writing)
    worker.deliver(lease())
    assert made == ["a", "b", "c"]
    assert len(sent) == 4


def test_what_was_written_before_a_piece_killed_the_worker_stays(background: Executor) -> None:
    """The successor finds the first result, and makes only the others."""
    made: list[str] = []
    stored = threading.Event()

    class Killed(BaseException):
        """Like a kill by signal."""

    def at_work(text: str, _: Stopwatch) -> None:
        if text == "b" and "b" not in made:
            assert stored.wait(PATIENCE)
            made.append("b")
            raise Killed
        made.append(text)

    store = WatchedStore(lambda _: stored.set())
    worker, _ = a_worker(store, at_work, background)
    with pytest.raises(Killed):
        worker.deliver(lease())
    successor, sent = a_worker(store, at_work, background)
    successor.deliver(lease())
    assert made == ["a", "b", "b", "c"]
    assert len(sent) == 4


def test_a_worker_that_is_stalled_gives_back_what_waits_behind_the_piece_in_hand(background: Executor) -> None:
    """What is done is stored and told during the slow piece, which is the last of the lease that it does."""
    made: list[str] = []
    returned = threading.Event()

    def at_work(text: str, stopwatch: Stopwatch) -> None:
        made.append(text)
        if text == "b":
            stopwatch.now += STALLED_SECONDS
            assert returned.wait(PATIENCE)

    def told(mail: Mail) -> None:
        if any(isinstance(message, WorkReturned) for _, message in mail):
            returned.set()

    worker, sent = a_worker(WatchedStore(lambda _: None), at_work, background, told)
    worker.deliver(lease())
    assert made == ["a", "b"]
    assert [type(message) for _, message in sent] == [WorkSucceeded, WorkReturned, WorkSucceeded, LeaseFinished]
    assert sent[1][1] == WorkReturned(WORKER, worker.incarnation, returned=1, lease=7, done=1)


def begun_and_given_back(writing: Executor | None) -> tuple[Worker, Mail, list[str], Assign]:
    """A worker whose store fails when it has just given back the rest of a lease, at its first piece.

    Returns the worker, what it sends, what it makes from now on, and the lease.
    """
    made: list[str] = []
    store = WatchedStore(lambda _: None)
    worker, sent = a_worker(store, lambda text, _: made.append(text), writing)
    ((_, assign),) = lease()
    assert isinstance(assign, Assign)
    material = store.material

    def gone_once(*_: object) -> object:
        store.material = material  # type: ignore[method-assign]
        worker._progress.give_back()
        worker._returned += 1
        raise StoreUnavailableError("the disk is full")

    store.material = gone_once  # type: ignore[method-assign, assignment]
    return worker, sent, made, assign


def test_a_lease_that_is_begun_again_after_an_outage_is_given_back_as_before(writing: Executor | None) -> None:
    """Others have the rest; the next lease that counts what was given back is accepted."""
    worker, sent, made, assign = begun_and_given_back(writing)
    worker.deliver([(WORKER, assign)])
    assert made == ["a"]
    finished = sent[-1][1]
    assert isinstance(finished, LeaseFinished)
    assert finished.done == 1
    worker.deliver([(WORKER, assign._replace(lease=8, returned=1))])
    assert made[1:] == ["b", "c"]


def test_a_lease_of_before_the_queue_knew_what_was_given_back_is_ignored(writing: Executor | None) -> None:
    """The queue has given that work to others, and it must not be paid for twice."""
    worker, sent, made, assign = begun_and_given_back(writing)
    worker.deliver([(WORKER, assign)])
    sent.clear()
    worker.deliver([(WORKER, assign._replace(lease=8))])
    assert made == ["a"]
    assert not sent
    worker.deliver([(WORKER, assign._replace(lease=9, returned=1))])
    assert made == ["a", "b", "c"]


def test_a_lease_that_breaks_the_worker_leaves_it_at_work(
    writing: Executor | None, caplog: pytest.LogCaptureFixture
) -> None:
    """The bug is logged, and the next lease is done."""
    made: list[str] = []
    worker, sent = a_worker(WatchedStore(lambda _: None), lambda text, _: made.append(text), writing)
    work, broken = lease(), lease()
    ((_, assign),) = broken
    assert isinstance(assign, Assign)
    odd = assign._replace(requests=(None,))  # type: ignore[arg-type]
    worker.deliver([(WORKER, odd)])
    assert not sent
    assert caplog.messages == [f"{WORKER} could not handle {odd!r}"]
    worker.deliver(work)
    assert made == ["a", "b", "c"]
    assert sent[-1] == (QUEUE, LeaseFinished(7, WORKER, worker.incarnation, 1.0, None))


def test_a_worker_tells_the_queue_that_it_is_there(writing: Executor | None) -> None:
    """When it starts, and when asked, it names the last lease that it has finished."""
    worker, sent = a_worker(WatchedStore(lambda _: None), lambda *_: None, writing)
    worker.deliver(lease())
    sent.clear()
    worker.deliver([(WORKER, AnnounceDue(again=False))])
    assert sent == [(QUEUE, WorkerReady(WORKER, worker.incarnation, 7, 0))]


def test_a_worker_that_hears_of_a_forgotten_batch_reads_settings_anew() -> None:
    """A later batch of that name may have other settings."""
    read: list[object] = []

    @lru_cache
    def settings(*of: object) -> StampedSettings:
        read.append(of)
        return StampedSettings(PhaseSettings(language="en"), "")

    worker, _ = a_worker(MemoryStore(), lambda *_: None, None)
    worker.executors.registry.settings = settings
    worker.deliver(lease())
    worker.deliver(lease())
    assert len(read) == 1
    worker.deliver([(WORKER, ForgetBatch("batch", 0, 0))])
    worker.deliver(lease())
    assert len(read) == 2


def test_a_worker_says_from_time_to_time_that_it_is_there() -> None:
    """From its start on; a single question does not start a second series."""
    timers = NotedTimers()
    worker, sent = a_worker(MemoryStore(), lambda *_: None, None, timers=timers)
    again = (Policy().announce_after, WORKER, AnnounceDue())
    assert timers.set_for == [again]
    worker.deliver([(WORKER, AnnounceDue())])
    assert timers.set_for == [again, again]
    worker.deliver([(WORKER, AnnounceDue(again=False))])
    assert (len(timers.set_for), len(sent)) == (2, 2)


def test_before_its_first_lease_a_worker_has_none_in_hand() -> None:
    """So a lease meant for its predecessor, which had given work back, is ignored."""
    made: list[str] = []
    worker, sent = a_worker(MemoryStore(), lambda text, _: made.append(text), None)
    assert worker.progress == (-1, 0)
    ((_, assign),) = lease()
    assert isinstance(assign, Assign)
    for number in (0, 1):
        worker.deliver([(WORKER, assign._replace(lease=number, returned=1))])
    assert (made, sent) == ([], [])


def test_what_is_given_back_is_counted_and_said_again_with_each_announcement() -> None:
    """It tells the queue which leases the worker accepts; the first message may be lost."""

    def slow(_: str, stopwatch: Stopwatch) -> None:
        stopwatch.now += STALLED_SECONDS

    worker, sent = a_worker(MemoryStore(), slow, None)
    ((_, assign),) = lease()
    assert isinstance(assign, Assign)
    for number in (7, 8):
        worker.deliver([(WORKER, Assign(number, assign.requests[number - 7 :], number - 7))])
    returned = [message for _, message in sent if isinstance(message, WorkReturned)]
    assert returned == [WorkReturned(WORKER, worker.incarnation, number - 6, number, 0) for number in (7, 8)]
    worker.deliver([(WORKER, AnnounceDue(again=False))])
    assert sent[-1] == (QUEUE, WorkerReady(WORKER, worker.incarnation, 8, 2))


def test_answers_that_take_long_are_stored_before_the_lease_is_done(writing: Executor | None) -> None:
    """At a second each, a worker that dies during the third piece has lost only that one."""
    store = MemoryStore()
    stored_at_the_third: list[int] = []

    def at_work(text: str, _: Stopwatch) -> None:
        if text == "c" and writing is None:
            stored_at_the_third.append(len(store._results))

    worker, _ = a_worker(store, at_work, writing)
    worker.deliver(lease())
    assert stored_at_the_third in ([2], [])
    assert len(store._results) == 3
