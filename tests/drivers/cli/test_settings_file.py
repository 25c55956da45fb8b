"""A settings file that merely happens to lie here may be a stranger's: it is named, or refused."""

import os
from pathlib import Path

import pytest

from tests.drivers.conftest import Call, answer, folder_of, run_options

pytestmark = pytest.mark.usefixtures("small_services")
ELSEWHERE = 'store = "sqlite:///elsewhere.db"\n'


def test_the_file_in_use_is_named_at_the_start_with_what_it_sets(essays: Call, classroom: Path, here: Path) -> None:
    """With JSON, that goes to standard error."""
    (here / "essays.toml").write_text(ELSEWHERE, encoding="utf-8")
    started = essays("run", classroom, *run_options())
    assert started.exit_code == 0, started.output
    assert started.output.startswith("Settings: essays.toml (store)")
    seen = essays("status", "b", "--json", "--store", "elsewhere.db")
    assert answer(seen)["batch_id"] == "b"
    assert "Settings: essays.toml (store)" in seen.stderr


@pytest.mark.parametrize("paths", [["."], ["anna-berg.txt", "bo-ek.txt"], [".."], ["texts"]])
def test_a_file_among_the_essays_is_refused(
    essays: Call, here: Path, monkeypatch: pytest.MonkeyPatch, paths: list[str]
) -> None:
    """Whoever hands in a folder could redirect the store, or have their own code run."""
    handed_in = folder_of(here / "handed-in", {"anna-berg": "One text.", "bo-ek": "Two."})
    (handed_in / "essays.toml").write_text(ELSEWHERE, encoding="utf-8")
    (handed_in / "texts").symlink_to(".")
    monkeypatch.chdir(handed_in)
    refused = essays("run", *paths, *run_options())
    assert refused.exit_code == 2
    assert "is among the essays" in refused.output
    assert not list(here.rglob("*.db"))


def test_a_file_that_names_its_own_folder_as_the_essays_is_refused(essays: Call, here: Path) -> None:
    """Paths that the file itself sets count, too."""
    folder_of(here, {"anna-berg": "One text."})
    (here / "essays.toml").write_text(f'{ELSEWHERE}[run]\npaths = "."\n', encoding="utf-8")
    assert "is among the essays" in essays("run", *run_options()).output


def test_a_file_among_the_essays_is_obeyed_where_it_is_named(essays: Call, here: Path) -> None:
    """By naming it, the user has chosen it."""
    folder_of(here, {"anna-berg": "One text."})
    (here / "essays.toml").write_text(ELSEWHERE, encoding="utf-8")
    named = essays("run", ".", *run_options(), "--settings", "essays.toml", "--all-files")
    assert named.exit_code == 0, named.output
    assert (here / "elsewhere.db").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a file away")
def test_a_file_of_another_account_is_refused_by_every_command(essays: Call, here: Path) -> None:
    """In a shared folder, somebody else may have put it there; it is used only if it is named."""
    file = here / "essays.toml"
    file.write_text('out = "."\n', encoding="utf-8")
    os.chown(file, 65534, 65534)
    for command in (["status"], ["doctor", "--no-ray"], ["run", "--sample", *run_options()]):
        refused = essays(*command)
        assert refused.exit_code == 2
        assert "belongs to another account" in refused.output
    assert "belongs to another account" not in essays("status", "--settings", file).output


def test_a_file_that_every_account_can_write_to_is_refused(essays: Call, here: Path) -> None:
    """Anybody may have written its contents."""
    file = here / "essays.toml"
    file.write_text('out = "."\n', encoding="utf-8")
    file.chmod(0o666)
    assert "can write to essays.toml" in essays("status").output
