"""Turns errors that are logged during a simulation into violations."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from typing_extensions import override

from actors.core.invariants import Violated


class FlightRecorder(logging.Handler):
    """Stops at a logged error: in production, a host logs a decision that raised and goes on; here it is a bug."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """End the seed with the message and its exception.

        Raises:
            Violated: always.
        """
        error = f": {record.exc_info[1]!r}" if record.exc_info else ""
        raise Violated(4, f"{record.getMessage()}{error}")


@contextmanager
def flight_recorder() -> Iterator[None]:
    """Within this context, a logged error is a violation; warnings (as of a store that does not answer) are dropped."""
    recorder, logs = FlightRecorder(logging.ERROR), [logging.getLogger(name) for name in ("actors", "essay_pipelines")]
    before = [(log, log.propagate, log.level) for log in logs]
    for log in logs:
        log.addHandler(recorder)
        log.propagate = False
        log.setLevel(logging.ERROR)
    try:
        yield
    finally:
        for log, propagate, level in before:
            log.removeHandler(recorder)
            log.propagate = propagate
            log.setLevel(level)
