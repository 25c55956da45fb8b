"""``essays run``: from files to results, and every mistake in the call."""

import csv
import json
import shlex
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

import pytest

from actors.core.records import Record, ResultRecord
from actors.phases import registry
from actors.phases.service import EssayTask, Product
from actors.stores.opening import open_store
from actors.stores.sql import SqlStore
from actors.stores.store import StoreUnavailableError
from contracts.phases import PhaseName
from drivers.cli.run_request import without_secret
from drivers.client.errors import RequestError
from drivers.intake import sample_paths
from drivers.intake.assignment import assignment_text
from tests.drivers.conftest import Call, answer, folder_of, run_options
from tests.services import Tagging

pytestmark = pytest.mark.usefixtures("small_services")


def _results(here: Path, batch_id: str = "b") -> dict:  # type: ignore[type-arg]
    return json.loads((here / "results" / batch_id / "results.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def test_a_run_writes_results_with_the_agreed_shape(here: Path, essays: Call, classroom: Path) -> None:
    """Other programs read results.json by these names."""
    ran = essays("run", classroom, *run_options())
    assert ran.exit_code == 0, ran.output
    document = _results(here)
    assert {"batch_id", "status", "phases", "essays"} <= document.keys()
    assert document["status"] == "completed_with_failures"
    assert [phase["phase_name"] for phase in document["phases"]] == ["spellcheck", "nlp"]
    assert document["phases"][1]["processed_essay_ids"] == ["anna-berg", "cy-falk"]
    assert document["phases"][1]["failed_essay_ids"] == ["bo-ek"]
    first = document["essays"][0]
    assert {"essay_id", "file", "status", "failure", "text_storage_id", "results"} <= first.keys()
    assert first["failure"] is None


def test_what_was_noticed_at_the_intake_stands_in_the_results_and_on_the_terminal(
    here: Path, essays: Call, classroom: Path
) -> None:
    """On the terminal alone, a doubt would be lost."""
    (classroom / "anna-berg (1).txt").write_text("One text. And more of it.", encoding="utf-8")
    (here / "class.csv").write_text("name\nAnna Berg\nBo Ek\nCy Falk\nDi Holm\n", encoding="utf-8")
    ran = essays("run", classroom, *run_options(), "--class-list", "class.csv")
    intake = _results(here)["intake"]
    assert "anna-berg.txt" in {left["file"] for left in intake["left_out"]}
    assert intake["without_essay"] == ["Di Holm"]
    assert all(warning in ran.output for warning in intake["warnings"])


def test_files_that_are_no_essays_stop_a_run_where_nobody_can_be_asked(
    here: Path, essays: Call, classroom: Path
) -> None:
    """With ``--all-files``, they are essays."""
    (classroom / "list.txt").write_text("Anna Berg\nBo Ek\nCy Falk\nDi Holm\n", encoding="utf-8")
    stopped = essays("run", classroom, *run_options())
    assert (stopped.exit_code, "list.txt looks like a class list" in stopped.output) == (2, True)
    assert not (here / "results").exists()
    assert essays("run", classroom, *run_options(), "--all-files").exit_code == 0


def test_strict_makes_a_failed_essay_exit_code_1(essays: Call, classroom: Path) -> None:
    """For scripts that must not continue in that case."""
    assert essays("run", classroom, *run_options(), "--strict").exit_code == 1


def test_a_batch_in_which_no_essay_came_through_is_exit_code_3(here: Path, essays: Call) -> None:
    """A batch that failed critically is not done."""
    folder = folder_of(here / "bad", {"a": "fail:spellcheck"})
    assert essays("run", folder, *run_options()).exit_code == 3


def test_the_answer_in_json_is_alone_on_standard_output(essays: Call, classroom: Path) -> None:
    """Messages for people go to standard error."""
    ran = essays("run", classroom, *run_options(), "--json")
    document = answer(ran)
    assert document["status"] == "completed_with_failures"
    assert (document["essays"], document["failed"], document["exit_code"]) == (3, 1, 0)
    assert document["phases"][1] == {
        "phase_name": "nlp",
        "phase_status": "COMPLETED_WITH_FAILURES",
        "processed": 2,
        "failed": 1,
    }
    assert "anna-berg" not in ran.stderr.split("Written")[0]


def test_a_page_for_the_teacher_is_written_by_itself(here: Path, essays: Call, classroom: Path) -> None:
    """Nobody needs to know of the report to find it."""
    assert "report.html" in essays("run", classroom, *run_options()).output
    assert "anna-berg" in (here / "results/b/report.html").read_text(encoding="utf-8")


@pytest.mark.usefixtures("classroom")
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["nowhere", "--runtime", "local"], "There is no file or folder nowhere"),
        ([], "Give a folder with essays"),
        (["8b", "--sample"], "Give either paths or --sample, not both"),
        (["8b", "--pipeline", "spelcheck"], "Did you mean spellcheck?"),
        (["8b", "--pipeline", ","], "Name at least one phase"),
        (["8b", "--pipeline", "nlp,nlp"], "must not repeat a phase"),
        (["8b", "--language", "english"], "language"),
        (["8b", "--batch-id", "a/b"], "cannot be the name of a batch"),
        (["8b", "--set", "budget=5"], "is not a setting: write phase.name=value"),
        (["8b", "--set", "nlp.parse=3"], "not in the pipeline"),
        (["8b", "--set", "cj_assessment.budgt=5"], "budgt: there is no such setting"),
        (["8b", "--set", "cj_assessment.budget=-5"], "greater than or equal to 1"),
        (["8b", "--assignment", "task.txt"], "There is no file task.txt"),
        (["8b", "--class-list", "nobody.csv"], "There is no class list nobody.csv"),
        (["8b", "--ignore", "notes.txt"], "There is no file notes.txt to leave out"),
        (["8b", "--language", "de"], "The language cannot be 'de'. Choose one of: en, en-GB, en-US, sv, auto."),
        (["8b", "--store", "foo://x"], "No store can be kept in 'foo'"),
        (["8b", "--store", ":memory:"], "names no file"),
        (["8b", "--pipeline", "ai_feedback", "--set", "ai_feedback.backend=llm"], "model is not configured"),
        (["8b", "--set", "cj_assessment.judge=llm"], "model is not configured"),
        (["8b", "--out", "8b/anna-berg.txt/x"], "cannot be created"),
        (["8b", "--settings", "none.toml"], "cannot be read"),
    ],
)
def test_a_mistake_in_the_call_is_a_sentence_and_exit_code_2(essays: Call, arguments: list[str], said: str) -> None:
    """There is never a traceback, and nothing has been started or made."""
    ran = essays("run", *arguments, *([] if "--runtime" in arguments else ["--runtime", "local"]))
    assert ran.exit_code == 2, ran.output
    assert said in " ".join(ran.output.replace("│", " ").split())
    assert ran.exception is None or isinstance(ran.exception, SystemExit)
    assert not Path("results").exists()


def test_a_file_that_is_named_as_the_assignment_may_have_any_ending(here: Path) -> None:
    """A file named as the assignment is read if it holds text; a picture is refused."""
    (here / "task.prompt").write_text("Write about a holiday.\n", encoding="utf-8")
    assert assignment_text("task.prompt") == "Write about a holiday."
    (here / "task.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4)
    with pytest.raises(RequestError, match="cannot be read"):
        assignment_text("task.png")


def test_a_mistake_is_told_in_json_as_well(essays: Call) -> None:
    """Programs that call this one read only one stream."""
    assert answer(essays("run", "nowhere", "--runtime", "local", "--json"))["exit_code"] == 2


def test_a_store_that_cannot_be_opened_is_exit_code_4(essays: Call, classroom: Path) -> None:
    """A database that is down is not the user's mistake; the message says what to do."""
    ran = essays("run", classroom, *run_options(), "--store", "sqlite:///no/such/folder/s.db")
    assert ran.exit_code == 4
    assert "is not there: create it first" in ran.output


def test_brackets_in_a_message_are_shown_as_they_are(essays: Call) -> None:
    """A name is never read as markup."""
    assert "[red]x[/blue]" in essays("run", "[red]x[/blue]", "--runtime", "local").output


def test_an_essay_handed_in_twice_is_said(here: Path, essays: Call) -> None:
    """A teacher wants to know about it before reading the ranks."""
    folder = folder_of(here / "twice", {"a": "The same text.", "b": "The same text."})
    assert "b has the same text as a" in essays("run", folder, *run_options()).output


def test_the_class_list_and_the_assignment_are_no_essays(here: Path, essays: Call, classroom: Path) -> None:
    """They are often in the same folder."""
    (classroom / "class.csv").write_text("name\nAnna Berg\nBo Ek\n", encoding="utf-8")
    (classroom / "task.txt").write_text("Write.", encoding="utf-8")
    (classroom / "notes.txt").write_text("Mine.", encoding="utf-8")
    beside = ["--class-list", classroom / "class.csv", "--assignment", classroom / "task.txt"]
    ran = essays("run", classroom, *run_options(), *beside, "--ignore", classroom / "notes.txt")
    assert ran.exit_code == 0, ran.output
    assert [essay["essay_id"] for essay in _results(here)["essays"]] == ["anna-berg", "bo-ek", "cy-falk"]


def test_a_file_to_leave_out_may_be_named_as_it_is_called_in_its_folder(here: Path, essays: Call) -> None:
    """That is where a teacher sees its name."""
    folder = folder_of(here / "8c", {"a": "One.", "notes": "Mine."})
    assert essays("run", folder, *run_options(), "--ignore", "notes.txt").exit_code == 0
    assert [essay["essay_id"] for essay in _results(here)["essays"]] == ["a"]
    again = essays("run", "--settings", "results/b/settings.toml", "--batch-id", "again")
    assert again.exit_code == 0, again.output
    assert [essay["essay_id"] for essay in _results(here, "again")["essays"]] == ["a"]


def test_students_of_the_class_list_stand_in_results_and_tables(here: Path, essays: Call, classroom: Path) -> None:
    """Only certain matches are named; uncertain ones, and students without an essay, are reported."""
    (here / "class.csv").write_text("name\nAnna Berg\nBo Ek\nDora Gren\n", encoding="utf-8")
    ran = essays("run", classroom, *run_options(), "--class-list", "class.csv")
    assert "It is not clear whose essay cy-falk is" in ran.output
    assert "No essay was found by: Dora Gren" in ran.output
    assert [essay["student"] for essay in _results(here)["essays"]] == ["Anna Berg", "Bo Ek", None]
    with (here / "results/b/results.csv").open(encoding="utf-8-sig") as file:
        assert [row["student"] for row in csv.DictReader(file)] == ["Anna Berg", "Bo Ek", ""]
    assert "Anna Berg" in (here / "results/b/report.html").read_text(encoding="utf-8")


def test_the_settings_of_a_run_repeat_it_as_a_new_batch(here: Path, essays: Call, classroom: Path) -> None:
    """With the same essays, pipeline and settings, from any folder, without touching other results."""
    (here / "task.txt").write_text("Write.", encoding="utf-8")
    options = [*run_options(), "--set", "nlp.parse=false", "--class", "8b", "--assignment", "task.txt"]
    assert essays("run", classroom, *options).exit_code == 0
    saved = here / "results/b/settings.toml"
    again = essays("run", "--settings", saved, "--batch-id", "again")
    assert again.exit_code == 0, again.output
    first, second = _results(here), _results(here, "again")
    assert [essay["text_storage_id"] for essay in first["essays"]] == [
        essay["text_storage_id"] for essay in second["essays"]
    ]
    own = saved.read_text(encoding="utf-8").splitlines()[2:]
    assert own == (here / "results/again/settings.toml").read_text(encoding="utf-8").splitlines()[2:]


@pytest.mark.parametrize(
    ("store", "kept"),
    [
        ("postgresql://user:secret@host/db", None),
        ("postgresql://user@host/db", "postgresql://user@host/db"),
        ("sqlite:///school.db", "sqlite:///school.db"),
        ("school.db", "school.db"),
        (None, None),
    ],
)
def test_a_password_does_not_get_into_the_saved_settings(store: str | None, kept: str | None) -> None:
    """The file is beside results that are passed on."""
    assert without_secret(store) == kept


def test_the_real_phases_run_in_process(here: Path, essays: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Two short essays go through all four."""
    monkeypatch.undo()
    monkeypatch.chdir(here)
    ran = essays("run", *sample_paths()[:2], "--out", here / "out", *run_options("real", "everything"))
    assert ran.exit_code == 0, ran.output
    document = json.loads((here / "out/results.json").read_text(encoding="utf-8"))
    assert document["status"] == "completed_successfully"
    assert set(document["essays"][0]["results"]) == {"spellcheck", "nlp", "cj_assessment", "ai_feedback"}


def test_a_refused_run_leaves_the_settings_of_the_first_alone(here: Path, essays: Call, classroom: Path) -> None:
    """Another class under the same name is a mistake, and changes nothing."""
    essays("run", classroom, *run_options())
    before = (here / "results/b/settings.toml").read_text(encoding="utf-8")
    refused = essays("run", folder_of(here / "9a", {"other": "Text."}), *run_options())
    assert refused.exit_code == 2
    assert "other essays or settings" in refused.output
    assert (here / "results/b/settings.toml").read_text(encoding="utf-8") == before


def test_ctrl_c_saves_what_is_done_and_says_how_to_go_on(
    essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The exit code is 130, and the store is free for the command that continues."""

    class Interrupting(Tagging):
        def process(self, task: EssayTask) -> Product:
            if task.essay_id == "bo-ek":
                raise KeyboardInterrupt
            return super().process(task)

    usual = registry.BUILT_IN_SERVICES[PhaseName.NLP]
    monkeypatch.setitem(registry.BUILT_IN_SERVICES, PhaseName.NLP, lambda: Interrupting(PhaseName.NLP))
    interrupted = essays("run", classroom, *run_options())
    assert interrupted.exit_code == 130
    assert "Continue with: essays resume b --runtime local\n" in interrupted.output
    assert "interrupted" in essays("status").output
    monkeypatch.setitem(registry.BUILT_IN_SERVICES, PhaseName.NLP, usual)
    assert essays("resume", "b", "--out", "results/b", "--runtime", "local").exit_code == 0


def test_a_class_list_hides_its_names_from_a_language_model(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Only phases that use the model get the names."""
    monkeypatch.setenv("ESSAY_LLM_URL", "http://127.0.0.1:9/v1")
    monkeypatch.setenv("ESSAY_LLM_MODEL", "m")
    (here / "class.csv").write_text("name\nAnna Berg\n", encoding="utf-8")
    model = ["--set", "ai_feedback.backend=llm", "--pipeline", "ai_feedback"]
    essays(
        "run", classroom, "--runtime", "local", "--out", "out", "--batch-id", "b", *model, "--class-list", "class.csv"
    )
    with closing(open_store("sqlite:///out/store.db", read_only=True)) as store:
        header = store.batch("b")
    assert header is not None
    assert header.options == {"ai_feedback": {"backend": "llm", "names": ["Anna Berg"]}}


@pytest.mark.parametrize(
    ("place", "how"),
    [
        (["--out", "8b out"], "essays resume b --out '8b out' --runtime local"),
        (["--store", "school.db"], "essays resume b --store school.db --out results/b --runtime local"),
    ],
)
def test_the_way_to_go_on_can_be_copied_as_it_is_said(
    essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch, place: list[str], how: str
) -> None:
    """It names this run's store and folder, whatever their names."""

    class Interrupting(Tagging):
        def process(self, task: EssayTask) -> Product:
            raise KeyboardInterrupt

    usual = registry.BUILT_IN_SERVICES[PhaseName.NLP]
    monkeypatch.setitem(registry.BUILT_IN_SERVICES, PhaseName.NLP, lambda: Interrupting(PhaseName.NLP))
    assert f"Continue with: {how}\n" in essays("run", classroom, *run_options(), *place).output
    monkeypatch.setitem(registry.BUILT_IN_SERVICES, PhaseName.NLP, usual)
    assert essays(*shlex.split(how)[1:]).exit_code == 0


def test_a_table_fits_a_terminal_and_why_essays_failed_stands_below(
    essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No reason is squeezed into a column of four letters."""
    monkeypatch.setenv("COLUMNS", "80")
    (classroom.parent / "class.csv").write_text("name\nAnna Berg\nBo Ek\n", encoding="utf-8")
    ran = essays("run", classroom, *run_options(), "--class-list", "class.csv")
    rows = [line for line in ran.output.splitlines() if line.startswith(("│", "┃"))]
    assert max(map(len, rows)) <= 80
    assert any("Anna Berg" in row and "completed" in row for row in rows)
    assert "bo-ek.txt: This text asks to fail." in ran.output


def test_what_does_not_fit_a_terminal_is_in_the_results_as_csv(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The terminal says so, where a table has no room for all figures."""
    monkeypatch.setenv("COLUMNS", "35")
    ran = essays("run", classroom, *run_options())
    rows = [line for line in ran.output.splitlines() if line.startswith(("│", "┃"))]
    assert max(map(len, rows)) <= 35
    assert not any("corrected" in row for row in rows)
    assert "There are more figures, which do not fit here, in results.csv." in " ".join(ran.output.split())
    with (here / "results/b/results.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [line["corrected"] for line in csv.DictReader(file)] == ["0", "0", "0"]


def test_a_saved_run_names_its_store_so_that_it_is_the_same_from_anywhere(
    here: Path, essays: Call, classroom: Path
) -> None:
    """A relative name would mean another file in another folder."""
    essays("run", classroom, *run_options(), "--store", "school.db")
    saved = (here / "results" / "b" / "settings.toml").read_text(encoding="utf-8")
    assert str(here / "school.db") in saved


def test_a_store_that_is_deleted_under_a_run_ends_it_with_code_4(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message says what to do, and reports no success, because the results could not be found again."""

    class Deleting(Tagging):
        def process(self, task: EssayTask) -> Product:
            (here / "results" / "b" / "store.db").unlink(missing_ok=True)
            return super().process(task)

    monkeypatch.setitem(registry.BUILT_IN_SERVICES, PhaseName.NLP, lambda: Deleting(PhaseName.NLP))
    ran = essays("run", classroom, *run_options())
    assert ran.exit_code == 4, ran.output
    assert "store.db is gone (deleted, or moved away)" in ran.output
    assert "Then continue with: essays resume b --runtime local" in ran.output
    assert "completed" not in ran.output


def test_a_full_disk_ends_a_run_with_the_command_that_goes_on(
    essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even if only results find no room; the printed command works once there is room."""
    commit = SqlStore.commit

    def full(self: SqlStore, records: Sequence[Record]) -> None:
        if any(isinstance(record, ResultRecord) and record.phase is PhaseName.NLP for record in records):
            raise StoreUnavailableError("The disk is full: make room.")
        commit(self, records)

    with monkeypatch.context() as patch:
        patch.setattr(SqlStore, "commit", full)
        ran = essays("run", classroom, *run_options())
    assert ran.exit_code == 4, ran.output
    assert "The disk is full: make room. Then continue with: essays resume b --runtime local" in ran.output
    went_on = essays("resume", "b", "--runtime", "local")
    assert went_on.exit_code == 0, went_on.output
    assert "completed with failures" in went_on.output
