"""The code that is mutated, and the fast tests that should notice."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple


class Room(NamedTuple):
    """Files or folders of code, and the tests that know them best, except those with a word of ``without``."""

    code: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()

    def files(self, root: Path) -> Iterator[Path]:
        """All modules of the room, in order."""
        for name in self.code:
            path = root / name
            yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]

    @property
    def choice(self) -> list[str]:
        """The options that keep pytest from running tests with a word of ``without``."""
        return ["-k", f"not ({' or '.join(self.without)})"] if self.without else []


_CORE: Final = ("tests/core", "tests/simulation/test_rules.py")

_HOST: Final = (
    *("host", "local", "activation", "passivation", "placement", "timers", "transport", "gateway", "runtime"),
    *("background", "cores", "work_thread", "workers"),
)
_TESTS_OF_HOSTS: Final = (
    *("activation", "added_phases", "background", "behaviour", "cores", "gateway", "host", "local", "local_deaths"),
    *("local_real_time", "outages", "packed", "placement", "retirement", "timers", "work_thread"),
)
# Tests that are left out: other programs do not run the mutant, and each mutant would start its own server.
_DEATHS_OF_PROGRAMS: Final = ("third_start", "stood_beside_a_killer")
_PROGRAMS_AT_STORES: Final = ("test_crash", "killed_while_it_moves", "of_another_process", "no_database_package")

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
    "stores": Room(("actors/stores",), ("tests/stores",), ("postgres", *_PROGRAMS_AT_STORES)),
    "host": Room(
        tuple(f"actors/runtime/{name}.py" for name in _HOST),
        tuple(f"tests/runtime/test_{name}.py" for name in _TESTS_OF_HOSTS),
        _DEATHS_OF_PROGRAMS,
    ),
}
