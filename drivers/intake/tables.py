"""Tables (CSV, XLSX) with an essay in each row."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice
from statistics import fmean
from typing import TYPE_CHECKING, Final, NamedTuple

from contracts.failures import ErrorCode
from drivers.intake.model import Limits, UnreadableError
from drivers.intake.plain import label

if TYPE_CHECKING:
    from drivers.intake.workbook import Sheet
from drivers.intake.encodings import decode

Row = Sequence[str]

# Headings as ``heading_word`` gives them: without accents, in small letters, words joined by a line.
_TEXT_COLUMNS: Final = frozenset({
    "answer", "antwoord", "antwort", "aufsatz", "besvarelse", "content", "dissertation", "elevtext", "ensayo", "essa",
    "essan", "essay", "essay_text", "essee", "full_text", "odpowiedz", "online_text", "onlinetext", "oppgave", "opstel",
    "redacao", "redaccion", "redaction", "reponse", "response", "resposta", "respuesta", "risposta", "saggio", "stil",
    "submission", "submission_text", "svar", "svaret", "tekst", "teksti", "tema", "testo", "text", "texte", "texten",
    "texto", "uppsats", "uppsatsen", "vastaus", "wypracowanie",
})  # fmt: skip
_NO_TEXT_COLUMNS: Final = frozenset({
    "comment", "comments", "feedback", "feedback_comments", "kommentar", "kommentarer", "omdome", "remarks",
    "aterkoppling",
})  # fmt: skip
_STUDENT_COLUMNS: Final = (
    "student", "student_name", "name", "pupil", "pupil_name", "elev", "elevens_namn", "elevnamn", "namn", "full_name",
    "fullname", "fullstandigt_namn", "navn", "nimi", "nom", "nom_complet", "nombre", "nombre_completo", "nome", "naam",
    "imie_i_nazwisko", "vollstandiger_name", "schuler", "eleve", "alumno", "oppilas", "ditt_namn", "your_name",
)  # fmt: skip
_FIRST_AND_LAST: Final = (
    ("first_name", "last_name"), ("fornamn", "efternamn"), ("fornavn", "etternavn"), ("fornavn", "efternavn"),
    ("vorname", "nachname"), ("prenom", "nom"), ("nombre", "apellidos"), ("nome", "cognome"),
    ("voornaam", "achternaam"),
    ("imie", "nazwisko"), ("etunimi", "sukunimi"), ("given_name", "family_name"), ("firstname", "lastname"),
)  # fmt: skip
_SAMPLE_ROWS = 50
_ESSAY_CHARACTERS = 150
_WORDS_OF_ESSAYS = 8  # on average, in a column of which the heading does not tell: names and marks have fewer
_LONG_ANSWERS = 25  # words on average, in another column
_SEPARATORS: Final = (";", "\t", ",", "|")
_SEPARATOR_ROWS = 400
_SEPARATOR_LINE: Final = re.compile(r"sep=(.)\r?\n", re.IGNORECASE)  # which Excel writes before the heading
_NO_SEPARATOR: Final = "\x1f"
_END: Final = "\x1e"  # comes after the last line, to see whether it stands by itself


@dataclass(frozen=True, slots=True)
class TableRow:
    """The essay in one row; ``number`` counts as a spreadsheet does, the heading being row 1.

    It is ``torn`` where a separator stood in a text without quotation marks: it has more cells than the heading, or
    what follows its text goes on as a sentence does.
    """

    number: int
    text: str
    student: str
    torn: bool = False
    notes: tuple[str, ...] = ()


class Table(NamedTuple):
    """Rows, the first of them the heading, with the sheet's title (empty: there are no sheets)."""

    title: str
    rows: Iterator[Row]
    notes: tuple[str, ...] = ()


def heading_word(title: str) -> str:
    """A heading as it is compared: without accents, in small letters, its words joined by a line."""
    plain = "".join(letter for letter in unicodedata.normalize("NFKD", title) if not unicodedata.combining(letter))
    return re.sub(r"[\W_]+", "_", plain.casefold()).strip("_")


def csv_table(data: bytes, limits: Limits) -> Table:
    """The rows of a CSV file, whatever it is separated by.

    Raises:
        UnreadableError: it is no text.
    """
    document = decode(data)
    csv.field_size_limit(limits.table_bytes)  # a giant in one row is for that row to be refused
    told = _SEPARATOR_LINE.match(document.text)
    text = document.text[told.end() :] if told else document.text
    return Table("", _csv_rows(text, told[1] if told else _separator(text)), document.notes)


def _separator(text: str) -> str:
    """What separates the cells of most rows into as many as the heading has.

    Read with another character, the rows are of all lengths: essays are full of commas.
    """
    found = [(share, separator) for separator in _SEPARATORS if (share := _regular_rows(text, separator)) > 0]
    best = max((share for share, _ in found), default=0.0)
    return next((separator for share, separator in found if share == best), _NO_SEPARATOR)


def _regular_rows(text: str, separator: str) -> float:
    """The share of rows with as many cells as the heading, which has more than one."""
    try:
        rows = [
            row
            for row in islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), _SEPARATOR_ROWS)
            if row
        ]
    except csv.Error:
        return 0.0
    if not rows or len(rows[0]) < 2:
        return 0.0
    return sum(len(row) == len(rows[0]) for row in rows) / len(rows)


def _csv_rows(text: str, separator: str) -> Iterator[Row]:
    number, row = 0, [""]
    try:
        for number, row in enumerate(csv.reader(_lines(text), delimiter=separator), start=1):  # noqa: B007  (the last one tells)
            if row and row[-1].endswith(_END):
                break
            yield row
    except csv.Error as error:
        raise _broken_at(number + 1, f"cannot be read ({error})") from error
    if row != [_END]:
        raise _broken_at(number, "has a quotation mark that is never closed")


def _lines(text: str) -> Iterator[str]:
    return chain(io.StringIO(text, newline=""), [_END])


def _broken_at(number: int, what: str) -> UnreadableError:
    return UnreadableError(
        ErrorCode.CORRUPT_FILE, f"Row {number} {what}: it and all rows below it were not read. Mend the table."
    )


def xlsx_tables(data: bytes, limits: Limits) -> list[Table]:
    """The sheets of a workbook that have any rows.

    Raises:
        UnreadableError: it is damaged or too large.
    """
    from drivers.intake.workbook import sheets_of  # noqa: PLC0415  (its library takes a third of a second to load)

    return tables_of_sheets(sheets_of(data, limits))


def tables_of_sheets(sheets: Iterable["Sheet"]) -> list[Table]:
    """Sheets that were read, as tables."""
    return [Table(sheet.title, iter(sheet.rows)) for sheet in sheets]


def essays_of(table: Table) -> Iterator[TableRow]:
    """The essays of a table: one for each row that is not wholly blank.

    Raises:
        UnreadableError: no column holds texts, or a row is broken.
    """
    heading = next(table.rows, [])
    sample, broken = _first(table.rows, _SAMPLE_ROWS)
    columns = columns_of(heading, sample)
    # Where the heading is missing, an essay stands in its place.
    start, first = (1, [heading]) if len(_at(heading, columns.text)) >= _ESSAY_CHARACTERS else (2, [])
    notes = tuple(f"the column “{title}” was left out: the essays are in “{columns.title}”" for title in columns.others)
    for number, row in enumerate(chain(first, sample, table.rows), start=start):
        if any(cell.strip() for cell in row):
            torn = not table.title and _is_torn(row, heading, columns.text)
            yield TableRow(number, _at(row, columns.text), _student(row, columns), torn, notes)
    if broken is not None:
        raise broken


def _first(rows: Iterator[Row], many: int) -> tuple[list[Row], UnreadableError | None]:
    """The first rows, and what is wrong with the table where it ends before: the rows above are essays all the same."""
    found: list[Row] = []
    try:
        found.extend(islice(rows, many))  # what came before an error stays in the list
    except UnreadableError as error:
        return found, error
    return found, None


def _is_torn(row: Row, heading: Row, text: int) -> bool:
    if any(cell.strip() for cell in row[len(heading) :]):
        return True
    goes_on = _at(row, text + 1).startswith(" ") and not _at(heading, text + 1).startswith(" ")
    return goes_on and bool(_at(row, text).strip())


def refuse_row(row: TableRow) -> None:
    """Refuse a row without a text, or one whose text may have been cut.

    Raises:
        UnreadableError: it is one.
    """
    if row.torn:
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE,
            f"Row {row.number} has more cells than the heading, so its text would be cut: put it in quotation marks.",
        )
    if not row.text.strip():
        raise UnreadableError(
            ErrorCode.EMPTY_CONTENT,
            f"There is no text in row {row.number}. If a formula should give it: save the file in a spreadsheet first.",
        )


def _at(row: Row, column: int | None) -> str:
    return row[column] if column is not None and 0 <= column < len(row) else ""


def _student(row: Row, columns: "Columns") -> str:
    return " ".join(part for column in columns.students if (part := _at(row, column).strip()))


class Columns(NamedTuple):
    """Where a table has its texts, under which title, and its names; ``others`` are titles of further long texts."""

    text: int
    title: str
    students: tuple[int, ...]
    others: tuple[str, ...]


def columns_of(heading: Row, sample: Sequence[Row]) -> Columns:
    """By the headings, in any of a dozen languages; else the texts are where the longest are.

    Raises:
        UnreadableError: no column holds texts.
    """
    titles = [heading_word(title) for title in heading]
    words = [_mean_words(sample, column) for column in range(len(heading))]
    text = _text_column(titles, words, [len(cell) for cell in heading])
    others = [label(heading[column]) for column, many in enumerate(words) if column != text and many >= _LONG_ANSWERS]
    return Columns(text, label(heading[text]), _student_columns(titles, text), tuple(others))


def _mean_words(sample: Sequence[Row], column: int) -> float:
    cells = [cell for row in sample if (cell := _at(row, column).strip())]
    return fmean(len(cell.split()) for cell in cells) if cells else 0.0


def _text_column(titles: Sequence[str], words: Sequence[float], lengths: Sequence[int]) -> int:
    named = [column for column, title in enumerate(titles) if title in _TEXT_COLUMNS]
    if named:
        return max(named, key=lambda column: words[column])
    others = [column for column, title in enumerate(titles) if title not in _NO_TEXT_COLUMNS]
    longest = max(others, key=lambda column: words[column], default=0)
    alone = max(lengths, default=0) >= _ESSAY_CHARACTERS and not any(words)  # a single essay, without a heading
    if alone:
        return lengths.index(max(lengths))
    if not others or words[longest] < _WORDS_OF_ESSAYS:
        raise UnreadableError(
            ErrorCode.UNKNOWN_FILE_TYPE, "This table has no column of essays: give that column the heading “text”."
        )
    return longest


def _student_columns(titles: Sequence[str], text: int) -> tuple[int, ...]:
    for first, last in _FIRST_AND_LAST:
        if first in titles and last in titles:
            return (titles.index(first), titles.index(last))
    named = (titles.index(name) for name in _STUDENT_COLUMNS if name in titles and titles.index(name) != text)
    column = next(named, None)
    return () if column is None else (column,)
