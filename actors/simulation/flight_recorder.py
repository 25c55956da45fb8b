"""What is logged while a seed is played."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager


class FlightRecorder(logging.Handler):
    """Keeps what a host says of decisions that raised: in production it goes on without them, here they are bugs."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.errors: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep the message with its exception."""
        self.errors.append(f"{record.getMessage()}: {record.exc_info[1]!r}" if record.exc_info else record.getMessage())


@contextmanager
def flight_recorder() -> Iterator[FlightRecorder]:
    """While this lasts, a decision that raises is kept, and a store that does not answer is not news."""
    recorder, logs = FlightRecorder(), [logging.getLogger(name) for name in ("actors", "essay_pipelines")]
    before = [(log, log.propagate, log.level) for log in logs]
    for log in logs:
        log.addHandler(recorder)
        log.propagate = False
        log.setLevel(logging.ERROR)
    try:
        yield recorder
    finally:
        for log, propagate, level in before:
            log.removeHandler(recorder)
            log.propagate = propagate
            log.setLevel(level)
