"""What belongs to the text of printed pages: running heads and page numbers stay out, lines become paragraphs."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from statistics import median
from typing import Final

from drivers.intake.hyphens import HYPHENS, Joiner
from drivers.intake.pdf_lines import Line

Page = Sequence[Line]
_EDGE_ROWS = 4  # of which a running head or foot may have so many
_SAME_PLACE = 3.0  # points, by which a head may move from page to page
_PAGE_NUMBER: Final = re.compile(
    r"\W{0,3}(page|sida|sid|side|seite|pages?|p|s)?\W{0,3}\d{1,3}\W{0,3}"
    r"((of|av|von|de|sur)?\W{0,3}\d{1,3})?\W{0,3}",
    re.IGNORECASE,
)
_NUMBERS: Final = re.compile(r"([0-9]{1,9})")
_BULLET: Final = re.compile(r"[•‣◦▪●○■–—]\s|\(?\d{1,2}[.)]\s|\(?[a-z][)]\s")
_WIDE_GAP = 1.25  # of the usual distance of lines
_USUAL_DISTANCE = 1.2  # of the height of type, where a page does not tell
_LARGEST_DISTANCE = 2.6  # of the height: text is not printed wider than with double spacing
_INDENT = 0.5  # of the height
_FITS = 0.6  # of the height, by which a word must fit surely: lines are seldom filled to the last point
_OTHER_SIZE = 1.15


@dataclass(frozen=True, slots=True)
class PrintedText:
    """The paragraphs of a document, with the ``heads`` that were left out.

    ``top_line`` is the first line where there is but one page, so that nothing tells whether it is a running head.
    """

    paragraphs: tuple[str, ...]
    heads: tuple[str, ...] = ()
    top_line: str = ""


def printed_text(pages: Sequence[Page]) -> PrintedText:
    """The text of these pages, whose lines come in reading order."""
    heads = _edges(pages, top=True)
    feet = _edges(pages, top=False)
    out = [{id(line) for line in [*head, *foot]} for head, foot in zip(heads, feet, strict=True)]
    kept = [[line for line in page if id(line) not in gone] for page, gone in zip(pages, out, strict=True)]
    columns = [column for page in kept for column in _columns(page)]
    texts = dict.fromkeys(line.text for head, foot in zip(heads, feet, strict=True) for line in [*head, *foot])
    top = kept[0][0].text if len(pages) == 1 and kept[0] else ""
    return PrintedText(tuple(_paragraphs(columns)), tuple(texts), top)


Row = Sequence[Line]


def _edges(pages: Sequence[Page], *, top: bool) -> list[list[Line]]:
    """For each page, the rows at one edge of it that stand on another page as well, or are its number."""
    rows = [_rows(page, top=top) for page in pages]
    places: defaultdict[tuple[str, ...], list[tuple[int, Row]]] = defaultdict(list)
    for number, of_page in enumerate(rows):
        for row in of_page:
            places[_words(row)].append((number, row))
    return [list(_edge(number, of_page, places)) for number, of_page in enumerate(rows)]


def _edge(
    number: int, rows: Sequence[Row], places: Mapping[tuple[str, ...], Sequence[tuple[int, Row]]]
) -> Iterator[Line]:
    for place, row in enumerate(rows):
        is_number = place == 0 and _PAGE_NUMBER.fullmatch(_row_text(row)) is not None and len(rows) > 1
        if not is_number and not any(_same_place(row, other, page - number) for page, other in places[_words(row)]):
            return
        yield from row


def _rows(page: Page, *, top: bool) -> list[list[Line]]:
    ordered = sorted(page, key=lambda line: (-line.baseline if top else line.baseline, line.left))
    return [list(row) for _, row in groupby(ordered, key=lambda line: round(line.baseline))][:_EDGE_ROWS]


def _row_text(row: Row) -> str:
    return " ".join(line.text for line in row)


def _words(row: Row) -> tuple[str, ...]:
    """The text of a row, without its numbers."""
    return tuple(_NUMBERS.split(_row_text(row))[::2])


def _same_place(row: Row, other: Row, pages_apart: int) -> bool:
    """Whether the same text is in the same place of another page, but for numbers that count the pages."""
    if pages_apart == 0 or abs(row[0].baseline - other[0].baseline) > _SAME_PLACE:
        return False
    numbers = zip(*(_NUMBERS.findall(_row_text(each)) for each in (row, other)), strict=True)
    return {int(after) - int(before) for before, after in numbers} <= {0, pages_apart}


def _columns(page: Page) -> Iterator[list[Line]]:
    column: list[Line] = []
    for line in page:
        if column and line.baseline > column[-1].baseline + line.height:
            yield column
            column = []
        column.append(line)
    if column:
        yield column


def _paragraphs(columns: Sequence[Sequence[Line]]) -> Iterator[str]:
    distance = _usual_distance(columns)
    joiner = Joiner(line.text for column in columns for line in column)
    pieces: list[str] = []
    last: _Placed | None = None
    for placed in _placed(columns):
        if last is not None:
            ends = _ends(last, placed.line, distance, placed.left)
            pieces.append(last.line.text if ends else joiner.ending(last.line.text, placed.line.text))
            if ends:
                yield _without_marks("".join(pieces))
                pieces = []
        last = placed
    if last is not None:
        yield _without_marks("".join([*pieces, last.line.text]))


def _placed(columns: Sequence[Sequence[Line]]) -> "Iterator[_Placed]":
    for column in columns:
        left, right = _most_common_left(column), max(line.right for line in column)
        yield from (_Placed(line, left, right) for line in column)


def _without_marks(paragraph: str) -> str:
    return re.sub(r"\x02|\u00ad(?=\w)", lambda found: "-" if found[0] == "\x02" else "", paragraph)


@dataclass(frozen=True, slots=True)
class _Placed:
    """A line with the edges of the column that it stands in."""

    line: Line
    left: float
    right: float


def _ends(last: _Placed, line: Line, distance: float, left: float) -> bool:
    """Whether a paragraph ends before this line."""
    before, height = last.line, max(last.line.height, line.height, 1.0)
    gap = before.baseline - line.baseline
    same_column = gap >= 0
    if _BULLET.match(line.text) or height > _OTHER_SIZE * min(before.height, line.height):
        return True
    if same_column and gap > _WIDE_GAP * distance:
        return True
    if line.left - left > _INDENT * height and (not same_column or line.left - before.left > _INDENT * height):
        return not before.text.endswith(tuple(HYPHENS))
    return before.right + line.first_word + _FITS * height < last.right


def _usual_distance(columns: Sequence[Sequence[Line]]) -> float:
    gaps: Counter[float] = Counter()
    for column in columns:
        for before, line in pairwise(column):
            gap = before.baseline - line.baseline
            if 0 < gap <= _LARGEST_DISTANCE * line.height:
                gaps[round(gap * 2) / 2] += 1
    heights = [line.height for column in columns for line in column]
    usual = max(gaps, key=lambda gap: (gaps[gap], -gap), default=0.0)
    return usual or _USUAL_DISTANCE * (median(heights) if heights else 12.0)


def _most_common_left(column: Sequence[Line]) -> float:
    lefts = Counter(round(line.left) for line in column)
    return float(max(lefts, key=lambda left: (lefts[left], -left)))
