"""Added phases as users meet them: the Python API, checks, tables, completion, doctor."""

from collections.abc import Iterator, Mapping
from typing import Any

import pytest

from actors.phases.registry import services_of
from contracts import PhaseDefinition, look_again, registered
from drivers import Engine, InvalidPhase, InvalidService, PhaseName, RequestError
from drivers.cli import doctor
from drivers.cli.completion import known_phases
from drivers.cli.finding import CheckResult
from drivers.cli.phase_sample import tried
from drivers.cli.reference import phase_rows
from drivers.report.figures import figures_of
from drivers.report.tables import tables_of
from drivers.report.view import class_view
from tests.added_phase import RIVALRY, UPPER_CASING, RivalryResult, UpperCasingResult, UpperCasingService
from tests.services import Tagging

ESSAYS = {"anna": "One text.", "bo": "Another text of mine."}


@pytest.fixture
def engine() -> Iterator[Engine]:
    """An engine with both phases."""
    with Engine.open("memory://", runtime="local", phases=[UPPER_CASING, RIVALRY], services=SPELLING) as opened:
        yield opened


def _spelling() -> Tagging:
    return Tagging(PhaseName.SPELLCHECK)


SPELLING = {"spellcheck": _spelling}


def test_a_script_gives_its_phases_to_the_engine_and_reads_their_results_as_models(engine: Engine) -> None:
    """Results are found by the phase's name or by its model."""
    result = engine.submit("8b", ESSAYS, pipeline="spellcheck,upper_casing,rivalry").result(timeout=60)
    anna = result.essay("anna")
    assert anna.text == "ONE TEXT. +SPELLCHECK"
    assert anna.result(UpperCasingResult).words == 3
    assert isinstance(anna.results["rivalry"], RivalryResult)
    assert [phase.phase_name for phase in result.phases] == ["spellcheck", "upper_casing", "rivalry"]


def test_options_that_its_model_refuses_and_pipelines_that_lack_what_it_needs_are_refused(engine: Engine) -> None:
    """They are refused before anything is stored."""
    with pytest.raises(RequestError, match="Settings of upper_casing: quiet: there is no such setting"):
        engine.submit("8b", ESSAYS, pipeline="spellcheck,upper_casing", options={"upper_casing": {"quiet": 1}})
    with pytest.raises(RequestError, match="upper_casing needs the results of spellcheck"):
        engine.submit("8b", ESSAYS, pipeline="upper_casing,spellcheck")
    with pytest.raises(RequestError, match=r"no phase 'upper_caseing'\. Did you mean upper_casing\?"):
        engine.submit("8b", ESSAYS, pipeline="upper_caseing")
    assert not engine.batches()


def test_an_engine_says_what_is_wrong_with_a_phase_or_a_service() -> None:
    """Opening the engine fails, and the error names the phase or service."""
    another = PhaseDefinition("upper_casing", UpperCasingResult, "another:Service")
    with registered(UPPER_CASING), pytest.raises(InvalidPhase, match="'upper_casing' is already registered"):
        Engine.open("memory://", runtime="local", phases=[another])
    with pytest.raises(InvalidService, match="service of nlp"):
        Engine.open("memory://", runtime="local", services={"nlp": "nonsense"})


def test_a_service_that_is_not_there_is_said_when_a_batch_asks_for_it() -> None:
    """The batch is refused before its first essay could fail."""
    lost = PhaseDefinition("lost", UpperCasingResult, "no_such_module:Service")
    with (
        Engine.open("memory://", runtime="local", phases=[lost]) as engine,
        pytest.raises(RequestError, match="lost phase cannot run: the service no_such_module:Service cannot be loaded"),
    ):
        engine.submit("8b", ESSAYS, pipeline="lost")


def test_another_service_may_do_an_added_phases_work() -> None:
    """This works as for a built-in phase."""
    services = {**SPELLING, "upper_casing": lambda: Tagging(PhaseName("upper_casing"))}
    with Engine.open("memory://", runtime="local", phases=[UPPER_CASING], services=services) as engine:
        result = engine.submit("8b", {"anna": "A"}, pipeline="spellcheck,upper_casing").result(timeout=60)
    assert result.essay("anna").text == "A +spellcheck +upper_casing"


def test_a_result_that_does_not_fit_its_model_any_more_is_still_shown() -> None:
    """Another version of the phase stored it: both the batch and the result can still be read."""
    services = {**SPELLING, "upper_casing": lambda: Tagging(PhaseName("upper_casing"))}  # finds no words
    with Engine.open("memory://", runtime="local", phases=[UPPER_CASING], services=services) as engine:
        result = engine.submit("8b", {"anna": "A"}, pipeline="spellcheck,upper_casing").result(timeout=60)
    found = result.essay("anna").results["upper_casing"]
    assert not isinstance(found, UpperCasingResult)
    assert found.producer == "test"


def test_figures_are_fields_of_its_result_or_what_a_function_makes_of_it() -> None:
    """A stored result of another version may lack some; a phase that is gone has none."""

    def made(result: Mapping[str, Any]) -> Mapping[str, Any]:
        return {"words_twice": 2 * result["words"]}

    twice = PhaseDefinition("twice", UpperCasingResult, "a:B", figures=made)
    with registered(UPPER_CASING), registered(twice):
        results = {"upper_casing": {"words": 3}, "twice": {"words": 3}}
        assert figures_of(results) == {"upper_casing_words": 3, "words_twice": 6}
        assert figures_of({"upper_casing": {}}) == {}
    assert figures_of(results) == {}


def test_reports_tables_have_its_numbers_and_words() -> None:
    """Single values are under the phase's name."""
    found = {
        "status": "upper_casing_success",
        "original_text_storage_id": "t",
        "text_storage_id": "t",
        "producer": "p",
        "producer_version": "1",
        "words": 3,
        "language": "sv",
        "notes": ["a", "b"],
    }
    essay = {"essay_id": "anna", "status": "all_processing_completed", "results": {"upper_casing": found}}
    with registered(UPPER_CASING):
        view = class_view({"batch_id": "8b", "essays": [essay]}, {})
        assert view.essays[0].plain == {"upper_casing": {"words": 3, "language": "sv"}}
        [row] = next(table for table in tables_of(view) if table.name == "essays").rows
        assert (row["upper_casing_words"], row["upper_casing_language"]) == (3, "sv")
    gone = class_view({"batch_id": "8b", "essays": [essay]}, {})
    assert gone.essays[0].unread_phases == ("upper_casing",)


def test_its_settings_are_in_the_reference_and_its_name_is_offered() -> None:
    """Settings have their descriptions."""
    with registered(UPPER_CASING), registered(RIVALRY) as rivalry:
        assert list(phase_rows(PhaseName("upper_casing"))) == [("loud", "boolean", "True", "Translate into capitals.")]
        assert list(phase_rows(rivalry)) == []
        assert list(known_phases("nlp,up")) == ["nlp,upper_casing"]
    assert list(known_phases("up")) == []


def test_the_doctor_tries_it_and_names_packages_that_are_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> None:
    """It runs a phase on a short text; a package that cannot be loaded is named."""
    (tmp_path / "pkg_bad.py").write_text("import no_such_module\n")
    info = tmp_path / "pkg_bad-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pkg-bad\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[essay_pipelines.phases]\nbad = pkg_bad:PHASE\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.setattr(doctor, "tried", lambda *_: None)  # built-in phases take seconds, and are tried elsewhere
    look_again()
    with registered(UPPER_CASING) as phase:
        assert tried(phase, UpperCasingService) is None
        found = {finding.what: finding for finding in doctor._phases(services_of())}
    look_again()
    assert found["phase upper_casing"].verdict is CheckResult.GOOD
    assert found["phase bad"].verdict is CheckResult.BAD
    assert "package pkg-bad cannot be loaded" in found["phase bad"].found
