"""``status``, ``watch`` and ``history``: what they read from the store, whether or not anything is running."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from actors.core.batch_state import BatchStage
from actors.core.records import BatchRecord
from actors.stores.memory import MemoryStore
from actors.stores.opening import open_store
from contracts.phases import PhaseName
from drivers.client.progress import Observer, duration_text
from tests.drivers.conftest import Call, answer, run_options

pytestmark = pytest.mark.usefixtures("small_services")


@pytest.fixture
def ended(small_services: None, essays: Call, classroom: Path) -> None:  # noqa: ARG001  (the services must be there first)
    """A batch in which one essay has failed."""
    essays("run", classroom, *run_options())


def test_status_without_a_batch_lists_all_of_them(essays: Call, classroom: Path) -> None:
    """It lists those of all stores in results/, with what they are doing now."""
    assert "There are no batches yet" in essays("status").output
    for batch_id in ("first", "second"):
        essays("run", classroom, *run_options(batch_id))
    listed = answer(essays("status", "--json"))
    assert [(line["batch_id"], line["essays"], line["now"]) for line in listed] == [
        ("first", 3, "ended"),
        ("second", 3, "ended"),
    ]


def test_the_name_of_a_batch_is_never_cut_off(essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is what one types next: it is kept in a pipe, which has no width, and on a narrow terminal."""
    name = "a-class-with-quite-a-long-name-20261123-173944"
    essays("run", classroom, *run_options(name))
    monkeypatch.setenv("COLUMNS", "60")
    assert name in essays("status").output
    monkeypatch.delenv("COLUMNS")
    piped = essays("status").output
    assert (name in piped, f"results/{name}" in piped) == (True, True)


@pytest.mark.usefixtures("ended")
def test_times_in_json_are_as_iso_8601_says(essays: Call) -> None:
    """Every program can read them."""
    (line,) = answer(essays("status", "--json"))
    assert datetime.fromisoformat(line["updated_at"]).isoformat() == line["updated_at"]


@pytest.mark.usefixtures("ended")
def test_status_of_a_batch_shows_its_phases_and_every_essay(essays: Call) -> None:
    """Each failed essay is shown with its reason."""
    shown = essays("status", "b").output
    assert "completed with failures; ended" in shown
    assert "This text asks to fail." in shown
    document = answer(essays("status", "b", "--json"))
    assert [(phase["phase"], phase["successful"], phase["failed"]) for phase in document["phases"]] == [
        ("spellcheck", 3, 0),
        ("nlp", 2, 1),
    ]
    assert [essay["essay_id"] for essay in document["essays"]] == ["anna-berg", "bo-ek", "cy-falk"]


@pytest.mark.usefixtures("ended")
def test_watch_ends_with_the_batch(essays: Call) -> None:
    """In JSON, it prints one line for each change."""
    watched = essays("watch", "b", "--json")
    assert watched.exit_code == 0
    assert [json.loads(line)["stage"] for line in watched.stdout.splitlines()] == ["ended"]
    assert "1 failed" in essays("watch", "b").output


@pytest.mark.usefixtures("ended")
def test_the_history_of_a_batch_tells_its_phases_and_what_failed(essays: Call) -> None:
    """Without every essay's successes, which --all adds."""
    told = essays("history", "b").output
    assert "registered: 3 essays, spellcheck -> nlp" in told
    assert "nlp failed: This text asks to fail. (invalid_response)" in told
    assert "nlp completed with failures for the batch: 2 done, 1 failed" in told
    assert "spellcheck done" not in told
    assert "spellcheck done" in essays("history", "b", "--all").output


@pytest.mark.usefixtures("ended")
def test_the_history_of_an_essay_tells_what_concerned_it(essays: Call) -> None:
    """Its own events and its batch's, and none of other essays."""
    lines = [json.loads(line) for line in essays("history", "b", "bo-ek", "--json").stdout.splitlines()]
    assert {line["essay_id"] for line in lines} == {None, "bo-ek"}
    said = [line["said"] for line in lines]
    assert said.index("spellcheck done") < said.index("nlp begins with 3 essays")
    assert said[-1].startswith("the batch ended as completed with failures")
    assert "has no essay 'nobody'" in essays("history", "b", "nobody").output


def test_reading_never_writes(here: Path, essays: Call, classroom: Path) -> None:
    """Status, watch and history work even on an archive."""
    essays("run", classroom, *run_options())
    before = (here / "results/b/store.db").read_bytes()
    for command in (["status"], ["status", "b"], ["watch", "b"], ["history", "b"]):
        assert essays(*command).exit_code == 0
    assert (here / "results/b/store.db").read_bytes() == before


def test_watching_what_nobody_runs_says_so(here: Path, essays: Call, classroom: Path) -> None:
    """Its clock stands still, and the command to continue is printed."""
    essays("run", classroom, *run_options())
    with closing(open_store(f"sqlite:///{here / 'results/b/store.db'}")) as store:
        header = store.batch("b")
        state = store.pipeline_state("b")
        assert header is not None
        assert state is not None
        begun = header.details[PhaseName.NLP]._replace(completed_at=None)
        running = header._replace(stage=BatchStage.RUNNING, epoch=99, details=header.details.set(PhaseName.NLP, begun))
        store.commit([BatchRecord(running, state.last_updated, whole=False)])
    watched = essays("watch", "b", "--once").output
    assert "Batch b is interrupted. Continue with: essays resume b\n" in watched
    assert "stopped" in watched
    assert answer(essays("watch", "b", "--once", "--json"))["now"] == "interrupted"


def test_where_the_output_is_no_terminal_each_phase_is_said_once_when_it_has_ended(
    essays: Call, classroom: Path
) -> None:
    """A log shows how far a long run is, without a hundred drawings of a bar."""
    shown = essays("run", classroom, *run_options()).output
    assert (shown.count("3/3"), shown.count("done, with failures")) == (2, 1)
    assert len({line.index("3/3") for line in shown.splitlines() if "3/3" in line}) == 1  # in one column


@pytest.mark.usefixtures("ended")
def test_a_store_that_cannot_be_read_does_not_hide_the_others(here: Path, essays: Call) -> None:
    """It is skipped with a message; other batches are still found by name."""
    (here / "results/a").mkdir()
    (here / "results/a/store.db").write_text("This is no database, but long enough to be looked at." * 9)
    listed = essays("status", "--json")
    assert [line["batch_id"] for line in answer(listed)] == ["b"]
    assert "results/a/store.db: The file is no SQLite database." in listed.stderr
    assert essays("status", "b").exit_code == 0


@pytest.mark.usefixtures("ended")
def test_a_store_of_an_older_program_is_read(here: Path, essays: Call) -> None:
    """It is read as it is; only continuing a batch migrates it."""
    script = (Path(__file__).parents[2] / "stores" / "version_6.sql").read_text(encoding="utf-8")
    (here / "old").mkdir()
    with closing(sqlite3.connect(here / "old/store.db")) as connection:
        connection.executescript(script)
    listed = essays("status", "--out", "old", "--json")
    assert [line["batch_id"] for line in answer(listed)] == ["b1", "b2", "in-nlp", "in-cj", "again"]


def test_the_rate_is_that_of_the_last_half_minute() -> None:
    """A phase that was slow at first is not rated slow for ever."""
    observer = Observer(MemoryStore(), "b")
    start = datetime(2026, 1, 1, tzinfo=UTC)
    rates = [
        observer._rate(PhaseName.NLP, settled, start, start + timedelta(seconds=second))
        for second, settled in ((10, 0), (20, 10), (50, 100), (80, 400))
    ]
    assert rates == [None, 0.5, 3.0, 10.0]


def test_a_batch_that_is_not_there_yet_has_no_progress() -> None:
    """This is so between the start of a runtime and the registration."""
    assert Observer(MemoryStore(), "b").look() is None


@pytest.mark.parametrize(("seconds", "said"), [(None, ""), (5.4, "0:05"), (75, "1:15"), (3661, "1:01:01")])
def test_a_duration_is_said_as_on_a_clock(seconds: float | None, said: str) -> None:
    """Hours appear only if there are any."""
    assert duration_text(seconds) == said
