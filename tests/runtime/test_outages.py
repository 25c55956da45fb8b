"""Failures around the actors in the in-process runtimes: the same host handles them in all."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

import pytest

from actors.core.addresses import batch_address, essay_address
from actors.core.essay_state import EssayState
from actors.core.records import Record
from actors.essay_actor import EssayActor
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.runtime.runtime import Runtime
from actors.stores.memory import MemoryStore
from actors.stores.store import StoreUnavailableError
from contracts.messages import Message, PauseBatch, WakeUp, WorkSucceeded
from contracts.phases import BatchStatus, EssayStatus
from drivers.client.engine import Engine
from tests.core.play import registration
from tests.runtime.pipelines import NLP, SPELLCHECK, essays, run, statuses, texts
from tests.runtime.runtimes import BAD_DAY, POLICY, SimulatedForAnyBatch
from tests.services import services

BLUEPRINT = Blueprint(services(), POLICY)
DONE = EssayStatus.ALL_PROCESSING_COMPLETED


class AwayForAWhile(MemoryStore):
    """A store that refuses three commits after every two."""

    def __init__(self) -> None:
        super().__init__()
        self.refused = 0
        self._answers = self._cycle()

    @staticmethod
    def _cycle() -> Iterator[bool]:
        while True:
            yield from (True, True, False, False, False)

    def commit(self, records: Sequence[Record]) -> None:
        if not next(self._answers):
            self.refused += 1
            raise StoreUnavailableError("The database does not answer.")
        super().commit(records)


def test_a_store_that_is_away_for_a_while_costs_time_and_nothing_else() -> None:
    """Writers wait until the store is back; no work is repeated."""
    store = AwayForAWhile()
    runtime = LocalRuntime(BLUEPRINT, store, patience=60.0)
    batch = Engine(runtime).submit("b", essays("a", "b fail:nlp"), pipeline=[SPELLCHECK, NLP], language="en")
    assert batch.until_ended() is BatchStatus.COMPLETED_WITH_FAILURES
    assert store.refused
    assert runtime.now >= store.refused


def test_the_same_under_simulation() -> None:
    """A third of all commits fail, while mail is late and repeated."""
    runtime = SimulatedForAnyBatch(BLUEPRINT)
    runtime.set_faults(replace(BAD_DAY, store_error=0.3))
    assert run(runtime, essays("a", "b fail:nlp"), SPELLCHECK, NLP) is BatchStatus.COMPLETED_WITH_FAILURES
    assert texts(runtime) == ["a +spellcheck +nlp", "b fail:nlp +spellcheck"]


def test_a_store_that_stays_away_ends_the_run_with_its_error() -> None:
    """It does not wait for ever: another program can go on with what was stored."""
    store = MemoryStore()
    runtime = LocalRuntime(BLUEPRINT, store, patience=5.0)
    batch = Engine(runtime).submit("b", essays("a"), pipeline=[SPELLCHECK, NLP], language="en")

    def refuse(_: Sequence[Record]) -> None:
        raise StoreUnavailableError("The disk is full.")

    store.commit, commit = refuse, store.commit  # type: ignore[method-assign, assignment]
    with pytest.raises(StoreUnavailableError, match="disk is full"):
        batch.until_ended()
    store.commit = commit  # type: ignore[method-assign]
    again = LocalRuntime(BLUEPRINT, store)
    assert Engine(again).batch("b").resume().until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY


@pytest.fixture(params=["local", "simulated"])
def started(request: pytest.FixtureRequest) -> Runtime:
    """Each in-process runtime in turn."""
    return LocalRuntime(BLUEPRINT, MemoryStore()) if request.param == "local" else SimulatedForAnyBatch(BLUEPRINT)


def test_a_decision_that_breaks_stops_none_of_the_others(started: Runtime, monkeypatch: pytest.MonkeyPatch) -> None:
    """A bug in one essay's decision holds up only that essay, which goes on once the bug is gone."""
    step: Callable[..., object] = EssayActor.step
    is_broken = [True]

    def breaks(self: EssayActor, state: EssayState, message: Message) -> object:
        if is_broken[0] and state.essay_id == "essay-02" and isinstance(message, WorkSucceeded):
            raise RuntimeError("a bug")
        return step(self, state, message)

    monkeypatch.setattr(EssayActor, "step", breaks)
    batch = Engine(started).submit("b", essays("a", "b", "c"), pipeline=[SPELLCHECK], language="en")
    started.run_until(
        lambda: statuses(started).count(EssayStatus.SPELLCHECKED_SUCCESS) + statuses(started).count(DONE) == 2
    )
    is_broken[0] = False
    assert batch.until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert statuses(started) == [DONE] * 3


def test_a_batch_that_another_program_took_over_is_left_alone_until_it_is_asked_for_again() -> None:
    """The first program's actors stop; a driver's command to it takes the batch back."""
    store = MemoryStore()
    first = LocalRuntime(BLUEPRINT, store)
    batch = Engine(first).submit("b", essays("a", "b"), pipeline=[SPELLCHECK, NLP], language="en").pause()
    second = LocalRuntime(BLUEPRINT, store)
    second.tell(batch_address("b"), WakeUp())
    looks = iter(range(3))
    second.run_until(lambda: next(looks) == 2)
    assert batch.resume().until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert texts(first) == ["a +spellcheck +nlp", "b +spellcheck +nlp"]
    second.tell(batch_address("b"), WakeUp())
    looks = iter(range(3))
    second.run_until(lambda: next(looks) == 2)
    assert statuses(second) == [DONE, DONE]


@pytest.fixture
def taken_over() -> tuple[LocalRuntime, MemoryStore, int]:
    """A program that has a batch of two in hand, which another has claimed; with that one's epoch."""
    store = MemoryStore()
    runtime = LocalRuntime(Blueprint({}, workers=0), store)
    _told(runtime, batch_address("b"), registration("xy", [SPELLCHECK]))
    return runtime, store, store.claim("b")


def _told(runtime: LocalRuntime, address: str, message: Message) -> None:
    runtime.tell(address, message)
    runtime.run_until(lambda: not runtime._transport)


def test_what_comes_late_does_not_claim_a_batch_back(taken_over: tuple[LocalRuntime, MemoryStore, int]) -> None:
    """The first word of a worker is refused by the store, and those behind it are not listened to."""
    runtime, store, epoch = taken_over
    for name in "xyx":
        _told(runtime, essay_address("b", name), WorkSucceeded(0, 0, f"text of {name}", name))
    assert store.claim("b") == epoch + 1
    assert {essay.status for essay in store.essays("b")} == {EssayStatus.AWAITING_SPELLCHECK}


def test_a_drivers_word_claims_a_batch_back_at_once(taken_over: tuple[LocalRuntime, MemoryStore, int]) -> None:
    """It need not be said again: what the store refused is decided anew, by an orchestrator of a higher epoch."""
    runtime, store, epoch = taken_over
    _told(runtime, batch_address("b"), PauseBatch())
    header = store.batch("b")
    assert header is not None
    assert (header.paused, header.epoch) == (True, epoch + 1)
