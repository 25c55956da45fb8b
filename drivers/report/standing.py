"""Where an essay stands in its class, metric by metric."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Final

from drivers.report.view import ClassView, EssayView


@dataclass(frozen=True, slots=True)
class KeyMetric:
    """A metric that a teacher is shown: its name in the results, what it is called, its unit, and how to read it.

    ``language`` names the only language for which it was made, where there is one.
    """

    name: str
    title: str
    unit: str
    meaning: str
    language: str = ""


KEY_METRICS: Final = (
    KeyMetric("words_count", "Length", "words", "how much was written"),
    KeyMetric("words_per_sentence", "Sentence length", "words", "longer is more complex, or a run-on"),
    KeyMetric("paragraphs_count", "Paragraphs", "", "how the text is divided"),
    KeyMetric("mtld", "Lexical diversity", "MTLD", "higher is more varied; it does not depend on length"),
    KeyMetric("zipf_mean", "Word frequency", "Zipf", "lower means rarer words"),
    KeyMetric("cefr_mean", "Word level", "CEFR 1–6", "mean level of the words, 1 for A1 to 6 for C2"),
    KeyMetric("flesch_kincaid_grade", "Readability", "school grade", "grade needed to read it (Flesch-Kincaid)", "en"),
    KeyMetric("lix", "LIX", "", "readability for Swedish; higher is harder", "sv"),
    KeyMetric("ovix", "OVIX", "", "variation of words for Swedish; higher is more varied", "sv"),
    KeyMetric("subordinators_per_100_words", "Subordination", "per 100 words", "because, although, which …"),
    KeyMetric("connectives_per_100_words", "Connectives", "per 100 words", "words that tie sentences together"),
    KeyMetric("neighbour_overlap_percent", "Sentence ties", "%", "neighbouring sentences that share a content word"),
    KeyMetric(
        "spelling_errors_per_100_words", "Spelling", "errors per 100 words", "found by the spellcheck; lower is better"
    ),
)


@dataclass(frozen=True, slots=True)
class Spread:
    """A metric's spread over the class: extremes, quartiles and median."""

    low: float
    first_quartile: float
    median: float
    third_quartile: float
    high: float

    def share(self, value: float) -> float:
        """Where ``value`` lies between the extremes, 0 to 100."""
        width = self.high - self.low
        return 100 * (value - self.low) / width if width else 50.0


@dataclass(frozen=True, slots=True)
class Standing:
    """One metric of one essay against its class. ``position`` says in words where in the class it lies."""

    metric: KeyMetric
    value: float
    spread: Spread
    position: str


def spreads(view: ClassView) -> dict[str, Spread]:
    """The spread of each key metric that at least two essays have."""
    values = {metric.name: key_values(view, metric) for metric in KEY_METRICS}
    return {name: _spread(found) for name, found in values.items() if len(found) > 1}


def key_values(view: ClassView, metric: KeyMetric) -> list[float]:
    """The values of one key metric over the class."""
    return [found for essay in view.essays if (found := _value(essay, metric)) is not None]


def _value(essay: EssayView, metric: KeyMetric) -> float | None:
    if metric.language and (essay.nlp is None or not essay.nlp.language.startswith(metric.language)):
        return None
    return essay.metrics.get(metric.name)


def _spread(values: Sequence[float]) -> Spread:
    first, middle, third = quantiles(values, n=4, method="inclusive")
    return Spread(min(values), first, middle, third, max(values))


def standings(essay: EssayView, of_class: dict[str, Spread]) -> list[Standing]:
    """The key metrics of an essay against its class."""
    return [
        Standing(metric, value, spread, _position(value, spread))
        for metric in KEY_METRICS
        if (value := _value(essay, metric)) is not None and (spread := of_class.get(metric.name))
    ]


def _position(value: float, spread: Spread) -> str:
    if value < spread.first_quartile:
        return "lowest quarter"
    return "highest quarter" if value > spread.third_quartile else "middle half"
