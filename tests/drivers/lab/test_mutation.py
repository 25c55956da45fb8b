"""Mutation testing: which mutants count, and which are explained."""

import subprocess
import sys
from pathlib import Path

import pytest

from drivers.lab.mutation.explained import explanations, why_left

mutants = pytest.importorskip("drivers.lab.mutation.mutants", reason="mutmut is not installed")

SOURCE = '''"""A module."""
LIMIT = 3


class Door:
    @property
    def is_open(self) -> bool:
        return self.width > 0


def is_late(now: int, due: int = 5) -> bool:
    return now >= due
'''


def the_changes(folder: Path, source: str = SOURCE) -> list[tuple[str, str, str]]:
    """Each mutant's function, and its line before and after."""
    file = folder / "door.py"
    file.write_text(source)
    return [tuple(make().change[1:]) for make in mutants.mutants_of(file, folder)]


def test_every_comparison_of_a_function_is_mutated(tmp_path: Path) -> None:
    """Decorated methods are mutated, too, but not constants and defaults, which exist before a mutant is planted."""
    assert the_changes(tmp_path) == [
        ("Door.is_open", "return self.width > 0", "return self.width >= 0"),
        ("Door.is_open", "return self.width > 0", "return self.width > 1"),
        ("is_late", "return now >= due", "return now > due"),
    ]


def test_a_mutant_is_known_by_its_words_wherever_it_stands(tmp_path: Path) -> None:
    """An explanation stays valid when lines are added above it."""
    assert the_changes(tmp_path, "# more\n" + SOURCE) == the_changes(tmp_path)


def test_an_explanation_is_of_the_mutants_that_it_describes(tmp_path: Path) -> None:
    """Each pattern must match the whole function name or line."""
    file = tmp_path / "explained.toml"
    file.write_text('[[explained]]\nfunction = "is_late"\nafter = ".* > due"\nwhy = "nobody is late to the second"\n')
    change = mutants.Change("door.py", "is_late", "return now >= due", "return now > due")
    assert why_left(change, explanations(file)) == "nobody is late to the second"
    assert why_left(change._replace(function="is_later"), explanations(file)) is None


@pytest.mark.parametrize("entry", ['function = "is_late"', 'why = "so"', 'line = "3"\nwhy = "so"'])
def test_an_explanation_without_a_reason_or_a_mutant_is_refused(tmp_path: Path, entry: str) -> None:
    """It would hide survivors that nobody has looked at."""
    file = tmp_path / "explained.toml"
    file.write_text(f"[[explained]]\n{entry}\n")
    with pytest.raises(ValueError, match="an explanation needs `why`"):
        explanations(file)


def test_all_explanations_of_this_project_can_be_read() -> None:
    """Otherwise a mistake would be noticed only in the nightly run."""
    explanations()


CACHED = """from functools import cache


@cache
def width() -> int:
    return 3
"""
NOTED = """WIDTHS = {}


def measured() -> int:
    return 3


def width() -> int:
    if "door" not in WIDTHS:
        WIDTHS["door"] = measured()
    return WIDTHS["door"]
"""
ITS_TESTS = """from door import width


def test_there_is_a_width() -> None:
    assert width() is not None


def test_the_width_is_that_of_a_door() -> None:
    assert width() == 3
"""
TRY_IT = """import sys
from pathlib import Path

import pytest

from drivers.lab.mutation.mutants import mutants_of
from drivers.lab.mutation.trial import Trial

here = Path(sys.argv[1])
made = [make() for make in mutants_of(here / "door.py", here)]
trial = Trial(made, lambda mutant, fate: print(mutant.change.after, fate))
sys.exit(pytest.main(["-q", "-p", "no:cacheprovider", "--rootdir", str(here), str(here)], plugins=[trial]))
"""


@pytest.mark.parametrize("source", [CACHED, NOTED], ids=["by a cache", "in a dictionary"])
def test_whoever_asks_for_what_is_kept_in_mind_may_notice_that_it_is_wrong(tmp_path: Path, source: str) -> None:
    """Not only the first test, for which the kept value was computed, can kill the mutant."""
    (tmp_path / "door.py").write_text(source)
    (tmp_path / "test_door.py").write_text(ITS_TESTS)
    tried = subprocess.run(  # noqa: S603  (this interpreter, and the text above)
        [sys.executable, "-c", TRY_IT, str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert "return 4 killed" in tried.stdout, tried.stdout + tried.stderr
