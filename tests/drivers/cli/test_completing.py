"""What shell completion offers."""

from pathlib import Path

import pytest

from drivers.cli.completion import known_batches, known_guides, known_phases, known_pipelines
from tests.drivers.conftest import Call, run_options


@pytest.mark.usefixtures("small_services")
def test_batches_are_offered_by_what_their_names_begin_with(here: Path, essays: Call, classroom: Path) -> None:
    """A folder whose store cannot be read offers nothing, and is no error."""
    assert list(known_batches("")) == []
    for name in ("8b", "9a"):
        essays("run", classroom, *run_options(name))
    assert list(known_batches("8")) == ["8b"]
    (here / "results/8b/store.db").write_text("no database")
    assert list(known_batches("")) == ["9a"]


def test_the_next_phase_is_offered_behind_a_comma() -> None:
    """A phase that is in the list already is not offered."""
    assert list(known_phases("n")) == ["nlp"]
    assert list(known_phases("nlp,spell")) == ["nlp,spellcheck"]
    assert "nlp,nlp" not in set(known_phases("nlp,"))


def test_pipelines_of_the_settings_file_are_offered_beside_those_built_in(here: Path) -> None:
    """A file with a mistake in it offers none."""
    (here / "essays.toml").write_text('[pipelines.exam]\nphases = ["nlp"]\n')
    assert list(known_pipelines("e")) == ["everything", "exam"]
    (here / "essays.toml").write_text("[pipelines.exam]\n")
    assert list(known_pipelines("e")) == ["everything"]


def test_guides_are_offered() -> None:
    """Guides are offered by name."""
    assert list(known_guides("tea")) == ["teachers"]


def test_the_shell_is_answered_for_a_command_that_is_loaded_late(essays: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its options are known only after its module has been imported."""
    for name, value in (("_ESSAYS_COMPLETE", "complete_bash"), ("COMP_WORDS", "essays run --pip"), ("COMP_CWORD", "2")):
        monkeypatch.setenv(name, value)
    assert essays().stdout.split() == ["--pipeline"]
