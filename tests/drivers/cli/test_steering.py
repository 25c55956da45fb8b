"""``resume``, ``retry``, ``further``, ``pause``, ``cancel``, ``append`` and ``drop`` on what an earlier run left."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from actors.phases import registry
from actors.stores.opening import open_store
from contracts.phases import PhaseName
from drivers.client.engine import Engine
from tests.drivers.conftest import Call, answer, left_by_its_driver, run_options
from tests.services import Ranking, Tagging

pytestmark = pytest.mark.usefixtures("small_services")


@pytest.fixture
def half_done(here: Path, classroom: Path) -> str:
    """The URL of a store in results/b with a batch whose driver ended after the first phase."""
    return left_by_its_driver(here / "results" / "b", classroom, "spellcheck,nlp", after_results=3)


@pytest.mark.usefixtures("half_done")
def test_resume_takes_all_that_is_unfinished_to_its_end(here: Path, essays: Call) -> None:
    """Without a name, it resumes every unfinished batch in results/."""
    resumed = essays("resume", "--runtime", "local", "--json")
    assert resumed.exit_code == 0, resumed.output
    assert answer(resumed)["status"] == "completed_with_failures"
    assert (here / "results/b/results.json").is_file()
    assert "Nothing to resume" in essays("resume", "--runtime", "local").output


@pytest.mark.usefixtures("half_done")
def test_a_paused_batch_is_resumed_by_its_name_only(essays: Call) -> None:
    """Somebody has paused it on purpose."""
    paused = essays("pause", "b", "--runtime", "local", "--json")
    assert answer(paused) == {"batch_id": "b", "paused": True, "go_on": "essays resume b --runtime local"}
    assert "Skipped batch b, which is paused: resume it by name." in essays("resume", "--runtime", "local").output
    assert answer(essays("status", "b", "--json"))["now"] == "paused"
    named = essays("resume", "b", "--runtime", "local", "--json")
    assert answer(named)["status"] == "completed_with_failures"


def test_an_order_to_a_paused_batch_is_carried_out_and_not_waited_for(essays: Call, half_done: str) -> None:
    """Its end depends on somebody else; the command to continue is printed."""
    essays("pause", "b", "--runtime", "local")
    for order, pipeline in (("append", ["spellcheck", "nlp", "ai_feedback"]), ("drop", ["spellcheck", "nlp"])):
        ordered = essays(order, "b", "ai_feedback", "--runtime", "local")
        assert ordered.exit_code == 0, ordered.output
        assert "Batch b is paused. Continue with: essays resume b --runtime local" in ordered.output
        with closing(open_store(half_done, read_only=True)) as store:
            header = store.batch("b")
        assert header is not None
        assert list(header.pipeline) == pipeline


@pytest.mark.usefixtures("half_done")
def test_a_paused_batch_is_not_run_again_but_resumed(essays: Call, classroom: Path) -> None:
    """Repeating the run says so, instead of waiting for ever."""
    essays("pause", "b", "--runtime", "local")
    again = essays("run", classroom, *run_options(), "--language", "en")
    assert again.exit_code == 2
    assert "is paused. Continue with: essays resume b" in again.output


@pytest.mark.usefixtures("half_done")
def test_the_folder_that_is_named_goes_before_a_store_for_all(here: Path, essays: Call) -> None:
    """A settings file may name one store for all batches, but this batch is in its own."""
    open_store(str(here / "school.db")).close()
    (here / "essays.toml").write_text('store = "school.db"\n', encoding="utf-8")
    assert essays("status", "b", "--out", "results/b").exit_code == 0
    assert essays("status", "b").exit_code == 2


@pytest.mark.usefixtures("half_done")
def test_cancel_ends_a_batch_and_keeps_what_is_done(essays: Call) -> None:
    """The exit code is 3, because the batch did not do what was asked for."""
    cancelled = essays("cancel", "b", "--runtime", "local", "--json")
    assert cancelled.exit_code == 3
    assert answer(cancelled)["status"] == "cancelled"


@pytest.mark.usefixtures("half_done")
def test_phases_can_be_appended_and_dropped_while_a_batch_is_under_way(here: Path, essays: Call) -> None:
    """The rest of a pipeline can be changed until the batch has ended."""
    essays("append", "b", "ai_feedback", "--runtime", "local")
    document = json.loads((here / "results/b/results.json").read_text(encoding="utf-8"))
    assert [phase["phase_name"] for phase in document["phases"]] == ["spellcheck", "nlp", "ai_feedback"]
    late = essays("drop", "b", "nlp", "--runtime", "local")
    assert late.exit_code == 2
    assert "has ended" in late.output


def test_retry_tries_what_failed_and_says_whose(essays: Call, classroom: Path) -> None:
    """It retries exactly the essays that failed."""
    essays("run", classroom, *run_options())
    retried = essays("retry", "b", "--runtime", "local")
    assert retried.exit_code == 0, retried.output
    assert "Retrying: bo-ek\n" in retried.output
    assert essays("retry", "b", "--phase", "spellcheck", "--runtime", "local").exit_code == 2


@pytest.mark.usefixtures("half_done")
@pytest.mark.parametrize("call", [("retry", "b"), ("further", "b", "ai_feedback")])
def test_what_has_to_wait_for_a_batchs_end_says_how_to_go_on_with_it(essays: Call, call: tuple[str, ...]) -> None:
    """The batch was left unfinished, and ends once it is resumed."""
    refused = essays(*call, "--runtime", "local")
    assert refused.exit_code == 2
    assert "has not ended" in refused.output
    assert "Continue with: essays resume b --runtime local\n" in refused.output


@pytest.mark.usefixtures("half_done")
def test_a_pipeline_with_a_name_and_settings_can_be_run_further(here: Path, essays: Call) -> None:
    """Names and settings work as in a batch's first pipeline."""
    essays("resume", "b", "--runtime", "local")
    text = '[pipelines.more]\nphases = ["nlp", "cj_assessment"]\n[pipelines.more.cj_assessment]\nbudget = 5\n'
    (here / "essays.toml").write_text(text, encoding="utf-8")
    further = essays("further", "b", "more", "--set", "cj_assessment.budget=7", "--runtime", "local")
    assert further.exit_code == 0, further.output
    with Engine.reader(here / "results/b/store.db") as reader:
        assert reader.batch("b").header.options["cj_assessment"] == {"budget": 7}


def test_a_further_pipeline_says_what_it_reuses(essays: Call, classroom: Path) -> None:
    """Finished phases are not run again."""
    essays("run", classroom, *run_options())
    further = essays("further", "b", "spellcheck,cj_assessment", "--runtime", "local")
    assert "Skipped, because results exist already: spellcheck" in further.output
    assert further.exit_code == 0


@pytest.mark.usefixtures("half_done")
def test_a_batch_that_is_not_there_is_a_mistake(essays: Call) -> None:
    """The message says which batch is missing."""
    for command in ("resume", "retry", "pause", "cancel", "status", "watch", "history"):
        refused = essays(command, "nobody")
        assert refused.exit_code == 2, command
        assert "There is no batch 'nobody'" in refused.output


def test_a_store_in_use_by_a_local_run_is_said_with_its_process(essays: Call, classroom: Path, half_done: str) -> None:
    """Two programs never write to one file."""
    holder = open_store(half_done)
    try:
        refused = essays("resume", "b", "--runtime", "local")
        assert refused.exit_code == 2
        assert "is in use by process" in refused.output
        assert "running (process" in answer(essays("status", "b", "--json"))["now"]
        again = essays("run", classroom, *run_options(), "--language", "en")
        assert again.exit_code == 2
        assert "watch it with essays watch" in again.output
    finally:
        holder.close()


def test_a_phase_that_needs_another_says_so_before_anything_starts(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is registered; the message shows the right order."""

    class Needy(Tagging):
        needs = (PhaseName.NLP,)

    monkeypatch.setitem(registry.BUILT_IN_SERVICES, PhaseName.AI_FEEDBACK, lambda: Needy(PhaseName.AI_FEEDBACK))
    refused = essays("run", classroom, *run_options(pipeline="ai_feedback,nlp"))
    assert refused.exit_code == 2
    assert "as in nlp,ai_feedback" in refused.output
    assert not (here / "results/b/results.json").exists()
    assert essays("run", classroom, *run_options("ok", "nlp,ai_feedback")).exit_code == 0


def test_a_phase_before_one_that_it_could_use_deserves_a_hint(
    essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It runs all the same, because the order is the user's choice."""
    ranking = Ranking(PhaseName.CJ_ASSESSMENT, uses=(PhaseName.SPELLCHECK,))
    monkeypatch.setitem(registry.BUILT_IN_SERVICES, PhaseName.CJ_ASSESSMENT, lambda: ranking)
    ran = essays("run", classroom, *run_options(pipeline="cj_assessment,spellcheck"))
    assert "cj_assessment could use the results of spellcheck, which comes after it" in ran.output
    assert ran.exit_code == 0


def test_no_hint_is_given_that_comes_too_late(essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A finished phase cannot be put after anything."""
    ranking = Ranking(PhaseName.CJ_ASSESSMENT, uses=(PhaseName.NLP,))
    monkeypatch.setitem(registry.BUILT_IN_SERVICES, PhaseName.CJ_ASSESSMENT, lambda: ranking)
    essays("run", classroom, *run_options(pipeline="cj_assessment"))
    assert "could use" not in essays("further", "b", "nlp", "--runtime", "local").output
