"""The lines of a printed page, put together from its glyphs: spaces from the gaps, letters with their accents."""

import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

_MARKS: Final = {
    "¨": "\u0308", "˚": "\u030a", "°": "\u030a", "´": "\u0301", "`": "\u0300", "ˋ": "\u0300", "ˊ": "\u0301",
    "^": "\u0302", "ˆ": "\u0302", "~": "\u0303", "˜": "\u0303", "¯": "\u0304", "ˉ": "\u0304", "˘": "\u0306",
    "˙": "\u0307", "˝": "\u030b", "ˇ": "\u030c", "¸": "\u0327", "˛": "\u0328",
}  # fmt: skip
_DOTLESS: Final = {"ı": "i", "ȷ": "j"}
_NEIGHBOURS = 60  # how far from its letter an accent may stand in the file: those of capitals come after the word
_OVERLAP = 0.3  # of the height of the type, by which an accent's middle may miss its letter's
_SAME_LINE = 0.5  # of the height, by which a superscript may stand above its line
_SPACE = 0.18  # of the height: letters are moved together and apart by less
_WRITTEN_SPACE = 0.08  # where the file has a space there; some programs write one, and go back over it
# Fonts of TeX without a table of characters: ligatures and quotation marks stand where ASCII has its controls.
_TEX_CONTROLS: Final = {
    "\x0b": "ff", "\x0c": "fi", "\x0d": "fl", "\x0e": "ffi", "\x0f": "ffl", "\x10": "“", "\x11": "”", "\x12": "„",
    "\x13": "«", "\x14": "»", "\x15": "–", "\x16": "—", "\x19": "ı", "\x1b": "ff", "\x1c": "fi", "\x1d": "fl",
    "\x1e": "ffi", "\x1f": "ffl",
}  # fmt: skip
_BACK = 1.0  # of the height: going back by more begins a line


class Glyph(NamedTuple):
    """A printed character: its box, which is as wide as the type is set, and the line that it stands on."""

    character: str
    left: float
    right: float
    baseline: float
    height: float


@dataclass(frozen=True, slots=True)
class Line:
    """A printed line; ``first_word`` is the width of its first word."""

    text: str
    left: float
    right: float
    baseline: float
    height: float
    first_word: float


def lines_of(glyphs: Iterable[Glyph]) -> list[Line]:
    """The lines of a page, in the order of the file."""
    return [line for run in _runs(with_accents(list(glyphs))) if (line := _line(run)) is not None]


def with_accents(glyphs: Sequence[Glyph]) -> list[Glyph]:
    """Put the accents onto their letters: TeX's old fonts print the two over each other."""
    found: list[Glyph | None] = list(glyphs)
    for place, glyph in enumerate(glyphs):
        mark = _MARKS.get(glyph.character)
        if mark is None:
            continue
        near = range(max(place - _NEIGHBOURS, 0), min(place + _NEIGHBOURS, len(found)))
        made = [(_distance(letter, glyph), other, letter, text) for other in near
                if (letter := found[other]) is not None and (text := _composed(letter, glyph, mark))]  # fmt: skip
        if made:
            _, other, letter, text = min(made)
            found[other], found[place] = letter._replace(character=text), None
    return [glyph for glyph in found if glyph is not None]


def _composed(letter: Glyph, accent: Glyph, mark: str) -> str:
    if not letter.character.isalpha() or _distance(letter, accent) > 2 * _OVERLAP:
        return ""
    made = unicodedata.normalize("NFC", _DOTLESS.get(letter.character, letter.character) + mark)
    return made if len(made) == 1 else ""


def _distance(letter: Glyph, accent: Glyph) -> float:
    """Of the middles of the two, and of the lines that they stand on; far more than 1 where either is too large."""
    middles = abs(letter.left + letter.right - accent.left - accent.right) / 2 / max(letter.height, 1.0)
    return middles + _baselines_apart(letter, accent) if middles <= _OVERLAP else _NEIGHBOURS


def _baselines_apart(one: Glyph, other: Glyph) -> float:
    return abs(one.baseline - other.baseline) / max(one.height, other.height, 1.0)


def _runs(glyphs: Iterable[Glyph]) -> Iterator[list[Glyph]]:
    run: list[Glyph] = []
    for glyph in glyphs:
        if run and not _goes_on(run[-1], glyph):
            yield run
            run = []
        run.append(glyph)
    if run:
        yield run


def _goes_on(before: Glyph, glyph: Glyph) -> bool:
    back = before.right - glyph.left > _BACK * max(before.height, glyph.height)
    return not back and _baselines_apart(before, glyph) < _SAME_LINE


def _line(run: Sequence[Glyph]) -> Line | None:
    printed = [glyph for glyph in run if not _is_space(glyph)]
    if not printed:
        return None
    pieces, written, ends = [_text_of(printed[0])], False, []
    previous = printed[0]
    for glyph in run[run.index(previous) + 1 :]:
        if _is_space(glyph):
            written = True
            continue
        if glyph.left - previous.right > (_WRITTEN_SPACE if written else _SPACE) * glyph.height:
            pieces.append(" ")
            ends.append(previous.right)
        pieces.append(_text_of(glyph))
        previous, written = glyph, False
    first_word = (ends or [previous.right])[0] - printed[0].left
    text = "".join(pieces).strip()
    return Line(text, printed[0].left, previous.right, printed[0].baseline, _height(printed), first_word)


def _is_space(glyph: Glyph) -> bool:
    return glyph.character.isspace() and glyph.character not in _TEX_CONTROLS


def _text_of(glyph: Glyph) -> str:
    return _TEX_CONTROLS.get(glyph.character, glyph.character)


def _height(printed: Sequence[Glyph]) -> float:
    heights = sorted(glyph.height for glyph in printed)
    return heights[len(heights) // 2]
