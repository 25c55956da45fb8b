"""The guide's package is built as printed, installed, and runs beside the unchanged engine."""

import csv
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from drivers.__main__ import app

ROOT = Path(__file__).parent.parent
RUN = "drivers.run_batch essays --runtime local --language en --batch-id own --out out"


def _files_of_the_guide() -> dict[str, str]:
    """Each file's content, by the name on its first line.

    Only the phase's name is changed, because whoever has followed the guide has its package installed.
    """
    guide = (ROOT / "drivers/guides/phases.md").read_text(encoding="utf-8")
    for printed, other in (
        ("translation", "transposition"),
        ("TRANSLATION", "TRANSPOSITION"),
        ("Translation", "Transposition"),
    ):
        guide = guide.replace(printed, other)
    blocks = re.findall(r"```(?:python|toml)\n# (\S+)\n(.*?)```", guide, re.DOTALL)
    return dict(blocks)


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The guide's package, as pip installs it into ``site``."""
    folder = tmp_path_factory.mktemp("package")
    for name, content in _files_of_the_guide().items():
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text(content, encoding="utf-8")
    options = "--quiet --no-deps --no-build-isolation --no-index --disable-pip-version-check --target"
    command = [sys.executable, "-m", "pip", "install", *options.split(), str(folder / "site"), str(folder)]
    subprocess.run(command, check=True, capture_output=True)  # noqa: S603  (our own guide)
    return folder


@pytest.fixture
def essays(tmp_path: Path) -> Path:
    """A class of two."""
    folder = tmp_path / "essays"
    folder.mkdir()
    (folder / "anna.txt").write_text("A short essay.")
    (folder / "bo.txt").write_text("Another essay of mine.")
    return folder


def _call(package: Path, arguments: str, cwd: Path) -> "subprocess.CompletedProcess[str]":
    """Run a program of ours in an environment that has the package."""
    paths = (str(ROOT), str(package / "site"))
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(paths), "COLUMNS": "200"}
    command = [sys.executable, "-m", *arguments.split()]
    return subprocess.run(  # noqa: S603
        command, cwd=cwd, env=environment, capture_output=True, text=True, check=False, timeout=300
    )


def _results(folder: Path) -> tuple[dict[str, Any], list[dict[str, str]]]:
    document = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    with (folder / "results.csv").open(encoding="utf-8-sig") as file:
        return document, list(csv.DictReader(file))


@pytest.mark.slow
def test_the_packages_own_tests_pass(package: Path) -> None:
    """The guide's tests, which use the testing kit."""
    done = _call(package, "pytest -q tests", package)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 passed" in done.stdout


def test_an_installed_phase_runs_like_a_built_in_one(package: Path, essays: Path) -> None:
    """Its text, results, figures, settings and history are found where those of built-in phases are."""
    folder = essays.parent
    done = _call(package, f"{RUN} --pipeline transposition,spellcheck --set transposition.loud=false", folder)
    assert done.returncode == 0, done.stderr
    assert (folder / "out/texts/anna.txt").read_text() == "a short essay."
    document, rows = _results(folder / "out")
    assert document["essays"][0]["results"]["transposition"]["style"] == "small letters"
    assert [row["transposition_words"] for row in rows] == ["3", "4"]
    [page] = (folder / "out").glob("*.html")
    assert re.search(r"<h3>Transposition</h3>.*?Words</dt><dd><bdi>3", page.read_text(encoding="utf-8"), re.DOTALL)
    told = _call(package, "drivers history own --out out", folder)
    assert "transposition begins with 2 essays" in told.stdout, told.stderr


def test_a_wrong_setting_is_refused_at_the_call_and_the_reference_lists_them(package: Path, essays: Path) -> None:
    """A built-in phase's settings are checked and listed in the same way."""
    wrong = _call(
        package, "drivers.run_batch essays --pipeline transposition --set transposition.quiet=1", essays.parent
    )
    assert wrong.returncode != 0
    assert "Settings of transposition: quiet: there is no such setting. Its settings are: loud." in " ".join(
        wrong.stderr.split()
    )
    reference = _call(package, "drivers reference settings", essays.parent)
    assert "--set transposition.NAME=VALUE" in reference.stdout
    assert "Translate into capitals." in reference.stdout


def test_without_the_package_its_batches_can_be_read_and_its_name_is_unknown(
    package: Path, essays: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A package may be uninstalled; its results remain."""
    folder = essays.parent
    assert _call(package, f"{RUN} --pipeline transposition", folder).returncode == 0
    monkeypatch.chdir(folder)
    unknown = CliRunner().invoke(app, ["run", *f"{RUN}2 --pipeline transposition".split()[1:]])
    assert unknown.exit_code != 0
    assert "There is no phase 'transposition'" in " ".join(unknown.output.split())
    for command in ("status own --out out --json", "history own --out out", "export own --out out --to again"):
        done = CliRunner().invoke(app, command.split())
        assert done.exit_code == 0, (command, done.output)
    everything = json.loads((folder / "again" / "everything.json").read_text(encoding="utf-8"))
    assert everything["results"]["essays"][0]["results"]["transposition"]["words"] == 3


def test_it_can_be_simulated(package: Path, tmp_path: Path) -> None:
    """Hostile schedules do not break the engine's invariants."""
    done = _call(package, "drivers simulate --seeds 40 --phases 5 --also transposition --json", tmp_path)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["passed"]


@pytest.mark.ray
@pytest.mark.slow
def test_an_installed_phase_runs_on_ray(package: Path, essays: Path) -> None:
    """Ray's workers find the package without further settings."""
    run = RUN.replace("local", "ray")
    done = _call(package, f"{run} --pipeline transposition,nlp --workers 1", essays.parent)
    assert done.returncode == 0, done.stderr
    assert (essays.parent / "out/texts/anna.txt").read_text() == "A SHORT ESSAY."
