"""Processes of essays and of their batch: who is ended when, and who still acts after being superseded."""

from collections import deque
from collections.abc import Iterable
from functools import partial

from actors.core.addresses import batch_address, essay_address
from actors.runtime.activation import Activator, Blueprint
from actors.runtime.host import MESSAGES_PER_COMMIT, Host
from actors.runtime.placement import BATCH, ESSAY, BatchPlacement, ProcessSpec, process_of
from actors.runtime.timers import Reminders
from actors.runtime.transport import Mail
from actors.stores.memory import MemoryStore
from contracts.messages import CancelBatch, ExtendPipeline, Message, WorkSucceeded
from contracts.phases import BatchStatus, PhaseName
from contracts.work import WorkRequested
from tests.core.play import NLP, SPELLCHECK, registration


class FakeCluster:
    """Processes by their names, each a host that its first mail starts. The test itself is the work queue.

    ``running`` are the names of the living, ``requests`` what the essays want done.
    """

    def __init__(self, placed: BatchPlacement) -> None:
        self.store = MemoryStore()
        self.hosts: dict[str, Host] = {}
        self.requests: list[WorkRequested] = []
        self._placed = placed
        self._mail: deque[tuple[ProcessSpec, Mail]] = deque()

    @property
    def running(self) -> list[str]:
        return sorted(self.hosts)

    def process_of(self, address: str) -> ProcessSpec:
        return process_of(address, self._placed)

    def send(self, process: ProcessSpec, mail: Mail) -> None:
        self._mail.append((process, mail))

    def restart(self, process: ProcessSpec) -> None:
        raise AssertionError(f"nobody is to restart {process.name}")

    def retire(self, processes: Iterable[ProcessSpec]) -> None:
        for process in processes:
            assert self.hosts.pop(process.name, None) is not None, f"{process.name} is not there"

    def start(self, process: ProcessSpec, messages_per_commit: int = MESSAGES_PER_COMMIT) -> Host:
        host = Host(
            process,
            Activator(Blueprint({}), self.store),
            self.store,
            self,
            Reminders(lambda: 0.0),
            messages_per_commit=messages_per_commit,
        )
        self.hosts[process.name] = host
        host.start()
        return host

    def tell(self, *mail: tuple[str, Message]) -> "FakeCluster":
        """Deliver this and all that follows from it."""
        for address, message in mail:
            self.send(self.process_of(address), [(address, message)])
        while self._mail:
            process, letters = self._mail.popleft()
            if process.kind in (BATCH, ESSAY):
                (self.hosts.get(process.name) or self.start(process)).deliver(letters)
            else:
                self.requests += [message for _, message in letters if isinstance(message, WorkRequested)]
        return self

    def register(self, essays: str, *phases: PhaseName) -> "FakeCluster":
        return self.tell((batch_address("b"), registration(essays, phases)))

    def work(self, pieces: int | None = None) -> "FakeCluster":
        """Do the (first) work that is asked for."""
        todo, self.requests = self.requests[:pieces], self.requests[len(self.requests[:pieces]) :]
        return self.tell(*[(each.reply_to, done(each.reply_to, each.work.run, each.work.position)) for each in todo])

    def status(self) -> BatchStatus:
        header = self.store.batch("b")
        assert header is not None
        return header.status


def done(address: str, run: int, position: int) -> WorkSucceeded:
    """The success of an essay's work."""
    return WorkSucceeded(run, position, f"text of {address}", f"{address} {run} {position}")


apart = partial(FakeCluster, BatchPlacement(2, packed=False))
packed = partial(FakeCluster, BatchPlacement(2, packed=True))


def test_the_processes_of_essays_end_with_their_batch_and_not_before() -> None:
    """The orchestrator's process stays, so the batch can still be asked about."""
    cluster = apart().register("xy", SPELLCHECK, NLP)
    everyone = ["batch b", "essay b/x", "essay b/y"]
    assert cluster.running == everyone
    cluster.work().work(1)
    assert cluster.running == everyone
    cluster.work()
    assert cluster.status() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert cluster.running == ["batch b"]


def test_an_essay_whose_process_was_ended_gets_a_new_one_for_a_further_run() -> None:
    """The new one ends with the batch as well."""
    cluster = apart().register("xy", SPELLCHECK).work()
    cluster.tell((batch_address("b"), ExtendPipeline(1, (NLP,))))
    assert cluster.running == ["batch b", "essay b/x", "essay b/y"]
    assert cluster.work().status() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert cluster.running == ["batch b"]


def test_a_packed_batch_that_has_ended_ends_no_process() -> None:
    """Its essays live in the very process that would end the others."""
    cluster = packed().register("xy", SPELLCHECK).work()
    assert cluster.status() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert cluster.running == ["batch b"]


def test_an_orchestrator_that_starts_when_its_batch_has_ended_ends_the_processes_that_are_left() -> None:
    """Its predecessor was killed after the last commit, before it could end them."""
    cluster = apart().register("xy", SPELLCHECK).work()
    for name in "xy":
        cluster.start(cluster.process_of(essay_address("b", name)))
    cluster.start(cluster.process_of(batch_address("b")))
    assert cluster.running == ["batch b"]


def test_a_superseded_process_leaves_the_rest_of_its_mail_to_its_successor() -> None:
    """A command that it handled after the refusal would claim the batch back, and fence its successor off."""
    cluster = packed().register("xy", SPELLCHECK)
    old = cluster.start(cluster.process_of(batch_address("b")), messages_per_commit=1)
    successors_epoch = cluster.store.claim("b")
    late: list[tuple[str, Message]] = [(essay_address("b", "x"), done("x", 0, 0)), (batch_address("b"), CancelBatch())]
    old.deliver(late)
    old.deliver(late[1:])
    assert old.has_successor
    assert cluster.store.claim("b") == successors_epoch + 1
