"""The walk through every state that can be reached: breadth first, so that the way to the first violation is shortest.

For each state, the walk remembers a hash of 64 bits, and the state before it. A way is recovered by walking it again.
"""

import time
from array import array
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from actors.core.invariants import Violated, demand
from actors.verification.moves import Move, Moves
from actors.verification.properties import all_agree
from actors.verification.scope import Scope, faults_left
from actors.verification.state import State
from actors.verification.symmetry import Symmetry
from actors.verification.world import World

_LOOK_EVERY: Final = 4096
Way = list[tuple[Move, State]]


@dataclass(slots=True)
class Walk:
    """The result of a walk. ``way`` leads to the violation; ``is_whole`` if no state was left out."""

    scope: Scope
    world: World
    states: int = 0
    moves: int = 0
    depth: int = 0
    ended: int = 0
    seconds: float = 0.0
    is_whole: bool = False
    violation: Violated | None = None
    way: Way = field(default_factory=list)


def explore(scope: Scope, *, most: int = 0, looks: Callable[[Walk], object] | None = None, folds: bool = True) -> Walk:
    """Walk through a scope, to its end or to the first violation.

    Args:
        scope: the size of the world, and what may go wrong in it.
        most: give up after so many states; 0: never.
        looks: called with the walk now and then, to show its progress.
        folds: of states that differ only in which essay is which, walk through one.
    """
    return _Explorer(scope, folds=folds).walked(most, looks)


class _Explorer:
    def __init__(self, scope: Scope, *, folds: bool) -> None:
        self._world = World(scope)
        self._moves = Moves(self._world)
        symmetry = Symmetry(self._world)
        self._canonical: Callable[[State], State] = symmetry.canonical if folds else lambda state: state
        self._walk = Walk(scope, self._world)
        self._known: dict[int, int] = {}
        self._hashes, self._parents, self._depths = array("q"), array("q"), array("H")
        self._free, self._free_until = array("q"), array("q")  # where free moves lead, and where each state's end
        self._can_end = bytearray()
        self._agreed: set[tuple[int, tuple[int, ...], int]] = set()

    def walked(self, most: int, looks: Callable[[Walk], object] | None) -> Walk:
        begun = time.process_time()
        walk = self._walk
        waiting = deque([self._canonical(self._world.beginning())])
        self._found(hash(waiting[0]), -1)
        while waiting and walk.violation is None and not (most and walk.states >= most):
            self._walk_on(waiting.popleft(), waiting)
            if looks is not None and not walk.states % _LOOK_EVERY:
                walk.seconds = time.process_time() - begun
                looks(walk)
        walk.is_whole = not waiting and walk.violation is None
        if walk.is_whole:
            self._look_for_dead_ends()
        walk.seconds = time.process_time() - begun
        return walk

    def _walk_on(self, state: State, waiting: "deque[State]") -> None:
        walk, number = self._walk, self._walk.states
        walk.states, walk.depth = number + 1, self._depths[number]
        known = self._known
        try:
            self._demand_no_time_is_lost(state)
            for move, after in self._moves.after(state):
                self._agree(after)
                folded = self._canonical(after)
                key = hash(folded)
                to = known.get(key)
                if to is None:
                    to = self._found(key, number)
                    waiting.append(folded)
                if move.is_free:
                    self._free.append(to)
                walk.moves += 1
        except Violated as violation:
            walk.violation, walk.way = violation, self._way_to(number, breaks=True)
        self._free_until.append(len(self._free))
        ended = self._world.has_ended(state)
        walk.ended += ended
        self._can_end.append(ended)

    def _found(self, key: int, parent: int) -> int:
        number = self._known[key] = len(self._hashes)
        self._hashes.append(key)
        self._parents.append(parent)
        self._depths.append(self._depths[parent] + 1 if parent >= 0 else 0)
        return number

    def _agree(self, state: State) -> None:
        key = (state.batch, state.essays, state.log)
        if key in self._agreed:
            return
        values = self._world.values
        essays = [values[number] for number in state.essays if number >= 0]
        all_agree(values[state.batch], {essay.essay_id: essay for essay in essays}, values[state.log])
        self._agreed.add(key)

    def _demand_no_time_is_lost(self, state: State) -> None:
        """6: if nothing went wrong, nobody waits for a reminder."""
        if faults_left(state.purse) < self._walk.scope.faults or not self._world.is_silent(state):
            return
        world = self._world
        waits = not world.has_ended(state) and not world.header(state).paused
        demand(not waits, 6, "nothing went wrong, nobody works, nothing is under way, and the batch has not ended")

    # ------------------------------------------------------------ can it still end?

    def _look_for_dead_ends(self) -> None:
        """6: from every state, free moves alone lead to an end."""
        can_end, free, until = self._can_end, self._free, self._free_until
        left = [number for number in range(len(can_end) - 1, -1, -1) if not can_end[number]]
        while left:
            dead: list[int] = []
            for number in left:
                if any(can_end[to] for to in free[until[number - 1] if number else 0 : until[number]]):
                    can_end[number] = 1
                else:
                    dead.append(number)
            if len(dead) == len(left):
                self._walk.violation = Violated(6, f"from {len(dead)} states the batch cannot end, this is the first")
                self._walk.way = self._way_to(dead[-1])
                return
            left = dead

    # ------------------------------------------------------------ the way to a state

    def _way_to(self, number: int, *, breaks: bool = False) -> Way:
        """The way to a state and, with ``breaks``, one move further, to where an invariant breaks."""
        numbers = []
        while number >= 0:
            numbers.append(number)
            number = self._parents[number]
        state = self._world.beginning()
        way: Way = [(Move("begins"), state)]
        for passed in reversed(numbers[:-1]):
            move, state = self._next(state, self._hashes[passed])
            way.append((move, state))
        if breaks:
            way.extend(self._breaking(state))
        return way

    def _next(self, state: State, key: int) -> tuple[Move, State]:
        return next((move, after) for move, after in self._moves.after(state) if hash(self._canonical(after)) == key)

    def _breaking(self, state: State) -> Way:
        after = state
        self._moves.trying = Move("nothing happens")
        try:
            self._demand_no_time_is_lost(state)
            for _, after in self._moves.after(state):
                values = self._world.values
                essays = [values[number] for number in after.essays if number >= 0]
                all_agree(values[after.batch], {each.essay_id: each for each in essays}, values[after.log])
        except Violated:
            pass
        return [(self._moves.trying, after)]
