"""Fixtures: a folder of essays, a program to call, small services in place of the real ones, and a browser."""

import json
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from actors.phases import registry
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.opening import open_store
from drivers.__main__ import app
from drivers.client.bootstrap import SERVICES
from drivers.client.engine import Engine
from tests.services import services

Call = Callable[..., Result]
_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working directory, without the caller's settings in the environment."""
    for name in ("ESSAYS_SETTINGS", "ESSAYS_STORE", "ESSAYS_PIPELINE", "RAY_ADDRESS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def small_services(monkeypatch: pytest.MonkeyPatch) -> None:
    """Services that only add a word to a text, and fail if the text asks for it."""
    monkeypatch.setattr(registry, "BUILT_IN_SERVICES", services())


@pytest.fixture
def essays(here: Path) -> Call:  # noqa: ARG001  (it must be called there)
    """The program ``essays``, called as from a shell in ``here``."""
    runner = CliRunner()

    def call(*arguments: object, typed: str | None = None) -> Result:
        return runner.invoke(app, [str(argument) for argument in arguments], input=typed)

    return call


@pytest.fixture
def classroom(here: Path) -> Path:
    """A folder with three essays, one of which fails in the NLP phase."""
    return folder_of(here / "8b", {"anna-berg": "One text.", "bo-ek": "Two fail:nlp texts.", "cy-falk": "Three."})


@pytest.fixture(scope="module")
def _chromium() -> Iterator[Any]:
    """Chromium, started once per file."""
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright")
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        pytest.skip("needs Debian's chromium")
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=chromium, args=_FLAGS)
        yield started
        started.close()


@pytest.fixture
def browser(_chromium: Any) -> Iterator[Any]:
    """Headless Chromium, whose pages are closed after the test; tests that use it are skipped if it is missing."""
    yield _chromium
    for context in _chromium.contexts:
        context.close()  # else they would go on polling their servers during the next test


def left_by_its_driver(out: Path, essays: Path, pipeline: str, *, after_results: int | None) -> str:
    """The store of a batch named like its output folder, whose driver ended after so many results, or at its end."""
    out.mkdir(parents=True)
    url = f"sqlite:///{out / 'store.db'}"
    with Engine(LocalRuntime(Blueprint(SERVICES), open_store(url))) as engine:
        batch = engine.submit(out.name, essays, pipeline=pipeline, language="en")
        if after_results is None:
            batch.result()
        else:
            engine.runtime.run_until(lambda: sum(len(essay.results) for essay in batch.essay_states) >= after_results)
    return url


def folder_of(folder: Path, texts: dict[str, str]) -> Path:
    """A folder with these essays."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (folder / f"{name}.txt").write_text(text, encoding="utf-8")
    return folder


def run_options(batch_id: str = "b", pipeline: str = "spellcheck,nlp") -> Sequence[str]:
    """What a run in this process needs."""
    return ["--pipeline", pipeline, "--runtime", "local", "--batch-id", batch_id]


def answer(result: Result) -> Any:
    """The JSON that a program printed on standard output."""
    return json.loads(result.stdout)


def everything_below(folder: Path) -> bytes:
    """The paths and contents of all files."""
    return b"".join(f"{path} ".encode() + path.read_bytes() for path in folder.rglob("*") if path.is_file())
