"""What an invariant says where it does not hold."""

import pytest

from actors.core.invariants import Violated, demand


class _Untold:
    """Something that must not be put into words."""

    def __format__(self, spec: str) -> str:
        raise AssertionError("nothing is wrong, and it was put into words")


def test_a_violation_says_what_was_found() -> None:
    """Its number, and the facts at hand; those of a set in order, so that a seed repeats its words."""
    with pytest.raises(Violated, match=r"^invariant 4: e1 counts as a: \['b', 'c'\]$"):
        demand(False, 4, "{} counts as {}: {}", "e1", "a", {"c", "b"})


def test_words_are_made_only_where_something_is_wrong() -> None:
    """An invariant is asked a thousand times for each time that it has something to say."""
    demand(True, 4, "{} is wrong", _Untold())
