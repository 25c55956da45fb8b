"""Every schedule of a small batch: what holds in all of them, and that planted bugs are found."""

import pytest

from actors.verification.explore import explore
from actors.verification.report import summary, told
from actors.verification.scope import Scope
from actors.verification.scopes import SCOPES
from tests.verification.planted import PLANTED, SUSPECTS, Planted

QUICK = (
    "lost mail",
    "early reminders",
    "given back",
    "unreadable",
    "two workers",
    "retries",
    "pauses",
    "paused plans",
    "some failed",
    "lost words",
)


@pytest.mark.parametrize("name", QUICK)
def test_every_invariant_holds_in_every_schedule(name: str) -> None:
    """The batch can end from every state."""
    walk = explore(SCOPES[name])
    assert walk.violation is None, "\n".join(told(walk))
    assert walk.is_whole
    assert walk.ended


@pytest.mark.slow
@pytest.mark.parametrize("name", sorted(set(SCOPES) - set(QUICK)))
def test_every_invariant_holds_in_larger_worlds(name: str) -> None:
    """The rule is the same, in larger worlds."""
    test_every_invariant_holds_in_every_schedule(name)


@pytest.mark.slow
def test_every_invariant_holds_with_three_phases() -> None:
    """Two essays, a cohort phase between two others, and a service that fails once."""
    _holds_in(Scope(essays=2, phases=3, faults=0))


@pytest.mark.slow
def test_every_invariant_holds_under_suspicion() -> None:
    """Two essays share a lease, whose worker dies."""
    _holds_in(SUSPECTS)


def _holds_in(scope: Scope) -> None:
    walk = explore(scope)
    assert walk.violation is None, "\n".join(told(walk))
    assert walk.is_whole


LONG = {"suspects-together"}


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param(
            planted,
            id=planted.mutation.label,
            marks=[pytest.mark.slow] if planted.mutation.label in LONG else [],
        )
        for planted in PLANTED
    ],
)
def test_a_planted_bug_is_found(planted: Planted) -> None:
    """The smallest world in which it shows is enough; the walk tells the way to it step by step."""
    with planted.mutation.planted():
        walk = explore(planted.scope)
        lines = list(told(walk))
    assert walk.violation is not None
    assert not walk.is_whole or walk.violation.number == 6
    assert lines[-1].endswith(str(walk.violation))
    assert len(lines) == len(walk.way)


def test_folding_leaves_nothing_out() -> None:
    """With and without folding, a walk is equally deep and finds the same; without, it meets many states twice."""
    scope = Scope(essays=2, phases=1, failures=0, faults=0)
    folded, plain = explore(scope), explore(scope, folds=False)
    assert folded.violation is plain.violation is None
    assert folded.depth == plain.depth
    assert 2 * folded.states < plain.states < 3 * folded.states


def test_a_walk_repeats_exactly() -> None:
    """It has the same states and moves."""
    first, second = explore(SCOPES["pauses"]), explore(SCOPES["pauses"])
    assert (first.states, first.moves, first.depth) == (second.states, second.moves, second.depth)


def test_a_walk_that_is_given_up_says_so() -> None:
    """It claims nothing about what it has not seen."""
    walk = explore(SCOPES["order"], most=100)
    assert not walk.is_whole
    assert walk.states == 100
    assert "not the whole of it" in summary(walk)
