"""Peak memory of a process and all its descendants."""

import threading
import time
from types import TracebackType
from typing import Self

import psutil


class PeakMemory:
    """A context manager; ``megabytes`` is the largest sum of PSS (memory shared by processes is divided among them).

    A sample takes some milliseconds of CPU per process. So that sampling takes at most a tenth of one core, many
    processes are sampled less often; there is always a sample at the end.
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
        is_over, between = False, self._seconds_between
        while not is_over:  # once more at the end, which may come before the first sample
            is_over = self._done.wait(between)
            begun = time.perf_counter()
            self.megabytes = max(self.megabytes, _now())
            between = max(self._seconds_between, 9 * (time.perf_counter() - begun))


def _now() -> float:
    me = psutil.Process()
    return sum(_pss(process) for process in [me, *me.children(recursive=True)]) / 1e6


def _pss(process: psutil.Process) -> float:
    try:
        return float(process.memory_full_info().pss)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return 0.0
