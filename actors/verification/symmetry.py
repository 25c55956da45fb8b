"""Symmetry between essays: of all states that differ only in which essay is which, one is walked on from.

What the engine does with two essays depends on their names only in the order of lists, and the walk's mail has no
order. An essay without a text is not exchanged.
"""

from collections.abc import Mapping
from itertools import permutations
from typing import NamedTuple

from actors.verification.leases import Leases
from actors.verification.state import State
from actors.verification.world import World


class _Change(NamedTuple):
    """A permutation: ``names`` maps old names to new ones, ``order`` lists the old place for each new place."""

    names: Mapping[str, str]
    order: tuple[int, ...]


class Symmetry:
    """Finds the representative of all states that are equal except for essays' names and leases' numbers."""

    def __init__(self, world: World) -> None:
        names, readable = world.scope.names, world.scope.essays - world.scope.unreadable
        rest = tuple(range(readable, len(names)))
        self._world = world
        self._leases = Leases(world)
        self._changes = [
            _Change({names[old]: names[new] for new, old in enumerate((*order, *rest))}, (*order, *rest))
            for order in permutations(range(readable))
        ][1:]

    def canonical(self, state: State) -> State:
        """The representative of this state: the smallest of those equal to it by symmetry."""
        state = smallest = self._leases.renumbered(state)
        for change in self._changes:
            essays = tuple(self._renamed(state.essays[old], change) for old in change.order)
            if essays > smallest.essays:
                continue
            other = self._changed(state, essays, change)
            if essays < smallest.essays or other < smallest:
                smallest = other
        return smallest

    def _renamed(self, number: int, change: _Change) -> int:
        return number if number < 0 else self._world.values.renamed(number, change.names)

    def _changed(self, state: State, essays: tuple[int, ...], change: _Change) -> State:
        renamed, names = self._world.values.renamed, change.names
        return State(
            renamed(state.batch, names),
            essays,
            renamed(state.cohorts, names),
            renamed(state.queue, names),
            tuple([renamed(worker, names) for worker in state.workers]),
            renamed(state.kept, names),
            renamed(state.log, names),
            self._world.mail.renamed(state.mail, names),
            state.purse,
        )
