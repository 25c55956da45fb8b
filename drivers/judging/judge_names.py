"""The names that judges give themselves: one harmless line, wherever it is shown."""

import unicodedata
from typing import Final

LONGEST_NAME: Final = 60

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"}


def one_line(name: str) -> str:
    """The name without what is not seen or moves what stands around it, and with single spaces."""
    seen = "".join(" " if unicodedata.category(letter) in _UNSEEN else letter for letter in name)
    return " ".join(seen.split())
