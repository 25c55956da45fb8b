"""What the README and the guides say is true: their scripts run as printed, and type checkers accept them."""

import re
import shutil
import subprocess
import sys
from importlib import import_module
from operator import attrgetter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
SAMPLE = ROOT / "drivers" / "sample" / "essays"
GUIDES = ROOT / "drivers" / "guides"


def _scripts(file: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", file.read_text(encoding="utf-8"), re.DOTALL)


SCRIPTS = {
    f"{file.stem}-{number}": script
    for file in (ROOT / "README.md", *(GUIDES / f"{name}.md" for name in ("python", "events")))
    for number, script in enumerate(_scripts(file), 1)
}


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_of_the_guides_runs_as_printed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It runs in a folder with a class's essays, and, if it reads a store, with a store."""
    monkeypatch.chdir(tmp_path)
    shutil.copytree(SAMPLE, "essays")
    if "Engine.reader" in SCRIPTS[name]:
        from drivers import Engine

        with Engine.open("school.db", runtime="local") as engine:
            engine.submit("8b", {"anna": "A text."}, pipeline="nlp").result()
    exec(compile(SCRIPTS[name], name, "exec"), {"__name__": "__main__"})  # noqa: S102  (our own guides)


@pytest.mark.slow
def test_a_strict_project_of_somebody_else_type_checks(tmp_path: Path) -> None:
    """All of the guides' scripts, and one that uses every type a script may need, pass mypy's strict mode."""
    for name, script in {**SCRIPTS, "consumer": CONSUMER}.items():
        (tmp_path / f"{name.replace('-', '_')}.py").write_text(script, encoding="utf-8")
    command = [sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--cache-dir", str(ROOT / ".mypy_cache")]
    done = subprocess.run(  # noqa: S603  (our own tools)
        [*command, "--config-file", str(ROOT / "pyproject.toml"), *map(str, sorted(tmp_path.glob("*.py")))],
        capture_output=True,
        text=True,
        cwd=ROOT,
        check=False,
    )
    assert (done.stdout, done.returncode) == ("", 0), done.stdout + done.stderr


CONSUMER = """
from pathlib import Path
from typing import assert_type
from uuid import UUID

from drivers import (
    Batch,
    BatchResult,
    BatchStatus,
    Engine,
    ErrorDetail,
    EssayResult,
    NLPResultDataV1,
    Reader,
    StoredBatch,
)


def statuses(reader: Reader) -> dict[str, BatchStatus]:
    return {batch.batch_id: batch.status for batch in reader.batches()}


def run(engine: Engine, folder: Path, trace: UUID) -> BatchResult:
    batch = engine.submit("8b", folder, pipeline=["nlp"], correlation_id=trace, options={"nlp": {"parse": False}})
    assert_type(batch, Batch)
    for event in batch.events(follow=True):
        print(event.sequence, event.event_type, event.correlation_id)
    result = batch.retry("nlp").result(timeout=1.5)
    assert_type(result, BatchResult)
    return result


def metrics(essay: EssayResult) -> dict[str, float | None]:
    return dict(essay.result(NLPResultDataV1).metrics)


def reasons(result: BatchResult) -> list[ErrorDetail]:
    return [essay.failure for essay in result.failed if essay.failure is not None]


async def later(batch: StoredBatch) -> BatchResult:
    async for event in batch.events(follow=True):
        print(event.event_id)
    return await batch.wait(timeout=2)
"""


def test_every_word_of_the_glossary_is_in_the_code() -> None:
    """Each thing has the name that the page gives it, and the page is sorted."""
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in (GUIDES / "glossary.md").read_text(encoding="utf-8").splitlines()
        if line.startswith("|") and "`" in line
    ]
    assert len(rows) > 30
    for word, _, place in rows:
        module, _, name = place.strip("`").partition(":")
        assert attrgetter(name)(import_module(module)) is not None, word
    words = [word for word, _, _ in rows]
    assert words == sorted(words)
