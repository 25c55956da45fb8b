"""The real actors under hostile schedules: invariants hold, seeds repeat, and planted bugs are found."""

import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from actors.core.invariants import Violated
from actors.simulation.chance import Chance
from actors.simulation.scenario import Faults, ServiceBehaviour, scenario_of
from actors.simulation.simulate import simulate
from contracts.phases import PhaseName
from tests.simulation.planted import MUTATIONS, Mutation

SEEDS = 200
DIGEST = """
import hashlib
from actors.simulation.simulate import simulate
lines = [line for seed in range(8) for line in simulate(seed, traced=True).trace]
print(hashlib.sha256("\\n".join(lines).encode()).hexdigest())
"""


@pytest.mark.parametrize("tens", range(SEEDS // 10))
def test_every_invariant_holds_whatever_goes_wrong(tens: int) -> None:
    """Whatever is lost, repeated, killed, refused or ordered, no invariant is violated, and every batch ends."""
    for seed in range(10 * tens, 10 * tens + 10):
        assert simulate(seed).violation is None, f"python -m drivers.lab.simulate --seed {seed}"


def test_of_two_retries_at_once_one_counts() -> None:
    """In this seed, an orchestrator gets both at once; the checker once mistook the second for the first.

    The trace is searched, so a changed history is noticed, and another seed must be found.
    """
    verdict = simulate(100_068, traced=True)
    assert verdict.violation is None
    assert any(line.count("RetryFailed(run=1") == 2 and "batch b1 <-" in line for line in verdict.trace)


def test_a_cohort_whose_pieces_try_again_in_both_rounds_is_not_asked_again_where_nothing_goes_wrong() -> None:
    """It may take three seconds without a message, which is less than the orchestrator's patience."""
    unwilling = {(piece, PhaseName.CJ_ASSESSMENT): ServiceBehaviour.UNWILLING for piece in ("piece 1", "piece 2")}
    scenario = scenario_of(Chance(20_558).scenario)
    assert scenario.is_serene
    assert unwilling.items() <= scenario.behaviours.items()
    assert simulate(20_558).violation is None


def test_an_essay_that_is_taken_on_in_the_step_in_which_it_completes_has_said_so() -> None:
    """In this seed, a phase is appended while the batch completes; the checker once saw only the later state."""
    verdict = simulate(11_355, traced=True)
    assert verdict.violation is None
    assert any("CompletePipeline" in line and "InitiatePhase" in line and "<-" in line for line in verdict.trace)


@pytest.mark.slow
def test_thousands_of_seeds_hold() -> None:
    """The rule is the same, with more seeds."""
    for seed in range(100_000, 103_000):
        assert simulate(seed).violation is None, f"python -m drivers.lab.simulate --seed {seed}"


def _planted() -> Iterator[Any]:
    """Bugs that need many seeds are left to the nightly run."""
    for mutation in MUTATIONS.values():
        marks = [pytest.mark.slow] if mutation.finds_within > 300 else []
        yield pytest.param(mutation, id=mutation.label, marks=marks)


@pytest.mark.parametrize("mutation", [*_planted()])
def test_a_planted_bug_is_found(mutation: Mutation) -> None:
    """The number of seeds is the bug's own limit."""
    with mutation.planted():
        assert any(simulate(seed).violation is not None for seed in range(mutation.finds_within))


def test_a_seed_repeats_exactly() -> None:
    """In another process, with other string hashes, the trace is the same."""
    digests = {_digest(hash_seed) for hash_seed in ("0", "1")}  # the queue once told its two workers in varying order
    assert len(digests) == 1


def _digest(hash_seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": hash_seed}
    return subprocess.run(  # noqa: S603  (this interpreter, and the text above)
        [sys.executable, "-c", DIGEST], env=environment, capture_output=True, text=True, check=True
    ).stdout


def test_a_trace_changes_nothing() -> None:
    """Looking at a seed does not change its course."""
    plain, traced = simulate(5), simulate(5, traced=True)
    assert (plain.steps, plain.seconds) == (traced.steps, traced.seconds)
    assert traced.trace
    assert not plain.trace


def test_one_source_of_chance_does_not_shift_another() -> None:
    """Drawing from one stream leaves the others as they are."""
    drawn, fresh = Chance(7), Chance(7)
    drawn.loss.random()
    assert drawn.crash.random() == fresh.crash.random()
    assert drawn.schedule.random() != fresh.store.random()


def test_without_faults_everything_succeeds_and_nobody_is_asked_twice() -> None:
    """Each piece of work is done once in a scenario without faults."""
    scenario = scenario_of(Chance(0).scenario)
    calm = replace(scenario, faults=Faults(), behaviours={}, seconds={}, acts=(), last_act=False, healed_at=2.0)
    assert simulate(0, scenario=calm).violation is None


def test_a_poisonous_essay_takes_no_other_with_it() -> None:
    """It kills its worker each time, and it alone fails."""
    for seed in range(20):
        scenario = scenario_of(Chance(seed).scenario)
        phase = scenario.batches[0].pipeline[0]
        poison: dict[tuple[str, PhaseName], ServiceBehaviour] = {}
        if phase is not PhaseName.CJ_ASSESSMENT:
            poison["text 1", phase] = ServiceBehaviour.POISON
        alone = replace(scenario, faults=Faults(), behaviours=poison, seconds={}, acts=(), last_act=False)
        assert simulate(seed, scenario=alone).violation is None


def test_a_violation_says_its_number() -> None:
    """It also has a message, with which the trace ends."""
    with MUTATIONS["no-resume"].planted():
        verdict = next(verdict for seed in range(50) if (verdict := simulate(seed, traced=True)).violation)
    assert isinstance(verdict.violation, Violated)
    assert verdict.violation.number == 6
    assert verdict.trace[-1].endswith(str(verdict.violation))
