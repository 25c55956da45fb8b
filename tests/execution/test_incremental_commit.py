"""When answers are written: so that a kill costs little work, and writing costs little time."""

from collections.abc import Sequence
from concurrent.futures import Executor
from itertools import pairwise

import pytest

from actors.execution.answer import Answer
from actors.execution.incremental_commit import IncrementalCommit
from contracts.messages import WorkSucceeded


class Clock:
    """Time that goes by as it is told."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Lease:
    """A lease whose pieces and writes take so many seconds, written between the pieces."""

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
        """How much of the time was spent writing."""
        _, a_write, a_row = self._costs
        return sum(a_write + a_row * count for _, count in self.written) / self.clock.now


@pytest.mark.parametrize("a_write", [0.001, 0.005, 0.008])
def test_a_kill_costs_at_most_three_pieces_of_slow_work(a_write: float) -> None:
    """At 20 ms each: what is done and not written, the one in hand, and no more."""
    lease = Lease(0.02, a_write).do(60)
    assert lease.most_unwritten <= 3
    assert lease.share_of_writing < 0.2


@pytest.mark.parametrize("a_piece", [0.0001, 0.0005, 0.005, 0.02])
@pytest.mark.parametrize("a_write", [0.001, 0.005, 0.05])
def test_nothing_stays_unwritten_for_longer_than_a_tenth_of_a_second(a_piece: float, a_write: float) -> None:
    """And a piece; however long a write takes."""
    lease = Lease(a_piece, a_write).do(3000)
    times = [0.0, *(when for when, _ in lease.written)]
    longest = max(later - earlier for earlier, later in pairwise(times))
    assert longest <= 0.1 + a_piece + a_write + 1e-9


def test_quick_work_is_written_in_groups() -> None:
    """A piece of half a millisecond costs no write of its own, and all writing together a small part of the time."""
    lease = Lease(0.0005, 0.002).do(4000)
    assert lease.share_of_writing < 0.06
    assert len(lease.written) <= lease.clock.now / 0.04


def test_work_that_took_long_is_written_at_once() -> None:
    """It may have been paid for."""
    lease = Lease(0.3, 0.005).do(5)
    assert [count for _, count in lease.written] == [1] * 5
