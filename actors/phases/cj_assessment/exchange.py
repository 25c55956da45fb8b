"""Exchanges pairs and decisions as CSV, for people who judge outside this program.

The pairs have the columns ``key``, ``left`` and ``right``. Decisions come back as ``key``, ``winner`` (``left``,
``right``, ``tie``, or the name of the text) and ``judge``. Other columns are ignored.
"""

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any, Final

from actors.phases.cj_assessment.decisions import PairVerdict, Winner, decision_value
from actors.phases.service import CohortItem

PAIR_COLUMNS: Final = ("key", "left", "right")
DECISION_COLUMNS: Final = ("key", "winner", "judge")
_SEPARATORS: Final = (",", ";", "\t")
UNNAMED: Final = "people"
"""The judge of a decision that names none."""


class DecisionsError(ValueError):
    """A file of decisions that cannot be used; the message names every line that is wrong."""


def pairs_csv(awaited: Sequence[CohortItem]) -> str:
    """The pairs to be judged, as CSV with a header."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(PAIR_COLUMNS)
    writer.writerows([item.key, item.payload["left"], item.payload["right"]] for item in awaited)
    return out.getvalue()


def decisions_of_csv(text: str, awaited: Sequence[CohortItem]) -> dict[str, dict[str, Any]]:
    """The values to deliver for the awaited pieces, by key. Pairs may be missing; an unnamed judge is ``people``.

    Raises:
        DecisionsError: a column is missing, a pair is unknown or decided twice, or a winner is neither text.
    """
    table = text.removeprefix("\ufeff")
    heading = table.partition("\n")[0]
    separator = max(_SEPARATORS, key=heading.count)  # Excel writes the separator of the country that it is set up for
    reader = csv.DictReader(io.StringIO(table), delimiter=separator)
    if missing := {"key", "winner"} - set(reader.fieldnames or ()):
        raise DecisionsError(f"The file lacks the column {', '.join(sorted(missing))}.")
    items = {item.key: item for item in awaited}
    values: dict[str, dict[str, Any]] = {}
    problems: list[str] = []
    for row in reader:
        key, item = row["key"], items.get(row["key"])
        winner = _winner(row["winner"], item) if item else None
        if winner is None or key in values:
            problems.append(f"line {reader.line_num}: {_problem(row, item is not None, key in values)}")
        else:
            values[key] = decision_value(PairVerdict.of(winner), (row.get("judge") or UNNAMED).strip())
    if problems:
        raise DecisionsError("; ".join(problems))
    return values


def _problem(row: Mapping[str, str], known: bool, decided: bool) -> str:
    if not known:
        return f"no such pair is awaited: {row['key']!r}"
    if decided:
        return f"this pair is decided twice: {row['key']!r}"
    return f"the winner is neither left, right nor tie: {row['winner']!r}"


def _winner(written: str | None, item: CohortItem) -> Winner | None:
    wanted = (written or "").strip()
    sides = {item.payload["left"]: Winner.LEFT, item.payload["right"]: Winner.RIGHT}
    if wanted in sides:
        return sides[wanted]
    return Winner(wanted.lower()) if wanted.lower() in set(Winner) else None
