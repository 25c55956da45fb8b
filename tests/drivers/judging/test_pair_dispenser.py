"""The dispenser: who gets which pair, and what happens to decisions."""

from pathlib import Path
from typing import Any

import pytest

from actors.phases.cj_assessment.decisions import Winner
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from actors.stores.opening import open_store
from contracts import BatchStatus
from contracts.messages import Message
from contracts.results.cj_assessment import JudgeKind
from drivers.client.bootstrap import SERVICES
from drivers.client.engine import Engine
from drivers.client.errors import RequestError
from drivers.intake import Intake
from drivers.judging.pair_dispenser import LEASE_SECONDS
from drivers.judging.pending_pairs import NotAJudge, PendingPairsReader, Situation
from tests.drivers.judging.classes import (
    BATCH,
    better,
    class_of,
    dispenser_of,
    judge_all,
    results,
    running,
    until_asked,
)


class Clock:
    """A clock that the test moves on."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_two_judges_finish_a_class_and_their_order_is_the_result() -> None:
    """All planned pairs are decided, each decision has its judge's name, and the batch ends by itself."""
    engine = class_of(6)
    dispenser = dispenser_of(engine)
    with running(engine) as ended:
        while dispenser.situation is not Situation.OVER:
            judge_all(dispenser, "eva", "ali")
    assert ended == [BatchStatus.COMPLETED_SUCCESSFULLY]
    found = results(engine.store)
    assert [found[name].rank for name in sorted(found)] == [6, 5, 4, 3, 2, 1]
    cohort = found["Anna-00"].cohort
    assert {judge.judge for judge in cohort.judges} == {"ali", "eva"}
    assert sum(judge.comparisons for judge in cohort.judges) == cohort.comparisons == 30
    assert cohort.judges_agreement == 1.0


def test_nobody_is_given_the_pair_that_lies_before_another() -> None:
    """Six essays make three different pairs for three judges; a fourth has to wait."""
    engine = class_of(6)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    shown = [dispenser.next_for(judge) for judge in ("eva", "ali", "bo")]
    assert len({one.left for one in shown if one}) == 3
    assert dispenser.next_for("dan") is None


def test_a_page_that_is_loaded_anew_shows_the_same_pair() -> None:
    """Nobody can choose what to judge by reloading."""
    engine = class_of(6)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    assert dispenser.next_for("eva") == dispenser.next_for("eva")


def test_a_pair_that_was_left_alone_goes_to_somebody_else_and_the_first_decision_counts() -> None:
    """A closed page blocks nobody; a judge who was too slow learns that the pair is decided."""
    clock, engine = Clock(), class_of(2)
    dispenser = dispenser_of(engine, clock=clock)
    until_asked(engine, dispenser)
    first = dispenser.next_for("eva")
    assert dispenser.next_for("ali") is None
    clock.now += LEASE_SECONDS + 1
    second = dispenser.next_for("ali")
    assert first is not None
    assert second is not None
    assert (first.left, first.right) == (second.left, second.right)
    assert dispenser.decide("eva", first.ticket, Winner.LEFT)
    assert not dispenser.decide("ali", second.ticket, Winner.RIGHT)


def test_a_decision_sent_twice_counts_once() -> None:
    """Requests may be repeated."""
    engine = class_of(6)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    shown = dispenser.next_for("eva")
    assert shown is not None
    assert dispenser.decide("eva", shown.ticket, Winner.LEFT)
    assert not dispenser.decide("eva", shown.ticket, Winner.RIGHT)
    assert dispenser.progress("eva").decided == 1


def test_the_very_last_decision_can_be_taken_back_before_the_batch_goes_on() -> None:
    """It is stored at once, but the batch is told later, and not while somebody reconsiders."""
    told: list[Message] = []
    engine = class_of(2, budget=1)
    dispenser = dispenser_of(engine, undo_seconds=0.05)
    dispenser._tell = lambda _, message: told.append(message)
    until_asked(engine, dispenser)
    shown = dispenser.next_for("eva")
    assert shown is not None
    assert dispenser.decide("eva", shown.ticket, Winner.LEFT)
    assert dispenser.undo("eva")
    assert dispenser.situation is Situation.OVER
    clock = dispenser._last_word._clock
    assert clock is not None
    clock.join(5)
    assert told == []
    again = dispenser.next_for("eva")
    assert again is not None
    assert (again.is_again, again.said) == (True, Winner.LEFT)
    assert dispenser.decide("eva", again.ticket, Winner.RIGHT)
    clock = dispenser._last_word._clock
    assert clock is not None
    clock.join(5)
    assert len(told) == 1
    (value,) = engine.store.pieces(dispenser._pending.cohort_key).values()
    assert value["winner"] == "right"


def test_what_the_batch_has_gone_on_from_is_not_taken_back() -> None:
    """A result that was handed out cannot be changed."""
    engine = class_of(2, budget=1)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    shown = dispenser.next_for("eva")
    assert shown is not None
    with running(engine):
        assert dispenser.decide("eva", shown.ticket, Winner.LEFT)
    dispenser._looked_at = float("-inf")
    assert not dispenser.undo("eva")


@pytest.mark.parametrize("shown_as", ["latest", "original"])
def test_judges_see_corrected_texts_unless_those_handed_in_are_asked_for(shown_as: str) -> None:
    """The dispenser says which."""
    store, wrong = MemoryStore(), "I beleive that it is definately true."
    engine = Engine(LocalRuntime(Blueprint(dict(SERVICES)), store, real_time=True))
    options = {"cj_assessment": {"judge": "people", "shown": shown_as}}
    intakes = [Intake(f"e{n}", f"e{n}.txt", f"{wrong} It is number {n}.") for n in range(2)]
    engine.submit(BATCH, intakes, pipeline="spellcheck,cj_assessment", language="en", options=options)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    shown = dispenser.next_for("eva")
    assert shown is not None
    assert ("beleive" in shown.left) is (shown_as == "original")
    assert dispenser.pending.corrected is (shown_as == "latest")


def test_a_ticket_is_its_judges_alone() -> None:
    """Nobody decides in another's name."""
    engine = class_of(6)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    shown = dispenser.next_for("eva")
    assert shown is not None
    assert not dispenser.decide("ali", shown.ticket, Winner.LEFT)


def test_a_decision_taken_over_elsewhere_is_not_overwritten() -> None:
    """Two dispensers, such as a page and an import, may share a store: the second decision is refused."""
    engine = class_of(2)
    one, other = dispenser_of(engine), dispenser_of(engine)
    until_asked(engine, one)
    mine, theirs = one.next_for("eva"), other.next_for("ali")
    assert mine is not None
    assert theirs is not None
    assert one.decide("eva", mine.ticket, Winner.LEFT)
    assert not other.decide("ali", theirs.ticket, Winner.RIGHT)


def test_essays_are_shown_without_ids_and_names() -> None:
    """Neither the file's name nor the writer's, even if the text contains it."""
    engine = class_of(2)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    shown = dispenser.next_for("eva")
    assert shown is not None
    assert "Anna" not in f"{shown}"
    assert "▮▮▮ says: quality" in shown.left


def test_every_essay_is_shown_left_and_right_about_equally_often() -> None:
    """Sides are balanced, so that a preference for one side cancels out."""
    engine = class_of(8, budget=6)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    left: list[str] = []
    with running(engine):
        while dispenser.situation is not Situation.OVER:
            if (shown := dispenser.next_for("eva")) is not None:
                left.append(shown.left)
                dispenser.decide("eva", shown.ticket, better(shown.left, shown.right))
    assert {left.count(text) for text in set(left)} <= {2, 3, 4}


def test_a_judge_needs_a_name_that_no_machine_has() -> None:
    """In a mixed panel, a person cannot pose as the formula."""
    engine = class_of(4, judge=["features", "people"])
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    for name in ("", "   ", "x" * 100, "features"):
        with pytest.raises(NotAJudge):
            dispenser.next_for(name)


def test_a_panel_of_named_people_gives_each_their_own_pairs() -> None:
    """A person who is not on the panel is refused."""
    people = [{"kind": "people", "name": name} for name in ("eva", "ali")]
    engine = class_of(6, judge=people)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    assert dispenser.next_for("eva") is not None
    with pytest.raises(NotAJudge, match="eva, ali"):
        dispenser.next_for("bo")
    with running(engine) as ended:
        while dispenser.situation is not Situation.OVER:
            judge_all(dispenser, "eva", "ali")
    assert ended == [BatchStatus.COMPLETED_SUCCESSFULLY]
    counts = [judge.comparisons for judge in results(engine.store)["Anna-00"].cohort.judges]
    assert counts == [15, 15]


@pytest.mark.parametrize("people", ["people", [{"kind": "people", "name": "eva"}], ["features", "people"]])
def test_with_one_entry_for_people_everybody_may_judge(people: Any) -> None:
    """Whether or not that entry has a name."""
    engine = class_of(6, judge=people)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    for name in ("eva", "bo"):
        shown = dispenser.next_for(name)
        assert shown is not None
        assert dispenser.decide(name, shown.ticket, Winner.LEFT)


def test_a_mixed_panel_of_a_formula_and_people_ends_as_a_panel() -> None:
    """The formula decides its half, and people theirs; the result has how far they agree."""
    engine = class_of(6, judge=["features", "people"])
    dispenser = dispenser_of(engine)
    with running(engine) as ended:
        while dispenser.situation is not Situation.OVER:
            judge_all(dispenser, "eva")
    assert ended == [BatchStatus.COMPLETED_SUCCESSFULLY]
    result = results(engine.store)["Anna-00"]
    assert result.judge_kind is JudgeKind.PANEL
    assert {judge.kind for judge in result.cohort.judges} == {JudgeKind.FEATURES, JudgeKind.PEOPLE}
    assert result.cohort.judges_agreement is not None


def test_killed_in_the_middle_of_a_round_it_goes_on_with_the_other_pairs(tmp_path: Path) -> None:
    """Each decision is stored before the page hears of it, so another process does not ask for it again."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    engine = class_of(8, open_store(url), budget=4)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    for _ in range(2):
        shown = dispenser.next_for("eva")
        assert shown is not None
        assert dispenser.decide("eva", shown.ticket, better(shown.left, shown.right))
    engine.store.close()  # the process is gone, and nobody was told anything

    again = class_of(8, open_store(url), budget=4)
    dispenser = dispenser_of(again)
    until_asked(again, dispenser)
    assert dispenser.progress("eva").own == 2
    with running(again) as ended:
        asked = 0
        while dispenser.situation is not Situation.OVER:
            asked += judge_all(dispenser, "ali")
    assert ended == [BatchStatus.COMPLETED_SUCCESSFULLY]
    assert asked == 16 - 2
    assert {judge.judge: judge.comparisons for judge in results(again.store)["Anna-00"].cohort.judges} == {
        "ali": 14,
        "eva": 2,
    }
    again.store.close()


def test_a_batch_that_asks_no_people_says_who_judges_it() -> None:
    """Before a page is served that nobody can use."""
    engine = class_of(2, judge="features")
    reader = PendingPairsReader(BATCH, engine.store, {})
    with pytest.raises(RequestError, match="judged by features"):
        reader.read()
    with pytest.raises(RequestError, match="no batch 'other'"):
        PendingPairsReader("other", engine.store, {}).read()


def test_a_paused_batch_gives_out_no_pairs() -> None:
    """People are paused like workers, and go on when the batch is resumed."""
    engine = class_of(4)
    dispenser = dispenser_of(engine, clock=(clock := Clock()))
    until_asked(engine, dispenser)
    batch = engine.batch(BATCH).pause()
    clock.now += 60
    assert dispenser.situation is Situation.NOT_YET
    assert dispenser.next_for("eva") is None
    batch.resume()
    clock.now += 60
    assert dispenser.next_for("eva") is not None
