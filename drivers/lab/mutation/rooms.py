"""Which code is mutated, and the fast tests that are to notice."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple


class Room(NamedTuple):
    """Files or folders of code, and of the tests that know them best."""

    code: tuple[str, ...]
    tests: tuple[str, ...]

    def files(self, root: Path) -> Iterator[Path]:
        """All its modules, in order."""
        for name in self.code:
            path = root / name
            yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]


_CORE: Final = ("tests/core", "tests/simulation/test_rules.py")

ROOMS: Final[Mapping[str, Room]] = {
    "core": Room(("actors/core",), (*_CORE, "tests/test_shell.py", "tests/test_actors.py")),
    "shell": Room(
        (
            "actors/actor.py",
            "actors/batch_orchestrator.py",
            "actors/cohort_coordinator.py",
            "actors/essay_actor.py",
            "actors/work_queue.py",
            "actors/envelopes.py",
        ),
        ("tests/test_shell.py", "tests/test_actors.py"),
    ),
    "execution": Room(("actors/execution",), ("tests/execution",)),
}
