"""What is logged while a seed is played: an error is a bug."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

from typing_extensions import override

from actors.core.invariants import Violated


class FlightRecorder(logging.Handler):
    """Stops at what a host says of decisions that raised: in production it goes on without them, here they are bugs."""

    @override
    def emit(self, record: logging.LogRecord) -> None:
        """End the seed with the message and its exception.

        Raises:
            Violated: there was something to log.
        """
        error = f": {record.exc_info[1]!r}" if record.exc_info else ""
        raise Violated(4, f"{record.getMessage()}{error}")


@contextmanager
def flight_recorder() -> Iterator[None]:
    """While this lasts, a decision that raises is a violation, and a store that does not answer is not news."""
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
