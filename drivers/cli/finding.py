"""What a check of this installation has found."""

from enum import StrEnum
from typing import NamedTuple


class CheckResult(StrEnum):
    """How a check came out."""

    GOOD = "good"
    OPTIONAL = "optional"
    EXPOSED = "exposed"
    BAD = "bad"


class Finding(NamedTuple):
    """One check: what was looked at, what was found, and what to do where it is not good."""

    what: str
    verdict: CheckResult
    found: str
    to_do: str = ""
