"""The desk: who gets which pair, and what becomes of decisions."""

from pathlib import Path

import pytest

from actors.phases.cj_assessment.decisions import Winner
from actors.stores.opening import open_store
from contracts import BatchStatus
from contracts.results.cj_assessment import JudgeKind
from drivers.client.errors import RequestError
from drivers.judging.desk import LEASE_SECONDS, NotAJudge
from drivers.judging.docket import DocketReader, Situation
from tests.drivers.judging.classes import (
    BATCH,
    better,
    class_of,
    desk_of,
    judge_all,
    results,
    running,
    until_asked,
)


class Clock:
    """Seconds that the test moves on."""

    now = 0.0

    def __call__(self) -> float:
        """What time it is."""
        return self.now


def test_two_judges_finish_a_class_and_their_order_is_the_result() -> None:
    """All that is planned is decided, each decision with its judge's name, and the batch ends by itself."""
    batches = class_of(6)
    desk = desk_of(batches)
    with running(batches) as ended:
        while desk.situation is not Situation.OVER:
            judge_all(desk, "eva", "ali")
    assert ended == [BatchStatus.COMPLETED_SUCCESSFULLY]
    found = results(batches.store)
    assert [found[name].rank for name in sorted(found)] == [6, 5, 4, 3, 2, 1]
    cohort = found["Anna-00"].cohort
    assert {judge.judge for judge in cohort.judges} == {"ali", "eva"}
    assert sum(judge.comparisons for judge in cohort.judges) == cohort.comparisons == 30
    assert cohort.judges_agreement == 1.0


def test_nobody_is_given_the_pair_that_lies_before_another() -> None:
    """Three judges of six essays have three different pairs; the fourth waits."""
    batches = class_of(6)
    desk = desk_of(batches)
    until_asked(batches, desk)
    shown = [desk.next_for(judge) for judge in ("eva", "ali", "bo")]
    assert len({one.left for one in shown if one}) == 3
    assert desk.next_for("dan") is None


def test_a_page_that_is_loaded_anew_shows_the_same_pair() -> None:
    """Reloading is no way to choose what to judge."""
    batches = class_of(6)
    desk = desk_of(batches)
    until_asked(batches, desk)
    assert desk.next_for("eva") == desk.next_for("eva")


def test_a_pair_that_was_left_alone_goes_to_somebody_else_and_the_first_decision_counts() -> None:
    """Whoever closed the page blocks nobody; who was only slow hears that the pair is decided."""
    clock, batches = Clock(), class_of(2)
    desk = desk_of(batches, clock=clock)
    until_asked(batches, desk)
    first = desk.next_for("eva")
    assert desk.next_for("ali") is None
    clock.now += LEASE_SECONDS + 1
    second = desk.next_for("ali")
    assert first is not None
    assert second is not None
    assert (first.left, first.right) == (second.left, second.right)
    assert desk.decide("eva", first.ticket, Winner.LEFT)
    assert not desk.decide("ali", second.ticket, Winner.RIGHT)


def test_a_decision_sent_twice_counts_once() -> None:
    """A repeated request is ordinary."""
    batches = class_of(6)
    desk = desk_of(batches)
    until_asked(batches, desk)
    shown = desk.next_for("eva")
    assert shown is not None
    assert desk.decide("eva", shown.ticket, Winner.LEFT)
    assert not desk.decide("eva", shown.ticket, Winner.RIGHT)
    assert desk.progress("eva").decided == 1


def test_a_ticket_is_its_judges_alone() -> None:
    """Nobody decides in another's name."""
    batches = class_of(6)
    desk = desk_of(batches)
    until_asked(batches, desk)
    shown = desk.next_for("eva")
    assert shown is not None
    assert not desk.decide("ali", shown.ticket, Winner.LEFT)


def test_a_decision_taken_over_elsewhere_is_not_overwritten() -> None:
    """Two desks (a page and an import, say) over one store: who comes second is told so."""
    batches = class_of(2)
    one, other = desk_of(batches), desk_of(batches)
    until_asked(batches, one)
    mine, theirs = one.next_for("eva"), other.next_for("ali")
    assert mine is not None
    assert theirs is not None
    assert one.decide("eva", mine.ticket, Winner.LEFT)
    assert not other.decide("ali", theirs.ticket, Winner.RIGHT)


def test_essays_are_shown_without_ids_and_names() -> None:
    """Neither the file's name nor the writer's, where the text has them."""
    batches = class_of(2)
    desk = desk_of(batches)
    until_asked(batches, desk)
    shown = desk.next_for("eva")
    assert shown is not None
    assert "Anna" not in f"{shown}"
    assert "▮▮▮ says: quality" in shown.left


def test_every_essay_is_shown_left_and_right_about_equally_often() -> None:
    """Sides are balanced, so that a taste for one side cancels out."""
    batches = class_of(8, budget=6)
    desk = desk_of(batches)
    until_asked(batches, desk)
    left: list[str] = []
    with running(batches):
        while desk.situation is not Situation.OVER:
            if (shown := desk.next_for("eva")) is not None:
                left.append(shown.left)
                desk.decide("eva", shown.ticket, better(shown.left, shown.right))
    assert {left.count(text) for text in set(left)} <= {2, 3, 4}


def test_a_judge_needs_a_name_that_no_machine_has() -> None:
    """In a mixed panel a person cannot pass for the formula."""
    batches = class_of(4, judge=["features", "people"])
    desk = desk_of(batches)
    until_asked(batches, desk)
    for name in ("", "   ", "x" * 100, "features"):
        with pytest.raises(NotAJudge):
            desk.next_for(name)


def test_a_panel_of_named_people_gives_each_their_own_pairs() -> None:
    """Who is not on the panel judges nothing; with one entry for people, everybody may."""
    people = [{"kind": "people", "name": name} for name in ("eva", "ali")]
    batches = class_of(6, judge=people)
    desk = desk_of(batches)
    until_asked(batches, desk)
    assert desk.next_for("eva") is not None
    with pytest.raises(NotAJudge, match="eva, ali"):
        desk.next_for("bo")
    with running(batches) as ended:
        while desk.situation is not Situation.OVER:
            judge_all(desk, "eva", "ali")
    assert ended == [BatchStatus.COMPLETED_SUCCESSFULLY]
    counts = [judge.comparisons for judge in results(batches.store)["Anna-00"].cohort.judges]
    assert counts == [15, 15]


def test_a_mixed_panel_of_a_formula_and_people_ends_as_a_panel() -> None:
    """The machine does its half, people theirs; the result says how far each went with the others."""
    batches = class_of(6, judge=["features", "people"])
    desk = desk_of(batches)
    with running(batches) as ended:
        while desk.situation is not Situation.OVER:
            judge_all(desk, "eva")
    assert ended == [BatchStatus.COMPLETED_SUCCESSFULLY]
    result = results(batches.store)["Anna-00"]
    assert result.judge_kind is JudgeKind.PANEL
    assert {judge.kind for judge in result.cohort.judges} == {JudgeKind.FEATURES, JudgeKind.PEOPLE}
    assert result.cohort.judges_agreement is not None


def test_killed_in_the_middle_of_a_round_it_goes_on_with_the_other_pairs(tmp_path: Path) -> None:
    """Every decision is on disk when the page hears of it; none is asked for again by another process."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    batches = class_of(8, open_store(url), budget=4)
    desk = desk_of(batches)
    until_asked(batches, desk)
    for _ in range(2):
        shown = desk.next_for("eva")
        assert shown is not None
        assert desk.decide("eva", shown.ticket, better(shown.left, shown.right))
    batches.store.close()  # the process is gone: nothing was told to anybody

    again = class_of(8, open_store(url), budget=4)
    desk = desk_of(again)
    until_asked(again, desk)
    assert desk.progress("eva").own == 2
    with running(again) as ended:
        asked = 0
        while desk.situation is not Situation.OVER:
            asked += judge_all(desk, "ali")
    assert ended == [BatchStatus.COMPLETED_SUCCESSFULLY]
    assert asked == 16 - 2
    assert {judge.judge: judge.comparisons for judge in results(again.store)["Anna-00"].cohort.judges} == {
        "ali": 14,
        "eva": 2,
    }
    again.store.close()


def test_a_batch_that_asks_no_people_says_who_judges_it() -> None:
    """Before a page is served to nobody's use."""
    batches = class_of(2, judge="features")
    reader = DocketReader(BATCH, batches.store, {})
    with pytest.raises(RequestError, match="judged by features"):
        reader.read()
    with pytest.raises(RequestError, match="no batch 'other'"):
        DocketReader("other", batches.store, {}).read()


def test_a_paused_batch_gives_out_no_pairs() -> None:
    """People are held like workers, and go on when it is resumed."""
    batches = class_of(4)
    desk = desk_of(batches, clock=(clock := Clock()))
    until_asked(batches, desk)
    batches.pause(BATCH)
    batches.runtime.run(lambda: batches.header(BATCH).paused)
    clock.now += 60
    assert desk.situation is Situation.NOT_YET
    assert desk.next_for("eva") is None
    batches.resume(BATCH)
    batches.runtime.run(lambda: not batches.header(BATCH).paused)
    clock.now += 60
    assert desk.next_for("eva") is not None
