"""What a class has in common: the words it misspells, the things to practise, what its ranks are worth."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from contracts.results.cj_assessment import CohortSummary, JudgeKind, Pairing
from drivers.report.view import ClassView

_MANY_WORDS = 15
_JUDGES: Final = {
    JudgeKind.FEATURES: "a formula over measured features",
    JudgeKind.LLM: "a language model",
    JudgeKind.PEOPLE: "people",
    JudgeKind.PANEL: "a panel of judges",
    JudgeKind.NONE: "nobody",
}


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


def common_topics(view: ClassView) -> list[CommonTopic]:
    """What the feedback asks pupils to work on, the most common first."""
    topics: dict[str, list[str]] = {}
    for essay in view.essays:
        for point in essay.feedback.analysis.work_points if essay.feedback else ():
            topics.setdefault(point.title, []).append(essay.essay_id)
    found = [CommonTopic(title, tuple(dict.fromkeys(ids))) for title, ids in topics.items()]
    return sorted(found, key=lambda topic: (-len(topic.essays), topic.title))


def cohort_of(view: ClassView) -> CohortSummary | None:
    """The summary of the comparisons."""
    return next((essay.cj.cohort for essay in view.ranked if essay.cj), None)


def ranking_worth(view: ClassView) -> list[str]:
    """What the ranks are worth, in sentences for a teacher."""
    cohort = cohort_of(view)
    first = next((essay.cj for essay in view.ranked if essay.cj), None)
    if cohort is None or first is None:
        return []
    return list(_sentences(cohort, first.judge_kind))


def _sentences(cohort: CohortSummary, judge: JudgeKind) -> Iterator[str]:
    reliability = cohort.reliability
    yield f"{cohort.comparisons} comparisons of {cohort.essays} essays, judged by {_JUDGES[judge]}."
    if reliability.posterior is not None:
        yield f"Reliability {reliability.posterior:.2f} (posterior; 0.8 or more is asked for)."
    if reliability.separation is not None:
        inflated = ", which pairing by estimates inflates" if reliability.pairing is Pairing.ADAPTIVE else ""
        yield f"Separation reliability (SSR) {reliability.separation:.2f}{inflated}."
    if reliability.split_half is not None:
        yield f"Two halves of the judges agree with a correlation of {reliability.split_half:.2f}."
    if reliability.judge_internal:
        yield "One judge that always answers alike decided everything: these figures do not say how far people agree."
    for judged in cohort.judges:
        if judged.misfit:
            yield f"Judge {judged.judge} decides unlike the others (infit {judged.infit:.2f})."
