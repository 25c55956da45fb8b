"""How well a label (a file's name, a cell of a table) or a text fits the name of a person: 0 to 100.

A first name must stand there exactly: Hanna is not Anna, and Johan not Johanna, however alike the letters are; such a
likeness is worth a question, not a match. Other parts may be misspelt a little, and come in any order.
"""

import re
import unicodedata
from collections.abc import Collection, Sequence
from typing import Final

FULL: Final = 100.0
_PARTLY: Final = 95.0  # two or more parts of a longer name
_MISSPELT: Final = 92.0
_WITH_INITIAL: Final = 96.0
_ONE_PART: Final = 90.0  # a first or a last name, and nothing that could be another's
_ONE_PART_AMONG_WORDS: Final = 84.0
_OTHER_FIRST_NAME: Final = 82.0
_ALIKE = 80.0
_SHORTEST_ALONE = 3  # letters of a part that may stand alone, or be misspelt
# What files are called besides their pupils.
NOISE: Final = frozenset({
    "and", "assignment", "assignsubmission", "class", "copy", "doc", "docx", "draft", "eng", "engelska", "english",
    "essay", "file", "final", "fixed", "hand", "in", "inlamning", "klass", "kopia", "la", "my", "new", "np", "och",
    "odt", "of", "onlinetext", "pdf", "rtf", "school", "slutlig", "sv", "svenska", "swedish", "task", "text", "the",
    "turnin", "txt", "uppgift", "uppsats", "utkast", "v", "ver", "version", "word",
})  # fmt: skip

Words = Sequence[str]


def words_of(label: str) -> list[str]:
    """The words of a label in plain small letters; numbers are no words, nor are names of classes (8b)."""
    letters = (
        letter for letter in unicodedata.normalize("NFKD", label.casefold()) if not unicodedata.combining(letter)
    )
    tokens = (token.strip("0123456789") for token in re.findall(r"[^\W_]+", "".join(letters).translate(_LETTERS)))
    return [token for token in tokens if token and not any(map(str.isdigit, token)) and not _is_class(label, token)]


_LETTERS: Final = str.maketrans({"ø": "o", "æ": "ae", "ł": "l", "đ": "d", "ð": "d", "ß": "ss", "ı": "i"})


def _is_class(label: str, token: str) -> bool:
    return len(token) == 1 and re.search(rf"\d{token}\b|\b{token}\d", label.casefold()) is not None


def likeness(words: Words, name: Words, noise: Collection[str] = NOISE) -> float:
    """How well a label fits a name, in any order of its parts, with or without spaces between them."""
    if not words or not name:
        return 0.0
    found = [part for part in name if part in words]
    if len(found) == len(name):
        return FULL
    if len(found) > 1:
        return _PARTLY
    return max(
        _one_part(words, name, found, noise), _misspelt(words, name), _joined(words, name), _other_first(words, name)
    )


def _one_part(words: Words, name: Words, found: Words, noise: Collection[str]) -> float:
    if not found or len(found[0]) < _SHORTEST_ALONE:
        return 0.0
    rest = [word for word in words if word not in found and word not in noise]
    others = {part[0] for part in name if part not in found}
    if any(word in others for word in rest):
        return _WITH_INITIAL
    return _ONE_PART_AMONG_WORDS if rest else _ONE_PART


def _misspelt(words: Words, name: Words) -> float:
    first, *others = name
    close = others and all(any(_is_close(word, part) for word in words) for part in others)
    return _MISSPELT if close and first in words else 0.0


def _joined(words: Words, name: Words) -> float:
    forward, backward = "".join(name), "".join([*name[1:], name[0]])
    if any(word in {forward, backward} for word in words):
        return FULL
    begins = any(word.startswith(name[0]) and _is_close(word, forward) for word in words)
    ends = any(word.endswith(name[0]) and _is_close(word, backward) for word in words)
    return _MISSPELT if len(name) > 1 and (begins or ends) else 0.0


def _other_first(words: Words, name: Words) -> float:
    first, *others = name
    same = others and all(any(word == part or _is_close(word, part) for word in words) for part in others)
    return _OTHER_FIRST_NAME if same and any(_is_close(word, first) for word in words) else 0.0


def _is_close(word: str, part: str) -> bool:
    from rapidfuzz import fuzz  # noqa: PLC0415  (an extra: whoever matches no names does without)

    return min(len(word), len(part)) > _SHORTEST_ALONE and fuzz.ratio(word, part) >= _ALIKE


def occurrence(words: Words, name: Words) -> float:
    """How well the full name stands in a text, its parts one after the other; one part alone may be anybody's."""
    if len(name) < 2:
        return 0.0
    places = range(len(words) - len(name) + 1)
    return max((_at(words[place : place + len(name)], name) for place in places), default=0.0)


def _at(words: Words, name: Words) -> float:
    turned = [*name[1:], name[0]]
    if list(words) in (list(name), turned):
        return FULL
    return max(_in_order(words, name, name[0]), _in_order(words, turned, name[0]))


def _in_order(words: Words, parts: Words, first: str) -> float:
    pairs = list(zip(words, parts, strict=True))
    fits = all(word == part or (part != first and _is_close(word, part)) for word, part in pairs)
    return _MISSPELT if fits else 0.0
