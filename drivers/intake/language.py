"""Whether letters are language: which share of a text's words somebody has written before.

A word list knows more than statistics of letters, and misspelt essays keep most of their words: of 1,100 by learners,
the poorest has 79 % in the list, and of their letters exchanged at random the best 32 %. A language without a list
is known by its vowels, which stand in nearly every word.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import islice
from typing import Final

_FIRST: Final = ("en", "sv")
_FURTHER: Final = ("de", "fr", "es", "nb", "da", "fi", "nl", "it", "pl", "pt", "tr")
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?")
_SHORTEST = 2
_ENOUGH_WORDS = 12  # fewer do not tell
_MOST_WORDS = 2_000  # more tell no more
_LEAST_KNOWN = 0.45
_SURELY_KNOWN = 0.6  # no other language needs to be tried
_LATIN_SHARE = 0.5
_VOWELS: Final = frozenset("aeiouy")
_WITH_VOWEL = 0.93
_VOWELS_AMONG_LETTERS = (0.3, 0.6)
_MOST_UNPRINTABLE = 0.1


def words_of_text(text: str) -> list[str]:
    """Its first words, in small letters."""
    found = (match[0].casefold().replace("’", "'") for match in _WORD.finditer(text))
    return list(islice((word for word in found if len(word) >= _SHORTEST), _MOST_WORDS))


@cache
def _vocabulary(language: str) -> dict[str, float]:
    try:
        from wordfreq import get_frequency_dict  # noqa: PLC0415  (half a second, which most files do not need)
    except ModuleNotFoundError:  # an extra: without it, letters alone decide
        return {}
    return get_frequency_dict(language, wordlist="small")


def known_share(words: Sequence[str]) -> float:
    """The share of these words that the best fitting language has; 0 for none."""
    best = 0.0
    for language in (*_FIRST, *_FURTHER):
        best = max(best, _share(words, language))
        if best >= _SURELY_KNOWN:
            break
    return best


def _share(words: Sequence[str], language: str) -> float:
    vocabulary = _vocabulary(language)
    return sum(_is_known(word, vocabulary) for word in words) / len(words) if words else 0.0


def _is_known(word: str, vocabulary: dict[str, float]) -> bool:
    return word in vocabulary or word.partition("'")[0] in vocabulary


def known_words(words: Sequence[str]) -> int:
    """How many of these words the best fitting language has."""
    return max((sum(_is_known(word, _vocabulary(language)) for word in words) for language in _FIRST), default=0)


def is_language(text: str) -> bool:
    """Whether a text can be read: not where its letters stand for other letters, or are no letters."""
    printable = [character for character in text if not character.isspace()]
    if _unprintable(printable) > _MOST_UNPRINTABLE * len(printable):
        return False
    words = words_of_text(text)
    if len(words) < _ENOUGH_WORDS:
        return _looks_like_words(printable)
    return not _is_latin(printable) or known_share(words) >= _LEAST_KNOWN or _has_vowels(words)


def _has_vowels(words: Sequence[str]) -> bool:
    plain = [unicodedata.normalize("NFD", word) for word in words if len(word) > _SHORTEST]
    letters = [letter for word in plain for letter in word if letter.isalpha()]
    fewest, most = _VOWELS_AMONG_LETTERS
    share = sum(letter in _VOWELS for letter in letters) / max(len(letters), 1)
    return fewest <= share <= most and sum(bool(_VOWELS & set(word)) for word in plain) >= _WITH_VOWEL * len(plain)


def _unprintable(characters: Iterable[str]) -> int:
    return sum(unicodedata.category(character) in {"Co", "Cn", "Cs", "Cc"} or character == "\ufffd"
               for character in characters)  # fmt: skip


def _looks_like_words(printable: Sequence[str]) -> bool:
    """A text of few words, or one whose letters became signs."""
    return len(printable) < 3 * _ENOUGH_WORDS or sum(map(str.isalpha, printable)) >= len(printable) / 2


def _is_latin(printable: Sequence[str]) -> bool:
    letters = [character for character in printable if character.isalpha()]
    return sum(character < "\u0250" for character in letters) >= _LATIN_SHARE * len(letters)
