"""The guide's recipe for a new phase is followed to the letter, in a copy of the project."""

import re
import shutil
import subprocess
import sys
from pathlib import Path
from textwrap import dedent

ROOT = Path(__file__).parent.parent
WHERE = {
    "PhaseName": ("contracts/phases.py", "class PhaseName(StrEnum):", '    NLP = "nlp"\n'),
    "EssayStatus": ("contracts/phases.py", "class EssayStatus(StrEnum):", '    NLP_FAILED = "nlp_failed"\n'),
    "PHASE_TABLE": ("contracts/phases.py", "PHASE_TABLE: Final", "    {\n"),
    "PHASE_RESULTS": ("contracts/results/__init__.py", "PHASE_RESULTS: Final", "    {\n"),
    "SERVICES": ("drivers/client/bootstrap.py", "SERVICES: Final", "    {\n"),
}


IMPORT = "from contracts.results.translation import TranslationResultDataV1"


def _recipe() -> dict[str, str]:
    """The code of the guide's section, by the place it says it belongs to."""
    section = (ROOT / "drivers/guides/phases.md").read_text().split("## The recipe")[1].split("\n## ")[0]
    blocks = [dedent(block) for block in re.findall(r"```python\n(.*?)```", section, re.DOTALL)]
    parts = re.split(r"^# in (\S+)\n", "".join(blocks), flags=re.MULTILINE)[1:]
    return dict(zip(parts[::2], parts[1::2], strict=True))


def _follow(recipe: dict[str, str], project: Path) -> None:
    for place, code in recipe.items():
        if place in WHERE:
            file, start, anchor = WHERE[place]
            text = (project / file).read_text()
            at = text.index(anchor, text.index(start)) + len(anchor)
            text = text[:at] + code + text[at:]
            if place == "PHASE_RESULTS":
                text = text.replace(
                    "\nPHASE_RESULTS", "\nfrom contracts.results.translation import *\n\nPHASE_RESULTS", 1
                )
            (project / file).write_text(text)
        else:
            (project / place).write_text(code)


def test_a_phase_added_by_the_guide_runs(tmp_path: Path) -> None:
    """A phase is a row in the tables and a module: machine, orchestrator, driver and results follow."""
    for folder in ("contracts", "actors", "drivers"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    _follow(_recipe(), tmp_path)
    (tmp_path / "essays").mkdir()
    (tmp_path / "essays" / "anna.txt").write_text("A short essay.")
    command = "-m drivers.run_batch essays --pipeline translation,spellcheck --runtime local --out out --language en"
    done = subprocess.run(  # noqa: S603
        [sys.executable, *command.split()], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "texts" / "anna.txt").read_text() == "A SHORT ESSAY."
