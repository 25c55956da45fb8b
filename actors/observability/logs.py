"""Log lines that say what they are about: batch, essay, phase and correlation id.

For people, each is a line of ``key=value`` pairs; with ``ESSAYS_LOG=json`` in a process's environment, it is a line of
JSON for a log collector. They contain no texts of essays and no settings; essays are named by their ids.
"""

import json
import logging
import os
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from actors.core.effects import Publish
from contracts.event_payloads import EssayPhaseCompletedV1

log = logging.getLogger("essay_pipelines")
log.addHandler(logging.NullHandler())  # programs that do not set up logging are not disturbed by these lines
FORMAT_VARIABLE: Final = "ESSAYS_LOG"
_UNSEEN: Final = re.compile("[\x7f-\x9f\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Characters that JSON leaves as they are, and a terminal takes for line breaks, commands or changes of direction."""
_SEPARATES: Final = re.compile(r"[\s=]")
_FORMAT: Final = "%(asctime)s %(levelname)s %(message)s"


class JsonLines(logging.Formatter):
    """Formats a log record as one line of JSON, with an event's facts as fields of their own."""

    def format(self, record: logging.LogRecord) -> str:
        """The time in UTC (ISO 8601), level, logger, and the facts or the message, as JSON."""
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
    """Log to standard error, which Ray's dashboard shows; from libraries, only warnings and worse."""
    handler = logging.StreamHandler()
    is_json = os.environ.get(FORMAT_VARIABLE) == "json"
    handler.setFormatter(JsonLines() if is_json else logging.Formatter(_FORMAT))
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    log.setLevel(level)


def log_published(effect: Publish) -> None:
    """Log an event: essays' outcomes and events of batches at INFO (failures at WARNING), all others at DEBUG.

    So an essay that shares a process with its batch can be found by its id in that process's log.
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
    """A value as it stands in a line for people: quoted and escaped as in JSON if it could be read as anything else.

    A failure's message may have been written by anyone, and must not look like a line, or a pair, of ours.
    """
    escaped = _UNSEEN.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(fact, ensure_ascii=False))
    is_plain = fact and escaped == f'"{fact}"' and not _SEPARATES.search(fact)
    return fact if is_plain else escaped
