"""The measuring data, which is not part of the project: where it is, and skips for tests when it is absent."""

import os
from pathlib import Path
from typing import Final

import pytest

from drivers.cli.options import DATA_VARIABLE

DATA: Final = Path(os.environ.get(DATA_VARIABLE, Path(__file__).parents[2] / "shared" / "data"))


def measuring_data(name: str) -> Path:
    """A file or folder of the measuring data."""
    path = DATA / name
    if not path.exists():
        pytest.skip(f"the measuring data is absent: {path}")
    return path
