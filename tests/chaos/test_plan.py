"""Victims and moments are drawn from a seed, fairly."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from drivers.lab.chaos.plan import KILLS_PER_BATCH, Victim, ground_of, plan

SEEDS = st.integers(0, 10_000)
KILLS = st.integers(1, 60)


@given(SEEDS, KILLS)
def test_a_seed_plans_as_many_kills_as_asked_for_and_always_the_same(seed: int, kills: int) -> None:
    """A campaign can be repeated from its seed."""
    strikes = [strike for batch in plan(seed, kills) for strike in batch]
    assert len(strikes) == kills
    assert plan(seed, kills) == plan(seed, kills)


@given(SEEDS, KILLS)
def test_every_kind_of_victim_comes_equally_often(seed: int, kills: int) -> None:
    """The counts differ by one at most."""
    counts = Counter(strike.victim for batch in plan(seed, kills) for strike in batch)
    numbers = [counts[victim] for victim in Victim]
    assert max(numbers) - min(numbers) <= 1


@given(SEEDS, KILLS)
def test_the_strikes_on_a_batch_come_one_after_the_other_and_before_its_end(seed: int, kills: int) -> None:
    """Moments are shares of the batch's events, in ascending order."""
    for batch in plan(seed, kills):
        moments = [strike.moment for strike in batch]
        assert 1 <= len(moments) <= KILLS_PER_BATCH
        assert moments == sorted(moments)
        assert moments[0] >= 0
        assert moments[-1] < 0.75


@given(SEEDS, KILLS)
def test_a_batch_is_run_on_one_ground(seed: int, kills: int) -> None:
    """A ground is, for example, a shared cluster or one of its own, and all of a batch's victims belong to it."""
    for batch in plan(seed, kills):
        assert len({ground_of(strike.victim) for strike in batch}) == 1


def test_only_the_kinds_asked_for_are_killed() -> None:
    """Every other kind is left alone."""
    assert {strike.victim for batch in plan(3, 5, [Victim.STORE]) for strike in batch} == {Victim.STORE}
