"""Removes the names of students from the texts that judges see, as far as the names are known."""

import re
from collections.abc import Iterable, Iterator
from typing import Final

from actors.phases.llm.privacy import names_in_file_name

HIDDEN: Final = "▮▮▮"
_PART: Final = re.compile(r"[^\W\d_]{2,}")
_WORD: Final = re.compile(r"[^\W\d_]+")
_NO_NAMES: Final = frozenset({"essay", "text", "student", "pupil", "class", "task", "final", "draft", "copy"})


def without_names(text: str, students: Iterable[str], essay_id: str) -> str:
    """``text`` with the students' names blacked out, and the words of its own file's name with a capital letter.

    Only words with a capital letter are hidden: Will is, will is not.
    """
    names = frozenset(_parts([*students, *names_in_file_name(essay_id)])) - _NO_NAMES
    if not names:
        return text
    return _WORD.sub(lambda word: HIDDEN if _is_name(word.group(), names) else word.group(), text)


def _parts(names: Iterable[str]) -> Iterator[str]:
    return (part.casefold() for name in names for part in _PART.findall(name))


def _is_name(word: str, names: frozenset[str]) -> bool:
    return word[0].isupper() and word.casefold() in names
