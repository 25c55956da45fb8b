"""The result of a check of this installation."""

from enum import StrEnum
from typing import NamedTuple


class CheckResult(StrEnum):
    """The verdict of a check."""

    GOOD = "good"
    OPTIONAL = "optional"
    EXPOSED = "exposed"
    BAD = "bad"


class Finding(NamedTuple):
    """One check: what was checked, what was found, and what to do if it is not good."""

    what: str
    verdict: CheckResult
    found: str
    to_do: str = ""
