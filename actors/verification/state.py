"""What a state of the world is, and what one decision makes of it."""

from typing import Final, NamedTuple

BATCH: Final = "b"
NOT_FOUNDED: Final = -1


class State(NamedTuple):
    """Everything, as numbers. ``mail`` is a set, as a mask; ``purse`` is what may still go wrong."""

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
    """What one actor's decision comes to."""

    state: int
    mail: int = 0
    logged: tuple[int, ...] = ()
    founded: tuple[int, ...] = ()
    restarts: tuple[str, ...] = ()

    @property
    def is_silent(self) -> bool:
        """Nothing follows but, perhaps, a new state."""
        return not (self.mail or self.logged or self.founded or self.restarts)


class Work(NamedTuple):
    """What the piece in a worker's hand may come to: in words, and what follows from it."""

    how: str
    letter: int
    worker: str
    after: int
    kept: int
    mail: int
    failed: bool
    again: bool
