"""``export`` and ``forget``: what leaves the store as files, and what leaves it for good."""

import csv
import json
import os
import sqlite3
from pathlib import Path

import pytest

from tests.drivers.conftest import Call, answer, everything_below, folder_of, run_options

pytestmark = pytest.mark.usefixtures("small_services")


@pytest.fixture(autouse=True)
def _sessions_of_ray(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """None but the test's own: those that a machine has had are many, and are searched."""
    monkeypatch.setenv("RAY_TMPDIR", str(here))


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
    assert "The formats are: json, csv, xlsx, parquet, report" in refused.output


@pytest.mark.usefixtures("with_students")
def test_an_export_to_a_place_that_is_a_file_is_a_mistake(here: Path, essays: Call) -> None:
    """A sentence, not a traceback."""
    (here / "taken").write_text("", encoding="utf-8")
    refused = essays("export", "b", "--to", "taken/below")
    assert refused.exit_code == 2
    assert "cannot be written to" in refused.output


@pytest.mark.usefixtures("with_students")
def test_a_report_is_written_into_the_folder_of_its_batch(here: Path, essays: Call) -> None:
    """Or where it is wished; what was written is said in JSON, and a place that is a file is a mistake."""
    written = answer(essays("report", "b", "--json"))["written"]
    assert (here / "results/b/report/report.html").resolve() in {Path(path).resolve() for path in written}
    assert "Anna Berg" in (here / "results/b/report/report.html").read_text(encoding="utf-8")
    assert essays("report", "b", "--to", "mine").exit_code == 0
    assert (here / "mine/report.html").is_file()
    (here / "taken").write_text("", encoding="utf-8")
    assert "cannot be written to" in essays("report", "b", "--to", "taken/below").output


def test_cells_of_results_are_never_formulas(here: Path, essays: Call) -> None:
    """A file can be named so that its name is one."""
    essays("run", folder_of(here / "x", {"=1+1": "Text."}), *run_options())
    assert "'=1+1.txt" in (here / "results/b/results.csv").read_text(encoding="utf-8-sig")


@pytest.mark.usefixtures("with_students")
def test_a_forgotten_batch_is_gone_with_its_files_and_nothing_else(here: Path, essays: Call) -> None:
    """The store's file too, with its cursors, where it holds no other batch; a stranger's file stays."""
    essays("events", "--batch", "b", "--cursor", "archive")
    assert (here / "results/b/store.db-cursors").is_dir()
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
def test_a_student_is_forgotten_and_the_rest_of_the_class_stays(here: Path, essays: Call) -> None:
    """Neither name, id nor text is left in the store or in any file; the others' results and handouts are there."""
    essays("export", "b", "--to", "results/b/report", "--formats", "report")
    told = answer(essays("forget", "--student", "anna berg", "--yes", "--json"))
    assert (told["forgotten"], told["essays"]) == ([], {"b": ["anna-berg"]})
    left = everything_below(here / "results/b")
    assert [word for word in (b"anna", b"Anna", b"One text") if word in left] == []
    document = json.loads((here / "results/b/results.json").read_text(encoding="utf-8"))
    assert [(one["essay_id"], one["student"]) for one in document["essays"]] == [
        ("bo-ek", "Bo Ek"),
        ("cy-falk", "Cy Falk"),
    ]
    assert (here / "results/b/texts/cy-falk.txt").is_file()
    assert "Cy Falk" in (here / "results/b/report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("with_students")
def test_a_batch_is_operated_as_before_after_a_student_was_forgotten(essays: Call) -> None:
    """Its history says that an essay was forgotten, and whose is nowhere."""
    essays("forget", "--student", "anna berg", "--yes")
    assert "forgot an essay" in essays("history", "b").output
    assert "anna" not in essays("history", "b", "--all").output
    assert essays("history", "b", "anna-berg").exit_code == 2
    assert essays("status", "b").exit_code == 0
    assert essays("retry", "b", "--runtime", "local").exit_code in {0, 2}


@pytest.mark.usefixtures("with_students")
def test_a_student_is_forgotten_in_every_batch(here: Path, essays: Call, classroom: Path) -> None:
    """By the name of the class list, or by the essay's id; where it was the only essay, its batch and files go."""
    essays("run", classroom, *run_options("unnamed"))
    essays("run", folder_of(here / "retake", {"anna-berg": "Text."}), *run_options("retake"))
    told = answer(essays("forget", "--student", "Anna Berg", "--yes", "--json"))
    assert (told["forgotten"], sorted(told["essays"])) == (["retake"], ["b", "retake", "unnamed"])
    assert not (here / "results/retake").exists()
    assert b"anna" not in everything_below(here / "results").lower()


def test_an_essay_whose_file_is_only_named_alike_is_kept_and_mentioned(here: Path, essays: Call) -> None:
    """Which of several essays are a student's, the teacher knows: they are forgotten by their ids."""
    essays("run", folder_of(here / "9a", {"anna-berg-draft": "Text.", "bo": "Text."}), *run_options())
    refused = essays("forget", "--student", "Anna Berg", "--yes")
    assert refused.exit_code == 2
    assert "anna-berg-draft (anna-berg-draft.txt)" in refused.output
    assert essays("forget", "b", "--student", "anna-berg-draft", "--yes").exit_code == 0
    assert b"anna" not in everything_below(here / "results")


def test_the_names_that_a_model_was_not_to_see_are_forgotten_as_well(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They stand in the store, among the batch's settings; and in the saved ones, where single files were given."""
    monkeypatch.setenv("ESSAY_LLM_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ESSAY_LLM_MODEL", "none")
    (here / "class.csv").write_text("name\nAnna Berg\nBo Ek\nCy Falk\n", encoding="utf-8")
    single = [classroom / f"{name}.txt" for name in ("anna-berg", "bo-ek", "cy-falk")]
    told = ("--class-list", "class.csv", "--set", "ai_feedback.backend=llm")
    asked = essays("run", *single, *run_options(pipeline="ai_feedback"), *told)
    assert asked.exit_code == 0, asked.output
    assert b"Bo Ek" in (here / "results/b/store.db").read_bytes()
    assert essays("forget", "--student", "Anna Berg", "--yes").exit_code == 0
    assert b"anna" not in everything_below(here / "results").lower().replace(str(here).lower().encode(), b"")
    assert b"Bo Ek" in (here / "results/b/store.db").read_bytes()


def test_batches_in_one_folder_are_forgotten_one_by_one(here: Path, essays: Call, classroom: Path) -> None:
    """The files of a folder are those of the last batch that wrote them."""
    for batch_id in ("first", "second"):
        essays("run", classroom, *run_options(batch_id), "--out", "both")
    essays("forget", "first", "--out", "both", "--files", "--yes")
    assert (here / "both/results.json").is_file()
    essays("forget", "second", "--out", "both", "--files", "--yes")
    assert not (here / "both").exists()


@pytest.mark.usefixtures("with_students")
def test_sessions_of_ray_that_name_a_forgotten_student_are_said(here: Path, essays: Call) -> None:
    """An essay's process is called by its id, and so it stands in Ray's logs; others' sessions are not mentioned."""
    sessions = [here / f"essays-{os.geteuid()}" / "ray" / f"session_{number}" for number in (1, 2)]
    for session, line in zip(sessions, ("actor anna-berg started", "actor bo-ek started"), strict=True):
        (session / "logs").mkdir(parents=True)
        (session / "logs" / "raylet.out").write_text(line, encoding="utf-8")
        (session / "logs" / "empty").touch()
    (sessions[1] / "link").symlink_to(sessions[0] / "logs" / "raylet.out")
    told = essays("forget", "--student", "Anna Berg", "--yes", "--json")
    assert answer(told)["ray_logs"] == [str(sessions[0])]
    assert f"rm -r {sessions[0]}" in told.stderr


@pytest.mark.usefixtures("with_students")
def test_copies_that_cannot_be_cleared_now_are_said_and_the_rest_is_done(here: Path, essays: Call) -> None:
    """Here by somebody who reads the store for long; the files of the batch are gone all the same."""
    reader = sqlite3.connect(here / "results/b/store.db", isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM texts").fetchall()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("actors.stores.databases.BUSY_SECONDS", 0.1)
        told = essays("forget", "--student", "Anna Berg", "--yes")
    assert told.exit_code == 4
    assert "another program is reading this store" in " ".join(told.output.split())
    assert "anna" not in (here / "results/b/results.json").read_text(encoding="utf-8").lower()
    reader.close()
