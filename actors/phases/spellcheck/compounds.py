"""Swedish compounds that are written apart: ``mat sal`` for ``matsal``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from actors.phases.spellcheck.lexicon import Lexicon, swedish_dictionary_folder
from actors.phases.spellcheck.proposal import Proposal
from actors.phases.spellcheck.realword import confusion_data
from actors.phases.spellcheck.tokens import Word
from contracts.results.spellcheck import CorrectionKind

_CONFIDENCE: Final = 0.45
_LESSON: Final = (
    "”{original}” är ett sammansatt ord och skrivs ihop: ”{replacement}”. Säg det högt: ett sammansatt ord uttalas i "
    "ett svep, med en enda betoning."
)
_SHORTEST: Final = 3
_SEEN_ZIPF: Final = 0.5
_FUNCTION_ZIPF: Final = 6.1
_BEGINS: Final = "X"
_NOUN: Final = frozenset("ABCDEFGHI")
_ADJECTIVE: Final = frozenset("OK")


class Compounds:
    """Finds the compounds of a text that a space has cut in two; they are suggested, with a lesson."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon: Final = lexicon
        data = confusion_data("sv")["compounds"]
        self._strengthening: Final = frozenset(data["strengthening"].split())
        self._short: Final = frozenset(data["short"].split())
        self._separate: Final = frozenset(data["separate"].split())
        self._beginnings, self._nouns = _read(swedish_dictionary_folder() / "sv_SE.dic", lexicon)

    def find(self, words: Sequence[Word], left_alone: frozenset[int]) -> Iterator[Proposal]:
        """The torn compounds among ``words``."""
        for place in range(len(words) - 1):
            one, other = words[place], words[place + 1]
            if place in left_alone or place + 1 in left_alone or not other.follows_closely or one.is_hyphenated:
                continue
            if joined := self._joined(one.base, other.base):
                kind = CorrectionKind.SPLIT_JOIN
                yield Proposal(one.start, other.stop, [joined], kind, _CONFIDENCE, _LESSON)

    def _joined(self, one: str, other: str) -> str | None:
        is_strengthened = one in self._strengthening
        if len(other) < _SHORTEST or not (is_strengthened or self._may_begin(one)):
            return None
        joined = one + (other[1:] if one[-2:] == 2 * other[0] else other)  # no letter stands three times: tillopp
        if not self._lexicon.knows(joined) or not (is_strengthened or self._lexicon.zipf(other) < _FUNCTION_ZIPF):
            return None
        return joined if is_strengthened or self._lexicon.zipf(joined) >= _SEEN_ZIPF else None

    def _may_begin(self, word: str) -> bool:
        if word in self._separate or self._lexicon.zipf(word) >= _FUNCTION_ZIPF:
            return False
        if word in self._short:
            return True
        is_linked = word.endswith("s") and word[:-1] in self._nouns  # fotbolls-, vardags-
        return len(word) >= _SHORTEST and (word in self._beginnings or is_linked)


def _read(dictionary: Path, lexicon: Lexicon) -> tuple[frozenset[str], frozenset[str]]:
    """The words in use that may open a compound, and the nouns among them.

    Adjectives are left out: *en svensk lärare* is right.
    """
    beginnings, nouns, adjectives = set(), set(), set()
    with dictionary.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, flags = line.strip().partition("/")
            if not word.islower() or not lexicon.zipf(word):
                continue
            if not _ADJECTIVE.isdisjoint(flags):
                adjectives.add(word)
            elif not _NOUN.isdisjoint(flags):
                nouns.add(word)
            elif _BEGINS in flags:
                beginnings.add(word)
    return frozenset((beginnings | nouns) - adjectives), frozenset(nouns - adjectives)
