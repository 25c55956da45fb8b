"""Reminders: in order of time, none that was dropped, each in real time."""

import threading
import time

import pytest

from actors.runtime.timers import Reminders, Timers
from actors.runtime.transport import Mail
from contracts.messages import NudgeDue, PassivationDue, WakeUp

PATIENCE = 10.0


class TestReminders:
    """For a thread that asks what is due."""

    def test_what_is_due_comes_in_the_order_of_its_time_and_once(self) -> None:
        """Those due at the same time come in the order in which they were set."""
        now = 100.0
        reminders = Reminders(lambda: now)
        for after, address in ((2.0, "late"), (1.0, "early"), (2.0, "later"), (9.0, "not yet")):
            reminders.set(after, address, WakeUp())
        now = 102.0
        assert [address for address, _ in reminders.take_due()] == ["early", "late", "later"]
        assert reminders.take_due() == []
        assert reminders.next_due == 109.0

    def test_what_was_dropped_does_not_come_and_others_keep_their_order(self) -> None:
        """Dropping an address drops all of its reminders, whatever their messages."""
        now = 0.0
        reminders = Reminders(lambda: now)
        for after, address in ((1.0, "gone"), (3.0, "there"), (2.0, "gone"), (2.5, "there too")):
            reminders.set(after, address, WakeUp())
        reminders.drop({"gone"})
        assert reminders.next_due == 2.5
        now = 3.0
        assert [address for address, _ in reminders.take_due()] == ["there too", "there"]


class Heard:
    """Collects what timers deliver, and lets the test wait for it."""

    def __init__(self) -> None:
        self.mail: Mail = []
        self._came = threading.Condition()

    def __call__(self, mail: Mail) -> None:
        with self._came:
            self.mail += mail
            self._came.notify_all()

    def wait_for(self, count: int) -> Mail:
        with self._came:
            assert self._came.wait_for(lambda: len(self.mail) >= count, PATIENCE), self.mail
            return list(self.mail)


def test_a_reminder_that_is_due_before_the_one_waited_for_does_not_wait_for_it() -> None:
    """It wakes the thread that sleeps until the later one."""
    heard = Heard()
    timers = Timers(heard)
    timers.set(600.0, "batch/b", NudgeDue(0, 0, 0))
    time.sleep(0.05)  # it sleeps by now
    timers.set(0.01, "batch/a", WakeUp())
    assert heard.wait_for(1) == [("batch/a", WakeUp())]


def test_no_reminder_comes_early() -> None:
    """Whoever is asked again after a silence has had all that time to answer."""
    heard = Heard()
    began = time.monotonic()
    Timers(heard).set(0.1, "batch/b", WakeUp())
    heard.wait_for(1)
    assert time.monotonic() - began >= 0.1


@pytest.mark.parametrize("dropped", ["batch/b", "batch/elsewhere"])
def test_a_dropped_reminder_is_not_delivered(dropped: str) -> None:
    """Other addresses' reminders still are."""
    heard = Heard()
    timers = Timers(heard)
    timers.set(0.1, "batch/b", PassivationDue())
    timers.drop({dropped})
    timers.set(0.2, "batch/a", WakeUp())
    expected = (
        [("batch/a", WakeUp())] if dropped == "batch/b" else [("batch/b", PassivationDue()), ("batch/a", WakeUp())]
    )
    assert heard.wait_for(len(expected)) == expected


def test_a_program_may_end_while_reminders_are_set() -> None:
    """Their thread keeps nobody alive, and has a name for who looks at what a program does."""
    before = {*threading.enumerate()}
    Timers(Heard()).set(600.0, "batch/b", WakeUp())
    (thread,) = {*threading.enumerate()} - before
    assert (thread.name, thread.daemon) == ("timers", True)
