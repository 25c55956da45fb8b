"""Simulates one seed, from its scenario to its result."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from actors.core.invariants import Violated, demand
from actors.simulation.chance import Chance
from actors.simulation.flight_recorder import flight_recorder
from actors.simulation.history import check_history
from actors.simulation.people import Driver, FaultInjector, Operator, heal
from actors.simulation.runtime import SimulatedRuntime
from actors.simulation.scenario import Scenario, scenario_of

PATIENCE_SECONDS: Final = 900.0
AFTERWARDS_SECONDS: Final = 6.0


@dataclass(slots=True)
class SeedResult:
    """The result of a seed: steps, virtual seconds, the violation (None: all held), and the trace if requested."""

    seed: int
    steps: int = 0
    seconds: float = 0.0
    violation: Violated | None = None
    trace: list[str] = field(default_factory=list)


@contextmanager
def _collected_at_the_end() -> Iterator[None]:
    """Collect no garbage during a seed: it would cost a fifth of the time, and all objects end with the seed."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@_collected_at_the_end()
def simulate(
    seed: int, *, essays: int = 6, phases: int = 3, traced: bool = False, scenario: Scenario | None = None
) -> SeedResult:
    """Run one seed to its end, or to the first violation of an invariant.

    Args:
        seed: the source of all chance.
        essays: how many essays the batch has.
        phases: how many phases its pipeline has.
        traced: keep a readable trace.
        scenario: the scenario to simulate instead of the seed's own.
    """
    chance, verdict = Chance(seed), SeedResult(seed)
    scenario = scenario or scenario_of(chance.scenario, essays, phases)
    runtime = SimulatedRuntime(scenario, chance, verdict.trace.append if traced else None)
    with flight_recorder():
        try:
            _play(runtime, chance)
        except Violated as violation:
            verdict.violation = violation
            runtime.note(str(violation))
        verdict.steps, verdict.seconds = runtime.steps, runtime.now
        runtime.shutdown()  # breaks reference cycles, so that no garbage collection is needed
    return verdict


def _play(runtime: SimulatedRuntime, chance: Chance) -> None:
    scenario = runtime.scenario
    runtime.set_faults(scenario.faults)
    driver, operator = Driver(runtime), Operator(runtime, chance.operator)
    FaultInjector(runtime, chance, driver)
    for time in scenario.acts:
        runtime.at(time, partial(operator.act, scenario.kinds))
    _until(runtime, scenario.healed_at)
    heal(runtime)
    driver.winds_up = True
    _to_the_end(runtime, driver)
    if scenario.last_act:
        operator.act(("retry", "run"))
        _until(runtime, runtime.now + AFTERWARDS_SECONDS)
        _to_the_end(runtime, driver)


def _to_the_end(runtime: SimulatedRuntime, driver: Driver) -> None:
    """6: every batch ends by itself, and stays ended."""
    late = runtime.now + PATIENCE_SECONDS
    runtime.run_until(lambda: driver.all_ended() or runtime.now > late)
    demand(driver.all_ended(), 6, "{:g} s after the faults a batch has not ended", PATIENCE_SECONDS)
    for plan in runtime.scenario.batches:
        check_history(logged.event for logged in runtime.inner.events(plan.batch_id))
    _until(runtime, runtime.now + AFTERWARDS_SECONDS)


def _until(runtime: SimulatedRuntime, time: float) -> None:
    runtime.at(time, lambda: None)
    runtime.run_until(lambda: runtime.now >= time)
