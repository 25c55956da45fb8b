"""Rare words that differ from a frequent word only in their rings and dots: ``klader`` for ``kläder``."""

from collections.abc import Iterator, Sequence
from typing import Final

from actors.phases.spellcheck.letters import without_accents
from actors.phases.spellcheck.lexicon import Lexicon
from actors.phases.spellcheck.realword import Mistaken
from actors.phases.spellcheck.tokens import Word

_FREQUENT_ZIPF: Final = 4.3
_OFTENER: Final = 2.7
_SHORTEST: Final = 4
_CONFIDENCE: Final = 0.7
_REASON: Final = "Ordet skrivs ”{replacement}”; se på prickarna och ringarna."


class LostAccents:
    """Finds words that differ only in accents from a word hundreds of times as frequent."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon: Final = lexicon
        frequent = (word for word in lexicon.proposable() if lexicon.zipf(word) >= _FREQUENT_ZIPF)
        self._by_letters: Final = {without_accents(word): word for word in sorted(frequent, key=lexicon.zipf)}

    def find(self, words: Sequence[Word], left_alone: frozenset[int]) -> Iterator[Mistaken]:
        """Yield the mistaken words among ``words``."""
        for place, word in enumerate(words):
            if place in left_alone or word.is_hyphenated or len(word.base) < _SHORTEST:
                continue
            meant = self._by_letters.get(without_accents(word.base))
            if meant and meant != word.base and self._is_far_rarer(word.base, meant):
                yield Mistaken(place, place, meant, _REASON, _CONFIDENCE)

    def _is_far_rarer(self, word: str, meant: str) -> bool:
        return self._lexicon.knows(word) and self._lexicon.zipf(meant) >= self._lexicon.zipf(word) + _OFTENER
