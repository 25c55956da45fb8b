"""How far scores and ranks can be trusted, in words a teacher can act on."""

import re

import pytest

from contracts.results.cj_assessment import JudgeKind, JudgeSummary, Pairing, Reliability
from drivers.report.digest import ranking_worth
from drivers.report.languages import words_of
from drivers.report.page import class_page
from drivers.report.pictures import ClassPlots
from drivers.report.tables import tables_of
from drivers.report.view import ClassView, class_view
from tests.drivers.report.batches import FORMULA, batch, essay, judged


def judge(name: str, *, misfit: bool = False, one_sided: bool = False, left_share: float = 0.5) -> JudgeSummary:
    """A judge of a class."""
    return JudgeSummary(
        judge=name,
        kind=JudgeKind.PEOPLE,
        comparisons=40,
        infit=1.0,
        outfit=1.0,
        misfit=misfit,
        left_share=left_share,
        one_sided=one_sided,
        agreement=0.45 if misfit else 0.8,
    )


def worth(reliability: Reliability, *judges: JudgeSummary, language: str = "en") -> str:
    """The sentences about a class of two."""
    results = batch(
        essay("a", cj_assessment=judged(1, 1.0, reliability=reliability, judges=judges)),
        essay("b", cj_assessment=judged(2, -1.0, reliability=reliability, judges=judges)),
    )
    return " ".join(ranking_worth(class_view(results, {}), words_of(language)))


def people(posterior: float, half: float | None, between: float | None) -> Reliability:
    """The reliability of several people's decisions."""
    return Reliability(pairing=Pairing.ADAPTIVE, posterior=posterior, split_half=half, between_judges=between)


def test_an_order_is_not_called_firm_where_the_judges_do_not_agree() -> None:
    """Decisions may look reliable while two halves of the judges agree with .06: then the order is uncertain."""
    said = worth(people(0.85, 0.06, 0.11), judge("anna"), judge("bo"))
    assert "firm" not in said
    assert "The order is uncertain: a first sorting, no result (reliability 0.11" in said
    assert "Two halves of the judges agree with a correlation of 0.06." in said


def test_an_order_that_holds_between_judges_is_called_firm() -> None:
    """Both reliabilities are high, and the lower one is named."""
    assert "The order is firm (reliability 0.83" in worth(people(0.85, 0.71, 0.83), judge("anna"), judge("bo"))


def test_of_a_single_person_the_others_are_not_known() -> None:
    """One judge may be consistent, and yet decide unlike everybody else."""
    said = worth(people(0.85, None, None), judge("anna"))
    assert "One judge decided everything: nothing here says how far others would agree." in said


def test_a_formula_is_held_against_people() -> None:
    """Its expected agreement has a range and says where it was measured; its own consistency is not reported."""
    said = worth(FORMULA)
    assert "Expected agreement with human judges: a rank correlation of 0.62, and between 0.52 and 0.73" in said
    assert "1,083 essays of English learners (ELLIPSE), 18 assignments" in said
    assert "reliability" not in said


def test_where_agreement_with_people_was_not_measured_that_is_said() -> None:
    """For example for a formula on Swedish texts, and for results of an earlier version."""
    earlier = Reliability(
        pairing=Pairing.ADAPTIVE, separation=0.9, posterior=0.31, split_half=None, judge_internal=True
    )
    said = worth(earlier)
    assert "was not measured for texts of this kind" in said
    assert "0.31" not in said


def test_a_judge_who_stands_out_is_named() -> None:
    """A judge who decides unlike the others, or favours a side, is named with the figure that shows it."""
    said = worth(
        people(0.7, 0.6, 0.75), judge("anna"), judge("bo", misfit=True), judge("cia", one_sided=True, left_share=0.82)
    )
    assert "Judge bo decides unlike the others: 45 % of the decisions go the way of the final order." in said
    assert "Judge cia gave 82 % of the wins to the text on the left" in said
    assert "anna" not in said


@pytest.mark.parametrize("said", ["rangkorrelationen 0,62", "texter av elever som lär sig engelska", "inget resultat"])
def test_a_swedish_teacher_reads_it_in_swedish(said: str) -> None:
    """That includes what it was measured on."""
    assert said in worth(FORMULA, language="sv")


def judged_class() -> ClassView:
    """A class of two, judged by two people, one of whom could not always decide."""
    judges = tuple(
        judge(name).model_copy(update={"ties": 3, "undecided": undecided, "median_seconds": seconds})
        for name, undecided, seconds in (("anna", 2, 41.5), ("bo", 0, None))
    )
    result = judged(1, 1.0, reliability=people(0.85, 0.71, 0.83), judges=judges)
    result["cohort"] |= {"unusable_decisions": 2}
    return class_view(batch(essay("a", cj_assessment=result)), {})


def test_each_judge_has_a_line_of_figures() -> None:
    """On the teacher's page and in the tables: decisions, ties, undecided pairs, and time."""
    view = judged_class()
    shown = re.sub(r"<[^>]*>", " ", class_page(view, ClassPlots(), []))
    assert re.search(r"anna\s+40\s+3\s+2\s+41\.5 s\s+80 %\s+50 %", shown)
    assert re.search(r"bo\s+40\s+3\s+0\s+–\s+80 %\s+50 %", shown)
    assert "2 comparisons were left undecided." in shown
    (table,) = [table for table in tables_of(view) if table.name == "judges"]
    assert [(row["judge"], row["undecided"], row["median_seconds"]) for row in table.rows] == [
        ("anna", 2, 41.5),
        ("bo", 0, None),
    ]


def test_a_judge_who_could_judge_nothing_has_a_line_without_figures_of_decisions() -> None:
    """The line is there for whoever looks for it; a judge who decided alone is still reported as the only one."""
    none = JudgeSummary(judge="cia", kind=JudgeKind.PEOPLE, comparisons=0, undecided=7)
    reliability = people(0.85, None, None)
    result = judged(1, 1.0, reliability=reliability, judges=(judge("anna"), none))
    view = class_view(batch(essay("a", cj_assessment=result)), {})
    shown = re.sub(r"<[^>]*>", " ", class_page(view, ClassPlots(), []))
    assert re.search(r"cia\s+0\s+0\s+7\s+–\s+–\s+–\s", shown)
    (table,) = [table for table in tables_of(view) if table.name == "judges"]
    assert table.rows[1] == {
        "judge": "cia", "decisions": 0, "ties": 0, "undecided": 7, "median_seconds": None, "agreement": None,
        "misfit": None, "left_share": None, "one_sided": None,
    }  # fmt: skip
    assert "One judge decided everything" in worth(reliability, judge("anna"), none)


def test_of_a_class_that_a_formula_has_judged_no_judge_has_a_line() -> None:
    """A formula takes no time, and never wavers."""
    results = batch(essay("a", cj_assessment=judged(1, 1.0, reliability=FORMULA)))
    assert "Time per decision" not in class_page(class_view(results, {}), ClassPlots(), [])
