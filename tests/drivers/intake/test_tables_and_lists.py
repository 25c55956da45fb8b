"""Tables of essays with any separator and any headings, and class lists."""

from pathlib import Path

import openpyxl
import pytest

from contracts.failures import ErrorCode
from drivers.client.errors import RequestError
from drivers.intake import class_list_in, read_class_list, read_essays
from tests.drivers.intake.files import SENTENCE, reason

LONG = f"{SENTENCE} We have said so before, and nobody listened; we say it again, loudly."


def table(at: Path, content: str, name: str = "a.csv") -> Path:
    """A table with this content."""
    (at / name).write_text(content, encoding="utf-8", newline="")
    return at / name


@pytest.mark.parametrize("separator", [";", "\t", ",", "|"])
def test_the_separator_is_told_by_all_rows(tmp_path: Path, separator: str) -> None:
    """A form's heading may be a long question in quotation marks, with commas and line breaks in it."""
    heading = ["Timestamp", '"Namn, efternamn"', '"What do you think;\nand, why,\nso?"']
    rows = [heading, ["2026-05-01", "Anna", f'"{LONG}"'], ["2026-05-01", "Bo", f'"{LONG} Yes, we do, I think."']]
    anna, bo = read_essays([table(tmp_path, "\r\n".join(separator.join(row) for row in rows))])
    assert (anna.text, bo.text) == (LONG, f"{LONG} Yes, we do, I think.")


@pytest.mark.parametrize(
    ("heading", "student"),
    [
        ("Namn;Essä", "Anna Berg"), ("Elev;Uppsats", "Anna Berg"), ("Name;Aufsatz", "Anna Berg"),
        ("Nom;Rédaction", "Anna Berg"), ("Nombre;Redacción", "Anna Berg"), ("Navn;Besvarelse", "Anna Berg"),
        ("Nimi;Vastaus", "Anna Berg"), ("ID;Your story", ""), ("Imię i nazwisko;Wypracowanie", "Anna Berg"),
    ],
)  # fmt: skip
def test_headings_are_known_in_many_languages_or_else_the_longest_column_is_taken(
    tmp_path: Path, heading: str, student: str
) -> None:
    """Accents make no difference."""
    (entry,) = read_essays([table(tmp_path, f"{heading}\nAnna Berg;{LONG.replace(';', ',')}\n")])
    assert (entry.text, entry.student) == (LONG.replace(";", ","), student)


def test_first_and_last_names_in_two_columns_are_one_name(tmp_path: Path) -> None:
    """Platforms export them like that."""
    (entry,) = read_essays([table(tmp_path, f'Förnamn,Efternamn,Svar\nAnna,Berg,"{LONG}"\n')])
    assert entry.student == "Anna Berg"


def test_a_second_column_of_long_texts_is_named(tmp_path: Path) -> None:
    """A test may have two questions; what is not read is noted."""
    content = f'name;story;poem\nAnna;"{LONG} {LONG} {LONG}";"{LONG} {LONG}"\n'
    (entry,) = read_essays([table(tmp_path, content)])
    assert entry.notes == ("the column “poem” was left out: the essays are in “story”",)


def test_a_row_that_would_be_cut_is_refused_by_its_number(tmp_path: Path) -> None:
    """Even if further columns take up what was torn off."""
    content = "name,text,mark\nAnna,I came, and I saw\nBo,Fine,A\nCia,I came, I saw, I won,A\n"
    anna, bo, cia = read_essays([table(tmp_path, content)])
    assert (reason(anna), bo.text, reason(cia)) == (ErrorCode.CORRUPT_FILE, "Fine", ErrorCode.CORRUPT_FILE)
    assert anna.failure is not None
    assert "Row 2" in anna.failure.message


def test_excels_line_breaks_are_line_breaks(tmp_path: Path) -> None:
    """Excel writes a carriage return as “_x000D_”."""
    book = openpyxl.Workbook()
    for row in (["name", "text"], ["Anna", "One_x000D_\nTwo _x0041_"]):
        book.worksheets[0].append(row)
    book.save(tmp_path / "a.xlsx")
    (entry,) = read_essays([tmp_path / "a.xlsx"])
    assert entry.text == "One\nTwo A"


@pytest.mark.parametrize(
    "content",
    [
        'Student,ID,SIS User ID,Essay (77)\n"    Points Possible",,,10\n"Berg, Anna",1,a,\n"Ek, Bo",2,b,\n',
        "First name,Last name,Email address\nAnna,Berg,anna@example.org\nBo,Ek,bo@example.org\n",
        "Identifier,Full name,Status,Grade\nParticipant 1,Anna Berg,-,\nParticipant 2,Bo Ek,-,\n",
        "Förnamn;Efternamn;E-postadress\nAnna;Berg;a@example.org\nBo;Ek;b@example.org\n",
        "Vorname\tNachname\nAnna\tBerg\nBo\tEk\n",
        "Prénom,Nom\nAnna,Berg\nBo,Ek\n",
        "Student\nAnna Berg\nBo Ek\nTest Student\n",
    ],
)
def test_what_platforms_export_is_a_class_list(tmp_path: Path, content: str) -> None:
    """Rows that are not students are left out."""
    assert read_class_list(table(tmp_path, content)) == ["Anna Berg", "Bo Ek"]


def test_a_platforms_numbers_are_kept_with_the_names(tmp_path: Path) -> None:
    """File names contain these numbers."""
    found = class_list_in(table(tmp_path, "Identifier,Full name\nParticipant 77,Anna Berg\n"))
    assert found.by_id == {"77": "Anna Berg"}


def test_a_list_without_names_says_what_to_do(tmp_path: Path) -> None:
    """A row that is not a student does not count."""
    with pytest.raises(RequestError, match="holds no names"):
        read_class_list(table(tmp_path, "Student\nPoints Possible\n"))
