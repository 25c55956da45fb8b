"""The retry policy: how often, how long and how far apart the engine tries. It is decided nowhere else."""

import zlib
from dataclasses import dataclass

from contracts.failures import ErrorDetail


@dataclass(frozen=True, slots=True)
class Policy:
    """Limits; times are in seconds.

    ``max_attempts`` is per essay and phase. ``backoff`` is the wait before the second attempt, doubled for each
    further one up to ``backoff_cap``, with jitter. ``work_timeout`` is the deadline of a lease: a worker that has not
    finished it by then is restarted. ``cohort_timeout`` is the same for the planning of a cohort's round.
    ``phase_deadline`` bounds a phase of the whole batch, and starts anew with each started orchestrator.
    ``nudge_after`` is the silence after which an orchestrator asks again, doubled up to ``nudge_cap`` while the silence
    lasts; ``nudge_each`` is added per outstanding essay, because thousands are not handed out at once. A process with
    nothing left to do ends after ``passivate_after``; a message starts it again. So do all workers, if nothing was
    handed out for ``release_after`` (None: never).
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
        """Seconds to wait before attempt number ``attempt`` (counted from 0; no wait before the first).

        "Equal jitter": half of the exponential wait is fixed and half is spread (Brooker, *Exponential Backoff and
        Jitter*, AWS 2015). The spread is derived from ``seed``, because the core uses no randomness.
        """
        if attempt <= 0:
            return 0.0
        wait = _doubled(self.backoff, attempt - 1, self.backoff_cap)
        spread = zlib.crc32(f"{seed}/{attempt}".encode()) / 0xFFFFFFFF
        return wait * (0.5 + 0.5 * spread)

    def tries_again(self, attempt: int, error: ErrorDetail) -> bool:
        """Is there another attempt after attempt number ``attempt`` (counted from 0) failed with ``error``?"""
        return error.retryable and attempt + 1 < self.max_attempts

    def nudge_wait(self, tick: int, outstanding: int) -> float:
        """Seconds of silence before nudge number ``tick`` (counted from 0), with so many ``outstanding`` essays."""
        return _doubled(self.nudge_after + self.nudge_each * outstanding, tick, self.nudge_cap)


def _doubled(seconds: float, times: int, cap: float) -> float:
    """``seconds``, doubled ``times`` times, but at most ``cap``."""
    return min(cap, seconds * 2.0 ** min(times, 64))  # no cap is that high, and 2.0**1024 raises
