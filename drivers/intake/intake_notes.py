"""What was noticed when a batch's essays were read, kept in ``intake.json`` beside its results.

Not in the store: like the students' names, of which it is full, no phase has need of it.
"""

import re
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from drivers.intake import kept_by_batch
from drivers.intake.intake_report import IntakeReport

FILE: Final = "intake.json"


def keep(out: Path, batch_id: str, report: IntakeReport) -> None:
    """Write it into the output folder of a batch.

    Raises:
        OSError: the folder cannot be written to.
    """
    kept_by_batch.keep(out / FILE, batch_id, report.document())


def kept(out: Path, batch_id: str) -> Mapping[str, Any]:
    """As it stands in ``results.json`` under ``intake``; empty where it was not kept in this folder."""
    return kept_by_batch.kept(out / FILE, batch_id)


def forget(out: Path, batch_id: str, words: Collection[str] | None = None) -> None:
    """Take out whatever mentions one of these names, files and ids; without them, all of the batch.

    Raises:
        OSError: the folder cannot be written to.
    """
    rest: Any = {}
    if words:
        either = "|".join(map(re.escape, sorted(filter(None, words), key=len, reverse=True)))
        rest = _without(kept(out, batch_id), re.compile(rf"(?<![\w-])(?:{either})(?![\w-])", re.IGNORECASE))
    kept_by_batch.keep(out / FILE, batch_id, rest)


def _without(value: Any, words: re.Pattern[str]) -> Any:
    if isinstance(value, Mapping):
        left = {key: each for key, each in value.items() if not _mentions(key, words)}
        return {key: _without(each, words) for key, each in left.items()}
    if isinstance(value, list):
        return [each for each in value if not _mentions(each, words)]
    return value


def _mentions(value: Any, words: re.Pattern[str]) -> bool:
    if isinstance(value, Mapping):
        return any(_mentions(each, words) for each in value.values())
    if isinstance(value, list):
        return any(_mentions(each, words) for each in value)
    return isinstance(value, str) and words.search(value) is not None
