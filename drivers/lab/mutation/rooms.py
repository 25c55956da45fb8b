"""Which code is mutated, and the fast tests that are to notice."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final, NamedTuple


class Room(NamedTuple):
    """Files or folders of code, and of the tests that know them best; none of them has a word of ``without``."""

    code: tuple[str, ...]
    tests: tuple[str, ...]
    without: tuple[str, ...] = ()

    def files(self, root: Path) -> Iterator[Path]:
        """All its modules, in order."""
        for name in self.code:
            path = root / name
            yield from sorted(path.rglob("*.py")) if path.is_dir() else [path]

    @property
    def choice(self) -> list[str]:
        """What pytest is told of ``without``."""
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
# Other programs have no mutant in them, and a server takes seconds to start: of each mutant anew.
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
