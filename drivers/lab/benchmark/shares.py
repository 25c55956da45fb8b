"""Where our own CPU time goes: a profile of a no-op batch in this process, added up by the purpose of the code."""

import cProfile
import pstats
import time

from drivers.lab.benchmark import noop
from drivers.lab.benchmark.workloads import fresh, in_this_thread, run

_PARTS = {
    "state machine (transitions)": ("transitions/", "essay_machine.py"),
    "decisions": ("actors/core/",),
    "store": ("actors/stores/", "sqlalchemy/", "sqlite3"),
    "JSON and models (pydantic)": ("pydantic", "json/", "contracts/"),
    "shell and runtime": (
        "actors/actor.py",
        "actors/runtime/",
        "actors/observability/logs.py",
    ),
    "execution": ("actors/execution/", "drivers/lab/benchmark/noop.py"),
}


def shares(count: int) -> dict[str, float]:
    """Microseconds of CPU per essay-phase: by part (including the profiler's overhead), and in all without it."""
    with fresh(in_this_thread) as engine:
        run(engine, "warm-up", noop.essays(30, "warm-up"), noop.PHASES)
        begun = time.process_time()
        run(engine, "plain", noop.essays(count, "plain"), noop.PHASES)
        plain = time.process_time() - begun
        profile = cProfile.Profile(time.process_time)
        profile.runcall(run, engine, "profiled", noop.essays(count, "profiled"), noop.PHASES)
    per_step = 1e6 / noop.steps(count)
    return {"all, without the profiler": plain * per_step, **_by_part(pstats.Stats(profile), per_step)}


def _by_part(stats: pstats.Stats, per_step: float) -> dict[str, float]:
    parts = dict.fromkeys([*_PARTS, "the rest"], 0.0)
    for (file, _, name), (_, _, own, _, _) in stats.stats.items():  # type: ignore[attr-defined]
        parts[_part_of(f"{file} {name}")] += own * per_step
    return parts


def _part_of(place: str) -> str:
    return next((part for part, marks in _PARTS.items() if any(mark in place for mark in marks)), "the rest")
