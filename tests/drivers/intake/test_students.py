"""Matching essays to students."""

import time
from pathlib import Path

import pytest

from drivers.client.errors import RequestError
from drivers.intake import Intake, MatchedBy, match_students, read_class_list

CLASS = ["Anna Berg", "Anna Svensson", "Björn Öberg", "Hanna Lindqvist", "José García López"]


FIRST = [f"na{one}{other}" for one in "abcdefghijklmnopqrst" for other in "abcdefghij"]
LAST = [f"berg{one}" for one in "abcde"]


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
    """Students write their names in many ways."""
    assert matched(essay(file)) == (student, MatchedBy.FILE_NAME)


def test_the_column_of_a_table_goes_before_the_file_name() -> None:
    """A name that was filled in is better evidence than the name of a file."""
    assert matched(essay("hanna.csv/row 3", student="Anna Berg")) == ("Anna Berg", MatchedBy.TABLE)


def test_a_full_name_at_the_end_of_the_text_tells_the_pupil() -> None:
    """A name in the middle of a long text may be anybody's."""
    body = "word " * 500
    assert matched(essay("essay1.txt", f"{body}\nYours, Hanna Lindqvist")) == ("Hanna Lindqvist", MatchedBy.TEXT)
    assert matched(essay("essay1.txt", f"{body} Hanna Lindqvist {body}")) == (None, MatchedBy.NOTHING)


def test_a_name_that_fits_two_pupils_is_reported_and_not_guessed() -> None:
    """A grade given to the wrong student is worse than a question."""
    (match,) = match_students([essay("anna.txt")], CLASS)
    assert match.student is None
    assert match.candidates == ("Anna Berg", "Anna Svensson")


def test_a_name_that_is_only_like_a_pupils_is_not_taken_for_it() -> None:
    """Anna, who is not on the list, is not Hanna, who is."""
    assert match_students([essay("anna.txt")], ["Hanna Lindqvist"])[0].student is None


@pytest.mark.parametrize(
    ("file", "student"),
    [
        ("hanna berg.txt", "Anna Berg"),
        ("johan berg.txt", "Johanna Berg"),
        ("anna berggren.txt", "Anna Berg"),
        ("joannaberg.txt", "Anna Berg"),
    ],
)
def test_a_name_nearly_like_a_pupils_is_a_question_at_most(file: str, student: str) -> None:
    """A sister, or somebody who joined late, has a name of her own."""
    (match,) = match_students([essay(file)], [student])
    assert match.student is None
    assert match.candidates in {(), (student,)}


def test_a_longer_name_within_the_text_is_not_a_pupils() -> None:
    """Hanna Bergman, who is not on the list, has signed the text."""
    assert matched(essay("essay1.txt", "My town\n\nHanna Bergman")) == (None, MatchedBy.NOTHING)
    assert matched(essay("essay1.txt", "Namn: Lindqvist, Hanna\n\nMy town")) == ("Hanna Lindqvist", MatchedBy.TEXT)


def test_who_has_the_longer_name_is_told_from_who_has_a_part_of_it() -> None:
    """An exact match with one student's name wins over part of another's."""
    both = ["Anna Berg", "Anna Berg Svensson"]
    assert match_students([essay("anna berg svensson.txt")], both)[0].student == "Anna Berg Svensson"
    assert match_students([essay("anna berg.txt")], both)[0].student == "Anna Berg"


def test_an_initial_tells_apart_who_share_a_first_name() -> None:
    """The name of a class is not taken for an initial."""
    assert matched(essay("8s/anna b.txt")) == ("Anna Berg", MatchedBy.FILE_NAME)
    assert match_students([essay("8b/anna.txt")], CLASS)[0].candidates == ("Anna Berg", "Anna Svensson")


def test_what_all_files_are_called_after_is_no_name() -> None:
    """The subject is in every file name; a word in only one may be a name that is not on the list."""
    essays = [essay(f"skateparken {name}.txt") for name in ("hanna", "bjorn", "jose")]
    students = [match.student for match in match_students(essays, CLASS)]
    assert students == ["Hanna Lindqvist", "Björn Öberg", "José García López"]
    assert match_students([essay("hanna wallin.txt")], CLASS)[0].candidates == ("Hanna Lindqvist",)


def test_pupils_of_the_same_name_are_not_told_apart_by_it() -> None:
    """Some classes have two."""
    (match,) = match_students([essay("anna berg.txt")], ["Anna Berg", "Anna Berg", "Bo Ek"])
    assert (match.student, match.candidates) == (None, ("Anna Berg",))


def test_a_school_of_thousands_is_matched_in_seconds() -> None:
    """An exam is matched against everybody."""
    names = [f"{first}{number} {last}" for number in "abcdefghij" for first in FIRST for last in LAST]
    essays = [essay(f"answers.csv/row {number}", "My town. " * 90, name) for number, name in enumerate(names)]
    started = time.thread_time()
    assert all(match.student for match in match_students(essays, names))
    assert time.thread_time() - started < 10


def test_two_essays_for_one_pupil_are_both_unsure() -> None:
    """Only the teacher knows which one counts."""
    matches = match_students([essay("hanna.txt"), essay("hanna-new.txt")], CLASS)
    assert [(match.student, match.candidates) for match in matches] == [(None, ("Hanna Lindqvist",))] * 2


@pytest.mark.parametrize(
    "content",
    [
        "Anna Berg\nBjörn Öberg\n",
        "id;name\n1;Anna Berg\n2;Björn Öberg\n",
        "Förnamn,Efternamn\nAnna,Berg\nBjörn,Öberg\n",
        'sep=;\nNamn;Klass\n"Anna Berg";8B\nBjörn Öberg;8B\n',
    ],
)
def test_a_class_list_is_read_with_or_without_a_heading(tmp_path: Path, content: str) -> None:
    """School systems export lists in several forms."""
    (tmp_path / "class.csv").write_bytes(content.encode("cp1252"))
    assert read_class_list(tmp_path / "class.csv") == ["Anna Berg", "Björn Öberg"]


def test_a_class_list_that_does_not_say_where_the_names_are_is_the_users_mistake(tmp_path: Path) -> None:
    """The first column was once taken for names, even if it had numbers."""
    (tmp_path / "class.csv").write_text("1;Anna Berg\n2;Bo Ek\n", encoding="utf-8")
    with pytest.raises(RequestError, match="heading “name”"):
        read_class_list(tmp_path / "class.csv")


def test_a_class_list_without_names_is_the_users_mistake(tmp_path: Path) -> None:
    """The message says what to do."""
    (tmp_path / "class.csv").write_text("", encoding="utf-8")
    with pytest.raises(RequestError, match="column"):
        read_class_list(tmp_path / "class.csv")
    with pytest.raises(RequestError, match=r"There is no class list .*none\.csv: check its name"):
        read_class_list(tmp_path / "none.csv")
    with pytest.raises(RequestError, match="cannot be read"):
        read_class_list(tmp_path)
