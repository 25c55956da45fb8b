"""Log lines that carry what they are about: batch, essay, phase and correlation id.

For people each is a line of ``key=value`` pairs; with ``ESSAYS_LOG=json`` in a process's environment it is a line of
JSON, for whatever collects logs. Texts of essays, names of students and settings are in none of them.
"""

import json
import logging
import os
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from actors.core.effects import Publish
from contracts.event_payloads import EssayPhaseCompletedV1

log = logging.getLogger("essay_pipelines")
log.addHandler(logging.NullHandler())  # who wants the lines sets up logging; others are not disturbed by them
FORMAT_VARIABLE: Final = "ESSAYS_LOG"
_FORMAT: Final = "%(asctime)s %(levelname)s %(message)s"


class JsonLines(logging.Formatter):
    """A log record as one JSON object in one line; an event's facts are fields of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """Time in UTC (ISO 8601), level, logger, and the facts or the message."""
        line: dict[str, Any] = {
            "timestamp": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
        }
        line.update(getattr(record, "facts", None) or {"message": record.getMessage()})
        if record.exc_info:
            line["exception"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False, default=str)


def set_up_logging(level: int = logging.INFO) -> None:
    """Log to standard error, where Ray's dashboard shows it; libraries only when they warn."""
    handler = logging.StreamHandler()
    is_json = os.environ.get(FORMAT_VARIABLE) == "json"
    handler.setFormatter(JsonLines() if is_json else logging.Formatter(_FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log.setLevel(level)


def log_published(effect: Publish) -> None:
    """A line for an event. What has become of an essay in a phase is news, as its batch's are; the rest are details.

    So an essay of a batch whose essays share a process is found in that process's log, by its id.
    """
    completed = effect.data if isinstance(effect.data, EssayPhaseCompletedV1) else None
    level = logging.DEBUG if effect.essay_id and completed is None else logging.INFO
    if completed is not None and completed.error is not None:
        level = logging.WARNING
    if not log.isEnabledFor(level):
        return
    facts = {name: str(fact) for name, fact in _facts(effect, completed).items() if fact is not None}
    line = " ".join(f"{name}={_quoted(fact)}" for name, fact in facts.items())
    log.log(level, "%s", line, extra={"facts": facts})


def _facts(effect: Publish, completed: EssayPhaseCompletedV1 | None) -> Mapping[str, object]:
    return {
        "event": effect.event,
        "batch": effect.batch_id,
        "essay": effect.essay_id,
        "phase": getattr(effect.data, "phase_name", None),
        "status": getattr(effect.data, "status", None) or getattr(effect.data, "phase_status", None),
        "error": completed.error.message if completed is not None and completed.error else None,
        "correlation_id": effect.data.correlation_id,
    }


def _quoted(fact: str) -> str:
    return f'"{fact}"' if " " in fact else fact
