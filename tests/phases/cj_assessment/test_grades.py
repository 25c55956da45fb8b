"""Grades from anchors."""

import numpy as np
import pytest

from drivers.lab.evaluate.cj_simulation import grade_calibration
from tests.phases.cj_assessment.cohorts import ESSAYS, cohort_of, higher_number_wins, numbered, play, results_of

SWEDISH = ("F", "E", "D", "C", "B", "A")


def test_anchors_give_every_essay_probabilities_over_all_bands() -> None:
    """They sum to one, keep the scale's order, and the likeliest band is named with its probability."""
    anchors = [{"text": ESSAYS["careful"], "grade": "A"}, {"text": ESSAYS["poor"], "grade": "F"}]
    essays = {name: ESSAYS[name] for name in ("plain", "weak")}
    for result in results_of(play(cohort_of(essays, anchors=anchors))).values():
        assert result.grade is not None
        assert tuple(result.grade.probabilities) == SWEDISH
        assert sum(result.grade.probabilities.values()) == pytest.approx(1)
        assert result.grade.confidence == max(result.grade.probabilities.values())
        assert result.grade.probabilities[result.grade.most_likely] == result.grade.confidence


def test_anchors_stay_out_of_the_ranks() -> None:
    """Two essays have ranks 1 and 2 whatever the anchors are, and their mean theta is zero."""
    anchors = [{"text": ESSAYS["careful"], "grade": "A"}, {"text": ESSAYS["poor"], "grade": "F"}]
    results = results_of(play(cohort_of({name: ESSAYS[name] for name in ("plain", "weak")}, anchors=anchors)))
    assert sorted(result.rank for result in results.values()) == [1, 2]
    assert np.mean([result.theta for result in results.values()]) == pytest.approx(0)
    assert results["plain"].cohort.anchors == 2


def test_better_essays_have_higher_grades() -> None:
    """The expected band rises from the worst essays to the best."""
    anchors = [{"text": f"Anchor {n}.", "grade": grade} for n, grade in enumerate("EC")]
    outcome = play(numbered(20, anchors=anchors), higher_number_wins)
    results = sorted(results_of(outcome).values(), key=lambda result: result.theta)
    expected = [
        sum(SWEDISH.index(band) * p for band, p in result.grade.probabilities.items())
        for result in results
        if result.grade
    ]
    assert max(expected[:5]) < min(expected[8:12]) < min(expected[-5:])


def test_a_scale_is_any_list_of_bands_from_low_to_high() -> None:
    """Custom bands are accepted, and a number is a band, too."""
    anchors = [{"text": "Reference.", "grade": 2}]
    result = results_of(play(numbered(4, anchors=anchors, scale=["1", "2", "3"]), higher_number_wins))["essay-000"]
    assert result.grade is not None
    assert list(result.grade.probabilities) == ["1", "2", "3"]


def test_one_anchor_leaves_the_grade_open() -> None:
    """One reference says where a band is, but not how wide bands are, so no grade is certain."""
    anchors = [{"text": "Reference.", "grade": "C"}]
    for result in results_of(play(numbered(20, anchors=anchors), higher_number_wins)).values():
        assert result.grade is not None
        assert result.grade.confidence < 0.9


@pytest.mark.parametrize("sessions", [6, pytest.param(36, marks=pytest.mark.slow)])
def test_a_stated_confidence_is_right_as_often_as_it_says(sessions: int) -> None:
    """In simulated sessions with six anchors, stated and actual differ by at most .05 overall and .10 in a range."""
    rows = [row for row in grade_calibration(sessions=sessions) if row.grades >= 50]
    stated = np.average([row.stated for row in rows], weights=[row.grades for row in rows])
    right = np.average([row.right for row in rows], weights=[row.grades for row in rows])
    assert right == pytest.approx(stated, abs=0.05)
    assert all(row.right == pytest.approx(row.stated, abs=0.1) for row in rows)
