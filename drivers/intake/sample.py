"""The bundled class: twelve short essays by learners on one assignment, to try the program with."""

from importlib.resources import files
from pathlib import Path


def _folder() -> Path:
    return Path(str(files("drivers"))) / "sample"


def sample_paths() -> list[Path]:
    """The twelve essays, by name."""
    return sorted(file for file in (_folder() / "essays").iterdir() if file.suffix in {".txt", ".md"})


def sample_assignment() -> str:
    """What the class was asked to write."""
    return (_folder() / "assignment.txt").read_text(encoding="utf-8").strip()
