"""The guards of all tests are themselves tested: no Ray in small tests, and no unexplained skips in CI."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import lacks

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


@pytest.mark.parametrize(
    ("reason", "environment", "code"),
    [
        ("PostgreSQL is not installed", {"CI": "true"}, 1),
        ("PostgreSQL is not installed", {}, 0),
        ("the measuring data is absent: somewhere", {"CI": "true"}, 0),
    ],
)
def test_a_skip_that_is_not_on_the_list_fails_in_ci(
    reason: str, environment: dict[str, str], code: int, tmp_path: Path
) -> None:
    """Whether a test or a whole file is skipped; one more test passes, so that something has run."""
    skip = f"pytest.skip({reason!r}"
    (tmp_path / "test_a_file.py").write_text(f"import pytest\n{skip}, allow_module_level=True)", encoding="utf-8")
    (tmp_path / "test_a_test.py").write_text(f"import pytest\ndef test_it(): {skip})", encoding="utf-8")
    (tmp_path / "test_run.py").write_text("def test_it(): pass", encoding="utf-8")
    done = subprocess.run(  # noqa: S603  (our own)
        [sys.executable, "-m", "pytest", "-p", "tests.conftest", "-p", "no:cacheprovider", "-c", os.devnull, tmp_path],
        env={name: value for name, value in os.environ.items() if name != "CI"} | environment,
        cwd=_PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == code, done.stdout
    assert done.stdout.count("which tests/skips.py does not allow") == 2 * code


@pytest.mark.parametrize(
    ("expression", "file", "passed_over"),
    [
        ("ray and not slow", "import pytest\n", True),
        ("ray and not slow", "pytestmark = pytest.mark.ray\n", False),
        ("slow", "pytest.param(3, marks=pytest.mark.ray)\n", True),
        ("slow", "pytest.param(3, marks=pytest.mark.slow)\n", False),
        ("ray or not slow", "import pytest\n", False),
        ("not ray and not slow", "import pytest\n", False),
        ("", "import pytest\n", False),
    ],
)
def test_a_file_that_lacks_the_marker_asked_for_is_not_imported(
    expression: str, file: str, passed_over: bool, tmp_path: Path
) -> None:
    """When only Ray's tests run, importing all the others would be most of the work."""
    (tmp_path / "test_it.py").write_text(file, encoding="utf-8")
    (tmp_path / "conftest.py").write_text(file, encoding="utf-8")
    assert lacks(expression, tmp_path / "test_it.py") == passed_over
    assert not lacks(expression, tmp_path / "conftest.py")
    assert not lacks(expression, tmp_path)
