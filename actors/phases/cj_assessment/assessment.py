"""Turns the decisions about a cohort into its essays' results."""

import math
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from time import perf_counter
from typing import Final

import numpy as np

from actors.phases.cj_assessment.bradley_terry import PRIOR_SD, Comparisons, Fit, Floats, Ints, fit_btm, fit_map
from actors.phases.cj_assessment.decisions import JudgementRecord, comparisons_of, judges_of
from actors.phases.cj_assessment.diagnostics import (
    MeanSquares,
    is_one_sided,
    item_fit,
    judge_fit,
    misfits,
    separation_reliability,
    split_half,
    stepped_up,
    with_others,
)
from actors.phases.cj_assessment.feature_judge import JUDGE_ERROR_VARIANCE
from actors.phases.cj_assessment.grades import grade_probabilities
from actors.phases.cj_assessment.posterior import (
    Posterior,
    SpreadFit,
    fits_by_spread,
    marginal_reliability,
    posterior_of,
    rank_intervals,
    ranks_of,
)
from actors.phases.cj_assessment.session import Finished
from actors.phases.service import Product
from contracts.phases import EssayStatus
from contracts.results.cj_assessment import (
    CJAssessmentResultDataV1,
    CohortSummary,
    GradeProjection,
    JudgeKind,
    JudgeSummary,
    Pairing,
    RankInterval,
    Reliability,
    ThetaInterval,
)

_NORMAL_95: Final = 1.959964
_HARDLY_A_PRIOR: Final = 20.0
"""Hardly a prior at all. A formula's scores have no noise: a prior would only let the pairing change the ranks."""


def products_of(finished: Finished, producer: str, version: str) -> dict[str, Product]:
    """The product of every essay that took part, by essay id."""
    started = perf_counter()
    assessment = Assessment(finished)
    results = [*assessment.results(producer, version)]
    each = 1000 * (perf_counter() - started) / max(1, len(results))
    return {essay_id: Product(result.model_copy(update={"duration_ms": each})) for essay_id, result in results}


@dataclass(frozen=True)
class Assessment:
    """Everything that follows from the decisions about a finished cohort; each part is computed once."""

    finished: Finished

    @cached_property
    def comparisons(self) -> Comparisons:
        """The decisions as arrays."""
        return comparisons_of(self.finished.decisions, len(self.finished.nodes))

    @cached_property
    def essays(self) -> Ints:
        """Positions of the texts that are essays, not anchors."""
        grades = [node.grade for node in self.finished.nodes]
        return np.array([index for index, grade in enumerate(grades) if grade is None], dtype=np.intp)

    @cached_property
    def anchors(self) -> Ints:
        """Positions of the anchors."""
        return np.setdiff1d(np.arange(len(self.finished.nodes)), self.essays)

    @cached_property
    def posterior(self) -> Posterior:
        """Theta of all texts, with the mean of the essays at zero.

        If a formula decided alone, there is no noise between its scores: the standard error then says how far the
        formula may be from what people would say.
        """
        prior_sd = _HARDLY_A_PRIOR if self.judge_internal else PRIOR_SD
        fit = fit_map(self.comparisons, prior_sd)
        centred = fit.theta - (fit.theta[self.essays].mean() if self.essays.size else 0.0)
        if self.judge_internal:
            return Posterior(centred, np.full(len(centred), math.sqrt(JUDGE_ERROR_VARIANCE)), None)
        return posterior_of(self.comparisons, Fit(fit.mode, centred, fit.se), prior_sd)

    @cached_property
    def fits(self) -> list[SpreadFit]:
        """The posterior under each plausible spread of theta."""
        return fits_by_spread(self.comparisons)

    @cached_property
    def judge_internal(self) -> bool:
        """True if one deterministic judge by features decided everything."""
        kinds = {decision.kind for decision in self.finished.decisions}
        return kinds == {JudgeKind.FEATURES} and len(self.judge_names) == 1

    @cached_property
    def judge_names(self) -> list[str]:
        """The judges who decided, in alphabetical order."""
        return self._judges_of[0]

    @cached_property
    def judge_of_row(self) -> Ints:
        """The judge of each decision, as a position in ``judge_names``."""
        return self._judges_of[1]

    @cached_property
    def _judges_of(self) -> tuple[list[str], Ints]:
        return judges_of(self.finished.decisions)

    @cached_property
    def summary(self) -> CohortSummary:
        """The part of the result that is about the whole cohort."""
        return CohortSummary(
            essays=len(self.essays),
            anchors=len(self.anchors),
            comparisons=len(self.finished.decisions),
            unusable_decisions=self.finished.unusable,
            rounds=self.finished.rounds,
            stop_reason=self.finished.stop_reason,
            reliability=self._reliability(),
            judges=tuple(self._judges()),
            judges_agreement=agreement_between(self.finished.decisions),
            usage=self.finished.usage,
        )

    def _reliability(self) -> Reliability:
        comparisons = self.comparisons
        if self.judge_internal:
            return Reliability(pairing=Pairing.RANDOM, judge_internal=True, human=self.finished.human)
        separation = None
        if comparisons.share.size and comparisons.counts().all():
            btm = fit_btm(comparisons)
            separation = separation_reliability(btm.theta[self.essays], btm.se[self.essays])
        half = split_half(comparisons, self.judge_of_row, len(self.judge_names), self.finished.seed)
        return Reliability(
            pairing=Pairing.ADAPTIVE if self.finished.adaptive else Pairing.RANDOM,
            separation=separation,
            posterior=marginal_reliability(self.fits),
            split_half=half,
            between_judges=stepped_up(half),
        )

    def _judges(self) -> Iterator[JudgeSummary]:
        if self.judge_names:
            yield from self._judges_who_decided()
        for (name, kind), undecided in sorted(self.finished.undecided.items()):
            if name not in self.judge_names:
                yield JudgeSummary(judge=name, kind=kind, comparisons=0, undecided=undecided)

    def _judges_who_decided(self) -> Iterator[JudgeSummary]:
        theta, rows, count = self.posterior.mean, self.comparisons, len(self.judge_names)
        fit, scores = judge_fit(rows, theta, self.judge_of_row, count), with_others(rows, self.judge_of_row, count)
        for index, (name, misfit) in enumerate(zip(self.judge_names, misfits(scores, count), strict=True)):
            own = self.judge_of_row == index
            kind = next(decision.kind for decision in self.finished.decisions if decision.judge == name)
            yield JudgeSummary(
                judge=name,
                kind=kind,
                comparisons=int(own.sum()),
                infit=float(fit.infit[index]),
                outfit=float(fit.outfit[index]),
                with_others=None if scores is None or np.isnan(scores[index]) else float(scores[index]),
                misfit=misfit,
                left_share=float(rows.share[own].mean()),
                one_sided=is_one_sided(rows.rows(own), theta),
                agreement=agreement_with(rows.rows(own), theta),
                ties=int((rows.share[own] == 0.5).sum()),
                undecided=self.finished.undecided.get((name, kind), 0),
                median_seconds=self._median_seconds(name),
            )

    def _median_seconds(self, judge: str) -> float | None:
        """The median time in seconds, since a page may stay open during a break."""
        seconds = [each.seconds for each in self.finished.decisions if each.judge == judge and each.seconds is not None]
        return float(np.median(seconds)) if seconds else None

    def results(self, producer: str, version: str) -> Iterator[tuple[str, CJAssessmentResultDataV1]]:
        """Each essay's id and result."""
        kinds = {decision.kind for decision in self.finished.decisions}
        kind = JudgeKind.NONE if not kinds else next(iter(kinds)) if len(kinds) == 1 else JudgeKind.PANEL
        for position, index in enumerate(self.essays):
            task = self.finished.nodes[index].task
            yield (
                task.essay_id,
                CJAssessmentResultDataV1(
                    status=EssayStatus.CJ_ASSESSMENT_SUCCESS,
                    original_text_storage_id=task.text_id,
                    text_storage_id=task.text_id,
                    producer=producer,
                    producer_version=version,
                    rank=int(self._ranks[position]),
                    rank_interval=self._rank_interval(position),
                    left_out_sentences=self.finished.left_out[index],
                    judge_kind=kind,
                    cohort=self.summary,
                    grade=self._grade(index),
                    **self._estimates(index),
                ),
            )

    def _estimates(self, index: int) -> dict[str, object]:
        theta, se = float(self.posterior.mean[index]), float(self.posterior.se[index])
        found: dict[str, object] = {
            "theta": theta,
            "comparisons": int(self._counts[index]),
            "wins": float(self._wins[index]),
        }
        if not self.finished.decisions:
            return found
        interval = ThetaInterval(low=theta - _NORMAL_95 * se, high=theta + _NORMAL_95 * se)
        found |= {"se": se, "theta_interval": interval}
        if self._counts[index]:
            found |= {"infit": float(self._fit.infit[index]), "outfit": float(self._fit.outfit[index])}
        return found

    @cached_property
    def _counts(self) -> Floats:
        return self.comparisons.counts()

    @cached_property
    def _wins(self) -> Floats:
        return self.comparisons.wins()

    @cached_property
    def _fit(self) -> MeanSquares:
        return item_fit(self.comparisons, self.posterior.mean)

    @cached_property
    def _ranks(self) -> Ints:
        return ranks_of(self.posterior.mean[self.essays])

    def _rank_interval(self, position: int) -> RankInterval | None:
        if not self.finished.decisions:
            return None
        best, worst = self._rank_bounds
        rank = int(self._ranks[position])
        return RankInterval(best=min(rank, int(best[position])), worst=max(rank, int(worst[position])))

    @cached_property
    def _rank_bounds(self) -> tuple[Ints, Ints]:
        return rank_intervals(self.posterior.draws(self.finished.seed)[:, self.essays])

    def _grade(self, index: int) -> GradeProjection | None:
        if not self.anchors.size or not self.finished.decisions:
            return None
        bands = self.finished.options.bands
        row = self._grade_table[index]
        best = int(np.argmax(row))
        probabilities = {band: float(value) for band, value in zip(bands, row, strict=True)}
        return GradeProjection(most_likely=bands[best], confidence=float(row[best]), probabilities=probabilities)

    @cached_property
    def _grade_table(self) -> Floats:
        """The probability of each band for each text. A formula's own error is added if it decided alone."""
        bands = self.finished.options.bands
        grades = [bands.index(anchor.grade) for anchor in self.finished.options.anchors]
        extra = JUDGE_ERROR_VARIANCE if self.judge_internal else 0.0
        return grade_probabilities(self.fits, self.anchors, grades, len(bands), extra)


def agreement_with(comparisons: Comparisons, theta: Floats) -> float:
    """The share of decisions in the direction of theta; ties, and equal theta, count half."""
    expected = np.sign(np.round(theta[comparisons.first] - theta[comparisons.second], 9))
    return float(np.mean(0.5 + 0.5 * expected * np.sign(comparisons.share - 0.5)))


def agreement_between(decisions: Sequence[JudgementRecord]) -> float | None:
    """Among pairs that two judges judged, the share that they decided alike; None if there are no such pairs."""
    verdicts: defaultdict[tuple[int, int], list[tuple[str, float]]] = defaultdict(list)
    for decision in decisions:
        flip = decision.left > decision.right
        pair = (min(decision.left, decision.right), max(decision.left, decision.right))
        verdicts[pair].append((decision.judge, np.sign(decision.share - 0.5) * (-1 if flip else 1)))
    alike = [
        one[1] == other[1] for given in verdicts.values() for one, other in combinations(given, 2) if one[0] != other[0]
    ]
    return float(np.mean(alike)) if alike else None
