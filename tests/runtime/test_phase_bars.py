"""What a batch's bars on the dashboard show: played through, with a thread in Ray's place."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait

import pytest

from actors.runtime.ray.phase_bars import MOST_SHARES, EssaysFailedError, PhaseBars
from contracts import PhaseName
from contracts.messages import RetryFailed
from tests.core.play import NLP, SPELLCHECK, Fails, Play, play, registration

MOMENT = 0.05


class Board:
    """The tasks of a batch's bars, run one at a time and in order, as by Ray."""

    def __init__(self) -> None:
        self.bars = PhaseBars(self._begin)
        self._thread = ThreadPoolExecutor(1)
        self._tasks: list[tuple[PhaseName, Future[None]]] = []

    def _begin(self, phase: PhaseName, run: int, position: int, share: int) -> None:
        self._tasks.append((phase, self._thread.submit(self.bars.wait, run, position, share)))

    def see(self, batch: Play) -> Counter[tuple[PhaseName, str]]:
        """What the dashboard draws once the batch has been looked at."""
        self.bars.show(batch.state.header)
        wait([task for _, task in self._tasks], MOMENT)
        return Counter((phase, _state(task)) for phase, task in self._tasks)

    def close(self) -> None:
        self.bars.close()
        self._thread.shutdown()


def _state(task: "Future[None]") -> str:
    if not task.done():
        return "open"
    return "failed" if isinstance(task.exception(), EssaysFailedError) else "done"


@pytest.fixture
def board() -> Iterator[Board]:
    """An empty board."""
    empty = Board()
    yield empty
    empty.close()


def _large(essays: int, fails: Fails) -> Play:
    return Play(fails).tell(registration((f"essay-{number}" for number in range(essays)), [SPELLCHECK, NLP]))


def test_each_phase_has_a_bar_of_its_essays_from_when_it_begins(board: Board) -> None:
    """Settled essays are done and the others open; a later phase has no bar yet."""
    batch = play("abc", SPELLCHECK, NLP)
    assert board.see(batch) == {(SPELLCHECK, "open"): 3}
    assert board.see(batch.work(2)) == {(SPELLCHECK, "done"): 2, (SPELLCHECK, "open"): 1}
    assert board.see(batch.work(1)) == {(SPELLCHECK, "done"): 3, (NLP, "open"): 3}
    assert board.see(batch.to_the_end()) == {(SPELLCHECK, "done"): 3, (NLP, "done"): 3}


def test_a_batch_that_succeeded_has_nothing_open_and_nothing_failed(board: Board) -> None:
    """Nobody need have looked in between."""
    batch = play("abcdefgh", SPELLCHECK, NLP)
    board.see(batch)
    assert {state for _, state in board.see(batch.to_the_end())} == {"done"}


def test_an_essay_that_failed_is_a_failed_share(board: Board) -> None:
    """It also takes part in no later phase."""
    batch = play("abc", SPELLCHECK, NLP, fails=lambda name, phase: name == "b" and phase is SPELLCHECK)
    board.see(batch)
    seen = board.see(batch.to_the_end())
    assert seen == {(SPELLCHECK, "done"): 2, (SPELLCHECK, "failed"): 1, (NLP, "done"): 2}


def test_a_large_batch_has_as_few_tasks_as_a_small_one(board: Board) -> None:
    """Each share then stands for several essays; a single failure still shows."""
    batch = _large(300, lambda name, _: name == "essay-7")
    assert board.see(batch) == {(SPELLCHECK, "open"): MOST_SHARES}
    seen = board.see(batch.work(150))
    assert seen == {(SPELLCHECK, "done"): 9, (SPELLCHECK, "failed"): 1, (SPELLCHECK, "open"): 10}
    assert board.see(batch.to_the_end())[SPELLCHECK, "failed"] == 1


def test_what_is_tried_again_has_a_bar_for_the_new_run(board: Board) -> None:
    """It begins with the phase that is repeated, on the page of the job that asked for it."""
    batch = play("ab", SPELLCHECK, NLP, fails=lambda name, phase: name == "b" and phase is NLP)
    batch.to_the_end()
    assert board.see(batch) == {}, "it had ended before it was seen here"
    batch.fails = lambda *_: False
    board.see(batch.tell(RetryFailed(batch.state.header.run + 1)))
    assert board.see(batch.to_the_end()) == {(NLP, "done"): 2}
