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
    """Use only the test's own sessions: a machine may have had many, which would all be searched."""
    monkeypatch.setenv("RAY_TMPDIR", str(here))


@pytest.fixture
def with_students(here: Path, small_services: None, essays: Call, classroom: Path) -> None:  # noqa: ARG001  (the services must be there first)
    """A finished batch with known students."""
    (here / "class.csv").write_text("name\nAnna Berg\nBo Ek\nCy Falk\n", encoding="utf-8")
    assert essays("run", classroom, *run_options(), "--class-list", "class.csv").exit_code == 0


@pytest.mark.usefixtures("with_students")
def test_an_export_has_every_form(here: Path, essays: Call) -> None:
    """JSON, tables, and the report with handouts, with students by name."""
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
    """An unknown format is a mistake, and the message lists the known ones."""
    essays("export", "b", "--to", "out", "--formats", "json")
    assert [path.name for path in (here / "out").iterdir()] == ["everything.json"]
    refused = essays("export", "b", "--to", "out", "--formats", "docx")
    assert refused.exit_code == 2
    assert "The formats are: json, csv, xlsx, parquet, report" in refused.output


@pytest.mark.usefixtures("with_students")
def test_an_export_to_a_place_that_is_a_file_is_a_mistake(here: Path, essays: Call) -> None:
    """It is reported in a sentence, not a traceback."""
    (here / "taken").write_text("", encoding="utf-8")
    refused = essays("export", "b", "--to", "taken/below")
    assert refused.exit_code == 2
    assert "cannot be written to" in refused.output


@pytest.mark.usefixtures("with_students")
def test_a_report_is_written_into_the_folder_of_its_batch(here: Path, essays: Call) -> None:
    """Or where the user asks for; JSON lists what was written, and a file in its place is a mistake."""
    written = answer(essays("report", "b", "--json"))["written"]
    assert (here / "results/b/report/report.html").resolve() in {Path(path).resolve() for path in written}
    assert "Anna Berg" in (here / "results/b/report/report.html").read_text(encoding="utf-8")
    assert essays("report", "b", "--to", "mine").exit_code == 0
    assert (here / "mine/report.html").is_file()
    (here / "taken").write_text("", encoding="utf-8")
    assert "cannot be written to" in essays("report", "b", "--to", "taken/below").output


def test_cells_of_results_are_never_formulas(here: Path, essays: Call) -> None:
    """A file's name can look like a formula."""
    essays("run", folder_of(here / "x", {"=1+1": "Text."}), *run_options())
    assert "'=1+1.txt" in (here / "results/b/results.csv").read_text(encoding="utf-8-sig")


@pytest.mark.usefixtures("with_students")
def test_a_forgotten_batch_is_gone_with_its_files_and_nothing_else(here: Path, essays: Call) -> None:
    """A store without other batches goes with its cursors; files that the program has not written stay."""
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
    """Neither name, id nor text is left in store or files; the others' results and handouts are."""
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
    """Its history says that an essay was forgotten, and nowhere whose."""
    essays("forget", "--student", "anna berg", "--yes")
    assert "forgot an essay" in essays("history", "b").output
    assert "anna" not in essays("history", "b", "--all").output
    assert essays("history", "b", "anna-berg").exit_code == 2
    assert essays("status", "b").exit_code == 0
    assert essays("retry", "b", "--runtime", "local").exit_code in {0, 2}


@pytest.mark.usefixtures("with_students")
def test_a_student_is_forgotten_in_every_batch(here: Path, essays: Call, classroom: Path) -> None:
    """By name or by essay id; a batch of which it was the only essay goes, with its files."""
    essays("run", classroom, *run_options("unnamed"))
    essays("run", folder_of(here / "retake", {"anna-berg": "Text."}), *run_options("retake"))
    told = answer(essays("forget", "--student", "Anna Berg", "--yes", "--json"))
    assert (told["forgotten"], sorted(told["essays"])) == (["retake"], ["b", "retake", "unnamed"])
    assert not (here / "results/retake").exists()
    assert b"anna" not in everything_below(here / "results").lower()


def test_an_essay_whose_file_is_only_named_alike_is_kept_and_mentioned(here: Path, essays: Call) -> None:
    """Only the teacher knows which essays are the student's; they are forgotten by id."""
    essays("run", folder_of(here / "9a", {"anna-berg-draft": "Text.", "bo": "Text."}), *run_options())
    refused = essays("forget", "--student", "Anna Berg", "--yes")
    assert refused.exit_code == 2
    assert "anna-berg-draft (anna-berg-draft.txt)" in refused.output
    assert essays("forget", "b", "--student", "anna-berg-draft", "--yes").exit_code == 0
    assert b"anna" not in everything_below(here / "results")


def test_the_names_that_a_model_was_not_to_see_are_forgotten_as_well(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are among the batch's settings in the store, and in the saved settings if single files were given."""
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
    """A folder's files belong to the last batch that wrote them."""
    for batch_id in ("first", "second"):
        essays("run", classroom, *run_options(batch_id), "--out", "both")
    essays("forget", "first", "--out", "both", "--files", "--yes")
    assert (here / "both/results.json").is_file()
    essays("forget", "second", "--out", "both", "--files", "--yes")
    assert not (here / "both").exists()


@pytest.mark.usefixtures("with_students")
def test_sessions_of_ray_that_name_a_forgotten_student_are_said(here: Path, essays: Call) -> None:
    """An essay's process is named after its id, which is thus in Ray's logs; other sessions are not mentioned."""
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
    """For example, while another program reads the store; the batch's files are cleared all the same."""
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
