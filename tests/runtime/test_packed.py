"""A batch's process with its essays in it: what they say to each other is decided and stored in one go."""

from collections.abc import Collection, Sequence
from typing import Any, cast

import pytest

from actors.core.addresses import QUEUE, batch_address, essay_address
from actors.core.essay_state import EssayState
from actors.core.records import EventRecord, Record
from actors.essay_actor import EssayActor
from actors.runtime.activation import Activator, Blueprint
from actors.runtime.host import MESSAGES_PER_COMMIT, Host
from actors.runtime.local import LocalRuntime
from actors.runtime.placement import FORKED, STARTED, BatchPlacement, Placement, ProcessSpec, process_of
from actors.runtime.transport import Mail
from actors.simulation.processes import SimulatedTransport
from actors.stores.memory import MemoryStore
from actors.stores.store import StoreError
from contracts.events import ProcessingEvent, topic_name
from contracts.messages import ExtendPipeline, Message, PassivationDue, WorkSucceeded
from contracts.phases import BatchStatus, EssayStatus, PhaseName
from contracts.work import WorkRequested
from tests.core.play import NLP, SPELLCHECK, registration


class NotedStore(MemoryStore):
    """Notes each commit's records; refuses those of an essay if told to."""

    def __init__(self) -> None:
        super().__init__()
        self.commits: list[Sequence[Record]] = []
        self.refuses = ""

    def commit(self, records: Sequence[Record]) -> None:
        """Refuse any commit with the state of the essay to be refused."""
        if self.refuses and any(isinstance(one, EssayState) and one.essay_id == self.refuses for one in records):
            raise StoreError("This essay cannot be written.")
        super().commit(records)
        self.commits.append(records)


class NotedTimers:
    """Notes who is to be reminded of what, and reminds nobody."""

    def __init__(self) -> None:
        self.set_for: list[tuple[str, Message]] = []

    def set(self, after: float, address: str, message: Message) -> None:
        self.set_for.append((address, message))

    def drop(self, addresses: Collection[str]) -> None:
        self.set_for = [timer for timer in self.set_for if timer[0] not in addresses]


class Packed:
    """The batch ``b`` in one process, and the mail that leaves it."""

    def __init__(self, store: MemoryStore, essays: int, **limits: int) -> None:
        self.sent: Mail = []
        self.timers = NotedTimers()
        activator = Activator(Blueprint({}), store)

        def send(_: ProcessSpec, mail: Mail) -> None:
            self.sent.extend(mail)

        packed = BatchPlacement(essays)
        transport = SimulatedTransport(lambda address: process_of(address, packed), send, lambda _: None)
        self.host = Host(transport.process_of(batch_address("b")), activator, store, transport, self.timers, **limits)
        self.host.start()

    def requests(self) -> list[str]:
        """The essays that have asked for work since the last call."""
        asked = [message.work.essay_id for _, message in self.sent if isinstance(message, WorkRequested)]  # type: ignore[union-attr]
        self.sent.clear()
        return asked

    def register(self, names: Sequence[str], phases: Sequence[PhaseName] = (SPELLCHECK, NLP)) -> "Packed":
        self.host.deliver([(batch_address("b"), registration(names, phases))])
        return self

    def done(self, names: Sequence[str], position: int) -> None:
        self.host.deliver(
            [
                (essay_address("b", name), WorkSucceeded(0, position, f"text of {name}", f"{name} {position}"))
                for name in names
            ]
        )


def test_the_end_of_a_phase_and_the_beginning_of_the_next_are_one_commit() -> None:
    """That is, the last success, the phase's outcome, the next command, and the essays' move into it."""
    store = NotedStore()
    packed = Packed(store, 2).register("xy")
    packed.requests()
    before = len(store.commits)
    packed.done("xy", 0)
    assert len(store.commits) == before + 1
    assert packed.requests() == ["x", "y"]
    assert {essay.status for essay in store.essays("b")} == {EssayStatus.AWAITING_NLP}
    topics = [record.event_type for record in store.commits[-1] if isinstance(record, EventRecord)]
    assert topics.index(topic_name(ProcessingEvent.ELS_BATCH_PHASE_OUTCOME)) < topics.index(
        topic_name(ProcessingEvent.BATCH_NLP_INITIATE_COMMAND)
    )


def test_an_answer_is_not_kept_waiting_by_all_that_a_phase_begins_with() -> None:
    """With thirty essays, the first ones' answers are handled before the last have asked for work."""
    names = [f"e{number:02}" for number in range(30)]
    store = NotedStore()
    packed = Packed(store, 30, messages_per_commit=3, commits_at_a_time=2).register(names)
    first = packed.requests()
    assert 0 < len(first) < 30
    assert packed.host.has_more
    packed.done(first, 0)
    assert {store_essay.essay_id for store_essay in store.essays("b") if store_essay.results} == set(first)
    rest = packed.requests()
    while packed.host.has_more:
        packed.host.deliver([])
        rest += packed.requests()
    assert sorted(first + rest) == names


def test_a_batch_runs_to_its_end_within_its_process() -> None:
    """Nothing leaves the process but requests for work."""
    store = NotedStore()
    packed = Packed(store, 2).register("xy")
    packed.done("xy", 0)
    packed.done("xy", 1)
    assert {address for address, _ in packed.sent} == {QUEUE}
    batch = store.batch("b")
    assert batch is not None
    assert batch.status is BatchStatus.COMPLETED_SUCCESSFULLY


def test_a_class_is_founded_and_begun_in_one_commit() -> None:
    """Its essays have taken the first command before anybody outside can know of them."""
    store = NotedStore()
    assert Packed(store, 2).register("xy").requests() == ["x", "y"]
    assert len(store.commits) == 1
    assert {essay.status for essay in store.essays("b")} == {EssayStatus.AWAITING_SPELLCHECK}


def test_essays_whose_founding_is_not_stored_are_not_at_home() -> None:
    """If the store refuses, nothing has happened; they are created and told once it accepts."""

    class Refusing(NotedStore):
        """Refuses every commit for now."""

        ready = False

        def commit(self, records: Sequence[Record]) -> None:
            if not self.ready:
                raise StoreError("Not now.")
            super().commit(records)

    store = Refusing()
    packed = Packed(store, 2).register("xy")
    assert packed.requests() == []
    store.ready = True
    assert packed.register("xy").requests() == ["x", "y"]


def test_founded_essays_are_at_home_without_being_read_back() -> None:
    """Their states have just been written."""

    class Unread(NotedStore):
        """Fails if essays are read back once there are any."""

        def essays(self, batch_id: str, among: Collection[str] | None = None) -> list[EssayState]:
            found = super().essays(batch_id, among)
            assert not found
            return found

    assert Packed(Unread(), 3).register("xyz").requests() == ["x", "y", "z"]


def test_a_large_batch_is_begun_in_several_commits() -> None:
    """Workers start on the first essays while the others take their command."""
    store = NotedStore()
    names = [f"e{number}" for number in range(2 * MESSAGES_PER_COMMIT + 1)]
    packed = Packed(store, len(names)).register(names)
    assert sorted(packed.requests()) == sorted(names)
    moved = [sum(type(record).__name__ == "EssayMoved" for record in commit) for commit in store.commits]
    assert sum(moved) == len(names)
    assert max(moved) <= MESSAGES_PER_COMMIT


def test_an_essay_that_cannot_be_written_stops_none_of_the_others() -> None:
    """Each essay is then committed on its own, and the others' outcomes are stored and sent."""
    store = NotedStore()
    packed = Packed(store, 3).register("xyz")
    packed.requests()
    store.refuses = "y"
    packed.done("xyz", 0)
    statuses = {essay.essay_id: essay.status for essay in store.essays("b")}
    done, waiting = EssayStatus.SPELLCHECKED_SUCCESS, EssayStatus.AWAITING_SPELLCHECK
    assert statuses == {"x": done, "y": waiting, "z": done}
    store.refuses = ""
    packed.done("y", 0)
    assert packed.requests() == ["x", "y", "z"]


def test_a_process_that_has_a_successor_writes_nothing_any_more() -> None:
    """That holds for its orchestrator and its essays: only the new process may decide."""
    store = NotedStore()
    old = Packed(store, 2).register("xy")
    new = Packed(store, 2)
    new.requests()
    old.requests()
    written = len(store.commits)
    old.done("xy", 0)
    old.done("xy", 0)
    assert len(store.commits) == written
    assert not old.sent
    new.done("xy", 0)
    assert {essay.status for essay in store.essays("b")} == {EssayStatus.AWAITING_NLP}


def test_an_actor_that_breaks_is_left_out_of_the_commit_of_the_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in one decision does not undo the decision that led to it."""
    store = NotedStore()
    packed = Packed(store, 2).register("xy")
    packed.requests()
    step = EssayActor.step

    def breaks(self: EssayActor, state: EssayState, message: Message) -> object:
        if state.essay_id == "y" and state.position == 0 and not isinstance(message, WorkSucceeded):
            raise RuntimeError("a bug")
        return step(self, state, message)

    monkeypatch.setattr(EssayActor, "step", breaks)
    packed.done("xy", 0)
    assert {essay.essay_id: essay.status for essay in store.essays("b")} == {
        "x": EssayStatus.AWAITING_NLP,
        "y": EssayStatus.SPELLCHECKED_SUCCESS,
    }


class TestPlacement:
    """Where actors live."""

    def test_a_class_has_a_process_for_each_essay_and_a_larger_batch_one_for_all(self) -> None:
        """The number of essays at registration decides, and later senders need not know the limit."""
        placement = Placement(essay_processes=30)
        assert placement.of_batch(30) == BatchPlacement(30, packed=False)
        assert placement.of_batch(31) == BatchPlacement(31, packed=True)
        essay, batch = essay_address("b", "x"), batch_address("b")
        assert process_of(essay, placement.of_batch(30)) == ProcessSpec("essay b/x", "EssayActor", (essay,))
        assert process_of(essay, placement.of_batch(31)) == process_of(batch, placement.of_batch(31))

    def test_a_process_says_which_essays_live_there(self) -> None:
        """The title is for the dashboard."""
        assert process_of(batch_address("b"), BatchPlacement(31)).title == "batch b and its 31 essays"
        assert process_of(batch_address("b"), BatchPlacement(30, packed=False)).title == "batch b"
        assert BatchPlacement(31).describe() == "31 essays packed into their batch's process"

    def test_a_process_is_found_whoever_knows_the_size_of_its_batch(self) -> None:
        """Whether the batch's size is known changes the title, but not the process."""
        assert process_of(batch_address("b"), BatchPlacement(31)) == process_of(batch_address("b"))

    def test_as_many_processes_as_start_within_five_seconds(self) -> None:
        """Two cores that start one in a third of a second start thirty in time; little memory may allow fewer."""
        gigabyte = 1024.0**3
        assert Placement.fitting(2, 16 * gigabyte, FORKED).essay_processes == 30
        assert Placement.fitting(2, 16 * gigabyte, STARTED).essay_processes == 6
        assert Placement.fitting(64, 1 * gigabyte, FORKED).essay_processes == 8
        assert Placement.fitting(2, 16 * gigabyte, FORKED, limit=7) == Placement(essay_processes=7, starting=2)

    @pytest.mark.parametrize(("packed", "there"), [(True, "batch b"), (False, "essay b/x"), (None, "batch b")])
    def test_the_placement_that_a_batch_began_with_is_kept(self, packed: bool | None, there: str) -> None:
        """A resuming program's own choice does not count; a batch stored without a placement is packed."""
        store = MemoryStore()
        register(store, packed=packed)
        from actors.runtime.ray.transport import RayTransport

        transport = RayTransport(cast("Any", None), store, cast("Any", None))
        again = registration("x", [SPELLCHECK])._replace(packed=not packed)
        transport.noted([(batch_address("b"), again)])
        assert transport.process_of(essay_address("b", "x")).name == there
        assert transport.process_of(essay_address("unknown", "x")).name == "batch unknown"


def register(store: MemoryStore, packed: bool | None) -> None:
    """A batch with one essay, as its orchestrator stores it."""
    runtime = LocalRuntime(Blueprint({}), store)
    runtime.tell(batch_address("b"), registration("x", [SPELLCHECK])._replace(packed=packed))
    runtime.run_until(lambda: store.summary("b") is not None)


def ended(store: MemoryStore) -> Packed:
    """A batch that has ended."""
    packed = Packed(store, 2).register("xy", [SPELLCHECK])
    packed.done("xy", 0)
    packed.sent.clear()
    return packed


def test_the_process_of_a_batch_that_has_ended_is_over_after_a_while() -> None:
    """On a cluster that runs for a year, finished batches take up no memory."""
    packed = ended(NotedStore())
    assert packed.timers.set_for[-1] == (batch_address("b"), PassivationDue())
    assert not packed.host.is_over
    packed.host.deliver([(batch_address("b"), PassivationDue())])
    assert packed.host.is_over


def test_a_process_that_starts_when_its_batch_has_ended_is_over_after_a_while_too() -> None:
    """This is one that was killed at rest and restarted."""
    store = NotedStore()
    ended(store)
    again = Packed(store, 2)
    assert again.timers.set_for == [(batch_address("b"), PassivationDue())]
    again.host.deliver([(batch_address("b"), PassivationDue())])
    assert again.host.is_over


def test_a_process_whose_batch_is_at_work_again_goes_on() -> None:
    """The reminder to passivate is dropped, and ignored if it still comes."""
    packed = ended(NotedStore())
    packed.host.deliver([(batch_address("b"), ExtendPipeline(1, (NLP,)))])
    assert packed.requests() == ["x", "y"]
    assert (batch_address("b"), PassivationDue()) not in packed.timers.set_for
    packed.host.deliver([(batch_address("b"), PassivationDue())])
    assert not packed.host.is_over


def test_a_batch_that_was_forgotten_may_be_registered_anew_with_other_essays() -> None:
    """Its process is still there, but keeps nothing of the forgotten batch."""
    store = NotedStore()
    packed = ended(store)
    store.forget("b")
    assert packed.register("xz").requests() == ["x", "z"]
    assert [essay.essay_id for essay in store.essays("b")] == ["x", "z"]


def test_what_a_worker_made_for_the_batch_before_is_not_taken_for_the_next_ones() -> None:
    """A worker may still have had it in hand when the name was forgotten and reused."""
    store = NotedStore()
    packed = ended(store)
    store.forget("b")
    packed.register("xy")
    packed.done("xy", 0)
    assert {essay.status for essay in store.essays("b")} == {EssayStatus.AWAITING_SPELLCHECK}


def test_a_batch_of_which_a_student_was_forgotten_goes_on_without() -> None:
    """The next command finds the batch as the store now has it."""
    store = NotedStore()
    packed = ended(store)
    store.forget("b", "x")
    packed.host.deliver([(batch_address("b"), ExtendPipeline(1, (NLP,)))])
    assert packed.requests() == ["y"]


def test_a_process_that_is_fenced_off_is_over() -> None:
    """The next mail is handled by its successor."""
    store = NotedStore()
    packed = Packed(store, 2).register("xy")
    store.claim("b")
    packed.done("xy", 0)
    assert packed.host.is_over
