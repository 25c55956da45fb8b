"""How the essays came in, as the report tells the teacher."""

from pathlib import Path
from typing import Any

import pytest

from drivers.intake import Intake
from drivers.intake.intake_report import Copy, Doubt, DoubtKind, IntakeReport, LeftOut, Why
from drivers.report.arrival import _DOUBTS, _WHY
from drivers.report.languages import words_of
from drivers.report.sentences import told
from drivers.report.writing import write_report
from tests.drivers.report.batches import small_class
from tests.drivers.report.pages import page


def whose(name: str) -> Doubt:
    """A doubt about whose essay this is."""
    return Doubt(DoubtKind.WHOSE, f"Whose essay {name} is, is not sure.", (f"{name}.txt",), (name,))


def intake() -> dict[str, Any]:
    """The intake notes of the small class."""
    report = IntakeReport(
        (
            Intake("anna", "anna.txt", "A", notes=("there are 2 pictures in it: what is written there was not read",)),
            Intake("bo", "bo.txt", "A", duplicate_of="anna"),
        ),
        left_out=(LeftOut("bo (1).txt", Why.EARLIER_VERSION, "an earlier version of bo.txt", "bo.txt"),),
        doubts=(whose("anna"), whose("bo")),
        copies=(Copy("bo", "anna", 0.934),),
        without=("Dora Ek",),
    )
    return report.document()


@pytest.fixture(params=["en", "sv"])
def told_in(request: pytest.FixtureRequest, tmp_path: Path) -> tuple[str, str]:
    """A language, and the report's section on the intake in it."""
    results, texts = small_class()
    write_report({**results, "intake": intake()}, texts, tmp_path, request.param)
    heading = words_of(request.param).said("How the essays came in")
    return request.param, page(tmp_path / "report.html").text.split(heading)[-1]


def test_every_doubt_copy_and_file_left_out_is_in_the_report(told_in: tuple[str, str]) -> None:
    """By the names of files and students, each of them once."""
    _, section = told_in
    for fact in ("bo (1).txt (→ bo.txt)", "anna.txt; bo.txt", "bo.txt = anna.txt", "(93 %)", "Dora Ek"):
        assert fact in section, fact


def test_it_is_told_in_the_language_of_the_reader(told_in: tuple[str, str]) -> None:
    """The program's own notes are in English."""
    language, section = told_in
    said = {
        "en": ("Left out, because there is a newer version", "There are 2 pictures in it", "Nothing was found of"),
        "sv": ("Utelämnade, eftersom det finns en nyare version", "Den innehåller 2 bilder", "Inget hittades av"),
    }
    assert [each for each in said[language] if each not in section] == []
    assert not (language == "sv" and "not sure" in section)


def test_whatever_can_be_noticed_has_its_words() -> None:
    """Files that the teacher left out need none."""
    assert set(_DOUBTS) == set(DoubtKind)
    assert set(_WHY) == set(Why) - {Why.IGNORED}


def test_a_sentence_that_is_not_known_is_told_as_it_is() -> None:
    """It is marked as English if the reader's language is another."""
    assert told("Something new.", words_of("en")) == ("Something new.", "")
    assert told("Something new.", words_of("sv")) == ("Something new.", "en")
    assert told("hidden text was left out: “a {b}”", words_of("sv")).text == "dold text utelämnades: “a {b}”"
