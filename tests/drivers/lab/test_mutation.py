"""Mutation testing: what is counted, and what is explained."""

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
    """Methods behind a decorator too; constants and defaults are not, which are there before a mutant is planted."""
    assert the_changes(tmp_path) == [
        ("Door.is_open", "return self.width > 0", "return self.width >= 0"),
        ("Door.is_open", "return self.width > 0", "return self.width > 1"),
        ("is_late", "return now >= due", "return now > due"),
    ]


def test_a_mutant_is_known_by_its_words_wherever_it_stands(tmp_path: Path) -> None:
    """So an explanation outlives what is written above it."""
    assert the_changes(tmp_path, "# more\n" + SOURCE) == the_changes(tmp_path)


def test_an_explanation_is_of_the_mutants_that_it_describes(tmp_path: Path) -> None:
    """Each pattern is for the whole of what it is about."""
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
    """A wrong one would be noticed only at night."""
    explanations()
