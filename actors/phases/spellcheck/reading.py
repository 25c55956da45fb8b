"""Reads a text: which of its words are checked, and which are left alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, Protocol

from actors.phases.spellcheck.candidates import NearbyWords
from actors.phases.spellcheck.foreign import foreign_passages
from actors.phases.spellcheck.letters import APOSTROPHES
from actors.phases.spellcheck.tokens import Word, quotations, words_of
from actors.phases.spellcheck.word_model import SENTENCE_END, SENTENCE_START, Neighbours

_LONGEST_WORD: Final = 40
_LONGEST_GAP: Final = 20
_CONTEXT: Final = 2
_SHORT_QUOTE: Final = 4
_SHOUTED_RUN: Final = 3
_PREFIXES: Final = frozenset(
    (
        *("anti", "auto", "bi", "co", "counter", "cross", "cyber", "de", "eco", "ex", "extra", "hyper", "inter"),
        *("intra", "mega", "meta", "micro", "mid", "mini", "mono", "multi", "neo", "non", "over", "pan", "para"),
        *("poly", "post", "pre", "pro", "proto", "pseudo", "quasi", "re", "semi", "socio", "sub", "super", "tri", "un"),
    )
)
_CLOSING_APOSTROPHES: Final = frozenset(APOSTROPHES)
_CLITICS: Final = frozenset({"re", "ve", "ll", "em", "cause", "til", "tis", "twas", "cos"})


class WordList:
    """The teacher's own words: always right, and proposed as corrections of words close to them."""

    def __init__(self, words: Sequence[str] = ()) -> None:
        self._forms = {word.base: word.text for entry in words for word in words_of(entry)}
        self.near = NearbyWords(list(self._forms))

    def knows(self, base: str) -> bool:
        """True for a word of the list, in any letter case, also with a possessive ending."""
        return base in self._forms or (base.endswith("'s") and base[:-2] in self._forms)

    def form(self, base: str) -> str | None:
        """The word as the teacher wrote it."""
        return self._forms.get(base)


class KnowsWords(Protocol):
    """The part of a lexicon that reading a text needs."""

    def knows(self, word: str, *, capitalised: bool = False) -> bool:
        """True when ``word`` (a base form) is right as it stands."""
        ...


@dataclass(frozen=True, slots=True)
class WordReading:
    """A text's words, and the places of those that are left alone and of those that no list knows.

    ``names`` are places among ``left_alone``: words that no list knows, and that are taken for names only because of
    their capital letter.
    """

    words: Sequence[Word]
    left_alone: frozenset[int]
    unknown: frozenset[int]
    names: frozenset[int] = frozenset()

    def around(self, first: int, last: int, meant: Mapping[int, str] | None = None) -> Neighbours:
        """Up to two words before the place ``first`` and after ``last``, as far as only white space divides them.

        ``meant`` has the words to use in other places instead of those that are written there.
        """
        return Neighbours(self._before(first, meant or {}), self._after(last, meant or {}))

    def _before(self, place: int, meant: Mapping[int, str]) -> list[str]:
        found: list[str] = []
        for at in range(place, max(place - _CONTEXT, -1), -1):
            if self.words[at].opens_sentence:
                return [SENTENCE_START, *found]
            if not self.words[at].follows_in_clause or self.words[at - 1].is_protected:
                break
            found = [*meant.get(at - 1, self.words[at - 1].base).split(" "), *found]
        return found

    def _after(self, place: int, meant: Mapping[int, str]) -> list[str]:
        found: list[str] = []
        for at in range(place + 1, place + 1 + _CONTEXT):
            if at >= len(self.words) or self.words[at].opens_sentence:
                return [*found, SENTENCE_END]
            if not self.words[at].follows_in_clause or self.words[at].is_protected:
                break
            found += meant.get(at, self.words[at].base).split(" ")
        return found


def read(text: str, lexicon: KnowsWords, terms: WordList, language: str = "en") -> WordReading:
    """Decide about each word of ``text``, using a language's lexicon and the teacher's words."""
    words = words_of(text)
    names = {word.base for word in words if _may_be_name(word)}
    shouted = _shouted(words)
    left = {place for place, word in enumerate(words) if place not in shouted and _is_left_alone(word, names)}
    left |= shouted & {place for place, word in enumerate(words) if word.is_protected}
    left |= {place for place, (word, after) in enumerate(pairwise(words)) if _is_prefix(word, after, text)}
    left |= {place for place, word in enumerate(words) if _is_clitic(word, text)}
    left |= {
        part
        for place, (word, after) in enumerate(pairwise(words))
        if _is_broken(word, after, text, lexicon)
        for part in (place, place + 1)
    }
    unknown = {
        place
        for place, word in enumerate(words)
        if place not in left and not terms.knows(word.base) and not lexicon.knows(word.base, capitalised=_is_high(word))
    }
    foreign = _in_foreign_quotation(text, words, unknown) | foreign_passages(words, left, unknown, language)
    unknown_names = {place for place in left - foreign if _is_unknown_name(words[place], lexicon, terms)}
    return WordReading(words, frozenset(left | foreign), frozenset(unknown - foreign), frozenset(unknown_names))


def _is_high(word: Word) -> bool:
    return word.is_capitalised or word.is_upper


def _may_be_name(word: Word) -> bool:
    return word.is_capitalised and not word.opens_sentence and not word.is_upper


def _is_unknown_name(word: Word, lexicon: KnowsWords, terms: WordList) -> bool:
    if not _may_be_name(word) or word.is_protected or word.has_inner_capital or word.is_hyphenated:
        return False
    return not terms.knows(word.base) and not lexicon.knows(word.base, capitalised=True)


def _is_left_alone(word: Word, names: set[str]) -> bool:
    if word.is_protected or word.is_ending or word.has_inner_capital or not 1 < len(word.base) <= _LONGEST_WORD:
        return True
    if word.is_upper:
        return True
    return word.is_capitalised and (not word.opens_sentence or word.base in names)


def _is_prefix(word: Word, after: Word, text: str) -> bool:
    return word.base in _PREFIXES and text[word.stop : after.start] == "-"


def _is_broken(word: Word, after: Word, text: str, lexicon: KnowsWords) -> bool:
    """True for a word that is broken at the end of a line: ``alle-giance``."""
    between = text[word.stop : after.start]
    if between[:1] != "-" or len(between) > _LONGEST_GAP or between[1:].strip():
        return False
    return lexicon.knows(word.base + after.base, capitalised=True)


def _is_clitic(word: Word, text: str) -> bool:
    """True for either part of a contraction that a tokeniser has split: ``I 'll``, ``do n't``."""
    if word.base == "n't" or text[word.stop : word.stop + 4].replace("’", "'") == " n't":
        return True
    if word.base.endswith("in") and text[word.stop : word.stop + 1] in _CLOSING_APOSTROPHES:
        return True  # spoken language: nothin', bein'
    return word.base in _CLITICS and word.start > 0 and text[word.start - 1] in APOSTROPHES


def _shouted(words: Sequence[Word]) -> set[int]:
    """Words in capitals in a row: emphasis or a heading, not abbreviations."""
    found: set[int] = set()
    run: list[int] = []
    for place, word in enumerate(words):
        if word.is_upper or (run and len(word.text) == 1 and word.text.isupper()):
            run.append(place)
            continue
        found.update(run if len(run) >= _SHOUTED_RUN else ())
        run = []
    return found | set(run if len(run) >= _SHOUTED_RUN else ())


def _in_foreign_quotation(text: str, words: Sequence[Word], unknown: set[int]) -> set[int]:
    """Words in quotation marks that are probably intended: a term, a title, another language."""
    found: set[int] = set()
    place = 0
    for start, stop in quotations(text):
        while place < len(words) and words[place].start < start:
            place += 1
        inside = []
        while place < len(words) and words[place].stop <= stop:
            inside.append(place)
            place += 1
        strange = [each for each in inside if each in unknown]
        if strange and (len(inside) <= _SHORT_QUOTE or 2 * len(strange) > len(inside)):
            found.update(inside)
    return found
