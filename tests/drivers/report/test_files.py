"""Tables and handouts."""

import csv
import json
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from drivers.report.safe import cell_text
from drivers.report.writing import write_report
from tests.drivers.report.batches import batch, correction, essay, feedback, small_class, spelling

FORMULAS = [
    *("=1+1", "+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", " =1", "\n=1", "＝1"),
    *("\u200b=1", "\u2060\ufeff=1", "\u00ad+1", "\u202e =1", "|calc", "%0A=1", "\u22121+1"),
]


def rows(path: Path) -> list[dict[str, str]]:
    """The rows of a CSV file."""
    with path.open(encoding="utf-8-sig", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_files_are_named_and_have_an_essay_a_row(tmp_path: Path) -> None:
    """The function returns the files that it has written; failed essays have rows, too."""
    written = write_report(*small_class(), tmp_path)
    assert written[0].name == "report.html"
    assert all(path.stat().st_size for path in written)
    anna, bo, cia = rows(tmp_path / "essays.csv")
    assert (anna["essay_id"], anna["cj_rank"], anna["words_count"], anna["trait_grammar"]) == (
        "anna",
        "2",
        "7.0",
        "3.5",
    )
    assert (bo["corrected"], cia["error_code"], cia["cj_rank"]) == ("0", "empty_content", "")


def test_a_metric_without_a_value_is_an_empty_cell_and_not_a_zero(tmp_path: Path) -> None:
    """A zero would be taken for a measurement."""
    write_report(*small_class(), tmp_path)
    assert rows(tmp_path / "essays.csv")[0]["mtld"] == ""


@pytest.mark.parametrize("formula", FORMULAS)
def test_a_cell_that_would_be_a_formula_is_text(tmp_path: Path, formula: str) -> None:
    """A spreadsheet would run it on the teacher's computer."""
    write_report(batch(essay("a", file=formula)), {"a": (formula, formula)}, tmp_path)
    assert rows(tmp_path / "essays.csv")[0]["file"].startswith("'")
    sheet = load_workbook(tmp_path / "tables.xlsx")["essays"]
    cell = sheet["B2"]
    assert cell.data_type == "s"
    assert str(cell.value).startswith("'")


@given(st.text())
def test_no_text_is_a_formula_once_it_is_in_a_cell(text: str) -> None:
    """That holds whatever it begins with."""
    assert not cell_text(text).lstrip().startswith(("=", "+", "-", "@"))


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    """A negative estimate begins with a minus sign, but is not a formula."""
    write_report(*small_class(), tmp_path)
    assert rows(tmp_path / "essays.csv")[0]["cj_theta"] == "-1.0"


def test_a_text_too_long_for_excel_is_cut_there_and_says_so(tmp_path: Path) -> None:
    """Excel allows 32,767 characters in a cell, and drops longer ones when it repairs the file."""
    write_report(batch(essay("a")), {"a": ("word " * 10_000, "")}, tmp_path)
    value = str(load_workbook(tmp_path / "tables.xlsx")["texts"]["B2"].value)
    assert len(value) == 32_767
    assert value.endswith("(cut)")


def test_everything_is_in_the_json_unchanged(tmp_path: Path) -> None:
    """Programs get what the engine produced."""
    results, texts = small_class()
    write_report(results, texts, tmp_path)
    kept = json.loads((tmp_path / "everything.json").read_text(encoding="utf-8"))
    assert kept["results"] == results
    assert kept["texts"]["anna"]["original"] == texts["anna"][0]


def test_the_tables_are_parquet_files_too(tmp_path: Path) -> None:
    """Data frames get types, whereas CSV has only text."""
    parquet = pytest.importorskip("pyarrow.parquet", reason="pyarrow is an extra")
    write_report(*small_class(), tmp_path)
    table = parquet.read_table(tmp_path / "essays.parquet").to_pylist()
    assert [row["cj_theta"] for row in table] == [-1.0, 1.0, None]


def test_a_word_handout_has_the_feedback_and_the_corrected_text(tmp_path: Path) -> None:
    """What the student wrote is struck through; the right word follows."""
    write_report(*small_class(), tmp_path)
    paragraphs = Document(str(tmp_path / "handouts" / "anna.docx")).paragraphs
    assert "Well done.\nNow practise." in [paragraph.text for paragraph in paragraphs]
    struck = [run.text for paragraph in paragraphs for run in paragraph.runs if run.font.strike]
    assert struck == ["frend"]


def test_hostile_texts_and_names_break_no_file(tmp_path: Path) -> None:
    """XML does not allow control characters, and an id is not always a safe file name."""
    text = "a\x00b\x0c\ud800\ufffe frend"
    names = ["../../etc/x", "con", "a/b", "A/B", "", "é" * 300]
    essays = [essay(name, spellcheck=spelling(correction(text, "frend", "fri\x00end"))) for name in names]
    written = write_report(batch(*essays), dict.fromkeys(names, (text, text)), tmp_path)
    handouts = [path for path in written if path.parent.name == "handouts"]
    assert len({path.name.casefold() for path in handouts}) == 2 * len(names)
    assert all(path.resolve().parent == (tmp_path / "handouts").resolve() for path in handouts)
    assert "ab" in str(load_workbook(tmp_path / "tables.xlsx")["texts"]["B2"].value)


def test_a_word_handout_has_headings_lists_and_a_table(tmp_path: Path) -> None:
    """A screen reader and a printed page need them."""
    _, texts = small_class()
    anna = essay(
        "anna",
        spellcheck=spelling(correction(texts["anna"][0], "frend", "friend")),
        ai_feedback=feedback("Good\n• You tell.\n\nNext\n1. Verbs\nLook.", "Verbs", "who walk"),
    )
    write_report(batch(anna), texts, tmp_path)
    document = Document(str(tmp_path / "handouts" / "anna.docx"))
    styled = [(paragraph.style.name, paragraph.text) for paragraph in document.paragraphs if paragraph.style]
    assert styled[1:5] == [
        ("Heading 2", "Good"),
        ("List Bullet", "You tell."),
        ("Heading 2", "Next"),
        ("Heading 3", "1. Verbs"),
    ]
    assert [cell.text for cell in document.tables[0].rows[1].cells] == ["frend", "friend", "It is spelt so."]


def test_a_text_from_right_to_left_is_set_so_in_word(tmp_path: Path) -> None:
    """The page does the same."""
    write_report(batch(essay("a")), {"a": ("שלום\nHello", "")}, tmp_path)
    paragraphs = Document(str(tmp_path / "handouts" / "a.docx")).paragraphs[-2:]
    assert [bool(paragraph._p.xpath("w:pPr/w:bidi")) for paragraph in paragraphs] == [True, False]
