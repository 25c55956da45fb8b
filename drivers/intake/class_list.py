"""The class: names from a list of a teacher's own, or from what a learning platform exports."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from drivers.client.errors import RequestError
from drivers.intake.model import Limits, UnreadableError
from drivers.intake.plain import label
from drivers.intake.tables import Row, csv_table, heading_word, xlsx_tables

# Headings without accents, in small letters, as schools in Europe write them.
_FULL_NAME: Final = frozenset({
    "alumno", "elev", "eleven", "elevens_namn", "eleve", "elevnamn", "full_name", "fullname", "fullstandigt_namn",
    "fullt_navn", "imie_i_nazwisko", "leerling", "naam", "name", "namn", "navn", "nimi", "nom_complet", "nom_et_prenom",
    "nombre_completo", "nome_completo", "opiskelija", "oppilas", "pupil", "pupil_name", "schuler", "schulername",
    "student", "student_name", "studente", "uczen", "vollstandiger_name",
})  # fmt: skip
_FIRST_NAME: Final = frozenset({
    "etunimi", "first_name", "firstname", "forename", "fornamn", "fornavn", "given_name", "imie", "nome", "nombre",
    "prenom", "tilltalsnamn", "voornaam", "vorname",
})  # fmt: skip
_LAST_NAME: Final = frozenset({
    "achternaam", "apellido", "apellido_s", "apellidos", "cognome", "efternamn", "efternavn", "etternavn",
    "family_name", "last_name", "lastname", "nachname", "nazwisko", "nom", "nom_de_famille", "sobrenome", "sukunimi",
    "surname",
})  # fmt: skip
_IDS: Final = ("id", "identifier", "id_number", "user_id", "sis_user_id", "sis_login_id", "username", "login_id")
_NO_STUDENTS: Final = frozenset({
    "points possible", "student, test", "test student", "teststudent", "student test", "overall average",
    "manual posting", "max points", "teststudenten",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class ClassList:
    """The students' ``names``, and ``by_id`` those to whom a platform gave a number or a user name."""

    names: tuple[str, ...]
    by_id: Mapping[str, str] = field(default_factory=dict)


def read_class_list(path: Path) -> list[str]:
    """The students' names in a CSV or XLSX file: see ``class_list_in``.

    Raises:
        RequestError: the file cannot be read, or holds no names.
    """
    return list(class_list_in(path).names)


def class_list_in(path: Path) -> ClassList:
    """A column of names, or one of first and one of last names; a Canvas gradebook and Moodle's lists are read as well.

    Raises:
        RequestError: the file cannot be read, or holds no names.
    """
    try:
        data = path.read_bytes()
        is_book = path.suffix.casefold() == ".xlsx"
        tables = xlsx_tables(data, Limits()) if is_book else [csv_table(data, Limits())]
        rows = list(tables[0].rows) if tables else []
    except FileNotFoundError:
        raise RequestError(f"There is no class list {path}: check its name.") from None
    except OSError as error:
        raise RequestError(f"The class list {path} cannot be read: {error.strerror}.") from error
    except UnreadableError as error:
        raise RequestError(f"The class list {path} cannot be read ({error}): save it as CSV.") from error
    found = _class_list(rows, path)
    if not found.names:
        raise RequestError(f"The class list {path} holds no names: give it a column with the heading “name”.")
    return found


def _class_list(rows: Sequence[Row], path: Path) -> ClassList:
    heading = [heading_word(title) for title in rows[0]] if rows else []
    found = [(name, row) for name, row in _names(rows, heading, path) if name and name.casefold() not in _NO_STUDENTS]
    names = _in_order([name for name, _ in found])
    columns = [heading.index(title) for title in _IDS if title in heading]
    ids: dict[str, str] = {}
    for name, (_, row) in zip(names, found, strict=True):
        ids |= {number: name for column in columns if (number := _id(_cell(row, column)))}
    return ClassList(tuple(names), ids)


def _id(cell: str) -> str:
    """Moodle writes “Participant 12345” for the number 12345."""
    found = re.search(r"\d+$", cell)
    return found[0] if found and " " in cell else cell.casefold()


def _in_order(names: Sequence[str]) -> list[str]:
    """“Berg, Anna” as Anna Berg, where the whole list is written so."""
    turned = [name.split(",") for name in names]
    if any(len(parts) != 2 or not all(part.strip() for part in parts) for parts in turned):
        return list(names)
    return [f"{first.strip()} {last.strip()}" for last, first in turned]


def _names(rows: Sequence[Row], heading: Sequence[str], path: Path) -> Iterator[tuple[str, Row]]:
    full, first, last = (_column(heading, titles) for titles in (_FULL_NAME, _FIRST_NAME, _LAST_NAME))
    if first is not None and last is not None:
        yield from ((f"{_cell(row, first)} {_cell(row, last)}".strip(), row) for row in rows[1:])
    elif full is not None or first is not None:
        column = full if full is not None else first or 0
        yield from ((_cell(row, column), row) for row in rows[1:])
    elif any(len([cell for cell in row if cell.strip()]) > 1 for row in rows):
        raise RequestError(f"Which column of the class list {path} has the names? Give it the heading “name”.")
    else:
        yield from ((_cell(row, 0), row) for row in rows)  # one column without a heading: the first row is a name too


def _column(heading: Sequence[str], titles: frozenset[str]) -> int | None:
    return next((column for column, title in enumerate(heading) if title in titles), None)


def _cell(row: Row, column: int) -> str:
    return label(" ".join(row[column].split())) if column < len(row) else ""
