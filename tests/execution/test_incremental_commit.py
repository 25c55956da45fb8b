"""When answers are written, so that a kill costs little work and writing costs little time."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from itertools import pairwise

import pytest

from actors.execution import incremental_commit
from actors.execution.answer import Answer
from actors.execution.incremental_commit import SLOW_SECONDS, STALLED_SECONDS, IncrementalCommit
from contracts.messages import WorkSucceeded

ANSWER = Answer("x", WorkSucceeded(0, 0, "t", "key"))


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Lease:
    """A lease whose pieces and writes take this many seconds; by default it writes between pieces."""

    def __init__(self, a_piece: float, a_write: float, a_row: float = 0.0, background: Executor | None = None) -> None:
        self.clock = Clock()
        self._costs = a_piece, a_write, a_row
        self.written: list[tuple[float, int]] = []  # when, and how many
        self._commit = IncrementalCommit(self._write, tuple, self.clock, background)
        self.unwritten = self.most_unwritten = 0

    def _write(self, answers: Sequence[Answer]) -> None:
        _, a_write, a_row = self._costs
        self.clock.now += a_write + a_row * len(answers)
        self.written.append((self.clock.now, len(answers)))
        self.unwritten -= len(answers)

    def do(self, pieces: int) -> "Lease":
        for number in range(pieces):
            self.clock.now += self._costs[0]
            self.unwritten += 1
            self.most_unwritten = max(self.most_unwritten, self.unwritten)
            self._commit.add(Answer("x", WorkSucceeded(0, 0, "t", str(number))))
        self._commit.end()
        return self

    @property
    def share_of_writing(self) -> float:
        """The share of the time that was spent on writing."""
        _, a_write, a_row = self._costs
        return sum(a_write + a_row * count for _, count in self.written) / self.clock.now


@pytest.mark.parametrize("a_write", [0.001, 0.005, 0.008])
def test_a_kill_costs_at_most_three_pieces_of_slow_work(a_write: float) -> None:
    """At 20 ms each: two that are done but not stored, and the one under way."""
    lease = Lease(0.02, a_write).do(60)
    assert lease.most_unwritten <= 3
    assert lease.share_of_writing < 0.2


@pytest.mark.parametrize("a_piece", [0.0001, 0.0005, 0.005, 0.02])
@pytest.mark.parametrize("a_write", [0.001, 0.005, 0.05])
def test_nothing_stays_unwritten_for_longer_than_a_tenth_of_a_second(a_piece: float, a_write: float) -> None:
    """Plus the time of one piece and of one write, however long they take."""
    lease = Lease(a_piece, a_write).do(3000)
    times = [0.0, *(when for when, _ in lease.written)]
    longest = max(later - earlier for earlier, later in pairwise(times))
    assert longest <= 0.1 + a_piece + a_write + 1e-9


@pytest.mark.parametrize("a_write", [0.002, 0.004])
def test_quick_work_is_written_in_groups(a_write: float) -> None:
    """Half a millisecond of work is not worth a write, and writing takes a small part of the time."""
    lease = Lease(0.0005, a_write).do(4000)
    assert lease.share_of_writing < 0.06
    assert len(lease.written) <= lease.clock.now / 0.04


def test_work_of_ten_milliseconds_a_piece_is_slow() -> None:
    """It is written as soon as possible; a group of quicker pieces would still wait for more."""
    clock, written = Clock(), list[int]()
    clock.now = -1.0

    def write(answers: Sequence[Answer]) -> None:
        clock.now += 2**-7
        written.append(len(answers))

    commit = IncrementalCommit(write, tuple, clock, None)
    clock.now = -(2**-7)
    commit.add(ANSWER)  # it took long, so it is written at 0
    for number in range(1, 5):
        clock.now = number * SLOW_SECONDS
        commit.add(ANSWER)
    assert written == [1, 4]


def test_work_that_took_long_is_written_at_once() -> None:
    """It may have cost money."""
    lease = Lease(0.3, 0.005).do(5)
    assert [count for _, count in lease.written] == [1] * 5


def beside_the_work(
    happens: Callable[[IncrementalCommit, Clock], None],
    stalled: Callable[[], Sequence[Answer]] = tuple,
    within: float = 5.0,
) -> list[Answer] | None:
    """What is written first after ``happens`` and before the end of the lease; None if nothing is."""
    clock, written, first = Clock(), threading.Event(), list[Answer]()

    def write(answers: Sequence[Answer]) -> None:
        first.extend(answers)
        written.set()

    with ThreadPoolExecutor(1) as background:
        commit = IncrementalCommit(write, stalled, clock, background)
        happens(commit, clock)
        is_written = written.wait(within)
        commit.end()
    return first if is_written else None


def test_beside_the_work_a_slow_piece_is_written_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a background thread a write delays nobody, so the piece does not wait for the next check."""
    monkeypatch.setattr(incremental_commit, "LOOK_SECONDS", 60.0)

    def is_slow(commit: IncrementalCommit, clock: Clock) -> None:
        clock.now += SLOW_SECONDS
        commit.add(ANSWER)

    assert beside_the_work(is_slow) == [ANSWER]


def test_beside_the_work_a_quick_piece_waits_for_others(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its time has not come, however often the thread checks."""
    monkeypatch.setattr(incremental_commit, "LOOK_SECONDS", 0.01)

    def is_quick(commit: IncrementalCommit, clock: Clock) -> None:
        clock.now += SLOW_SECONDS / 2
        commit.add(ANSWER)

    assert beside_the_work(is_quick, within=0.3) is None


def test_a_piece_that_stalls_the_others_is_seen_while_it_is_under_way(monkeypatch: pytest.MonkeyPatch) -> None:
    """The thread checks regularly, because nothing else happens meanwhile."""
    monkeypatch.setattr(incremental_commit, "LOOK_SECONDS", 0.01)

    def stalls(_: IncrementalCommit, clock: Clock) -> None:
        clock.now += STALLED_SECONDS

    assert beside_the_work(stalls, lambda: [ANSWER]) == [ANSWER]


def test_what_a_stall_leads_to_is_asked_once_a_lease() -> None:
    """The rest of the lease is given back once, however long the remaining pieces take."""
    clock, written, asked = Clock(), list[Sequence[Answer]](), list[Answer]()
    given_back = Answer("queue", WorkSucceeded(0, 0, "t", "given back"))

    def stalled() -> Sequence[Answer]:
        asked.append(given_back)
        return [given_back]

    commit = IncrementalCommit(written.append, stalled, clock, None)
    for _ in range(2):
        clock.now += STALLED_SECONDS
        commit.add(ANSWER)
    assert len(asked) == 1
    assert [*written, *commit.end()] == [[given_back, ANSWER], [ANSWER]]
