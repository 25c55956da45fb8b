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
    """Processes that are started and called; the test answers. ``starts`` lists their names, in order."""

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
    """A fake cluster in place of Ray's."""
    from actors.runtime.ray import cluster as rays

    made = FakeCluster()
    monkeypatch.setattr("ray.is_initialized", lambda: True)
    monkeypatch.setattr(rays, "end", lambda name, _: made.ended.append(name))
    return made


@pytest.fixture
def transport(cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The transport of a process on it; two essays' processes may start at a time."""
    from actors.runtime.ray.transport import RayTransport

    engine = cast("Any", SimpleNamespace(starting=2, namespace="engine"))
    made = RayTransport(engine, MemoryStore(), cluster.start)
    monkeypatch.setattr(made, "_send_aside", made.send)
    return made


def gone() -> Exception:
    """Ray's error for a call to a process that is gone for good."""
    from ray.exceptions import RayActorError

    return RayActorError()


def essay(name: str) -> tuple[ProcessSpec, str]:
    """An essay's process and address."""
    address = essay_address("b", name)
    return process_of(address, BatchPlacement(9, packed=False)), address


def letter(address: str, message: Message | None = None) -> Mail:
    """Mail with one message."""
    return [(address, message or WakeUp())]


def test_mail_to_a_process_that_is_gone_goes_to_its_successor(transport: Any, cluster: FakeCluster) -> None:
    """The undelivered mail is sent again, and later mail follows it."""
    queue = process_of(QUEUE)
    transport.send(queue, letter(QUEUE))
    cluster.calls["work queue"][0].ends(gone())
    assert cluster.starts == ["work queue", "work queue"]
    assert [call.mail for call in cluster.calls["work queue"]] == [letter(QUEUE), letter(QUEUE)]
    transport.send(queue, letter(QUEUE, ReleaseDue(1)))
    assert len(cluster.starts) == 2


def test_an_essay_in_a_process_of_its_own_asks_nobody_how_its_batch_is_placed(cluster: FakeCluster) -> None:
    """Having a process of its own shows that its batch is not packed, so thirty that start at once spare the store."""
    from actors.runtime.ray.transport import RayTransport

    class Silent(MemoryStore):
        def summary(self, batch_id: str) -> NoReturn:
            raise AssertionError(f"asked for {batch_id}")

    process, address = essay("e1")
    its_own = RayTransport(cast("Any", None), Silent(), cluster.start, lives_in=process)
    assert its_own.process_of(address) == process
    assert its_own.process_of(batch_address("b")).name == "batch b"


def test_the_mail_of_a_worker_dies_with_it(transport: Any, cluster: FakeCluster) -> None:
    """What it had in hand may have killed it, so the queue decides what becomes of that."""
    worker = process_of(worker_address(0))
    transport.send(worker, letter(worker_address(0)))
    cluster.calls[worker.name][0].ends(gone())
    assert len(cluster.calls[worker.name]) == 1
    transport.send(worker, letter(worker_address(0)))
    assert cluster.starts == [worker.name, worker.name]


def test_mail_that_came_back_for_another_reason_is_not_sent_again(transport: Any, cluster: FakeCluster) -> None:
    """It was delivered, and handling it failed; it would fail without end."""
    transport.send(process_of(QUEUE), letter(QUEUE))
    cluster.calls["work queue"][0].ends(ValueError("a bug"))
    assert len(cluster.calls["work queue"]) == 1


def test_so_many_processes_of_essays_start_at_a_time_and_others_follow(transport: Any, cluster: FakeCluster) -> None:
    """What is sent meanwhile to one that waits arrives with its first mail."""
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
    """Its first answer may never come."""
    from actors.runtime.ray.transport import START_SECONDS

    now = 1000.0
    monkeypatch.setattr("actors.runtime.ray.transport.time", SimpleNamespace(monotonic=lambda: now))
    for name in "ab":
        transport.send(essay(name)[0], letter(essay(name)[1]))
    now += START_SECONDS
    transport.send(essay("c")[0], letter(essay("c")[1]))
    assert cluster.starts == ["essay b/a", "essay b/b", "essay b/c"]


def test_places_of_slow_starters_are_filled_by_those_that_wait(
    transport: Any, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On a slow machine every process may take longer than its time; as many as before start side by side."""
    from actors.runtime.ray.transport import START_SECONDS

    now = 1000.0
    monkeypatch.setattr("actors.runtime.ray.transport.time", SimpleNamespace(monotonic=lambda: now))
    for name in "abcde":
        transport.send(essay(name)[0], letter(essay(name)[1]))
    now += START_SECONDS
    cluster.calls["essay b/a"][0].ends()
    assert cluster.starts[2:] == ["essay b/c", "essay b/d"]
    cluster.calls["essay b/b"][0].ends()  # its place is taken
    assert cluster.starts[2:] == ["essay b/c", "essay b/d"]
    cluster.calls["essay b/c"][0].ends()
    assert cluster.starts[2:] == ["essay b/c", "essay b/d", "essay b/e"]


def test_a_process_that_starts_gets_what_has_waited_for_it(
    transport: Any, cluster: FakeCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later mail may be what finds a free place for it; nothing older then waits for another process to start."""
    from actors.runtime.ray.transport import START_SECONDS

    now = 1000.0
    monkeypatch.setattr("actors.runtime.ray.transport.time", SimpleNamespace(monotonic=lambda: now))
    for name in "abc":
        transport.send(essay(name)[0], letter(essay(name)[1]))
    now += START_SECONDS
    process, address = essay("c")
    transport.send(process, letter(address, ReleaseDue(1)))
    assert [call.mail for call in cluster.calls["essay b/c"]] == [letter(address) + letter(address, ReleaseDue(1))]


def test_a_retired_process_is_ended_and_whoever_is_told_something_there_later_gets_a_new_one(
    transport: Any, cluster: FakeCluster
) -> None:
    """It is ended by its name, and mail to the same name starts it anew."""
    process, address = essay("a")
    transport.send(process, letter(address))
    cluster.calls[process.name][0].ends()
    transport.retire([process])
    assert cluster.ended == ["essay b/a"]
    transport.send(process, letter(address))
    assert cluster.starts == ["essay b/a", "essay b/a"]
