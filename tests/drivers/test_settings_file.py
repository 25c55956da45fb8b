"""Settings from a file and the environment, and pipelines with a name."""

import json
from pathlib import Path

import pytest

from drivers.cli.run_request import pipeline_with
from drivers.cli.settings_file import defaults_for
from drivers.client.errors import RequestError
from drivers.client.pipelines import NamedPipeline, pipeline_of, pipelines_in
from tests.drivers.conftest import Call

FLAGS = {"pipeline": ("pipeline", False), "set": ("set_", True), "strict": ("strict", False), "out": ("out", False)}


def test_the_environment_goes_before_the_file() -> None:
    """And flags before both, which is the parser's doing."""
    document = {"run": {"pipeline": "nlp", "strict": True}}
    found = defaults_for("run", FLAGS, document, {"ESSAYS_PIPELINE": "spellcheck", "ESSAYS_OTHER": "x"})
    assert found == {"pipeline": "spellcheck", "strict": True}


def test_a_list_in_the_environment_is_split_as_in_a_shell() -> None:
    """Values may have spaces."""
    found = defaults_for("run", FLAGS, {}, {"ESSAYS_SET": "a.b=1 'c.d=two words'"})
    assert found == {"set_": ["a.b=1", "c.d=two words"]}


def test_what_stands_above_all_tables_is_for_every_command_that_knows_it() -> None:
    """A store is named once."""
    assert defaults_for("run", FLAGS, {"out": "x", "store": "y"}, {}) == {"out": "x"}


@pytest.mark.parametrize(
    ("document", "said"),
    [
        ({"run": {"pipelin": "nlp"}}, r"\[run\] has no setting pipelin. Known: out, pipeline"),
        ({"pipeline": "nlp"}, "cannot stand above all tables"),
        ({"run": {"pipeline": ["nlp"]}}, "pipeline is one value"),
        ({"run": {"set": "a.b=1"}}, None),
    ],
)
def test_a_mistake_in_the_file_is_named(document: dict[str, object], said: str | None) -> None:
    """A typo is not ignored in silence; one value for a list is fine."""
    if said is None:
        assert defaults_for("run", FLAGS, document, {}) == {"set_": ["a.b=1"]}
    else:
        with pytest.raises(RequestError, match=said):
            defaults_for("run", FLAGS, document, {})


def test_a_table_that_no_command_reads_is_named(here: Path, essays: Call) -> None:
    """A typo in its name would have all of it ignored."""
    (here / "essays.toml").write_text("[rnu]\nworkers = 1\n")
    refused = essays("status")
    assert refused.exit_code == 2
    assert "Did you mean [run]?" in refused.output


def test_a_command_in_a_command_has_its_table_in_that_ones(here: Path, essays: Call) -> None:
    """As the judging page, which is ``judge page``."""
    (here / "essays.toml").write_text("[judge.page]\nport = 0\ncolour = 3\n")
    assert "[judge.page] has no setting colour" in " ".join(essays("judge", "b").output.split())
    assert "There is no store" in essays("judge", "export", "b", "x.csv").output


@pytest.mark.usefixtures("small_services")
def test_flags_go_before_the_environment_and_that_before_the_file(
    here: Path, essays: Call, classroom: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each of the three is heard where the ones before it are silent."""
    (here / "essays.toml").write_text('runtime = "local"\n[run]\nbatch-id = "file"\npipeline = "nlp"\nclass = "8b"\n')
    monkeypatch.setenv("ESSAYS_PIPELINE", "ai_feedback")
    monkeypatch.setenv("ESSAYS_BATCH_ID", "environment")
    assert essays("run", classroom, "--batch-id", "flag").exit_code == 0
    document = json.loads((here / "results/flag/results.json").read_text(encoding="utf-8"))
    assert [phase["phase_name"] for phase in document["phases"]] == ["ai_feedback"]
    assert 'class = "8b"' in (here / "results/flag/settings.toml").read_text(encoding="utf-8")


@pytest.mark.usefixtures("small_services")
def test_a_pipeline_of_the_file_is_run_by_its_name(here: Path, essays: Call, classroom: Path) -> None:
    """With its settings; a --set goes before them."""
    text = '[pipelines.quick]\nphases = ["nlp"]\n[pipelines.quick.nlp]\nparse = false\n'
    (here / "school.toml").write_text(text, encoding="utf-8")
    options = ["--settings", "school.toml", "--pipeline", "quick", "--runtime", "local", "--out", "out"]
    assert essays("run", classroom, *options).exit_code == 0
    assert 'set = [\n    "nlp.parse=false",\n]' in (here / "out/settings.toml").read_text(encoding="utf-8")
    assert "quick" in essays("pipelines", "--settings", "school.toml").output


def test_a_setting_goes_over_that_of_the_pipeline() -> None:
    """The others stay."""
    named = {"mine": NamedPipeline(("nlp",), {"nlp": {"parse": False, "other": 1}})}
    assert pipeline_with("mine", named, ["nlp.parse=true"]).options == {"nlp": {"parse": True, "other": 1}}


@pytest.mark.parametrize(
    ("table", "said"),
    [
        ({"nlp": {"phases": ["nlp"]}}, "a phase is"),
        ({"mine": {}}, "lacks its phases"),
        ({"mine": {"phases": ["nlpp"]}}, "There is no phase 'nlpp'"),
        ({"mine": {"phases": ["nlp"], "spellcheck": {}}}, "no table of one of its phases"),
        ({"mine": ["nlp"]}, "write a pipeline as a table"),
    ],
)
def test_a_mistake_in_a_named_pipeline_is_named(table: dict[str, object], said: str) -> None:
    """Before anything runs."""
    with pytest.raises(RequestError, match=said):
        pipelines_in(table)


def test_an_unknown_name_lists_phases_and_pipelines() -> None:
    """It may be meant as either."""
    with pytest.raises(RequestError, match=r"Known phases: .* Known pipelines: everything, feedback, ranking"):
        pipeline_of("rankings", {})


def test_named_pipelines_are_listed_and_not_taken_for_settings_of_the_command(here: Path, essays: Call) -> None:
    """The command that lists them is called as their table is."""
    (here / "essays.toml").write_text('[pipelines.exam]\nphases = ["spellcheck", "nlp"]\n', encoding="utf-8")
    listed = essays("pipelines")
    assert listed.exit_code == 0, listed.output
    assert "exam" in listed.output
