"""Essays far from the rest of their class: a reason to look at them first, and no judgement of them."""

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from statistics import median
from types import MappingProxyType
from typing import Final, NamedTuple

from babel import Locale, UnknownLocaleError

from contracts.results.nlp import NLPResultDataV1
from drivers.report.languages import Words, primary
from drivers.report.standing import KEY_METRICS, KeyMetric, value_of
from drivers.report.terms import for_translation as _
from drivers.report.view import ClassView, EssayView

_SURE_OF_LANGUAGE: Final = 0.95
_FEWEST_ESSAYS: Final = 5
_FEWEST_WORDS: Final = 50
"""What a shorter essay measures is unusual because it is short, and that is said already."""

_MAD_TO_SD: Final = 0.6745  # a quarter of a normal distribution lies above 0.6745 standard deviations
_UNUSUAL: Final = 3.5
_UNUSUAL_LENGTH: Final = 2.5
_FAR_AT_ONCE: Final = 4.0
_FAR_IF_UNUSUAL: Final = 2.0
_FAR: Final = MappingProxyType(
    {"spelling_errors_per_100_words": 10.0, "words_per_sentence": 12.0, "mtld": 30.0, "zipf_mean": 0.3}
)
"""The metrics that are a reason by themselves, and how far from the median at the least: what is unusual in an even
class need not matter."""


class Outlier(NamedTuple):
    """An essay far from its class, and what was found there: a number of words, a language, a value."""

    essay: EssayView
    found: str


class OutlierGroup(NamedTuple):
    """The essays that are far from their class for one reason."""

    reason: str
    essays: Sequence[Outlier]


def outliers(view: ClassView, words: Words) -> list[OutlierGroup]:
    """The essays worth a look, by reason; none for what was not measured, or in a class of fewer than five essays."""
    looks = {essay.essay_id: _looks_like(essay.nlp) for essay in view.essays if essay.nlp}
    language = max(sorted(counts := Counter(looks.values())), key=counts.__getitem__, default="")
    alike = [essay for essay in view.essays if looks.get(essay.essay_id) == language]
    found = [_in_another_language(view, looks, language, words)]
    if len(alike) >= _FEWEST_ESSAYS:
        found += [*_unusually_long(alike, words), *_far_from_the_median(alike, words)]
    return [group for group in found if group.essays]


def modified_z(values: Sequence[float]) -> list[float]:
    """0.6745 (x - median) / MAD of Iglewicz and Hoaglin (1993); zeros where half of the class have the same value."""
    middle = median(values)
    deviation = median(abs(value - middle) for value in values)
    return [_MAD_TO_SD * (value - middle) / deviation if deviation else 0.0 for value in values]


def _looks_like(result: NLPResultDataV1) -> str:
    """The language a text looks like, or that it was measured in where it is too short to tell."""
    detected = result.detected
    return primary(detected.language if detected and detected.probability >= _SURE_OF_LANGUAGE else result.language)


def _in_another_language(view: ClassView, looks: Mapping[str, str], language: str, words: Words) -> OutlierGroup:
    others = [
        Outlier(essay, _language_name(looks[essay.essay_id], words))
        for essay in view.essays
        if looks.get(essay.essay_id, language) != language
    ]
    return OutlierGroup(words.said("In another language than the class"), others)


def _language_name(code: str, words: Words) -> str:
    try:
        return Locale.parse(code).get_language_name(words.language) or code
    except (UnknownLocaleError, ValueError):
        return code


def _unusually_long(essays: Sequence[EssayView], words: Words) -> Iterator[OutlierGroup]:
    """Half the median and unusual in this class, or a quarter of it in any; above, twice and four times."""
    measured = [(essay, length) for essay in essays if (length := essay.metrics.get("words_count"))]
    if not measured:
        return
    middle = median(length for _essay, length in measured)
    # Lengths are skewed: their logarithms are what is near to normal.
    z_scores = modified_z([math.log(length) for _essay, length in measured])
    for reason, sign in (
        (_("Far shorter; half of the class write {median} words or more"), -1),
        (_("Far longer; half of the class write {median} words or less"), 1),
    ):
        far = [
            Outlier(essay, words.fixed(length))
            for (essay, length), z in zip(measured, z_scores, strict=True)
            if _is_far((length / middle) ** sign, sign * z)
        ]
        yield OutlierGroup(words.said(reason).format(median=words.fixed(middle)), far)


def _is_far(ratio: float, z: float) -> bool:
    return ratio >= _FAR_AT_ONCE or (ratio >= _FAR_IF_UNUSUAL and z >= _UNUSUAL_LENGTH)


def _far_from_the_median(essays: Sequence[EssayView], words: Words) -> Iterator[OutlierGroup]:
    long_enough = [essay for essay in essays if essay.metrics.get("words_count", 0.0) >= _FEWEST_WORDS]
    for metric in KEY_METRICS:
        values = [(essay, value) for essay in long_enough if (value := value_of(essay, metric)) is not None]
        if metric.name in _FAR and len(values) >= _FEWEST_ESSAYS:
            yield _far_in(metric, values, words)


def _far_in(metric: KeyMetric, measured: Sequence[tuple[EssayView, float]], words: Words) -> OutlierGroup:
    middle = median(value for _essay, value in measured)
    far = [
        Outlier(essay, words.figure(value))
        for (essay, value), z in zip(measured, modified_z([value for _essay, value in measured]), strict=True)
        if abs(z) >= _UNUSUAL and abs(value - middle) >= _FAR[metric.name]
    ]
    reason = words.said("{measure} far from the class, whose median is {median}")
    measure = f"{words.said(metric.title)} ({words.said(metric.unit)})"
    return OutlierGroup(reason.format(measure=measure, median=words.figure(middle)), far)
