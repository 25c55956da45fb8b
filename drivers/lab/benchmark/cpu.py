"""CPU time of this process and all its descendants, by process."""

from collections import defaultdict
from collections.abc import Mapping
from contextlib import suppress
from types import TracebackType
from typing import Self

import psutil


class CpuByProcess:
    """A context manager that measures the CPU time of each process within it.

    The time of a process that ends within it is not known.
    """

    def __init__(self) -> None:
        self._used: dict[int, tuple[str, float]] = {}
        self._before: dict[int, float] = {}

    @property
    def by_process(self) -> Mapping[str, float]:
        """Seconds by process name, added up for processes of the same name."""
        used: defaultdict[str, float] = defaultdict(float)
        for name, seconds in self._used.values():
            used[name] += seconds
        return used

    @property
    def seconds(self) -> float:
        """The seconds of all processes together."""
        return sum(seconds for _, seconds in self._used.values())

    @property
    def busiest(self) -> tuple[str, float]:
        """The process that has used most, and its seconds."""
        return max(self._used.values(), key=lambda each: each[1], default=("", 0.0))

    def look(self) -> None:
        """Note what every process has used until now."""
        self._used |= {pid: (name, used - self._before.get(pid, 0.0)) for pid, (name, used) in _now().items()}

    def __enter__(self) -> Self:
        self._before = {pid: used for pid, (_, used) in _now().items()}
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.look()


def _now() -> dict[int, tuple[str, float]]:
    found = {}
    me = psutil.Process()
    for process in [me, *me.children(recursive=True)]:
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            times = process.cpu_times()
            found[process.pid] = "this program" if process == me else _called(process), times.user + times.system
    return found


def _called(process: psutil.Process) -> str:
    """The title of a process (Ray's titles say which actor lives in it), or the program that it runs."""
    words = process.cmdline() or [process.name()]
    programs = (word.rsplit("/", 1)[-1] for word in words[1:4] if word.endswith(".py"))
    return next(programs, words[0].rsplit("/", 1)[-1])
