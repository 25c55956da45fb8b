"""Mutants that no test can kill, or need not: each kind with its reason, in a file beside this one.

An entry matches by what it says of ``file``, ``function``, ``before`` and ``after``, each of them a regular expression
for the whole, and left out where it does not matter: a mutant is known by its words, not by its line.
"""

import re
import tomllib
from collections.abc import Sequence
from pathlib import Path
from typing import Final, NamedTuple

from drivers.lab.mutation.mutants import Change

FILE: Final = Path(__file__).with_name("explained.toml")


class Explanation(NamedTuple):
    """Why mutants of a kind are left alive."""

    why: str
    patterns: dict[str, re.Pattern[str]]

    def is_of(self, change: Change) -> bool:
        """Is it about this one?"""
        return all(pattern.fullmatch(getattr(change, name)) for name, pattern in self.patterns.items())


def explanations(file: Path = FILE) -> Sequence[Explanation]:
    """All that the file says.

    Raises:
        ValueError: an entry has no reason, or speaks of what a change has not.
    """
    entries = tomllib.loads(file.read_text(encoding="utf-8")).get("explained", [])
    return [_explanation(dict(entry)) for entry in entries]


def _explanation(entry: dict[str, str]) -> Explanation:
    why = entry.pop("why", "")
    if not why or not entry or not entry.keys() <= set(Change._fields):
        raise ValueError(f"an explanation needs `why`, and one at least of {', '.join(Change._fields)}: {entry}")
    return Explanation(why, {name: re.compile(pattern) for name, pattern in entry.items()})


def why_left(change: Change, explained: Sequence[Explanation]) -> str | None:
    """Why this mutant is left alive; None: nobody has said."""
    return next((one.why for one in explained if one.is_of(change)), None)
