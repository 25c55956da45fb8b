"""A batch's comparisons in a script: which there are, and how to decide them."""

import pytest

from actors.core.batch_state import BatchHeader
from actors.stores.memory import MemoryStore
from contracts import BatchStatus
from drivers.client.bootstrap import SERVICES
from drivers.client.engine import Engine
from drivers.client.errors import RequestError
from drivers.client.reader import Reader
from drivers.judging.judging import JudgeDecision, Judging, Situation, Winner
from drivers.judging.pending_pairs import NotAJudge, PendingPairsReader
from tests.drivers.judging.classes import BATCH, better, class_of, results, running


def asked(engine: Engine) -> Judging:
    """The judging of a class that waits for people."""
    judging = engine.batch(BATCH).judging()
    engine.runtime.run_until(lambda: judging.situation is Situation.JUDGING)
    return judging


def test_a_script_judges_a_class_to_its_end() -> None:
    """Pairs have texts and their essays' ids; the decisions determine the order."""
    engine = class_of(4)
    judging = asked(engine)
    with running(engine) as ended:
        while judging.situation is not Situation.OVER:
            for pair in judging.pairs:
                judging.decide(pair.key, better(pair.left, pair.right).value, judge="script")
    assert ended == [BatchStatus.COMPLETED_SUCCESSFULLY]
    assert [results(engine.store)[f"Anna-{n:02}"].rank for n in range(4)] == [4, 3, 2, 1]


def test_a_pair_names_its_essays() -> None:
    """A script may show ids; a page may not."""
    pair = asked(class_of(2)).pairs[0]
    assert {pair.left_id, pair.right_id} == {"Anna-00", "Anna-01"}
    assert pair.left.endswith(f"quality {pair.left_id[-2:]}.")
    assert pair.judge is None


@pytest.mark.parametrize(
    ("key", "winner", "judge", "text"),
    [
        ("nothing", "left", "eva", "not pending"),
        (None, "best", "eva", "The winner cannot be 'best': write left, right or tie"),
        (None, "left", "", "Give a name"),
    ],
)
def test_a_decision_that_cannot_be_is_refused(key: str | None, winner: str, judge: str, text: str) -> None:
    """The reason is given, and nothing is stored."""
    judging = asked(class_of(2))
    with pytest.raises(RequestError, match=text):
        judging.decide(key or judging.pairs[0].key, winner, judge)
    assert len(judging.pairs) == 1


def test_a_pair_is_decided_once() -> None:
    """A second decision is refused."""
    judging = asked(class_of(6))
    key = judging.pairs[0].key
    judging.decide(key, "left", "eva")
    with pytest.raises(RequestError, match="not pending"):
        judging.decide(key, "right", "ali")


def test_several_decisions_are_taken_over_together_or_not_at_all() -> None:
    """One wrong decision spoils them all: a table is right, or it is corrected and read again."""
    judging = asked(class_of(6))
    keys = [pair.key for pair in judging.pairs]
    decisions = [JudgeDecision(key, Winner.LEFT, "eva") for key in keys]
    with pytest.raises(RequestError, match="not pending"):
        judging.decide_all([*decisions, JudgeDecision("nothing", Winner.TIE, "eva")])
    assert [pair.key for pair in judging.pairs] == keys
    judging.decide_all(decisions)
    assert {pair.key for pair in judging.pairs} & set(keys) == set()


def test_of_a_panel_of_people_each_decides_on_pairs_of_their_own() -> None:
    """A pair names its judge; other judges, and people who are not on the panel, are refused."""
    judging = asked(class_of(4, judge=[{"kind": "people", "name": name} for name in ("eva", "ali")]))
    pair = next(pair for pair in judging.pairs if pair.judge == "eva")
    with pytest.raises(NotAJudge, match="eva, ali"):
        judging.decide(pair.key, "left", "bo")
    with pytest.raises(RequestError, match="another judge's"):
        judging.decide(pair.key, "left", "ali")
    judging.decide(pair.key, "left", "eva")


def test_what_is_pending_can_be_read_beside_the_program_that_runs_the_batch() -> None:
    """From the store alone, for example to export them; a batch without people as judges says so."""
    store = MemoryStore()
    judging = asked(class_of(4, store))
    assert [pair.key for pair in judging.pairs] == [
        item.key for item in Reader(store).batch(BATCH).pending_pairs().pairs
    ]
    with pytest.raises(RequestError, match="judged by features"):
        class_of(2, judge="features").batch(BATCH).judging().pairs  # noqa: B018


class MovesOn(MemoryStore):
    """Its batches move on to the next position after they have been read once."""

    looks = 0

    def batch(self, batch_id: str, *, with_order: bool = True) -> BatchHeader | None:
        """The header; from the second call on, that of a batch that has moved on."""
        header, self.looks = super().batch(batch_id, with_order=with_order), self.looks + 1
        return header if header is None or self.looks == 1 else header._replace(position=header.position + 1)


def test_a_batch_that_moves_on_while_it_is_looked_at_has_nothing_to_judge_now() -> None:
    """The reader gets no error; the next read shows where the batch is."""
    engine = class_of(2)
    asked(engine)
    store = MovesOn()
    store.__dict__.update(engine.store.__dict__)
    assert PendingPairsReader(BATCH, store, dict(SERVICES)).read().situation is Situation.NOT_YET
