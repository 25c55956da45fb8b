"""Mistakes are reported from the store alone, before a runtime starts: on Ray that takes seconds."""

from pathlib import Path

import pytest

from drivers.client import engine
from drivers.client.bootstrap import Settings
from tests.drivers.conftest import Call, folder_of, run_options

pytestmark = pytest.mark.usefixtures("small_services")


@pytest.fixture
def ended(small_services: None, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:  # noqa: ARG001
    """A batch that has ended; from now on no runtime can be started."""
    essays("run", classroom, *run_options(pipeline="spellcheck"))

    def refuse(_settings: Settings) -> None:
        raise AssertionError("a runtime was started")

    monkeypatch.setattr(engine, "start_runtime", refuse)


@pytest.mark.usefixtures("ended")
@pytest.mark.parametrize(
    ("call", "said"),
    [
        (["pause", "b"], "has ended"),
        (["cancel", "b"], "has ended"),
        (["retry", "b"], "there is nothing to try again"),
        (["drop", "b", "nlp"], "has ended"),
        (["append", "b", "nlp"], "Run more phases on it with: essays further b"),
        (["further", "b", "nlpp"], "Did you mean nlp?"),
    ],
)
def test_an_order_that_makes_no_sense_is_refused_at_once(essays: Call, call: list[str], said: str) -> None:
    """With exit code 2 and, if there is one, the command to use instead."""
    refused = essays(*call)
    assert refused.exit_code == 2, refused.output
    assert said in refused.output


@pytest.mark.usefixtures("ended")
def test_a_name_that_is_taken_is_refused_at_once(here: Path, essays: Call) -> None:
    """The other batch keeps its results."""
    other = folder_of(here / "other", {"dora": "Another text."})
    refused = essays("run", other, *run_options(pipeline="spellcheck"))
    assert refused.exit_code == 2
    assert "choose another --batch-id" in refused.output


@pytest.mark.usefixtures("small_services")
def test_a_batch_is_called_as_its_folder_where_no_other_is(here: Path, essays: Call, classroom: Path) -> None:
    """So ``essays status 8b`` works; a second batch in that folder has the time in its name."""
    call = ("run", classroom, "--pipeline", "nlp", "--runtime", "local", "--out", here / "results" / "class 8b")
    assert "Batch class-8b: 3 essays" in essays(*call).output
    assert essays("status", "class-8b").exit_code == 0
    assert "Batch 8b-20" in essays(*call).output


def test_a_pipeline_that_is_nearly_known_is_guessed_at(essays: Call, classroom: Path) -> None:
    """A misspelt pipeline is guessed at like a misspelt phase."""
    told = essays("run", classroom, "--pipeline", "rankin", "--runtime", "local")
    assert "Did you mean the pipeline ranking?" in told.output
    assert told.exit_code == 2


@pytest.mark.parametrize("moment", ["prepare", "opened"])
def test_an_interrupt_before_a_batch_is_taken_on_says_that_nothing_was_begun(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    """The exit code is 130, no file is written, and there is no batch to look for."""

    def interrupted(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = [path for path in here.rglob("*") if path.is_file()]
    monkeypatch.setattr(f"drivers.run_batch.{moment}", interrupted)
    told = essays("run", classroom, "--runtime", "local")
    assert told.exit_code == 130
    assert "nothing was started" in told.output
    assert "essays resume" not in told.output
    assert [path for path in here.rglob("*") if path.is_file()] == before
