"""Rules of grammar made of patterns over plain text."""

import re
from collections.abc import Callable, Iterator

from actors.phases.grammar.slip import Slip

Rule = Callable[[str], Iterator[Slip]]


def by_pattern(topic: str, rule: str, pattern: re.Pattern[str]) -> Rule:
    """A rule that reports what the first group of a pattern matches."""

    def find(text: str) -> Iterator[Slip]:
        return (Slip(*match.span(1), topic, rule) for match in pattern.finditer(text))

    return find
