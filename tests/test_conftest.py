"""The guard that keeps Ray out of small tests, guarded itself."""

import subprocess
import sys
from pathlib import Path

_PROJECT = Path(__file__).parents[1]
_PROGRAM = """
import sys
from tests.conftest import pytest_configure
assert "ray" not in sys.modules
pytest_configure()
assert "ray" not in sys.modules
import ray
try:
    ray.init()
except RuntimeError as error:
    assert "marker `ray`" in str(error)
    print("refused")
"""


def test_ray_does_not_start_in_a_test_without_the_marker() -> None:
    """``ray.init`` raises, and nothing imports ray before a test does."""
    program = [sys.executable, "-c", _PROGRAM]
    done = subprocess.run(program, cwd=_PROJECT, capture_output=True, text=True, check=True)  # noqa: S603  (our own)
    assert done.stdout.strip() == "refused"
