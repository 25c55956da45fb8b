"""A class as a whole: how each metric is spread, where each essay stands, and which essays are worth a look.

>>> view = view_class(results, texts)
>>> view.distributions["mtld"].median, view.places_of("essay-01")["mtld"].percentile
>>> [(finding.essay_id, finding.kind, finding.message) for finding in view.worth_a_look]

Findings are reasons to look, not judgements: a near duplicate may be a pair who worked together.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

import numpy as np

from actors.phases.nlp.distributions import FEWEST_ESSAYS, Distribution, Distributions, PositionInClass, robust_z
from actors.phases.nlp.duplicates import near_duplicates
from contracts.results.nlp import NLPResultDataV1

SURE_OF_LANGUAGE: Final = 0.95
UNUSUAL_LENGTH_Z: Final = 2.5
UNUSUAL_Z: Final = 3.5
FEWEST_WORDS: Final = 50
"""The metrics of a shorter essay are unusual because it is short, and that is said already."""
HALF: Final = 0.5
QUARTER: Final = 0.25

LOOKED_AT: Final = MappingProxyType(
    {
        "words_per_sentence": 12.0,
        "mtld": 30.0,
        "zipf_mean": 0.3,
        "repeated_pairs_percent": 12.0,
        "unlisted_percent": 10.0,
        "spelling_errors_per_100_words": 10.0,
    }
)
"""The metrics on which an essay far from its class is worth a look by itself, and how far that is at the least: what is
unusual in an even class need not matter."""


class FindingKind(StrEnum):
    """Why an essay is worth a look."""

    NO_WORDS = "no_words"
    FAR_SHORTER = "far_shorter"
    FAR_LONGER = "far_longer"
    OTHER_LANGUAGE = "other_language"
    NEAR_DUPLICATE = "near_duplicate"
    UNUSUAL_METRIC = "unusual_metric"


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason to look at an essay; ``other_essay_id`` is the one it is nearly the same as."""

    essay_id: str
    kind: FindingKind
    message: str
    value: float | None = None
    other_essay_id: str | None = None


@dataclass(frozen=True, slots=True)
class ClassView:
    """A class as a whole. Essays in another language than the class have no place in its distributions."""

    language: str
    worth_a_look: Sequence[Finding]
    _table: Distributions

    @property
    def distributions(self) -> Mapping[str, Distribution]:
        """The distribution of each metric, by the metric's name."""
        return self._table.by_metric

    @property
    def essays(self) -> Sequence[str]:
        """The essays that have a place in the class."""
        return self._table.essays

    def places_of(self, essay_id: str) -> Mapping[str, PositionInClass]:
        """Where an essay stands on each metric that it has.

        Raises:
            KeyError: the essay has no place in the class.
        """
        return self._table.places_of(essay_id)


def view_class(results: Mapping[str, NLPResultDataV1], texts: Mapping[str, str], prompt: str = "") -> ClassView:
    """See a batch as a class, from its essays' results and texts (both by essay id).

    ``prompt`` is the assignment: what essays quote from it does not make them alike. Thousands of essays take seconds.
    """
    language = _language_of(results)
    ours = {essay: result.metrics for essay, result in results.items() if _looks_like(result) == language}
    table = Distributions(ours)
    findings = [
        *_other_languages(results, language),
        *_unusual_lengths(ours),
        *_near_duplicates(texts, prompt),
        *_unusual_metrics(table),
    ]
    return ClassView(
        language, sorted(findings, key=lambda finding: (finding.essay_id, finding.kind, finding.message)), table
    )


def _looks_like(result: NLPResultDataV1) -> str:
    """The language a text looks like, or that it was measured in where it is too short to tell."""
    detected = result.detected
    return detected.language if detected and detected.probability >= SURE_OF_LANGUAGE else result.language


def _language_of(results: Mapping[str, NLPResultDataV1]) -> str:
    languages = Counter(map(_looks_like, results.values()))
    return max(sorted(languages), key=languages.__getitem__, default="")


def _other_languages(results: Mapping[str, NLPResultDataV1], language: str) -> Iterator[Finding]:
    for essay, result in results.items():
        if (seen := _looks_like(result)) != language:
            message = f"looks like {seen!r} in a class that writes {language!r}"
            yield Finding(essay, FindingKind.OTHER_LANGUAGE, message)


def _unusual_lengths(metrics: Mapping[str, Mapping[str, float | None]]) -> Iterator[Finding]:
    words = {essay: values.get("words_count") or 0.0 for essay, values in metrics.items()}
    yield from (Finding(essay, FindingKind.NO_WORDS, "has no words", 0.0) for essay in words if not words[essay])
    lengths = np.array([length for length in words.values() if length])
    if lengths.size < FEWEST_ESSAYS:
        return
    median = float(np.median(lengths))
    # Lengths are skewed: their logarithms are what is near to normal.
    z_scores = np.nan_to_num(robust_z(np.log(lengths)), nan=0.0)
    for (essay, length), z in zip(((e, n) for e, n in words.items() if n), z_scores, strict=True):
        if kind := _length_kind(length / median, float(z)):
            yield Finding(essay, kind, f"has {length:.0f} words; the median of the class is {median:.0f}", length)


def _length_kind(ratio: float, z: float) -> FindingKind | None:
    """Half the median and unusual in this class, or a quarter of it in any; above, twice and four times."""
    if ratio <= QUARTER or (ratio <= HALF and z <= -UNUSUAL_LENGTH_Z):
        return FindingKind.FAR_SHORTER
    if ratio >= 1 / QUARTER or (ratio >= 1 / HALF and z >= UNUSUAL_LENGTH_Z):
        return FindingKind.FAR_LONGER
    return None


def _near_duplicates(texts: Mapping[str, str], prompt: str) -> Iterator[Finding]:
    for essay, closest in near_duplicates(texts, prompt).items():
        message = (
            f"shares {closest.jaccard:.0%} of all word triples with {closest.other}, "
            f"{closest.contained:.0%} of those of the shorter one"
        )
        yield Finding(essay, FindingKind.NEAR_DUPLICATE, message, closest.jaccard, closest.other)


def _unusual_metrics(table: Distributions) -> Iterator[Finding]:
    for essay in table.essays:
        places = table.places_of(essay)
        if "words_count" not in places or places["words_count"].value < FEWEST_WORDS:
            continue
        for name in LOOKED_AT.keys() & places.keys():
            place, median = places[name], table.by_metric[name].median
            if _is_unusual(place) and abs(place.value - median) >= LOOKED_AT[name]:
                message = f"{name} is {place.value:.3g}; the median of the class is {median:.3g}"
                yield Finding(essay, FindingKind.UNUSUAL_METRIC, message, place.value)


def _is_unusual(place: PositionInClass) -> bool:
    return place.robust_z is not None and abs(place.robust_z) >= UNUSUAL_Z
