"""The retry policy: how often, how long and how far apart the engine tries. It is decided nowhere else."""

import zlib
from dataclasses import dataclass

from contracts.failures import ErrorDetail


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits, in seconds where they are times.

    ``max_attempts`` per essay and phase; ``backoff`` is the wait before the second attempt, doubled for each
    further one up to ``backoff_cap``, with jitter. ``work_timeout`` is the lease on one essay's work: a worker that
    has not got beyond it by then is restarted. ``cohort_timeout`` is the same for a cohort's planning.
    ``phase_deadline`` bounds a phase of the batch as a whole, per started orchestrator. ``nudge_after`` is the
    silence after which an orchestrator asks again, doubled up to ``nudge_cap`` while the silence lasts; it waits
    ``nudge_each`` longer for each essay that it waits for, because thousands are not handed out at once. A process
    ends that has had nothing left to do for ``passivate_after``; a message starts it anew. So do all workers, where
    nothing was handed out for ``release_after`` (None: they stay).
    """

    max_attempts: int = 3
    backoff: float = 0.5
    backoff_cap: float = 60.0
    work_timeout: float = 300.0
    cohort_timeout: float = 1800.0
    phase_deadline: float = 24 * 3600.0
    nudge_after: float = 2.0
    nudge_each: float = 0.001
    nudge_cap: float = 60.0
    announce_after: float = 10.0
    passivate_after: float = 60.0
    release_after: float | None = None

    def wait_before(self, attempt: int, seed: str) -> float:
        """Seconds to wait before attempt number ``attempt`` (counted from 0; the first waits nothing).

        "Equal jitter": half of the exponential wait is fixed and half is spread (Brooker, *Exponential Backoff and
        Jitter*, AWS 2015). The spread is derived from ``seed``, because the core draws no chance.
        """
        if attempt <= 0:
            return 0.0
        wait = _doubled(self.backoff, attempt - 1, self.backoff_cap)
        spread = zlib.crc32(f"{seed}/{attempt}".encode()) / 0xFFFFFFFF
        return wait * (0.5 + 0.5 * spread)

    def tries_again(self, attempt: int, error: ErrorDetail) -> bool:
        """Is there another attempt after attempt number ``attempt`` (from 0) failed with ``error``?"""
        return error.retryable and attempt + 1 < self.max_attempts

    def nudge_wait(self, tick: int, outstanding: int) -> float:
        """Seconds of silence before the ``tick``-th nudge, where so many essays are waited for."""
        return _doubled(self.nudge_after + self.nudge_each * outstanding, tick, self.nudge_cap)


def _doubled(seconds: float, times: int, cap: float) -> float:
    """``seconds``, doubled so many times, up to ``cap``."""
    return min(cap, seconds * 2.0 ** min(times, 64))  # no cap is that far, and 2.0**1024 raises
