"""Ids of essays, made from their file names."""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import Final

ROW: Final = re.compile(r"(.* )?row \d+")  # the last part of the path of a table's row
_MAX_LENGTH = 60
# Letters that Unicode does not decompose into a base letter and a mark.
_LETTERS: Final = str.maketrans(
    {"ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "ħ": "h"}
)
_RESERVED: Final = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)")  # names that Windows keeps for devices


def natural_key(name: str) -> tuple[list[tuple[int, int, str]], str]:
    """A sort key by which ``essay 2`` comes before ``essay 10``."""
    pieces = re.findall(r"[0-9]+|[^0-9]+", name.casefold())
    return [(0, _number(piece), "") if piece[0] in "0123456789" else (1, 0, piece) for piece in pieces], name


def _number(digits: str) -> int:
    return int(digits[:18])


def slug(name: str) -> str:
    """``name`` in lower-case ASCII letters, digits and hyphens, safe as a file name on every system."""
    plain = unicodedata.normalize("NFKD", name.casefold().translate(_LETTERS)).encode("ascii", "ignore").decode()
    made = re.sub(r"[^a-z0-9]+", "-", plain)[:_MAX_LENGTH].strip("-") or "essay"
    return f"essay-{made}" if _RESERVED.fullmatch(made) else made


def essay_ids(files: Sequence[str]) -> list[str]:
    """An id for each file, in the same order: its name without folders and ending.

    Where a name repeats (a folder for each pupil, with an ``essay.docx`` in each), its folder's name goes before it,
    and a number after it where that does not tell them apart either.
    """
    names = [slug(_stem(file)) for file in files]
    times = Counter(names)
    wanted = [name if times[name] == 1 else _with_folder(file) for name, file in zip(names, files, strict=True)]
    taken = set(wanted)
    numbers: Counter[str] = Counter()
    return [_unique(name, numbers, taken) for name in wanted]


def _stem(file: str) -> str:
    path = PurePosixPath(file)
    if ROW.fullmatch(path.name):
        return f"{path.parent.stem} {path.name}"
    return path.stem


def _with_folder(file: str) -> str:
    folder = PurePosixPath(file).parent
    return slug(f"{folder.stem} {_stem(file)}")


def _unique(name: str, numbers: Counter[str], taken: set[str]) -> str:
    numbers[name] += 1
    if numbers[name] == 1:
        return name
    while (made := f"{name}-{numbers[name]}") in taken:
        numbers[name] += 1
    taken.add(made)
    return made
