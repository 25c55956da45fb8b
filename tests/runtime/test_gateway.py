"""The edge of a process: what leaves it together, and how long it waits for a store that is away."""

import logging
import math
from collections.abc import Callable, Iterable, Sequence

import pytest

from actors.core.addresses import batch_address, cohort_address, essay_address, worker_address
from actors.core.records import Record
from actors.runtime.gateway import Gateway
from actors.runtime.placement import ProcessSpec, process_of
from actors.runtime.timers import Reminders
from actors.runtime.transport import Mail
from actors.stores.memory import MemoryStore
from actors.stores.store import StoreError, StoreInUseError, StoreUnavailableError
from contracts.messages import NudgeDue, WakeUp
from tests.stores.examples import essay

HERE, THERE, ELSEWHERE = batch_address("here"), batch_address("there"), worker_address(3)


class World:
    """What is outside a process: others, the time, and a store that answers with these errors before it is there."""

    def __init__(self, *errors: Exception, patience: float = math.inf) -> None:
        self.sent: list[tuple[str, Mail]] = []
        self.restarted: list[str] = []
        self.retired: list[str] = []
        self.now = 0.0
        self.reminders = Reminders(lambda: self.now)
        self.store = MemoryStore()
        self._errors = list(errors)
        commit, self.store.commit = self.store.commit, self._commit  # type: ignore[method-assign]
        self._commit_for_good: Callable[[Sequence[Record]], None] = commit
        here = process_of(HERE)
        self.gateway = Gateway(here, self.store, self, self.reminders, self._sleep, patience)

    def _sleep(self, seconds: float) -> None:
        self.now += seconds

    def _commit(self, records: Sequence[Record]) -> None:
        if self._errors:
            raise self._errors.pop(0)
        self._commit_for_good(records)

    def process_of(self, address: str) -> ProcessSpec:
        return process_of(address)

    def send(self, process: ProcessSpec, mail: Mail) -> None:
        self.sent.append((process.name, mail))

    def restart(self, process: ProcessSpec) -> None:
        self.restarted.append(process.name)

    def retire(self, processes: Iterable[ProcessSpec]) -> None:
        self.retired += [process.name for process in processes]


def test_all_that_goes_to_one_process_leaves_as_one() -> None:
    """In the order in which it was said, and not before it is to leave."""
    world = World()
    first, second, third = NudgeDue(0, 0, 1), NudgeDue(0, 0, 2), NudgeDue(0, 0, 3)
    for address, message in ((THERE, first), (ELSEWHERE, second), (cohort_address("there", 0, 0), third)):
        world.gateway.tell(address, message)
    assert world.sent == []
    world.gateway.flush()
    mail = [(THERE, first), (cohort_address("there", 0, 0), third)]
    assert world.sent == [("batch there", mail), ("worker 3", [(ELSEWHERE, second)])]


def test_what_has_left_does_not_leave_again() -> None:
    """And nothing is sent where nothing was said."""
    world = World()
    world.gateway.tell(THERE, WakeUp())
    for _ in range(2):
        world.gateway.flush()
    assert world.sent == [("batch there", [(THERE, WakeUp())])]


def test_what_is_said_within_a_process_does_not_leave_it() -> None:
    """An essay that is packed with its batch lives where the batch does."""
    world = World()
    world.gateway.tell(essay_address("here", "x"), WakeUp())
    world.gateway.flush()
    assert world.sent == []


def test_a_reminder_comes_to_whom_it_was_set_for_in_its_time() -> None:
    """The calendar is the process's own."""
    world = World()
    world.gateway.remind(HERE, 5.0, WakeUp())
    assert world.reminders.next_due == 5.0
    world.now = 5.0
    assert world.reminders.take_due() == [(HERE, WakeUp())]


def test_who_is_to_be_started_anew_or_ended_is_the_process_of_an_address() -> None:
    """Whoever else lives there, too."""
    world = World()
    world.gateway.restart(ELSEWHERE)
    world.gateway.retire(cohort_address("there", 0, 0))
    assert (world.restarted, world.retired) == (["worker 3"], ["batch there"])


@pytest.mark.parametrize("error", [StoreUnavailableError("it is away"), StoreInUseError("another has it")])
def test_a_store_that_is_away_is_waited_for(error: StoreError, caplog: pytest.LogCaptureFixture) -> None:
    """A second at a time, with a word about it that says where; then what was to be stored is stored."""
    world = World(error, error)
    with caplog.at_level(logging.WARNING):
        world.gateway.commit([essay("x")])
    assert (world.now, world.store.essays("b1")) == (2.0, [essay("x")])
    said = {(record.getMessage(), record.place) for record in caplog.records}  # type: ignore[attr-defined]
    assert said == {(f"cannot go on with the store now, trying again: {error}", "batch here")}


def test_a_store_that_stays_away_is_waited_for_as_long_as_patience_lasts() -> None:
    """And no second longer."""
    world = World(*[StoreUnavailableError("it is away")] * 9, patience=3.0)
    with pytest.raises(StoreUnavailableError, match="it is away"):
        world.gateway.commit([essay("x")])
    assert world.now == 3.0


def test_an_error_that_waiting_does_not_mend_is_not_waited_for() -> None:
    """What cannot be written now cannot be written later."""
    world = World(StoreError("no room for it"))
    with pytest.raises(StoreError, match="no room"):
        world.gateway.commit([essay("x")])
    assert world.now == 0.0
