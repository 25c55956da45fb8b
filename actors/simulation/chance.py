"""Random numbers from one seed: a stream per source of chance, so that a change in one does not shift the others."""

from functools import cached_property
from random import Random


class Chance:
    """The random streams of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @cached_property
    def scenario(self) -> Random:
        """For the scenario: what is to be done, and what can go wrong."""
        return self._stream("scenario")

    @cached_property
    def schedule(self) -> Random:
        """For the schedule: how long messages travel, and which are handled together."""
        return self._stream("schedule")

    @cached_property
    def loss(self) -> Random:
        """For messages that are lost or duplicated."""
        return self._stream("loss")

    @cached_property
    def crash(self) -> Random:
        """For crashes: which process dies, when, and whether its mail survives."""
        return self._stream("crash")

    @cached_property
    def store(self) -> Random:
        """For the store: when it fails or is slow."""
        return self._stream("store")

    @cached_property
    def operator(self) -> Random:
        """For the commands that operators give."""
        return self._stream("operator")

    def _stream(self, name: str) -> Random:
        return Random(f"{self.seed}/{name}")  # noqa: S311  (it must be repeatable, not secret)
