"""Peak memory of a process and all its descendants."""

import threading
from types import TracebackType
from typing import Self

import psutil


class PeakMemory:
    """A context manager: ``megabytes`` is the largest sum of PSS (memory shared by processes is divided among them).

    A sample takes some milliseconds of CPU for each process.
    """

    def __init__(self, seconds_between: float = 0.5) -> None:
        self.megabytes = 0.0
        self._seconds_between = seconds_between
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._done.set()
        self._thread.join()

    def _sample(self) -> None:
        is_over = False
        while not is_over:  # once more at the end: what is timed may be over before the first sample
            is_over = self._done.wait(self._seconds_between)
            self.megabytes = max(self.megabytes, _now())


def _now() -> float:
    me = psutil.Process()
    return sum(_pss(process) for process in [me, *me.children(recursive=True)]) / 1e6


def _pss(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0.0
