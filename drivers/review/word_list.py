"""Words that a class's teacher has listed."""

from collections.abc import Iterable


def each_once(words: Iterable[str]) -> list[str]:
    """Each word once, whatever its capitals, as it was written last; in alphabetical order."""
    by_small_letters = {word.casefold(): word for word in words}
    return [by_small_letters[each] for each in sorted(by_small_letters)]
