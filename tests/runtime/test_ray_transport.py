"""Mail on a simulated cluster: who is started when, and where mail goes when its process is gone."""

import pickle
from collections import defaultdict
from types import SimpleNamespace
from typing import Any, NoReturn, cast

import pytest

from actors.core.addresses import QUEUE, batch_address, essay_address, worker_address
from actors.runtime.placement import BatchPlacement, ProcessSpec, process_of
from actors.runtime.transport import Mail
from actors.stores.memory import MemoryStore
from contracts.messages import Message, WakeUp
from contracts.work import ReleaseDue


class Call:
    """A call that has not been answered yet."""

    def __init__(self, mail: Mail) -> None:
        self.mail = mail
        self._then: Any = None

    def future(self) -> "Call":
        return self

    def add_done_callback(self, then: Any) -> None:
        self._then = then

    def ends(self, error: BaseException | None = None) -> None:
        self._then(SimpleNamespace(exception=lambda: error))


class FakeCluster:
    """Processes that are started and called; the test answers. ``starts`` are their names, in order."""

    def __init__(self) -> None:
        self.starts: list[str] = []
        self.calls: defaultdict[str, list[Call]] = defaultdict(list)
        self.ended: list[str] = []

    def start(self, _: Any, process: ProcessSpec) -> Any:
        self.starts.append(process.name)

        def remote(mail: bytes) -> Call:
            call = Call(pickle.loads(mail))  # noqa: S301  (our own)
            self.calls[process.name].append(call)
            return call

        return SimpleNamespace(deliver=SimpleNamespace(remote=remote))


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> FakeCluster:
    """It stands in for Ray's."""
    from actors.runtime.ray import cluster as rays

    made = FakeCluster()
    monkeypatch.setattr("ray.is_initialized", lambda: True)
    monkeypatch.setattr(rays, "end", lambda name, _: made.ended.append(name))
    return made


@pytest.fixture
def transport(cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Mail of a process on it, where two processes of essays may be starting at a time."""
    from actors.runtime.ray.transport import RayTransport

    engine = cast("Any", SimpleNamespace(starting=2, namespace="engine"))
    made = RayTransport(engine, MemoryStore(), cluster.start)
    monkeypatch.setattr(made, "_send_aside", made.send)
    return made


def gone() -> Exception:
    """What Ray says of a call to a process that has died for good."""
    from ray.exceptions import RayActorError

    return RayActorError()


def essay(name: str) -> tuple[ProcessSpec, str]:
    """An essay's process, and its address."""
    address = essay_address("b", name)
    return process_of(address, BatchPlacement(9, packed=False)), address


def letter(address: str, message: Message | None = None) -> Mail:
    """Mail of one message."""
    return [(address, message or WakeUp())]


def test_mail_to_a_process_that_is_gone_goes_to_its_successor(transport: Any, cluster: FakeCluster) -> None:
    """All of it, and what is said next as well."""
    queue = process_of(QUEUE)
    transport.send(queue, letter(QUEUE))
    cluster.calls["work queue"][0].ends(gone())
    assert cluster.starts == ["work queue", "work queue"]
    assert [call.mail for call in cluster.calls["work queue"]] == [letter(QUEUE), letter(QUEUE)]
    transport.send(queue, letter(QUEUE, ReleaseDue(1)))
    assert len(cluster.starts) == 2


def test_an_essay_in_a_process_of_its_own_asks_nobody_how_its_batch_is_placed(cluster: FakeCluster) -> None:
    """It would not be there if its batch were packed; thirty that start at once do not ask the store for it."""
    from actors.runtime.ray.transport import RayTransport

    class Silent(MemoryStore):
        def summary(self, batch_id: str) -> NoReturn:
            raise AssertionError(f"asked for {batch_id}")

    process, address = essay("e1")
    its_own = RayTransport(cast("Any", None), Silent(), cluster.start, lives_in=process)
    assert its_own.process_of(address) == process
    assert its_own.process_of(batch_address("b")).name == "batch b"


def test_the_mail_of_a_worker_dies_with_it(transport: Any, cluster: FakeCluster) -> None:
    """What it had in hand may be what killed it: the queue decides on that."""
    worker = process_of(worker_address(0))
    transport.send(worker, letter(worker_address(0)))
    cluster.calls[worker.name][0].ends(gone())
    assert len(cluster.calls[worker.name]) == 1
    transport.send(worker, letter(worker_address(0)))
    assert cluster.starts == [worker.name, worker.name]


def test_mail_that_came_back_for_another_reason_is_not_sent_again(transport: Any, cluster: FakeCluster) -> None:
    """It was handled, and failed at that: it would fail without end."""
    transport.send(process_of(QUEUE), letter(QUEUE))
    cluster.calls["work queue"][0].ends(ValueError("a bug"))
    assert len(cluster.calls["work queue"]) == 1


def test_so_many_processes_of_essays_start_at_a_time_and_others_follow(transport: Any, cluster: FakeCluster) -> None:
    """What is said meanwhile to one that waits comes with its first mail."""
    for name in "abcd":
        process, address = essay(name)
        transport.send(process, letter(address))
    transport.send(essay("c")[0], letter(essay("c")[1], ReleaseDue(1)))
    assert cluster.starts == ["essay b/a", "essay b/b"]
    cluster.calls["essay b/b"][0].ends()
    assert cluster.starts == ["essay b/a", "essay b/b", "essay b/c"]
    assert cluster.calls["essay b/c"][0].mail == letter(essay("c")[1]) + letter(essay("c")[1], ReleaseDue(1))
    cluster.calls["essay b/a"][0].ends(ValueError("it could not start"))
    assert cluster.starts[-1] == "essay b/d"


def test_a_process_that_does_not_start_holds_up_the_others_no_longer_than_its_time(
    transport: Any, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer may never come."""
    from actors.runtime.ray.transport import START_SECONDS

    now = 1000.0
    monkeypatch.setattr("actors.runtime.ray.transport.time", SimpleNamespace(monotonic=lambda: now))
    for name in "ab":
        transport.send(essay(name)[0], letter(essay(name)[1]))
    now += START_SECONDS
    transport.send(essay("c")[0], letter(essay("c")[1]))
    assert cluster.starts == ["essay b/a", "essay b/b", "essay b/c"]


def test_a_retired_process_is_ended_and_whoever_is_told_something_there_later_gets_a_new_one(
    transport: Any, cluster: FakeCluster
) -> None:
    """By its name: the one that is told need not be the one that was ended."""
    process, address = essay("a")
    transport.send(process, letter(address))
    cluster.calls[process.name][0].ends()
    transport.retire([process])
    assert cluster.ended == ["essay b/a"]
    transport.send(process, letter(address))
    assert cluster.starts == ["essay b/a", "essay b/a"]
