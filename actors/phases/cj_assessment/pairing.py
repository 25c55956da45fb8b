"""Decides which texts meet next: rounds of disjoint pairs, as in a Swiss tournament (Pollitt 2012, no chaining).

The first rounds are random, so that the scale is known; then texts with close estimates meet. No pair meets again until
all pairs have met, and then with its sides swapped. Every text is shown left and right equally often. All randomness
comes from a seed.
"""

from collections import Counter, OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

import numpy as np

from actors.phases.cj_assessment.bradley_terry import Floats

RANDOM_ROUNDS: Final = 3
"""Random rounds before adaptive ones. One would be a little more efficient, but leaves the spread of theta unknown."""

MOST_PAIRS: Final = 50_000
"""The most comparisons where they cost nothing: all pairs of 300 texts. With more texts, each meets as many others as
that allows: scores without noise give the same order from any connected set of pairs."""

Pair = tuple[int, int]
"""Two nodes; the first is shown left."""


@dataclass(slots=True)
class History:
    """Which texts have met so far, and on which side."""

    size: int
    meetings: Counter[Pair] = field(default_factory=Counter)
    left_surplus: list[int] = field(default_factory=list)
    played: list[int] = field(default_factory=list)
    rounds: int = 0
    complete: int = 0
    """How many times all pairs have met."""
    _met_since: int = 0

    def __post_init__(self) -> None:
        self.left_surplus = [0] * self.size
        self.played = [0] * self.size

    @property
    def total(self) -> int:
        """The number of comparisons."""
        return sum(self.played) // 2

    @property
    def all_pairs(self) -> int:
        """The number of different pairs."""
        return self.size * (self.size - 1) // 2

    def may_meet(self, a: int, b: int) -> bool:
        """True unless this pair has met more often than all pairs have."""
        return self.meetings[a, b] + self.meetings[b, a] <= self.complete

    def add(self, pairs: Iterable[Pair]) -> None:
        """Count the pairs of a round."""
        self.rounds += 1
        for left, right in pairs:
            self.meetings[left, right] += 1
            self.left_surplus[left] += 1
            self.left_surplus[right] -= 1
            self.played[left] += 1
            self.played[right] += 1
            self._met_since += 1
        while self.all_pairs and self._met_since >= self.all_pairs:
            self.complete += 1
            self._met_since -= self.all_pairs


def pairs_of_all(size: int, most: int = MOST_PAIRS) -> list[Pair]:
    """Every pair once, with each text left as often as right; for many texts, equally many others for each.

    The text at position i meets those up to half a circle after it.
    """
    reach = max(1, min(size // 2, most // max(1, size)))
    met = ((first, (first + step) % size, step) for step in range(1, reach + 1) for first in range(size))
    return [(a, b) for a, b, step in met if a != b and (2 * step != size or a < b)]


def next_round(history: History, theta: Floats | None, seed: int, number: int) -> list[Pair]:
    """The pairs of round ``number`` (from 0), disjoint; random if ``theta`` is None.

    There is at least one pair for two texts or more.
    """
    generator = np.random.default_rng([seed, number])
    order = [int(node) for node in generator.permutation(history.size)]
    if theta is not None:
        # Rounded, so that the last bits of a floating-point sum, which differ between machines, decide nothing.
        key = np.round(theta, 6)
        order.sort(key=lambda node: -key[node])
        if generator.random() < 0.5:
            order.reverse()
    matched = _match(_without_odd_one(order, history), history) or _match(order, history)
    return [_sides(a, b, history, bool(generator.random() < 0.5)) for a, b in matched]


def _without_odd_one(order: list[int], history: History) -> list[int]:
    """Leave out one of an odd number: one that has been compared most, and of several the last in order."""
    if len(order) % 2 == 0:
        return order
    rest = max(reversed(order), key=lambda node: history.played[node])
    return [node for node in order if node != rest]


def _match(order: Sequence[int], history: History) -> list[Pair]:
    """Pair each node with the nearest after it that it may meet; resolve what is left over by exchanges."""
    pairs: list[Pair] = []
    alone: list[int] = []
    waiting = OrderedDict.fromkeys(order)  # a dict is slow to find its first key when many before it have been deleted
    while waiting:
        node = next(iter(waiting))
        del waiting[node]
        partner = next((other for other in waiting if history.may_meet(node, other)), None)
        if partner is None:
            alone.append(node)
        else:
            del waiting[partner]
            pairs.append((node, partner))
    while len(alone) > 1:
        a, b = alone.pop(), alone.pop()
        _exchange(a, b, pairs, history)
    return pairs


def _exchange(a: int, b: int, pairs: list[Pair], history: History) -> None:
    """Pair two that may not meet with the partners of another pair, trying the last pair first; else they sit out."""
    for index in range(len(pairs) - 1, -1, -1):
        c, d = pairs[index]
        for one, other in ((c, d), (d, c)):
            if history.may_meet(a, one) and history.may_meet(b, other):
                pairs[index] = (a, one)
                pairs.append((b, other))
                return


def _sides(a: int, b: int, history: History, coin: bool) -> Pair:
    """Swap the sides of the pair's last meeting; else show left the text that has been left less often."""
    difference = history.meetings[a, b] - history.meetings[b, a]
    if difference == 0:
        difference = history.left_surplus[a] - history.left_surplus[b]
    if difference == 0:
        return (a, b) if coin else (b, a)
    return (a, b) if difference < 0 else (b, a)
