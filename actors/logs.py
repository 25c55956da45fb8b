"""Log lines that carry what they are about: batch, essay, phase and correlation id, as ``key=value`` pairs."""

import logging
from typing import Final

from actors.core.effects import Publish, correlation_id_of
from contracts.events import EssayPhaseCompletedV1

log = logging.getLogger("essay_pipelines")
log.addHandler(logging.NullHandler())  # who wants the lines sets up logging; others are not disturbed by them
_FORMAT: Final = "%(asctime)s %(levelname)s %(message)s"


def set_up_logging(level: int = logging.INFO) -> None:
    """Log to standard error, where Ray's dashboard shows it; libraries only when they warn."""
    logging.basicConfig(level=logging.WARNING, format=_FORMAT, force=True)
    log.setLevel(level)


def log_published(effect: Publish) -> None:
    """A line for an event: an essay's failure is a warning, its success a detail, what is of the batch is news."""
    completed = effect.data if isinstance(effect.data, EssayPhaseCompletedV1) else None
    level = logging.DEBUG if effect.essay_id else logging.INFO
    if completed is not None and completed.error is not None:
        level = logging.WARNING
    if not log.isEnabledFor(level):
        return
    facts = {
        "event": effect.event,
        "batch": effect.batch_id,
        "essay": effect.essay_id,
        "phase": getattr(effect.data, "phase_name", None),
        "status": getattr(effect.data, "status", None) or getattr(effect.data, "phase_status", None),
        "error": completed.error.message if completed is not None and completed.error else None,
        "correlation_id": correlation_id_of(effect.batch_id),
    }
    log.log(level, " ".join(f"{name}={_quoted(str(fact))}" for name, fact in facts.items() if fact is not None))


def _quoted(fact: str) -> str:
    return f'"{fact}"' if " " in fact else fact
