"""``python -m drivers.lab.mutation ROOM``: do the fast tests of a room notice when its code is wrong?

Each mutant that survives is printed as a diff: kill it with a test, or say in ``explained.toml`` why it may survive.
This needs mutmut, whose operators it uses (``pip install mutmut``).
"""

import argparse
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import Phase, settings

from drivers.lab.mutation.explained import Explanation, explanations, why_left
from drivers.lab.mutation.mutants import Mutant, mutants_of
from drivers.lab.mutation.rooms import ROOMS
from drivers.lab.mutation.trial import Fate, Trial


def main(arguments: Sequence[str]) -> int:
    """Try a room's mutants; returns 1 if one survives that is not explained."""
    wanted = _parser().parse_args(arguments)
    room, root = ROOMS[wanted.room], Path.cwd()
    makers = [make for file in room.files(root) if wanted.file in str(file) for make in mutants_of(file, root)]
    chosen = random.Random(wanted.seed).sample(makers, min(wanted.sample or len(makers), len(makers)))  # noqa: S311
    print(f"{len(chosen)} of {len(makers)} mutants of {wanted.room}, seed {wanted.seed}", flush=True)
    mutants = sorted(make() for make in chosen)
    score = Score(explanations())
    # Few examples, and no shrinking: it matters only whether a test fails, not on which example.
    settings.register_profile("mutants", deadline=None, derandomize=True, max_examples=25, phases=[Phase.generate])
    tests = [test for test in room.tests if (root / test).exists()]
    quiet = ["--override-ini=addopts=", "-p", "no:cacheprovider", "-p", "no:terminal"]
    options = [*quiet, "--hypothesis-profile=mutants", "-m", "not slow and not ray", *room.choice]
    with TemporaryDirectory() as folder:  # one for the files of all: a fork leaves behind what its tests have written
        code = pytest.main([*options, f"--basetemp={folder}", *tests], plugins=[Trial(mutants, score.told)])
    print(score, flush=True)
    return int(code) or int(score.survived > 0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("python -m drivers.lab.mutation")
    parser.add_argument("room", choices=[*ROOMS])
    parser.add_argument("--file", default="", help="only files with this in their path")
    parser.add_argument("--sample", type=int, default=0, help="so many of the mutants (0: all)")
    parser.add_argument("--seed", type=int, default=0, help="which of them")
    return parser


class Score:
    """Counts mutants by file and fate; survivors are printed as they are found."""

    def __init__(self, explained: Sequence[Explanation]) -> None:
        self._explained = explained
        self._counts = Counter[tuple[str, Fate]]()

    def told(self, mutant: Mutant, fate: Fate) -> None:
        """Count one more mutant."""
        if fate is Fate.SURVIVED and why_left(mutant.change, self._explained):
            fate = Fate.EXPLAINED
        self._counts[mutant.change.file, fate] += 1
        if fate is Fate.SURVIVED:
            print(f"--- survived: {mutant.change.file}, {mutant.change.function}\n{mutant.diff}", flush=True)

    @property
    def survived(self) -> int:
        """How many mutants were neither killed nor explained."""
        return self._of(Fate.SURVIVED)

    def _of(self, *fates: Fate) -> int:
        return sum(count for (_, fate), count in self._counts.items() if fate in fates)

    def __str__(self) -> str:
        files = sorted({file for file, _ in self._counts})
        lines = [
            f"{file}: " + ", ".join(f"{self._counts[file, fate]} {fate}" for fate in Fate if self._counts[file, fate])
            for file in files
        ]
        killed, explained = self._of(Fate.KILLED, Fate.TIMED_OUT), self._of(Fate.EXPLAINED)
        meant = killed + self.survived
        share = f"{killed / meant:.1%}" if meant else "nothing to kill"
        return "\n".join([*lines, f"score: {killed} of {meant} killed ({share}), {explained} explained"])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
