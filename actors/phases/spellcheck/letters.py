"""Forms of a word for look-ups, and letters that sound alike or lie next to each other on the keyboard."""

import unicodedata
from itertools import pairwise
from typing import Final

VOWELS: Final = frozenset("aeiouyåäöéèêëàáâüïîôû")

APOSTROPHES: Final = "'’ʼ‘´`′＇"
"""The characters that people write for an apostrophe."""

INVISIBLE: Final = "\u00ad\u200b\u200c\u200d\u2060\ufeff"
"""Soft hyphens, and spaces and joiners without width: word processors and web pages leave them inside words."""

_TO_PLAIN: Final = str.maketrans(dict.fromkeys(APOSTROPHES, "'") | dict.fromkeys(INVISIBLE))
_ACCENTS: Final = str.maketrans(dict(zip("åäöéèêëàáâüïîôûçñ", "aaoeeeeaaauiioucn", strict=True)))
_ROWS: Final = ("qwertyuiopå", "asdfghjklöä", "zxcvbnm")
_SOUND_GROUPS: Final = ("ckqx", "sczx", "gj", "fv", "dt", "bp", "mn", "iy", "wv", "uow")


def base_form(word: str) -> str:
    """``word`` for a look-up: in lower case, with plain apostrophes, and NFKC-composed, so without ligatures.

    Invisible characters are left out.
    """
    if word.isascii() and "`" not in word:
        return word.lower()
    return unicodedata.normalize("NFKC", word.translate(_TO_PLAIN)).lower()


def without_accents(letter: str) -> str:
    """The letter without its accent or ring, as it is typed on another country's keyboard."""
    return letter.translate(_ACCENTS)


def _neighbours() -> frozenset[frozenset[str]]:
    pairs: set[frozenset[str]] = set()
    for number, row in enumerate(_ROWS):
        pairs |= {frozenset(pair) for pair in pairwise(row)}
        for below in _ROWS[number + 1 : number + 2]:
            pairs |= {frozenset((key, below[at])) for at, key in enumerate(row) if at < len(below)}
            pairs |= {frozenset((key, below[at - 1])) for at, key in enumerate(row) if 0 < at <= len(below)}
    return frozenset(pairs)


ADJACENT_KEYS: Final = _neighbours()
"""Pairs of letters on touching keys of a QWERTY keyboard (with the Swedish letters)."""

SIMILAR_SOUNDS: Final = frozenset(
    frozenset((one, other)) for group in _SOUND_GROUPS for one in group for other in group if one != other
)
"""Pairs of letters that can stand for one sound."""


def sound_key(word: str) -> str:
    """A coarse phonetic key: consonants by their sound, runs reduced to one, vowels only at the start.

    After the idea of Soundex and Metaphone (Philips 1990), kept small so that it serves English and Swedish alike.
    """
    for spelling, sound in _DIGRAPHS:
        word = word.replace(spelling, sound)
    key = ""
    for letter in word.translate(_SOUNDS):
        if letter in "aeiou":
            key += "a" if not key else ""
        elif letter.isalpha() and not key.endswith(letter):
            key += letter
    return key


_DIGRAPHS: Final = (
    ("tion", "sn"), ("sion", "sn"), ("cian", "sn"), ("ph", "f"), ("gh", ""), ("wh", "v"), ("kn", "n"), ("wr", "r"),
    ("sch", "sk"), ("ch", "k"), ("ck", "k"), ("ce", "se"), ("ci", "si"), ("cy", "sy"), ("sh", "s"), ("dg", "g"),
    ("qu", "kv"), ("th", "t"), ("mb", "m"),
)  # fmt: skip
_SOUNDS: Final = str.maketrans(dict(zip("cqzwjyåäöéèêëàáâüïîôûdx", "kksvgiaaaeeeeaaauiioutk", strict=True)) | {"h": ""})
