"""Prints the table of metrics in Markdown, from the metrics themselves: ``python -m actors.phases.nlp.reference``.

Whether a metric is available for Swedish is found out by measuring a Swedish text.
"""

import sys
from collections.abc import Iterator
from typing import Final

from actors.phases.nlp import parsing
from actors.phases.nlp.document import Document
from actors.phases.nlp.measuring import FAMILIES
from actors.phases.nlp.metric import Metric, Unmeasured

_HEAD: Final = "| metric | what it is | unit | source | needs | Swedish |\n|---|---|---|---|---|---|"
_NEEDS: Final = "needs at least "
_SWEDISH: Final = (
    "Hunden sprang över den gröna ängen för att den hade sett en katt. Men katten var snabbare än hunden, så den hann "
    "undan upp i ett högt träd. Där satt den sedan hela eftermiddagen och väntade på att hunden skulle ge upp.\n\n"
    "Till slut gick hunden hem. Katten klättrade ner, och dagen efter började allt om igen, precis som förra veckan."
)


def table() -> str:
    """The table of metrics, family by family."""
    return "\n".join(_lines())


def _lines() -> Iterator[str]:
    swedish = Document(_SWEDISH, "sv", corrections=(), parse=parsing.parse(_SWEDISH, "sv"))
    total = sum(len(family.metrics) for family in FAMILIES)
    yield f"# The {total} metrics of the NLP phase\n"
    yield "A metric that a text cannot have is null, and the result says why.\n"
    for family in FAMILIES:
        yield f"## {family.title}\n\n{_HEAD}"
        yield from (_row(metric, swedish) for metric in family)
        yield ""


def _row(metric: Metric, swedish: Document) -> str:
    measured = metric.of(swedish)
    lacking = f"no: {measured.reason.rpartition(': ')[2]}" if isinstance(measured, Unmeasured) else "yes"
    cells = (f"`{metric.name}`", metric.definition, metric.unit, metric.source, _needs_of(metric), lacking)
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _needs_of(metric: Metric) -> str:
    """The lengths that a metric requires, as it states them for an empty text."""
    nothing = Document("", "en")
    reasons = [reason for requirement in metric.requires if (reason := requirement(nothing))]
    return ", ".join(reason[len(_NEEDS) :].partition(";")[0] for reason in reasons if reason.startswith(_NEEDS))


if __name__ == "__main__":
    sys.stdout.write(table() + "\n")
