"""The program writes for its own account only, whatever the umask; ``doctor`` reports what others can read."""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from actors.owner_only import is_open_to_others, keep_others_out, others_kept_out
from drivers import Engine
from tests.drivers.conftest import Call, answer, folder_of, run_options

MASK_OF_A_SHELL = 0o022


pytestmark = pytest.mark.usefixtures("small_services")


@pytest.fixture(autouse=True)
def _mask() -> Iterator[None]:
    """Start each test with a shell's usual umask, which lets everybody read."""
    before = os.umask(MASK_OF_A_SHELL)
    yield
    os.umask(before)


def _exposed(folder: Path) -> list[Path]:
    return [path for path in (folder, *folder.rglob("*")) if is_open_to_others(path.lstat().st_mode)]


def _program(here: Path, *arguments: str) -> None:
    done = subprocess.run([sys.executable, *arguments], cwd=here, capture_output=True, text=True, check=False)  # noqa: S603
    assert done.returncode == 0, done.stdout + done.stderr


def test_a_run_and_an_export_write_nothing_that_others_can_read(here: Path) -> None:
    """Store, lock, students, settings, results, texts, tables and handouts, whichever way the program is started."""
    (here / "class.csv").write_text("name\nAnna Berg\nBo Ek\n", encoding="utf-8")
    folder_of(here / "8b", {"anna-berg": "One text of hers.", "bo-ek": "Two texts of his."})
    how = ["--runtime", "local", "--pipeline", "spellcheck", "--class-list", "class.csv", "--batch-id", "b"]
    _program(here, "-m", "drivers.run_batch", "8b", *how)
    _program(here, "-m", "drivers", "export", "b", "--formats", "report-folder", "--to", "results/out")
    written = {path.name for path in (here / "results").rglob("*")}
    assert {"store.db", "students.json", "settings.toml", "results.json", "report.html", "texts"} <= written
    assert not _exposed(here / "results")


def test_a_store_of_a_script_is_closed_as_well_while_it_is_written(here: Path) -> None:
    """A library leaves its program's umask alone, and makes each file private by itself."""
    classroom = folder_of(here / "8b", {"anna-berg": "One text."})
    store = here / "school.db"
    with Engine.open(store, runtime="local") as engine:
        batch = engine.submit("8b", classroom, pipeline="spellcheck")
        batch.result()
        batch.export(here / "out", ["results", "csv"])
        beside = {path.name for path in here.glob("school.db*")}
        assert {"school.db-wal", "school.db-shm", "school.db.lock", "school.db.owner.json"} <= beside
        assert not [path for path in here.glob("school.db*") if is_open_to_others(path.stat().st_mode)]
    assert not _exposed(here / "out")
    assert os.umask(MASK_OF_A_SHELL) == MASK_OF_A_SHELL


def test_the_mask_is_put_back_after_a_moment_of_privacy(tmp_path: Path) -> None:
    """An error does not prevent that."""
    with suppress(OSError), others_kept_out():
        (tmp_path / "private").touch()
        raise OSError("full")
    (tmp_path / "open").touch()
    assert [path.name for path in sorted(tmp_path.iterdir()) if is_open_to_others(path.stat().st_mode)] == ["open"]


def test_doctor_names_what_was_open_before(essays: Call, here: Path) -> None:
    """An older version's files are left as they are; the printed command makes them private."""
    old = here / "results" / "old"
    old.mkdir(parents=True)
    (old / "students.json").write_text("{}", encoding="utf-8")
    found = {each["what"]: each for each in answer(essays("doctor", "--no-ray", "--json"))}["files"]
    assert found["verdict"] == "exposed"
    assert "3 more" not in found["found"]
    assert "2 more" in found["found"]
    subprocess.run(found["to_do"].split("  ")[0], shell=True, cwd=here, check=True)  # noqa: S602
    found = {each["what"]: each for each in answer(essays("doctor", "--no-ray", "--json"))}["files"]
    assert found["verdict"] == "good"


def test_the_entry_points_set_the_mask() -> None:
    """It applies to whatever they call, or start."""
    keep_others_out()
    assert os.umask(MASK_OF_A_SHELL) == 0o077


def test_doctor_says_what_is_exposed_of_ray(essays: Call, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It reports a token that others can read, and the variable that turns authentication off."""
    token = here / "token"
    token.write_text("0" * 64, encoding="ascii")
    monkeypatch.setenv("RAY_AUTH_TOKEN_PATH", str(token))
    monkeypatch.setenv("RAY_AUTH_MODE", "disabled")
    found = {each["what"]: each["verdict"] for each in answer(essays("doctor", "--no-ray", "--json"))}
    assert found["Ray's token"] == found["Ray's authentication"] == "exposed"
    token.chmod(0o600)
    monkeypatch.delenv("RAY_AUTH_MODE")
    found = {each["what"]: each["verdict"] for each in answer(essays("doctor", "--no-ray", "--json"))}
    assert found["Ray's token"] == "good"
    assert "Ray's authentication" not in found


def test_a_run_without_a_shell_in_this_process(essays: Call, classroom: Path) -> None:
    """A command that another program calls leaves no store that others can read."""
    assert essays("run", classroom, *run_options()).exit_code == 0
    stores = list(Path("results").rglob("store.db*"))
    assert stores
    assert not [path for path in stores if is_open_to_others(path.stat().st_mode)]
