"""Mutants that no test can kill, or needs to: each kind with its reason, in a file beside this one.

An entry matches a mutant by its ``file``, ``function``, ``before`` and ``after``. Each is a regular expression for the
whole field, and can be left out: a mutant is identified by its code, not by its line number.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from drivers.lab.mutation.mutants import Change

FILE: Final = Path(__file__).with_name("explained.toml")


class Explanation(NamedTuple):
    """The reason why mutants of a kind may survive."""

    why: str
    patterns: dict[str, re.Pattern[str]]

    def is_of(self, change: Change) -> bool:
        """Does this explanation apply to the change?"""
        return all(pattern.fullmatch(getattr(change, name)) for name, pattern in self.patterns.items())


def explanations(file: Path = FILE) -> Sequence[Explanation]:
    """All explanations in the file.

    Raises:
        ValueError: an entry has no reason, or names a field that changes do not have.
    """
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("explained", [])
    return [_explanation(dict(entry)) for entry in entries]


def _explanation(entry: dict[str, str]) -> Explanation:
    why = entry.pop("why", "")
    if not why or not entry or not entry.keys() <= set(Change._fields):
        raise ValueError(f"an explanation needs `why`, and one at least of {', '.join(Change._fields)}: {entry}")
    return Explanation(why, {name: re.compile(pattern) for name, pattern in entry.items()})


def why_left(change: Change, explained: Sequence[Explanation]) -> str | None:
    """Why this mutant may survive, or None if it is not explained."""
    return next((one.why for one in explained if one.is_of(change)), None)
