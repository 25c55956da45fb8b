"""Settings from a file and the environment, and named pipelines."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest

from drivers.cli.run_request import RunRequest, pipeline_with
from drivers.client.errors import RequestError
from drivers.client.pipelines import NamedPipeline, pipeline_of, pipelines_in
from tests.drivers.conftest import Call, run_options

Settings = Callable[..., RunRequest]


@pytest.fixture
def settings(here: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a run with this essays.toml, these environment variables and these flags."""

    def of(file: str = "", environment: Mapping[str, str] = MappingProxyType({}), **flags: Any) -> RunRequest:
        (here / "essays.toml").write_text(file, encoding="utf-8")
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        return RunRequest(table="run", **flags)

    return of


def test_a_setting_is_taken_from_the_first_place_that_says_it(settings: Settings) -> None:
    """Flag, environment, file, default: each counts only if those before it are silent."""
    file = '[run]\npipeline = "nlp"\nstrict = true\ncourse = "SV1"\nteacher = "file"\n'
    environment = {"ESSAYS_PIPELINE": "spellcheck", "ESSAYS_TEACHER": "environment", "ESSAYS_OTHER": "x"}
    found = settings(file, environment, teacher="flag")
    assert (found.teacher, found.pipeline, found.course, found.strict) == ("flag", "spellcheck", "SV1", True)
    assert found.language == "auto"


def test_a_variable_that_is_empty_says_nothing(settings: Settings) -> None:
    """A shell has empty variables for what was not set."""
    assert settings('[run]\npipeline = "nlp"\n', {"ESSAYS_PIPELINE": ""}).pipeline == "nlp"


def test_a_list_in_the_environment_is_split_as_in_a_shell(settings: Settings) -> None:
    """Values may contain spaces."""
    assert settings(environment={"ESSAYS_SET": "a.b=1 'c.d=two words'"}).set_ == ["a.b=1", "c.d=two words"]


def test_one_value_in_the_file_does_for_a_list_and_is_not_split(settings: Settings) -> None:
    """Likewise, a number is accepted for a text."""
    found = settings('[run]\nset = "a.b=two words"\nclass = 8\n')
    assert (found.set_, found.class_name) == (["a.b=two words"], "8")


def test_what_stands_above_all_tables_is_for_every_command_that_knows_it(settings: Settings) -> None:
    """A store is named once for all commands; a command's own table takes precedence."""
    found = settings('out = "x"\nstore = "all.db"\nworkers = 2\n[run]\nworkers = 3\n')
    assert (found.out, found.store, found.workers) == (Path("x"), "all.db", 3)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        (
            '[run]\npipelin = "nlp"',
            r"\[run\] has no setting pipelin. Known: all-files, assignment, batch-id, class, class-list",
        ),
        ('pipeline = "nlp"', "cannot stand above all tables"),
        ('[run]\npipeline = ["nlp"]', "pipeline must be one value"),
        ("[run]\nset = [[1]]", "set must be a list of values"),
        ("[rnu]\nstrict = true", r"Did you mean \[run\]\?"),
        ("[run", "is not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_is_named_with_the_file(settings: Settings, file: str, text: str) -> None:
    """A typing error is not silently ignored."""
    with pytest.raises(RequestError, match=f"essays.toml: .*{text}"):
        settings(file)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("ESSAYS_WORKERS", "0", "--workers: Input should be greater than or equal to 1"),
        ("ESSAYS_RUNTIME", "cloud", "--runtime: Input should be 'ray' or 'local'"),
        ("ESSAYS_STRICT", "perhaps", "--strict: Input should be a valid boolean"),
    ],
)
def test_a_mistake_in_the_environment_is_named_as_its_flag(
    essays: Call, monkeypatch: pytest.MonkeyPatch, name: str, value: str, text: str
) -> None:
    """The exit code is 2, like that of a mistake in the call."""
    monkeypatch.setenv(name, value)
    refused = essays("run", "--sample")
    assert refused.exit_code == 2
    assert text in " ".join(refused.output.replace("│", " ").split())


def test_a_table_that_no_command_reads_is_named(here: Path, essays: Call) -> None:
    """A typing error in its name would have the whole table ignored."""
    (here / "essays.toml").write_text("[rnu]\nworkers = 1\n")
    refused = essays("status")
    assert refused.exit_code == 2
    assert "Did you mean [run]?" in refused.output


def test_a_command_in_a_command_has_its_table_in_that_ones(here: Path, essays: Call) -> None:
    """The judging page, ``judge page``, is an example."""
    (here / "essays.toml").write_text("[judge.page]\nport = 0\ncolour = 3\n")
    assert "[judge.page] has no setting colour" in " ".join(essays("judge", "b").output.split())
    assert "There is no store" in essays("judge", "export", "b", "x.csv").output


@pytest.mark.usefixtures("small_services")
def test_flags_go_before_the_environment_and_that_before_the_file(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the three counts only if those before it are silent."""
    (here / "essays.toml").write_text('runtime = "local"\n[run]\nbatch-id = "file"\npipeline = "nlp"\nclass = "8b"\n')
    monkeypatch.setenv("ESSAYS_PIPELINE", "ai_feedback")
    monkeypatch.setenv("ESSAYS_BATCH_ID", "environment")
    assert essays("run", classroom, "--batch-id", "flag").exit_code == 0
    document = json.loads((here / "results/flag/results.json").read_text(encoding="utf-8"))
    assert [phase["phase_name"] for phase in document["phases"]] == ["ai_feedback"]
    assert 'class = "8b"' in (here / "results/flag/settings.toml").read_text(encoding="utf-8")


@pytest.mark.usefixtures("small_services")
def test_a_pipeline_of_the_file_is_run_by_its_name(here: Path, essays: Call, classroom: Path) -> None:
    """It has the pipeline's settings; --set takes precedence."""
    text = '[pipelines.quick]\nphases = ["nlp"]\n[pipelines.quick.nlp]\nparse = false\n'
    (here / "school.toml").write_text(text, encoding="utf-8")
    options = ["--settings", "school.toml", "--pipeline", "quick", "--runtime", "local", "--out", "out"]
    assert essays("run", classroom, *options).exit_code == 0
    assert 'set = [\n    "nlp.parse=false",\n]' in (here / "out/settings.toml").read_text(encoding="utf-8")
    assert "quick" in essays("pipelines", "--settings", "school.toml").output


def test_a_setting_goes_over_that_of_the_pipeline() -> None:
    """The pipeline's other settings stay."""
    named = {"mine": NamedPipeline(("nlp",), {"nlp": {"parse": False, "other": 1}})}
    assert pipeline_with("mine", named, ["nlp.parse=true"]).options == {"nlp": {"parse": True, "other": 1}}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"nlp": {"phases": ["nlp"]}}, "is the name of a phase"),
        ({"mine": {}}, "lists no phases"),
        ({"mine": {"phases": ["nlpp"]}}, "There is no phase 'nlpp'"),
        ({"mine": {"phases": ["nlp"], "spellcheck": {}}}, "not a table for one of its phases"),
        ({"mine": ["nlp"]}, "write a pipeline as a table"),
    ],
)
def test_a_mistake_in_a_named_pipeline_is_named(table: dict[str, object], said: str) -> None:
    """Reading the pipelines finds it, before anything runs."""
    with pytest.raises(RequestError, match=said):
        pipelines_in(table)


def test_an_unknown_name_lists_phases_and_pipelines() -> None:
    """The name may have been meant as either."""
    with pytest.raises(RequestError, match=r"Known phases: .* Known pipelines: everything, feedback, ranking"):
        pipeline_of("rankings", {})


def test_named_pipelines_are_listed_and_not_taken_for_settings_of_the_command(here: Path, essays: Call) -> None:
    """The command that lists them has the same name as their table."""
    (here / "essays.toml").write_text('[pipelines.exam]\nphases = ["spellcheck", "nlp"]\n', encoding="utf-8")
    listed = essays("pipelines")
    assert listed.exit_code == 0, listed.output
    assert "exam" in listed.output


LOUD = """
from actors.phases.service import Product
from contracts import PhaseName, text_storage_id_of
from tests.services import Tagging, result

class Loud(Tagging):
    def __init__(self):
        super().__init__(PhaseName.NLP)

    def process(self, task):
        text = task.text.upper()
        return Product(result(self.phase, task, text_storage_id_of(text)), text)
"""


@pytest.mark.usefixtures("small_services")
def test_a_service_of_the_file_does_the_work_of_its_phase(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In every command that runs a batch, and in a run repeated from its saved settings."""
    (here / "my_services.py").write_text(LOUD, encoding="utf-8")
    monkeypatch.syspath_prepend(here)
    (here / "essays.toml").write_text('[services]\nnlp = "my_services:Loud"\n', encoding="utf-8")
    assert essays("run", classroom, *run_options(pipeline="spellcheck")).exit_code == 0
    further = essays("further", "b", "nlp", "--runtime", "local")
    assert further.exit_code == 0, further.output
    assert (here / "results/b/texts/anna-berg.txt").read_text(encoding="utf-8") == "ONE TEXT. +SPELLCHECK"
    (here / "essays.toml").unlink()
    again = essays("run", "--settings", "results/b/settings.toml", "--batch-id", "again", "--pipeline", "nlp")
    assert again.exit_code == 0, again.output
    assert (here / "results/again/texts/anna-berg.txt").read_text(encoding="utf-8") == "ONE TEXT."


@pytest.mark.parametrize(
    ("services", "text"),
    [
        ("nlp = 3", "services belong in a table"),
        ('nlpp = "a:B"', "a service was named for a phase that there is not"),
        ('nlp = "nowhere:B"', "the service nowhere:B cannot be loaded"),
        ('nlp = "nowhere"', "the service of nlp is its class or"),
    ],
)
def test_a_mistake_in_a_service_is_named_before_anything_starts(
    here: Path, essays: Call, classroom: Path, services: str, text: str
) -> None:
    """The exit code is 2, and no results folder is made."""
    (here / "essays.toml").write_text(f"[services]\n{services}\n", encoding="utf-8")
    refused = essays("run", classroom, *run_options(pipeline="nlp"))
    assert refused.exit_code == 2, refused.output
    assert text in " ".join(refused.output.replace("│", " ").split())
    assert not Path("results").exists()
