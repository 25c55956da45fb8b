"""Chance, from one seed: a sub-stream per source, so that a change in one source does not shift the others."""

from functools import cached_property
from random import Random


class Chance:
    """The sub-streams of one seed."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    @cached_property
    def scenario(self) -> Random:
        """What is to be done, and what can go wrong."""
        return self._stream("scenario")

    @cached_property
    def schedule(self) -> Random:
        """How long messages travel, and what is handled together."""
        return self._stream("schedule")

    @cached_property
    def loss(self) -> Random:
        """Which messages are lost or doubled."""
        return self._stream("loss")

    @cached_property
    def crash(self) -> Random:
        """Who dies, when, and what becomes of its mail."""
        return self._stream("crash")

    @cached_property
    def store(self) -> Random:
        """When the store fails or is slow."""
        return self._stream("store")

    @cached_property
    def operator(self) -> Random:
        """What people do to a batch."""
        return self._stream("operator")

    def _stream(self, name: str) -> Random:
        return Random(f"{self.seed}/{name}")  # noqa: S311  (it must repeat, not keep a secret)
