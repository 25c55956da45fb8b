"""A state of the world, and the effect of one decision on it."""

from typing import Final, NamedTuple

BATCH: Final = "b"
NOT_FOUNDED: Final = -1


class State(NamedTuple):
    """The whole world, as numbers. ``mail`` is a set, as a mask; ``purse`` is how much may still go wrong."""

    batch: int
    essays: tuple[int, ...]
    cohorts: int
    queue: int
    workers: tuple[int, ...]
    kept: int
    log: int
    mail: int
    purse: int


class Step(NamedTuple):
    """The outcome of one actor's decision."""

    state: int
    mail: int = 0
    logged: tuple[int, ...] = ()
    founded: tuple[int, ...] = ()
    restarts: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Whether nothing follows except, perhaps, a new state."""
        return not (self.mail or self.logged or self.founded or self.restarts)


class Work(NamedTuple):
    """One possible outcome of the piece that a worker is doing, in words, and what follows from it."""

    how: str
    letter: int
    worker: str
    after: int
    kept: int
    mail: int
    failed: bool
    again: bool
