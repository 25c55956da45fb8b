"""What a class has in common: the words it misspells, the things to practise, what its ranks are worth."""

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from contracts.results.cj_assessment import (
    CohortSummary,
    HumanAgreement,
    JudgeKind,
    JudgeSummary,
    Pairing,
    Reliability,
)
from drivers.report.languages import Words
from drivers.report.sentences import reason_told
from drivers.report.terms import JUDGES
from drivers.report.terms import for_translation as _
from drivers.report.topics import work_titles
from drivers.report.view import ClassView, EssayView

_MANY_WORDS = 15
# Reliability from which an order is used for grading, and below which it hardly orders at all.
_FIRM: Final = 0.8
_ROUGH: Final = 0.5


@dataclass(frozen=True, slots=True)
class CommonError:
    """A word that the class misspells: how often in all, and in how many essays."""

    original: str
    replacement: str
    times: int
    essays: int


@dataclass(frozen=True, slots=True)
class CommonTopic:
    """Something to work on, and the ids of the essays whose feedback says so."""

    title: str
    essays: tuple[str, ...]


def common_errors(view: ClassView) -> list[CommonError]:
    """The misspellings that most essays share, then the most frequent ones."""
    times: Counter[tuple[str, str]] = Counter()
    essays: Counter[tuple[str, str]] = Counter()
    for essay in view.essays:
        pairs = [(item.original.casefold(), item.replacement.casefold()) for item in essay.corrections if item.applied]
        times.update(pairs)
        essays.update(set(pairs))
    found = [CommonError(*pair, times[pair], essays[pair]) for pair in times]
    return sorted(found, key=lambda error: (-error.essays, -error.times, error.original))[:_MANY_WORDS]


def common_topics(view: ClassView, language: str) -> list[CommonTopic]:
    """What the feedback asks students to work on, in the reader's language, the most common first."""
    topics: dict[str, list[str]] = {}
    for essay in view.essays:
        for title in work_titles(essay, language):
            topics.setdefault(title, []).append(essay.essay_id)
    found = [CommonTopic(title, tuple(dict.fromkeys(ids))) for title, ids in topics.items()]
    return sorted(found, key=lambda topic: (-len(topic.essays), topic.title))


def cohort_of(view: ClassView) -> CohortSummary | None:
    """The summary of the comparisons."""
    return next((essay.cj.cohort for essay in view.ranked if essay.cj), None)


def failures_by_reason(view: ClassView, words: Words) -> list[tuple[str, list[EssayView]]]:
    """Why essays failed, each reason once with its essays, the most common first."""
    reasons: dict[str, list[EssayView]] = {}
    for essay in view.failed:
        if essay.failure:
            told = reason_told(essay.failure.error_code.value, essay.failure.message, words)
            reasons.setdefault(told, []).append(essay)
    return sorted(reasons.items(), key=lambda item: -len(item[1]))


def same_doubt(view: ClassView) -> float | None:
    """By how much each score may be off, where that is the same for all: then it is said once, and not in every row."""
    doubts = {round(1.96 * essay.cj.se, 2) for essay in view.ranked if essay.cj and essay.cj.se is not None}
    return doubts.pop() if len(doubts) == 1 and len(view.ranked) > 1 else None


def people_judging(view: ClassView) -> tuple[JudgeSummary, ...]:
    """The judges of a class that people have judged; none where machines alone did."""
    cohort = cohort_of(view)
    judges = cohort.judges if cohort else ()
    return judges if any(judge.kind is JudgeKind.PEOPLE for judge in judges) else ()


def ranking_worth(view: ClassView, words: Words) -> list[str]:
    """What scores and ranks are worth, in sentences for a teacher."""
    cohort = cohort_of(view)
    first = next((essay.cj for essay in view.ranked if essay.cj), None)
    if cohort is None or first is None:
        return []
    return list(_sentences(cohort, first.judge_kind, words))


def _sentences(cohort: CohortSummary, judge: JudgeKind, words: Words) -> Iterator[str]:
    counted = words.counted("{count} comparison", "{count} comparisons", cohort.comparisons)
    yield words.said("{comparisons} of {essays} essays, judged by {judge}.").format(
        comparisons=counted.format(count=words.fixed(cohort.comparisons)),
        essays=words.fixed(cohort.essays),
        judge=words.said(JUDGES[judge]),
    )
    if cohort.reliability.judge_internal:
        yield from _human_agreement(cohort.reliability.human, words)
    else:
        yield from _reliability(cohort, words)
    if cohort.unusable_decisions:
        said = words.counted(
            "{count} comparison was left undecided.",
            "{count} comparisons were left undecided.",
            cohort.unusable_decisions,
        )
        yield said.format(count=words.fixed(cohort.unusable_decisions))
    yield from _standing_out(cohort.judges, words)


def _human_agreement(human: HumanAgreement | None, words: Words) -> Iterator[str]:
    """A formula always agrees with itself: what counts is how far people would agree with it."""
    if human is None:
        yield words.said("How far this order agrees with human judges was not measured for texts of this kind.")
    else:
        yield words.said(
            "Expected agreement with human judges: a rank correlation of {expected}, and between {low} and {high} for "
            "four assignments in five (measured on {essays} {texts}, {assignments} assignments)."
        ).format(
            **{name: words.fixed(getattr(human, name), 2) for name in ("expected", "low", "high")},
            essays=words.fixed(human.essays),
            texts=words.said(human.measured_on),
            assignments=words.fixed(human.assignments),
        )
    yield words.said("It is a first sorting, not a result.")


def _reliability(cohort: CohortSummary, words: Words) -> Iterator[str]:
    reliability = cohort.reliability
    if reliability.overall is not None:
        figure = words.fixed(reliability.overall, 2)
        yield words.said(_firmness(reliability.overall)).format(reliability=figure)
    if reliability.separation is not None and reliability.separation > 0:
        yield words.said(_separation(reliability)).format(figure=words.fixed(reliability.separation, 2))
    if reliability.split_half is not None:
        said = words.said("Two halves of the judges agree with a correlation of {figure}.")
        yield said.format(figure=words.fixed(reliability.split_half, 2))
    if sum(judge.comparisons > 0 for judge in cohort.judges) == 1:
        yield words.said("One judge decided everything: nothing here says how far others would agree.")


def _standing_out(judges: Iterable[JudgeSummary], words: Words) -> Iterator[str]:
    for judged in judges:
        if judged.misfit and judged.agreement is not None:
            yield words.said(
                "Judge {judge} decides unlike the others: {share} % of the decisions go the way of the final order."
            ).format(judge=judged.judge, share=words.fixed(100 * judged.agreement))
        if judged.one_sided and judged.left_share is not None:
            yield words.said(
                "Judge {judge} gave {share} % of the wins to the text on the left, which the texts do not explain."
            ).format(judge=judged.judge, share=words.fixed(100 * judged.left_share))


def _firmness(reliability: float) -> str:
    if reliability >= _FIRM:
        return _("The order is firm (reliability {reliability}; 0.8 or more is asked for).")
    if reliability >= _ROUGH:
        return _("The order is rough: neighbours may change places (reliability {reliability}; 0.8 is asked for).")
    return _("The order is uncertain: a first sorting, no result (reliability {reliability}; 0.8 is asked for).")


def _separation(reliability: Reliability) -> str:
    if reliability.pairing is Pairing.ADAPTIVE:
        return _(
            "How well the scores tell the essays apart: {figure} of 1. It is too high, because essays that seemed "
            "alike were compared more often."
        )
    return _("How well the scores tell the essays apart: {figure} of 1.")
