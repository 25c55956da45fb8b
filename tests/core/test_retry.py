"""Retry policy: how often to try, and how long to wait, repeatably and for any number of attempts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.core.retry import Policy
from contracts import ErrorCode, ErrorDetail

POLICY = Policy()


def error(*, retryable: bool) -> ErrorDetail:
    """A failed attempt."""
    return ErrorDetail(error_code=ErrorCode.SERVICE_UNAVAILABLE, message="down", retryable=retryable)


@pytest.mark.parametrize(("attempt", "again"), [(0, True), (1, True), (2, False), (3, False)])
def test_a_passing_failure_is_tried_as_often_as_allowed(attempt: int, again: bool) -> None:
    """Three attempts, counted from 0, are three in all."""
    assert Policy(max_attempts=3).tries_again(attempt, error(retryable=True)) is again


def test_a_lasting_failure_is_not_tried_again() -> None:
    """An essay that is too long does not get shorter."""
    assert not POLICY.tries_again(0, error(retryable=False))


def test_the_first_attempt_does_not_wait() -> None:
    """There is nothing to wait for yet."""
    assert POLICY.wait_before(0, "b/e/nlp") == 0.0


@given(st.integers(1, 10_000), st.text(max_size=30))
def test_a_wait_doubles_up_to_its_cap_with_half_of_it_spread(attempt: int, seed: str) -> None:
    """Equal jitter: a wait is between half and all of the exponential wait, for any number of attempts."""
    full = min(POLICY.backoff_cap, POLICY.backoff * 2.0 ** min(attempt - 1, 100))
    assert full / 2 <= POLICY.wait_before(attempt, seed) <= full


def test_essays_that_fail_together_do_not_come_back_together() -> None:
    """They would overwhelm a service that has just come up; yet each wait is repeatable."""
    waits = [POLICY.wait_before(5, f"b/essay-{number}/nlp") for number in range(30)]
    assert len(set(waits)) == 30
    assert waits == [POLICY.wait_before(5, f"b/essay-{number}/nlp") for number in range(30)]


@pytest.mark.parametrize("tick", [0, 1, 4, 5, 1023, 1024, 100_000])
def test_a_nudge_waits_longer_while_the_silence_lasts(tick: int) -> None:
    """Its wait doubles up to a cap, even after a weekend (a thousand nudges: 2.0**1024 is no float any more)."""
    assert POLICY.nudge_wait(tick, 0) == min(60.0, 2.0 * 2.0 ** min(tick, 10))


def test_thousands_of_essays_may_be_silent_for_longer_than_a_class() -> None:
    """Handing out 30,000 takes many seconds; if they were asked for again meanwhile, all would be done twice."""
    assert [POLICY.nudge_wait(0, essays) for essays in (30, 30_000, 10**6)] == pytest.approx([2.03, 32.0, 60.0])
