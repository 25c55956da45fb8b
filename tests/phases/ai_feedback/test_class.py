"""Feedback on real essays, if the measuring data is available."""

import csv
import re
from collections import Counter

import pytest

from actors.phases.ai_feedback import AIFeedbackService
from contracts.results.ai_feedback import AIFeedbackResultDataV1, Strength, WorkPoint
from tests.measuring import measuring_data
from tests.phases.ai_feedback.essays import task

SERVICE = AIFeedbackService()


def results_for(texts: list[str]) -> list[AIFeedbackResultDataV1]:
    """The results of a class."""
    results = [SERVICE.process(task(text, language="en")).result for text in texts]
    return [result for result in results if isinstance(result, AIFeedbackResultDataV1)]


@pytest.mark.parametrize("count", [5, pytest.param(60, marks=pytest.mark.slow)])
def test_every_claim_of_many_essays_can_be_checked(count: int) -> None:
    """Every quotation is a slice of its essay, in the analysis and in the student's text."""
    csv.field_size_limit(10_000_000)
    with measuring_data("ellipse/essays.csv").open(encoding="utf-8", newline="") as file:
        texts = [row["full_text"] for row in csv.DictReader(file)][:: 1080 // count][:count]
    for text, result in zip(texts, results_for(texts), strict=True):
        analysis = result.analysis
        points: list[Strength | WorkPoint] = [*analysis.strengths, *analysis.work_points]
        quotations = [*analysis.evidence, *(quotation for point in points for quotation in point.quotations)]
        assert all(text[one.start : one.end] == one.quote for one in quotations)
        assert all(words in text for words in re.findall(r"“([^“”]*)”", result.student_text))
        assert len(analysis.work_points) >= 2


def class_of_thirty(count: int = 30) -> list[AIFeedbackResultDataV1]:
    """The results of this many students of a class."""
    files = sorted(measuring_data("class_of_30").glob("*.txt"))[:count]
    return results_for([path.read_text(encoding="utf-8") for path in files])


@pytest.mark.parametrize("count", [5, pytest.param(30, marks=pytest.mark.slow)])
def test_no_two_of_a_class_read_the_same(count: int) -> None:
    """There are as many different texts as essays."""
    assert len({result.student_text for result in class_of_thirty(count)}) == count


@pytest.mark.slow
def test_a_class_does_not_hear_one_thing_thirty_times() -> None:
    """No praise and no lesson goes to more than two students in five, and no example to more than one in three."""
    results = class_of_thirty()
    praises = Counter(one.topic for result in results for one in result.analysis.strengths)
    lessons = Counter(one.topic for result in results for one in result.analysis.work_points)
    examples = Counter(one.example for result in results for one in result.analysis.work_points)
    assert max([*praises.values(), *lessons.values()]) <= 12
    assert max(examples.values()) <= 10
