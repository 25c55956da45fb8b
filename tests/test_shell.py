"""The shell around every actor."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import NAMESPACE_URL, UUID, uuid5

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from actors.actor import Actor, Outbox, Shell, utc_now
from actors.core.addresses import essay_address
from actors.core.effects import Decision, Effect, Keep, Publish, Remind, Restart, Retire, Tell, event_id_of
from actors.core.essay_state import EssayState
from actors.core.records import EventRecord, Fence, NewEssayRecord, Record, TextRecord
from actors.envelopes import envelope_json
from actors.stores.memory import MemoryStore
from actors.stores.store import StoreUnavailableError
from contracts import BatchPhaseSkippedV1, EssayStatus, EventEnvelope, PhaseName, ProcessingEvent, topic_name
from contracts.messages import Message, WakeUp


@given(st.text())
def test_the_id_of_an_event_is_the_uuid_of_its_key(key: str) -> None:
    """The version 5 UUID is made by hand, for speed; it is what other systems' libraries make of the same name."""
    assume(not any("\ud800" <= letter <= "\udfff" for letter in key))
    assert event_id_of(key) == str(uuid5(uuid5(NAMESPACE_URL, "huleedu:essay-pipelines"), key))


@pytest.mark.parametrize("correlation_id", [UUID(int=7), None])
@pytest.mark.parametrize("microsecond", [0, 1, 120_000, 999_999])
def test_a_logged_event_is_the_envelope_to_the_letter(microsecond: int, correlation_id: UUID | None) -> None:
    """Its JSON is put together by hand, for speed, and must be what the envelope itself would write."""
    data = BatchPhaseSkippedV1(
        batch_id='b"\\', phase_name=PhaseName.NLP, reason='said "no" – nej\n', correlation_id=correlation_id
    )
    effect = Publish(ProcessingEvent.BATCH_PHASE_SKIPPED, "key", 'b"\\', data)
    now = datetime(2026, 3, 14, 9, 26, 53, microsecond, tzinfo=UTC)
    event_id, topic = event_id_of("key"), topic_name(effect.event)
    envelope = EventEnvelope[Any](
        event_id=UUID(event_id),
        event_type=topic,
        event_timestamp=now,
        source_service="test",
        correlation_id=correlation_id,
        data=data,
    )
    assert envelope_json(event_id, topic, now, "test", effect) == envelope.model_dump_json()


class Counter(Actor[int]):
    """Counts messages, and has the effects that ``says`` returns; its records name the count."""

    def __init__(self, name: str, says: Callable[[int, Message], Sequence[Effect]] = lambda *_: ()) -> None:
        super().__init__(name, 0)
        self._says = says

    def step(self, state: int, message: Message) -> Decision[int]:
        return Decision(state + 1, tuple(self._says(state + 1, message)))

    def resume(self, state: int) -> Decision[int]:
        return Decision(state, (Tell("somebody", WakeUp()),))

    def records(self, before: int, after: int) -> Sequence[Record]:
        return [TextRecord(self.address, f"{before} to {after}")]


class NotedOutbox(Outbox):
    """Notes what it is asked to do; new essays live in this process only if ``lives_near``."""

    def __init__(self, *, lives_near: bool = False) -> None:
        self.done: list[tuple[object, ...]] = []
        self._lives_near = lives_near

    def tell(self, address: str, message: Message) -> None:
        self.done.append(("tell", address, message))

    def remind(self, address: str, after: float, message: Message) -> None:
        self.done.append(("remind", address, after, message))

    def restart(self, address: str) -> None:
        self.done.append(("restart", address))

    def retire(self, address: str) -> None:
        self.done.append(("retire", address))

    def create_essay(self, essay: EssayState) -> Actor[Any] | None:
        return Counter(essay_address(essay.batch_id, essay.essay_id)) if self._lives_near else None

    def register(self, actor: Actor[Any]) -> None:
        self.done.append(("register", actor.address))


class NotedStore(MemoryStore):
    """Notes each commit, and how much the outbox had done before it; can be made to refuse all commits."""

    def __init__(self, outbox: NotedOutbox) -> None:
        super().__init__()
        self.commits: list[list[Record]] = []
        self.done_before: list[int] = []
        self.refuses = False
        self._outbox = outbox

    def commit(self, records: Sequence[Record]) -> None:
        if self.refuses:
            raise StoreUnavailableError("The disk is full.")
        self.done_before.append(len(self._outbox.done))
        self.commits.append(list(records))


def a_shell(*, lives_near: bool = False) -> tuple[Shell, NotedOutbox, NotedStore]:
    """A shell with its outbox and its store."""
    outbox = NotedOutbox(lives_near=lives_near)
    store = NotedStore(outbox)
    return Shell(store, outbox, lambda: datetime(2026, 3, 1, tzinfo=UTC)), outbox, store


def skipped(key: str) -> Publish:
    """An event to publish."""
    data = BatchPhaseSkippedV1(batch_id="b", phase_name=PhaseName.NLP, reason="done", correlation_id=UUID(int=7))
    return Publish(ProcessingEvent.BATCH_PHASE_SKIPPED, key, "b", data)


ESSAY = EssayState("b", "e", EssayStatus.READY_FOR_PROCESSING)
NEW = Keep(NewEssayRecord(ESSAY))
TELLS_ALL = (Tell("x", WakeUp()), Remind(3.0, WakeUp()), Restart("worker/0"), Retire("worker/1"), skipped("k"), NEW)


def test_if_the_commit_fails_nothing_has_changed_and_nobody_was_told() -> None:
    """No state, message, reminder, restart or essay remains, so all can be handled again."""
    shell, outbox, store = a_shell(lives_near=True)
    actor = Counter("batch/a", lambda *_: TELLS_ALL)
    store.refuses = True
    with pytest.raises(StoreUnavailableError):
        shell.handle([(actor, WakeUp())])
    assert (actor.state, outbox.done) == (0, [])
    store.refuses = False
    shell.handle([(actor, WakeUp())])
    assert actor.state == 1
    assert len(outbox.done) == 5


def test_what_follows_is_performed_after_the_commit_in_its_order() -> None:
    """A created essay is registered first, so that it is there when an answer arrives."""
    shell, outbox, store = a_shell(lives_near=True)
    shell.handle([(Counter("batch/a", lambda *_: TELLS_ALL), WakeUp())])
    assert store.done_before == [0]
    assert outbox.done == [
        ("register", essay_address("b", "e")),
        ("tell", "x", WakeUp()),
        ("remind", "batch/a", 3.0, WakeUp()),
        ("restart", "worker/0"),
        ("retire", "worker/1"),
    ]


def test_the_state_its_events_and_what_it_keeps_are_one_commit() -> None:
    """The commit contains nothing else."""
    shell, _, store = a_shell()
    shell.handle([(Counter("batch/a", lambda *_: TELLS_ALL), WakeUp())])
    (records,) = store.commits
    state, event, kept = records
    assert state == TextRecord("batch/a", "0 to 1")
    assert isinstance(event, EventRecord)
    assert event.event_id == event_id_of("k")
    assert kept == NewEssayRecord(ESSAY)


def test_a_state_is_saved_though_nothing_follows_from_it() -> None:
    """Two messages without effects leave one record, of the last state."""
    shell, _, store = a_shell()
    actor = Counter("batch/a")
    shell.handle([(actor, WakeUp()), (actor, WakeUp())])
    assert store.commits == [[TextRecord("batch/a", "0 to 2")]]


def test_an_effect_is_about_the_state_that_it_was_decided_in() -> None:
    """The commit has that state before the effect, and a later state after it."""
    shell, _, store = a_shell()
    actor = Counter("batch/a", lambda count, _: [skipped("first")] if count == 1 else [])
    shell.handle([(actor, WakeUp()), (actor, WakeUp())])
    (records,) = store.commits
    assert [type(record).__name__ for record in records] == ["TextRecord", "EventRecord", "TextRecord"]
    assert records[2] == TextRecord("batch/a", "1 to 2")


def test_who_changes_nothing_writes_nothing() -> None:
    """It does not even make an empty commit."""
    shell, outbox, store = a_shell()
    shell.resume([Counter("batch/a")])
    assert store.commits == []
    assert outbox.done == [("tell", "somebody", WakeUp())]


def test_what_is_said_near_by_is_decided_in_the_same_commit() -> None:
    """A message to an actor of the same process never leaves it; the effects of that message do."""
    shell, outbox, store = a_shell()
    far = Counter("far")
    near = Counter("near", lambda *_: [Tell("elsewhere", WakeUp())])
    speaker = Counter("speaker", lambda *_: [Tell("near", WakeUp())])
    homes = {"near": near, "speaker": speaker}
    decided = shell.handle([(speaker, WakeUp())], homes.get, 10)
    assert set(decided) == {speaker, near}
    assert (near.state, far.state) == (1, 0)
    assert outbox.done == [("tell", "elsewhere", WakeUp())]
    assert store.commits == [[TextRecord("speaker", "0 to 1"), TextRecord("near", "0 to 1")]]


def test_a_group_decides_on_so_many_messages_and_the_others_are_told_as_ever() -> None:
    """A group has ten messages: nine of a hundred local ones are decided at once; the others are sent as usual."""
    shell, outbox, _ = a_shell()
    near = Counter("near")
    speaker = Counter("speaker", lambda *_: [Tell("near", WakeUp())] * 100)
    shell.handle([(speaker, WakeUp())], {"near": near}.get, 10)
    assert near.state == 9
    assert len(outbox.done) == 91


@pytest.mark.parametrize("both", [False, True])
def test_who_hears_again_in_a_group_goes_on_from_what_it_decided_before(*, both: bool) -> None:
    """Two actors that answer each other for ever stop at the group's limit, and the next message is sent."""
    shell, outbox, store = a_shell()
    left = Counter("left", lambda _, message: [Tell("right", message)])
    right = Counter("right", lambda _, message: [Tell("left", message)])
    begins: list[tuple[Actor[Any], Message]] = [(left, WakeUp()), (right, WakeUp())]
    shell.handle(begins if both else begins[:1], {"left": left, "right": right}.get, 10)
    assert (left.state, right.state) == (5, 5)
    assert outbox.done == [("tell", "right", WakeUp()), ("tell", "left", WakeUp())][-2 if both else 1 :]
    (records,) = store.commits
    assert {record.content for record in records if isinstance(record, TextRecord)} == {
        f"{count} to {count + 1}" for count in range(5)
    }


class Concluder(Counter):
    """Adds a hundred after its group of messages, and sends a message."""

    def conclude(self, state: int) -> Decision[int]:
        return Decision(state + 100, (Tell("somebody", WakeUp()),))


@pytest.mark.parametrize("messages", [1, 2])
def test_who_concludes_does_so_once_on_what_the_whole_group_has_brought(messages: int) -> None:
    """The effects are stored and sent together with the group's."""
    shell, outbox, store = a_shell()
    actor = Concluder("queue")
    shell.handle([(actor, WakeUp())] * messages)
    assert actor.state == 100 + messages
    assert store.commits == [[TextRecord("queue", f"0 to {100 + messages}")]]
    assert outbox.done == [("tell", "somebody", WakeUp())]


def test_what_is_published_is_in_the_log_of_its_process(caplog: pytest.LogCaptureFixture) -> None:
    """It is logged once it is stored."""
    shell, _, _ = a_shell()
    with caplog.at_level("INFO", logger="essay_pipelines"):
        shell.handle([(Counter("batch/a", lambda *_: [skipped("k")]), WakeUp())])
    assert len(caplog.records) == 1


class Plain(Actor[int]):
    """Defines no more than an actor must."""

    def step(self, state: int, message: Message) -> Decision[int]:
        return Decision(state + 1)


def test_an_actor_that_says_nothing_of_itself_owes_and_keeps_nothing_and_stays() -> None:
    """It is resumed as it is, and never passivated."""
    actor = Plain("somebody", 3)
    assert actor.resume(3) == Decision(3)
    assert (actor.is_idle, [*actor.records(3, 4)]) == (False, [])
    assert repr(actor) == "<Plain somebody>"


def test_the_clock_of_the_world_says_in_which_zone_it_is() -> None:
    """A time without a zone cannot be compared with stored times."""
    assert utc_now().tzinfo is UTC


def test_an_essay_may_be_told_something_by_whoever_creates_it() -> None:
    """The essay has decided on the message before anybody else can know that it exists."""
    shell, outbox, store = a_shell(lives_near=True)
    address = essay_address("b", "e")
    creator = Counter("batch/a", lambda *_: [NEW, Tell(address, WakeUp())])
    decided = {actor.address: actor.state for actor in shell.handle([(creator, WakeUp())], lambda _: None, 10)}
    assert decided == {"batch/a": 1, address: 1}
    assert outbox.done == [("register", address)]
    assert store.commits[0][-1] == TextRecord(address, "0 to 1")


def test_an_essay_that_is_to_live_elsewhere_is_stored_and_told_there() -> None:
    """It is not registered in this process."""
    shell, outbox, store = a_shell(lives_near=False)
    address = essay_address("b", "e")
    shell.handle(
        [(Counter("batch/a", lambda *_: [NEW, Tell(address, WakeUp())]), WakeUp())],
        lambda _: None,
        10,
    )
    assert outbox.done == [("tell", address, WakeUp())]
    assert len(store.commits[0]) == 2


def test_a_commit_says_first_who_writes() -> None:
    """Its first records are the claims of its actors: after a takeover, all of the old writer's commit is refused."""
    outbox = NotedOutbox()
    store = NotedStore(outbox)
    fences = lambda actors: [Fence(actor.address, 3) for actor in actors]  # noqa: E731
    Shell(store, outbox, fences=fences).handle([(Counter("batch/a"), WakeUp())])
    assert store.commits == [[Fence("batch/a", 3), TextRecord("batch/a", "0 to 1")]]
