"""Matching essays to pupils."""

from pathlib import Path

import pytest

from drivers.intake import Intake, MatchedBy, match_students, read_class_list
from drivers.mistakes import UserMistake

CLASS = ["Anna Berg", "Anna Svensson", "Björn Öberg", "Hanna Lindqvist", "José García López"]


def essay(file: str, text: str = "", student: str = "") -> Intake:
    """An essay that was read from ``file``."""
    return Intake("essay", file, text, student=student)


def matched(one: Intake) -> tuple[str | None, MatchedBy]:
    """Who wrote it, and how that is known."""
    (match,) = match_students([one], CLASS)
    return match.student, match.by


@pytest.mark.parametrize(
    ("file", "student"),
    [
        ("hanna_lindqvist_final2.docx", "Hanna Lindqvist"),
        ("Lindqvist, Hanna.txt", "Hanna Lindqvist"),
        ("hannalindkvist.txt", "Hanna Lindqvist"),
        ("essay 1 hanna.txt", "Hanna Lindqvist"),
        ("anna berg english.txt", "Anna Berg"),
        ("bjorn oberg.txt", "Björn Öberg"),
        ("bjo\u0308rn.txt", "Björn Öberg"),
        ("class.zip/Garcia Lopez Jose_1234_assignsubmission_file_/essay.docx", "José García López"),
    ],
)
def test_a_file_name_tells_the_pupil_despite_accents_order_and_small_slips(file: str, student: str) -> None:
    """Pupils write their names in every way."""
    assert matched(essay(file)) == (student, MatchedBy.FILE_NAME)


def test_the_column_of_a_table_goes_before_the_file_name() -> None:
    """What was filled in as the name is better evidence than what a file is called."""
    assert matched(essay("hanna.csv/row 3", student="Anna Berg")) == ("Anna Berg", MatchedBy.TABLE)


def test_a_full_name_at_the_end_of_the_text_tells_the_pupil() -> None:
    """A name in the middle of a long text may be anybody's."""
    body = "word " * 500
    assert matched(essay("essay1.txt", f"{body}\nYours, Hanna Lindqvist")) == ("Hanna Lindqvist", MatchedBy.TEXT)
    assert matched(essay("essay1.txt", f"{body} Hanna Lindqvist {body}")) == (None, MatchedBy.NOTHING)


def test_a_name_that_fits_two_pupils_is_reported_and_not_guessed() -> None:
    """A grade given to the wrong pupil is worse than a question."""
    (match,) = match_students([essay("anna.txt")], CLASS)
    assert match.student is None
    assert match.candidates == ("Anna Berg", "Anna Svensson")


def test_a_name_that_is_only_like_a_pupils_is_not_taken_for_it() -> None:
    """Anna, who is not on the list, is not Hanna who is."""
    assert match_students([essay("anna.txt")], ["Hanna Lindqvist"])[0].student is None


def test_two_essays_for_one_pupil_are_both_unsure() -> None:
    """Which one counts, the teacher knows."""
    matches = match_students([essay("hanna.txt"), essay("hanna-new.txt")], CLASS)
    assert [(match.student, match.candidates) for match in matches] == [(None, ("Hanna Lindqvist",))] * 2


@pytest.mark.parametrize(
    "content",
    [
        "Anna Berg\nBjörn Öberg\n",
        "id;name\n1;Anna Berg\n2;Björn Öberg\n",
        "Förnamn,Efternamn\nAnna,Berg\nBjörn,Öberg\n",
    ],
)
def test_a_class_list_is_read_with_or_without_a_heading(tmp_path: Path, content: str) -> None:
    """School systems export lists in several forms."""
    (tmp_path / "class.csv").write_bytes(content.encode("cp1252"))
    assert read_class_list(tmp_path / "class.csv") == ["Anna Berg", "Björn Öberg"]


def test_a_class_list_without_names_is_the_users_mistake(tmp_path: Path) -> None:
    """The message says what to do."""
    (tmp_path / "class.csv").write_text("", encoding="utf-8")
    with pytest.raises(UserMistake, match="column"):
        read_class_list(tmp_path / "class.csv")
    with pytest.raises(UserMistake, match="cannot be read"):
        read_class_list(tmp_path / "none.csv")
