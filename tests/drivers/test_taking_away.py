"""``export`` and ``forget``: what leaves the store as files, and what leaves for good."""

import csv
import json
from pathlib import Path

import pytest

from tests.drivers.conftest import Call, answer, folder_of, run_options

pytestmark = pytest.mark.usefixtures("small_services")


@pytest.fixture
def with_students(here: Path, small_services: None, essays: Call, classroom: Path) -> None:  # noqa: ARG001  (the services must be there first)
    """A finished batch whose students are known."""
    (here / "class.csv").write_text("name\nAnna Berg\nBo Ek\nCy Falk\n", encoding="utf-8")
    assert essays("run", classroom, *run_options(), "--class-list", "class.csv").exit_code == 0


@pytest.mark.usefixtures("with_students")
def test_an_export_has_every_form(here: Path, essays: Call) -> None:
    """JSON, tables, and the report with its handouts; students by name."""
    exported = essays("export", "b", "--to", "out", "--json")
    assert exported.exit_code == 0, exported.output
    written = {Path(path).relative_to("out").as_posix() for path in answer(exported)["written"]}
    assert {"everything.json", "essays.csv", "tables.xlsx", "report/report.html"} <= written
    with (here / "out/students.csv").open(encoding="utf-8-sig") as file:
        assert next(iter(csv.DictReader(file))) == {"essay_id": "anna-berg", "student": "Anna Berg"}
    assert "Anna Berg" in (here / "out/report/report.html").read_text(encoding="utf-8")
    document = json.loads((here / "out/everything.json").read_text(encoding="utf-8"))
    assert document["texts"]["anna-berg"] == {"original": "One text.", "current": "One text. +spellcheck +nlp"}


@pytest.mark.usefixtures("with_students")
def test_only_the_formats_asked_for_are_written(here: Path, essays: Call) -> None:
    """An unknown one is a mistake that lists those there are."""
    essays("export", "b", "--to", "out", "--formats", "json")
    assert [path.name for path in (here / "out").iterdir()] == ["everything.json"]
    refused = essays("export", "b", "--to", "out", "--formats", "docx")
    assert refused.exit_code == 2
    assert "Known: json, csv, xlsx, parquet, report" in refused.output


@pytest.mark.usefixtures("with_students")
def test_an_export_to_a_place_that_is_a_file_is_a_mistake(here: Path, essays: Call) -> None:
    """A sentence, not a traceback."""
    (here / "taken").write_text("", encoding="utf-8")
    refused = essays("export", "b", "--to", "taken/below")
    assert refused.exit_code == 2
    assert "cannot be written to" in refused.output


def test_cells_of_results_are_never_formulas(here: Path, essays: Call) -> None:
    """A file can be named so that its name is one."""
    essays("run", folder_of(here / "x", {"=1+1": "Text."}), *run_options())
    assert "'=1+1.txt" in (here / "results/b/results.csv").read_text(encoding="utf-8-sig")


@pytest.mark.usefixtures("with_students")
def test_a_forgotten_batch_is_gone_with_its_files_and_nothing_else(here: Path, essays: Call) -> None:
    """The store's file too, where it holds no other batch; a stranger's file stays."""
    mine = here / "results/b/mine.txt"
    mine.write_text("", encoding="utf-8")
    assert essays("forget", "b", "--files", "--yes").exit_code == 0
    assert list((here / "results/b").iterdir()) == [mine]


@pytest.mark.usefixtures("with_students")
def test_forgetting_asks_first(essays: Call) -> None:
    """Without an answer, nothing is deleted."""
    refused = essays("forget", "b")
    assert refused.exit_code == 2
    assert "Nothing was deleted" in refused.output
    assert essays("status", "b").exit_code == 0


@pytest.mark.usefixtures("with_students")
def test_a_student_is_forgotten_with_every_batch_that_has_an_essay_of_theirs(
    here: Path, essays: Call, classroom: Path
) -> None:
    """By the name of the class list, or by the essay's id where there was none; other batches stay."""
    essays("run", classroom, *run_options("unnamed"))
    essays("run", folder_of(here / "9a", {"dora-gren": "Text."}), *run_options("other"))
    assert answer(essays("forget", "--student", "anna berg", "--yes", "--files", "--json"))["forgotten"] == ["b"]
    assert answer(essays("forget", "--student", "anna-berg", "--yes", "--json"))["forgotten"] == ["unnamed"]
    assert [line["batch_id"] for line in answer(essays("status", "--json"))] == ["other"]
    assert essays("forget", "--student", "anna berg", "--yes").exit_code == 2


def test_batches_in_one_folder_are_forgotten_one_by_one(here: Path, essays: Call, classroom: Path) -> None:
    """The files of a folder are those of the last batch that wrote them."""
    for batch_id in ("first", "second"):
        essays("run", classroom, *run_options(batch_id), "--out", "both")
    essays("forget", "first", "--out", "both", "--files", "--yes")
    assert (here / "both/results.json").is_file()
    essays("forget", "second", "--out", "both", "--files", "--yes")
    assert not (here / "both").exists()
