"""Pairs out, decisions in."""

from typing import Any

import pytest

from actors.phases.cj_assessment import CJAssessmentService
from actors.phases.cj_assessment.exchange import DecisionsError, decisions_of_csv, pairs_csv
from actors.phases.service import Round
from tests.phases.cj_assessment.cohorts import numbered, play, results_of


def awaited_round() -> Round:
    """The first round of four essays."""
    planned = CJAssessmentService().plan(numbered(4), {})
    assert isinstance(planned, Round)
    return planned


def test_decisions_come_back_for_the_pairs_that_went_out() -> None:
    """The winner is a side, an essay or a tie; the judge's name is kept."""
    first, second = awaited_round().awaited
    csv = f"\ufeffkey,winner,judge,remark\n{first.key}, LEFT ,anna,clear\n{second.key},{second.payload['right']},\n"
    values = decisions_of_csv(csv, [first, second])
    assert values[first.key] == {"winner": "left", "share": 1.0, "judge": "anna"}
    assert values[second.key] == {"winner": "right", "share": 0.0, "judge": "people"}


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_decisions_come_back_from_a_spreadsheet_of_any_country(separator: str) -> None:
    """In most of Europe, Excel separates CSV columns with semicolons."""
    first, _ = awaited_round().awaited
    rows = [["key", "winner", "judge"], [first.key, "left", "anna"]]
    table = "\ufeff" + "".join(separator.join(row) + "\r\n" for row in rows)
    assert decisions_of_csv(table, awaited_round().awaited)[first.key]["judge"] == "anna"


def test_exported_pairs_name_key_left_and_right() -> None:
    """Each pair has one line below the header."""
    lines = pairs_csv(awaited_round().awaited).splitlines()
    assert lines[0] == "key,left,right"
    assert len(lines) == 3


def test_a_wrong_file_of_decisions_is_refused_with_all_its_lines() -> None:
    """The error names unknown pairs, repeats and unknown winners; the right line beside them is not taken over."""
    (first, _) = awaited_round().awaited
    csv = f"key,winner\n{first.key},left\n{first.key},left\nx|y|z,left\n"
    with pytest.raises(DecisionsError, match=r"^line 3: .*twice.*line 4: no such pair"):
        decisions_of_csv(csv, awaited_round().awaited)
    with pytest.raises(DecisionsError, match="neither"):
        decisions_of_csv(f"key,winner\n{first.key},anna\n", awaited_round().awaited)
    with pytest.raises(DecisionsError, match="column winner"):
        decisions_of_csv("key\n", awaited_round().awaited)


def test_imported_decisions_finish_a_cohort() -> None:
    """The next plan continues from what was read from a file."""
    values: dict[str, Any] = {}
    service, cohort = CJAssessmentService(), numbered(4)
    while isinstance(planned := service.plan(cohort, values), Round):
        table = "key,winner\n" + "".join(f"{item.key},left\n" for item in planned.awaited)
        values |= decisions_of_csv(table, planned.awaited)
    assert len(results_of(play(cohort, None, values))) == 4
