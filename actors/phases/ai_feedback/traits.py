"""Bands for traits of the ELLIPSE rubric (Crossley et al. 2023), computed from measures.

Without a model of the user's own, two bands are given: for language as a whole, and for grammar. Grammar is the only
trait whose own measures agree better with its human scores than the whole does (Spearman .63 against .56 on 391 essays
to prompts that no weight was chosen on). The other traits go with the whole, and no second number is made up for them.

The shipped weights are not fitted to anybody's scores. A trait is a weighted mean of standardised measures whose signs
are known beforehand (slips and misspellings count against it, a wide vocabulary and usual pairs of words for it), with
round centres and spreads for essays of learners at school. If users have scored essays of their own, ``training`` fits
a ``TraitModel`` to them, which replaces the weights. Bands given by one human reader agree with another's within about
half a band; the intervals here are wider, and show it.
"""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from pydantic import BaseModel, ConfigDict, Field, PositiveFloat, model_validator

from contracts.results.ai_feedback import Trait, TraitBand

FEWEST_WORDS: Final = 50
"""Below this number of words, measures say more about chance than about the writer."""

_MIDDLE: Final = 3.0
_BANDS_PER_SPREAD: Final = 0.3
"""Bands per spread of a trait's composite: half the spread of scores (0.6), since measures explain a third of it."""
_HALF_INTERVAL: Final = 0.8
"""Half the width of an interval meant to contain 8 of 10 human scores: 1.28 standard deviations of 0.6."""
_FURTHEST: Final = 2.5


@dataclass(frozen=True, slots=True)
class Standard:
    """How a measure is standardised: on a logarithmic or linear scale, by a round centre and spread, and its sign."""

    measure: str
    centre: float
    spread: float
    sign: int = 1
    logarithmic: bool = False

    def of(self, measures: Mapping[str, float]) -> float | None:
        """The measure in spreads from the centre, where higher is better; None if the text has no value for it."""
        value = measures.get(self.measure)
        if value is None:
            return None
        scaled = math.log1p(max(0.0, value)) if self.logarithmic else value
        return max(-_FURTHEST, min(_FURTHEST, self.sign * (scaled - self.centre) / self.spread))


# Centres of slips: beyond spelling, learners make some 12 per 100 words (Cambridge Learner Corpus). A quarter of them
# is seen here, and half of these are of grammar.
STANDARDS: Final[Mapping[str, Standard]] = {
    "correct spelling": Standard("misspellings_per_100_words", 0.9, 0.6, -1, logarithmic=True),
    "few slips": Standard("slips_per_100_words", 1.4, 0.5, -1, logarithmic=True),
    "few slips of grammar": Standard("grammar_slips_per_100_words", 0.9, 0.5, -1, logarithmic=True),
    "few slips of convention": Standard("convention_slips_per_100_words", 0.6, 0.5, -1, logarithmic=True),
    "range of words": Standard("root_ttr", 8.0, 1.2),
    "length of words": Standard("letters_per_word", 4.3, 0.3),
    "less common words": Standard("below_zipf_5_percent", 15.0, 4.0),
    "length of text": Standard("log_words", 5.9, 0.4),
    "kinds of connectives": Standard("connective_kinds", 6.0, 1.5),
    "usual pairs of words": Standard("word_pair_association", 3.5, 0.3),
    "few unusual pairs": Standard("unusual_pairs_percent", 9.0, 3.0, -1),
    "sentences that end": Standard("longest_sentence", 3.8, 0.5, -1, logarithmic=True),
}

WEIGHTS: Final[Mapping[Trait, Mapping[str, float]]] = {
    Trait.GRAMMAR: {
        "few slips of grammar": 1.5, "few slips": 1.5, "few unusual pairs": 1, "usual pairs of words": 0.5,
        "correct spelling": 0.5, "range of words": 0.5,
    },
    Trait.LANGUAGE: {
        "few slips": 2, "range of words": 1.5, "correct spelling": 1, "usual pairs of words": 1,
        "few slips of grammar": 0.5, "few slips of convention": 0.5, "few unusual pairs": 0.5, "length of words": 0.5,
        "less common words": 0.5, "length of text": 0.5, "kinds of connectives": 0.5, "sentences that end": 0.5,
    },
}  # fmt: skip
"""A weight is 1 for what defines a trait, 0.5 for what goes along with it, and more for what matters most."""


class TraitWeights(BaseModel):
    """A linear model of one trait: bands per standard deviation of each measure, and the SD of the residuals."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    intercept: float
    weights: tuple[float, ...]
    residual_sd: PositiveFloat


class TraitModel(BaseModel):
    """Coefficients that a user has fitted to scored essays. ``means`` and ``sds`` are of log-scaled measures."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    language: str
    essays: int = Field(gt=0)
    measures: tuple[str, ...]
    means: tuple[float, ...]
    sds: tuple[PositiveFloat, ...]
    traits: dict[Trait, TraitWeights]

    @model_validator(mode="after")
    def _every_measure_has_its_numbers(self) -> "TraitModel":
        lengths = {len(self.measures), len(self.means), len(self.sds), *(len(t.weights) for t in self.traits.values())}
        if len(lengths) != 1:
            raise ValueError("measures, means, sds and weights must be as many")
        return self


def trait_bands(measures: Mapping[str, float], language: str, model: TraitModel | None = None) -> tuple[TraitBand, ...]:
    """A band for each trait, or the reason why there is none."""
    if measures.get("words_count", 0) < FEWEST_WORDS:
        return _without_band(f"The text is too short for bands: fewer than {FEWEST_WORDS} words.")
    if model is not None and model.language == language:
        return tuple(_fitted(trait, model, measures) for trait in Trait)
    if language != "en":
        return _without_band("Bands without a model of your own are for English only: no other scale was checked.")
    return tuple(_weighted(trait, measures) if trait in WEIGHTS else _with_the_whole(trait) for trait in Trait)


def _with_the_whole(trait: Trait) -> TraitBand:
    return TraitBand(trait=trait, reason="Not told apart from the language as a whole: see there.")


def _without_band(reason: str) -> tuple[TraitBand, ...]:
    return tuple(TraitBand(trait=trait, reason=reason) for trait in Trait)


def _weighted(trait: Trait, measures: Mapping[str, float]) -> TraitBand:
    weights = WEIGHTS[trait]
    scores = {name: score for name in weights if (score := STANDARDS[name].of(measures)) is not None}
    norm = math.sqrt(sum(weights[name] ** 2 for name in scores)) or 1.0
    basis = {name: _BANDS_PER_SPREAD * weights[name] * score / norm for name, score in scores.items()}
    return _band(trait, _MIDDLE, basis, _HALF_INTERVAL)


def _fitted(trait: Trait, model: TraitModel, measures: Mapping[str, float]) -> TraitBand:
    if trait not in model.traits:
        return TraitBand(trait=trait, reason="The model was not fitted for this trait.")
    fitted = model.traits[trait]
    deviations = standardised(model, measures)
    basis = {
        name: weight * deviation
        for name, weight, deviation in zip(model.measures, fitted.weights, deviations, strict=True)
    }
    return _band(trait, fitted.intercept, basis, 1.28 * fitted.residual_sd)


def standardised(model: TraitModel, measures: Mapping[str, float]) -> list[float]:
    """The model's measures of a text, log-scaled, in standard deviations from their means (0 if not measured)."""
    return [
        max(-4.0, min(4.0, (log_scaled(measures[name]) - mean) / sd)) if name in measures else 0.0
        for name, mean, sd in zip(model.measures, model.means, model.sds, strict=True)
    ]


def log_scaled(value: float) -> float:
    """A measure with its tails compressed: sign(x) log(1 + |x|)."""
    return math.copysign(math.log1p(abs(value)), value)


def _band(trait: Trait, middle: float, basis: Mapping[str, float], half_interval: float) -> TraitBand:
    estimate = _on_scale(middle + sum(basis.values()))
    return TraitBand(
        trait=trait,
        band=round(2 * estimate) / 2,
        estimate=round(estimate, 2),
        low=round(_on_scale(estimate - half_interval), 2),
        high=round(_on_scale(estimate + half_interval), 2),
        basis={name: round(share, 3) for name, share in basis.items()},
    )


def _on_scale(value: float) -> float:
    return max(1.0, min(5.0, value))
