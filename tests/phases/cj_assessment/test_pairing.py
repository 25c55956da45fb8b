"""Rounds of disjoint pairs."""

import time
from collections import Counter

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.phases.cj_assessment.pairing import History, Pair, next_round, pairs_of_all


def rounds(size: int, count: int, *, adaptive: bool, seed: int = 1) -> list[list[Pair]]:
    """Some rounds, with an estimate that changes from round to round."""
    history, played = History(size), []
    for number in range(count):
        theta = np.sin(np.arange(size) * (number + 1.7)) if adaptive else None
        played.append(next_round(history, theta, seed, number))
        history.add(played[-1])
    return played


@settings(max_examples=100, deadline=None)
@given(size=st.integers(2, 12), adaptive=st.booleans(), seed=st.integers(0, 5))
def test_no_pair_meets_again_before_all_pairs_have_met(size: int, adaptive: bool, seed: int) -> None:
    """At any time the numbers of meetings of any two pairs differ by at most one, and every round has a pair."""
    meetings: Counter[frozenset[int]] = Counter()
    for played in rounds(size, 3 * size, adaptive=adaptive, seed=seed):
        assert played
        for pair in played:
            meetings[frozenset(pair)] += 1
            everyone = size * (size - 1) // 2
            assert max(meetings.values()) - (min(meetings.values()) if len(meetings) == everyone else 0) <= 1


@settings(max_examples=50, deadline=None)
@given(size=st.integers(2, 30), adaptive=st.booleans())
def test_a_text_is_in_one_pair_of_a_round_at_most(size: int, adaptive: bool) -> None:
    """Rounds are disjoint, so their pairs can be judged in parallel."""
    for played in rounds(size, 6, adaptive=adaptive):
        nodes = [node for pair in played for node in pair]
        assert len(nodes) == len(set(nodes))


@pytest.mark.parametrize("adaptive", [False, True])
def test_every_text_is_shown_left_and_right_about_equally_often(adaptive: bool) -> None:
    """After ten rounds, the two sides differ by at most two."""
    left = Counter(pair[0] for played in rounds(31, 10, adaptive=adaptive) for pair in played)
    right = Counter(pair[1] for played in rounds(31, 10, adaptive=adaptive) for pair in played)
    assert all(abs(left[node] - right[node]) <= 2 for node in range(31))


def test_a_second_meeting_swaps_the_sides() -> None:
    """The two texts change sides."""
    (first,), (second,) = rounds(2, 2, adaptive=False)
    assert second == (first[1], first[0])


def test_an_odd_number_lets_each_sit_out_in_turn() -> None:
    """Comparisons per text differ by at most one while pairs are left."""
    counts = Counter(node for played in rounds(9, 6, adaptive=False) for pair in played for node in pair)
    assert max(counts.values()) - min(counts.values()) <= 1


def test_pairs_follow_from_the_seed() -> None:
    """The same seed gives the same rounds, another seed others."""
    assert rounds(20, 5, adaptive=True) == rounds(20, 5, adaptive=True)
    assert rounds(20, 5, adaptive=True) != rounds(20, 5, adaptive=True, seed=2)


def test_adaptive_rounds_pair_neighbours() -> None:
    """By the current estimate, opponents are neighbours unless they have met."""
    history = History(20)
    pairs = next_round(history, np.arange(20.0), 1, 0)
    assert all(abs(a - b) == 1 for a, b in pairs)


def test_large_cohorts_are_paired_in_no_time() -> None:
    """Ten rounds of 5,000 texts take seconds, so pairing is not quadratic."""
    started = time.thread_time()
    rounds(5000, 10, adaptive=True)
    assert time.thread_time() - started < 5


@pytest.mark.parametrize("size", [0, 1, 2, 3, 8, 9, 30])
def test_all_pairs_meet_once_and_every_text_is_left_about_as_often_as_right(size: int) -> None:
    """This is for judges that cost nothing."""
    pairs = pairs_of_all(size)
    assert len(pairs) == len({frozenset(pair) for pair in pairs}) == size * (size - 1) // 2
    left = Counter(first for first, _ in pairs)
    assert all(abs(2 * left[node] - (size - 1)) <= 1 for node in range(size))


def test_of_many_texts_each_meets_as_many_others_as_fit() -> None:
    """Of half a million possible pairs, each of 1,000 texts meets equally many others, and all are connected."""
    pairs = pairs_of_all(1000, most=20_000)
    met = Counter(node for pair in pairs for node in pair)
    assert set(met.values()) == {40}
    assert {(node, (node + 1) % 1000) for node in range(1000)} <= set(pairs)
