"""A worker's process: what it has done is written, and told, while it does the next."""

import threading
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor

import pytest

from actors.core.addresses import QUEUE, worker_address
from actors.core.effects import Tell
from actors.execution.incremental_commit import HELD_UP_SECONDS
from actors.execution.service_registry import StampedSettings
from actors.execution.worker import PhaseWorker
from actors.phases.service import EssayTask, PhaseSettings, Product
from actors.runtime.activation import Activator, Blueprint, Outside
from actors.runtime.host import Host
from actors.runtime.placement import Place, Placement
from actors.runtime.ray.cluster import Mail
from actors.stores.memory import MemoryStore
from actors.stores.store import Record, ResultRecord, StoreUnavailableError, TextRecord
from contracts.messages import Message, WorkSucceeded
from contracts.phases import PHASE_TABLE, PhaseName
from contracts.results import NLPResultDataV1
from contracts.work import Assign, EssayWork, LeaseFinished, WorkRequested, WorkReturned

NLP, WORKER = PhaseName.NLP, worker_address(0)
PATIENCE = 10.0


class Service:
    """Hands texts on, and lets somebody look at each as it is done."""

    name, version, uses = "watched", "1", ()

    def __init__(self, look: Callable[[str], None]) -> None:
        self._look = look

    def process(self, task: EssayTask) -> Product:
        """The text as it is."""
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
    """Lets somebody look at each commit of results, before it is done."""

    def __init__(self, look: Callable[[list[ResultRecord]], None]) -> None:
        super().__init__()
        self._look = look

    def commit(self, records: Sequence[Record]) -> None:
        """As ever."""
        results = [record for record in records if isinstance(record, ResultRecord)]
        if results:
            self._look(results)
        super().commit(records)


class Stopwatch:
    """Stands still until somebody lets time pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """Seconds."""
        return self.now


class NoTimers:
    """Nobody is reminded."""

    def set(self, after: float, address: str, message: Message) -> None:
        """Not at all."""

    def drop(self, addresses: Collection[str]) -> None:
        """Nor is anything."""


@pytest.fixture
def aside() -> Iterator[Executor]:
    """The thread that writes."""
    with ThreadPoolExecutor(1) as executor:
        yield executor


def a_worker(store: MemoryStore, look: Callable[[str, Stopwatch], None], aside: Executor) -> tuple[Host, Mail]:
    """A worker's process whose pieces take a second each, and the mail that it sends."""
    sent: Mail = []
    stopwatch = Stopwatch()

    def looked(text: str) -> None:
        look(text, stopwatch)
        stopwatch.now += 1.0

    outside = Outside(stopwatch=stopwatch, sleep=lambda _: None)
    activator = Activator(Blueprint({NLP: lambda: Service(looked)}), store, outside)
    activator.bench.shelf.settings = lambda *_: StampedSettings(PhaseSettings(language="en"), "")  # type: ignore[assignment]
    placement = Placement(essay_processes=0, starting=1)

    def send(_: Place, mail: Mail) -> None:
        sent.extend(mail)

    place_of = lambda address: placement.place_of(address, 10)  # noqa: E731
    host = Host(place_of(WORKER), activator, store, place_of, send, lambda _: None, NoTimers(), aside=aside)
    host.start()
    sent.clear()
    store.commit([TextRecord(name, name) for name in "abc"])
    return host, sent


def lease() -> Mail:
    """Three pieces."""
    works = [EssayWork("batch", name, NLP, 0, 0, 0, name) for name in "abc"]
    return [(WORKER, Assign(7, tuple(WorkRequested(work, f"essay/batch/{work.essay_id}") for work in works)))]


def test_a_result_is_written_while_the_next_one_is_made(aside: Executor) -> None:
    """The first is stored before the second is done, and the second is begun before the first is stored."""
    begun, stored = threading.Event(), threading.Event()

    def at_work(text: str, _: Stopwatch) -> None:
        if text == "b":
            begun.set()
            assert stored.wait(PATIENCE)

    def at_store(_: list[ResultRecord]) -> None:
        assert begun.wait(PATIENCE)
        stored.set()

    host, sent = a_worker(WatchedStore(at_store), at_work, aside)
    host.deliver(lease())
    told = [message for _, message in sent]
    assert [type(message) for message in told] == [WorkSucceeded, WorkSucceeded, WorkSucceeded, LeaseFinished]
    assert sent[-1][0] == QUEUE


def test_what_the_store_refuses_for_a_while_is_not_made_again(aside: Executor) -> None:
    """The work may have been paid for: only the writing is tried again."""
    made: list[str] = []
    troubles = iter([True, True])

    def at_store(_: list[ResultRecord]) -> None:
        if next(troubles, False):
            raise StoreUnavailableError("the disk is full")

    host, sent = a_worker(WatchedStore(at_store), lambda text, _: made.append(text), aside)
    host.deliver(lease())
    assert made == ["a", "b", "c"]
    assert len(sent) == 4


def test_what_was_written_before_a_piece_killed_the_worker_stays(aside: Executor) -> None:
    """The successor finds the first result, and makes only the others."""
    made: list[str] = []
    stored = threading.Event()

    class Killed(BaseException):
        """As by a signal."""

    def at_work(text: str, _: Stopwatch) -> None:
        if text == "b" and "b" not in made:
            assert stored.wait(PATIENCE)
            made.append("b")
            raise Killed
        made.append(text)

    store = WatchedStore(lambda _: stored.set())
    host, _ = a_worker(store, at_work, aside)
    with pytest.raises(Killed):
        host.deliver(lease())
    successor, sent = a_worker(store, at_work, aside)
    successor.deliver(lease())
    assert made == ["a", "b", "b", "c"]
    assert len(sent) == 4


def test_a_worker_that_is_held_up_gives_back_what_waits_behind_the_piece_in_hand(aside: Executor) -> None:
    """What it has done is stored and told while the slow piece is under way; that piece is the last that it does."""
    made: list[str] = []
    told = threading.Event()

    def at_work(text: str, stopwatch: Stopwatch) -> None:
        made.append(text)
        if text == "b":
            stopwatch.now += HELD_UP_SECONDS
            assert told.wait(PATIENCE)

    host, sent = a_worker(WatchedStore(lambda _: None), at_work, aside)

    def send(_: Place, mail: Mail) -> None:
        sent.extend(mail)
        if any(isinstance(message, WorkReturned) for _, message in mail):
            told.set()

    host._send = send
    host.deliver(lease())
    assert made == ["a", "b"]
    assert [type(message) for _, message in sent] == [WorkSucceeded, WorkReturned, WorkSucceeded, LeaseFinished]
    incarnation = host.state_of(WORKER).incarnation
    assert sent[1][1] == WorkReturned(WORKER, incarnation, returned=1, lease=7, done=1)


def begun_and_given_back(aside: Executor) -> tuple[Host, Mail, list[str], Assign]:
    """A worker at the first piece of a lease of which it has given back the rest; there the store goes away.

    Its process, what that sends, what is made from now on, and the lease.
    """
    made: list[str] = []
    host, sent = a_worker(WatchedStore(lambda _: None), lambda text, _: made.append(text), aside)
    ((_, assign),) = lease()
    assert isinstance(assign, Assign)
    worker: PhaseWorker = host._actors[WORKER]  # type: ignore[assignment]
    next(iter(worker.portions(worker.state, assign)))
    (told,) = worker.held_up()
    assert isinstance(told, Tell)
    assert told.message == WorkReturned(WORKER, worker.state.incarnation, returned=1, lease=assign.lease, done=0)
    made.clear()
    return host, sent, made, assign


def test_a_lease_of_before_the_queue_knew_what_was_given_back_is_ignored(aside: Executor) -> None:
    """The queue has given its work to others: done by both, it would be paid twice."""
    host, sent, made, assign = begun_and_given_back(aside)
    host.deliver([(WORKER, assign._replace(lease=8))])
    assert not made
    assert not sent
    host.deliver([(WORKER, assign._replace(lease=9, returned=1))])
    assert made == ["a", "b", "c"]


def test_a_lease_that_is_begun_again_after_an_outage_is_given_back_as_before(aside: Executor) -> None:
    """Others have the rest of it; and the next lease is taken, whatever the queue was told in between."""
    host, sent, made, assign = begun_and_given_back(aside)
    host.deliver([(WORKER, assign)])
    assert made == ["a"]
    finished = sent[-1][1]
    assert isinstance(finished, LeaseFinished)
    assert finished.done == 1
    host.deliver([(WORKER, assign._replace(lease=8, returned=1))])
    assert made[1:] == ["b", "c"]
