"""Where an essay stands in its class, metric by metric."""

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import quantiles
from typing import Final

from drivers.report.terms import for_translation as _
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


SPELLING: Final = KeyMetric(
    "spelling_errors_per_100_words", _("Spelling"), _("errors per 100 words"), _("lower is better")
)
KEY_METRICS: Final = (
    SPELLING,
    KeyMetric("words_count", _("Length"), _("words"), _("how much was written")),
    KeyMetric("words_per_sentence", _("Sentence length"), _("words"), _("longer is more complex, or a run-on")),
    KeyMetric("paragraphs_count", _("Paragraphs"), "", _("how the text is divided")),
    KeyMetric("mtld", _("Varied words"), "MTLD", _("higher is more varied; length does not matter")),
    KeyMetric("zipf_mean", _("Common words"), "Zipf", _("lower means rarer words")),
    KeyMetric("cefr_mean", _("Level of words"), _("1 for A1 to 6 for C2"), _("mean over the words"), "en"),
    KeyMetric("flesch_kincaid_grade", _("Hard to read"), _("school grade"), _("grade needed to read it"), "en"),
    KeyMetric("lix", "LIX", "", _("readability for Swedish; higher is harder"), "sv"),
    KeyMetric("ovix", "OVIX", "", _("varied words, for Swedish; higher is more varied"), "sv"),
    KeyMetric(
        "subordinators_per_100_words", _("Subordinate clauses"), _("per 100 words"), _("because, although, which …")
    ),
    KeyMetric(
        "connectives_per_100_words", _("Linking words"), _("per 100 words"), _("words that tie sentences together")
    ),
    KeyMetric(
        "neighbour_overlap_percent", _("Sentence ties"), "%", _("neighbouring sentences that share a content word")
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
    return [found for essay in view.essays if (found := value_of(essay, metric)) is not None]


def value_of(essay: EssayView, metric: KeyMetric) -> float | None:
    """The value of a key metric; None where it was not measured, or is made for another language."""
    if metric.language and (essay.nlp is None or not essay.nlp.language.startswith(metric.language)):
        return None
    misspelt = _misspelt(essay) if metric is SPELLING else None
    return essay.metrics.get(metric.name) if misspelt is None else misspelt


def _misspelt(essay: EssayView) -> float | None:
    """By the words that are corrected, as everywhere in the report; otherwise it is measured."""
    checked = essay.spelling.words_checked if essay.spelling else 0
    return 100 * essay.corrected_count / checked if checked else None


def _spread(values: Sequence[float]) -> Spread:
    first, middle, third = quantiles(values, n=4, method="inclusive")
    return Spread(min(values), first, middle, third, max(values))


def standings(essay: EssayView, of_class: dict[str, Spread]) -> list[Standing]:
    """The key metrics of an essay against its class."""
    return [
        Standing(metric, value, spread, _position(value, spread))
        for metric in KEY_METRICS
        if (value := value_of(essay, metric)) is not None and (spread := of_class.get(metric.name))
    ]


def _position(value: float, spread: Spread) -> str:
    if value < spread.first_quartile:
        return _("lowest quarter")
    return _("highest quarter") if value > spread.third_quartile else _("middle half")
