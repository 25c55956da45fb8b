"""Added phases are played under hostile schedules like the built-in ones."""

from random import Random

from actors.simulation.scenario import scenario_of
from actors.simulation.simulate import simulate
from contracts import PhaseName, registered
from tests.added_phase import RIVALRY, UPPER_CASING


def test_scenarios_ask_for_phases_that_are_known_and_nothing_is_violated() -> None:
    """Both phases for essays and phases for cohorts."""
    with registered(UPPER_CASING) as upper_casing, registered(RIVALRY) as rivalry:
        pipelines = [scenario_of(Random(seed), phases=4).batches[0].pipeline for seed in range(60)]
        assert all(any(phase in pipeline for pipeline in pipelines) for phase in (upper_casing, rivalry))
        for seed in range(60):
            verdict = simulate(seed, phases=4)
            assert verdict.violation is None, (seed, verdict.violation)


def test_a_seed_is_the_same_whether_or_not_phases_were_added_before() -> None:
    """Phases that are gone leave nothing behind."""
    before = simulate(7, traced=True)
    with registered(UPPER_CASING):
        simulate(7)
    after = simulate(7, traced=True)
    assert (after.steps, after.trace) == (before.steps, before.trace)
    assert "upper_casing" not in {str(name) for name in PhaseName}
