"""``python -m drivers.lab.nightly``: tests that take hours, with seeds and examples that were not tried before.

It prints the seed that repeats the night, and goes on after a failure; its exit code is that of the first failure.
"""

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from typing import Final

from drivers.lab.mutation.rooms import ROOMS

SIMULATED_SEEDS: Final = 3000
MUTANTS_OF_A_ROOM: Final = 200
_PYTHON: Final = sys.executable


def steps(seed: int) -> list[list[str]]:
    """The night's commands; ``seed`` is the simulation's first seed, and the seed of hypothesis and of mutants."""
    pytest = [_PYTHON, "-m", "pytest", f"--hypothesis-seed={seed}"]
    program = [_PYTHON, "-m", "drivers"]
    sample = ["--sample", str(MUTANTS_OF_A_ROOM), "--seed", str(seed)]
    return [
        [*pytest, "-m", "slow"],
        [*pytest, "-m", "not ray and not slow"],
        [*program, "simulate", "--seeds", str(SIMULATED_SEEDS), "--first", str(seed)],
        [*program, "verify"],
        *([_PYTHON, "-m", "drivers.lab.mutation", room, *sample] for room in ROOMS),
    ]


def main(arguments: Sequence[str]) -> int:
    """Run all steps; a seed as argument repeats a night."""
    seed = int(arguments[0]) if arguments else int(time.time())
    print(f"Night {seed} (again: python -m drivers.lab.nightly {seed})", flush=True)
    # Without CI, because with it hypothesis draws the same examples each time.
    environment = {name: value for name, value in os.environ.items() if name != "CI"}
    codes = []
    for step in steps(seed):
        print(f"=== {' '.join(step[1:])}", flush=True)
        codes.append(subprocess.run(step, env=environment, check=False).returncode)  # noqa: S603  (our own tools)
    print(f"{codes.count(0)} passed, {len(codes) - codes.count(0)} failed", flush=True)
    return next((code for code in codes if code), 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
