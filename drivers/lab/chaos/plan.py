"""What is killed, and when: drawn from a seed, before anything runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, repeat
from random import Random
from typing import Final

# No more of one batch's processes are killed than an essay has attempts to spare: with the default policy, a third
# worker that dies over the same essay fails it, as it should.
KILLS_PER_BATCH: Final = 2
# By then all phases but the last are done; behind it the last one's essays, a cohort, settle all at once.
_LAST_MOMENT: Final = 0.75
_LONGEST_DELAY_SECONDS: Final = 0.3


class Victim(StrEnum):
    """A kind of process, or of several at once."""

    ESSAY = "essay"
    ORCHESTRATOR = "orchestrator"
    QUEUE = "queue"
    WORKER = "worker"
    STORE = "store"
    DRIVER = "driver"  # and with it the cluster that it started for itself
    CLUSTER = "cluster"  # the driver and every process of Ray's, in one blow
    RAYLET = "raylet"  # the one of the cluster that the driver started for itself; the driver has to notice, and ends
    GCS = "gcs"  # that cluster's table of everything, and with it the cluster
    FILE = "file"  # the store's file is moved away; the driver has to notice, and ends; then the file is put back
    DISK = "disk"  # the store's disk is full for a while
    POSTGRES = "postgres"  # the store's server: stopped as by a crash, and started again after a while
    CLOCK = "clock"  # of the program that runs everything itself, without Ray: set back by an hour
    JOINED_DRIVER = "joined_driver"  # a driver that has joined a cluster, which lives on
    NODE = "node"  # the raylet of a node that is not the head, whose processes are lost with it


# After these the driver ends, by the blow or by itself, and a person starts it anew.
ENDS_THE_DRIVER: Final = frozenset(
    {Victim.DRIVER, Victim.JOINED_DRIVER, Victim.CLUSTER, Victim.RAYLET, Victim.GCS, Victim.FILE}
)
# These pass. On Ray, what needs the store waits for it; a driver that runs everything itself ends where it is away.
OUTAGES: Final = frozenset({Victim.DISK, Victim.POSTGRES, Victim.CLOCK})
# What there is to strike where the driver runs everything itself, and on Ray.
IN_ONE_PROCESS: Final = (Victim.DRIVER, Victim.FILE, Victim.DISK, Victim.POSTGRES, Victim.CLOCK)
ON_RAY: Final = tuple(victim for victim in Victim if victim is not Victim.CLOCK)  # Ray waits by the clock of the day


class Ground(StrEnum):
    """What a batch runs on while it is struck."""

    OWN_CLUSTER = "own_cluster"  # which the driver starts for itself, or none; a SQLite file
    SHARED_CLUSTER = "shared_cluster"  # of several nodes, which the driver joins
    SMALL_DISK = "small_disk"  # for the SQLite file alone
    SERVER = "server"  # of PostgreSQL
    FAKED_CLOCK = "faked_clock"


_GROUNDS: Final = {
    Victim.JOINED_DRIVER: Ground.SHARED_CLUSTER,
    Victim.NODE: Ground.SHARED_CLUSTER,
    Victim.DISK: Ground.SMALL_DISK,
    Victim.POSTGRES: Ground.SERVER,
    Victim.CLOCK: Ground.FAKED_CLOCK,
}


def ground_of(victim: Victim) -> Ground:
    """What a batch has to run on for this to be struck."""
    return _GROUNDS.get(victim, Ground.OWN_CLUSTER)


@dataclass(frozen=True, slots=True)
class Strike:
    """One kill: once ``moment`` (a share, 0 to 1) of the batch's events is logged, ``delay`` seconds later."""

    victim: Victim
    moment: float
    delay: float


def plan(seed: int, kills: int, victims: Sequence[Victim] = tuple(Victim)) -> list[list[Strike]]:
    """The strikes on each batch. Every kind of victim comes equally often.

    A batch runs on one ground: so it is struck by victims of that ground only.

    Args:
        seed: the source of all chance.
        kills: how many strikes in all.
        victims: the kinds to choose from.
    """
    chance = Random(seed)  # noqa: S311  (repeatable on purpose)
    rounds = chain.from_iterable(chance.sample(list(victims), len(victims)) for _ in repeat(None))
    drawn = [next(rounds) for _ in range(kills)]
    grounds = ([victim for victim in drawn if ground_of(victim) is ground] for ground in Ground)
    return [_strikes(chance, some) for victims_there in grounds for some in _chunks(victims_there)]


def _chunks(victims: Sequence[Victim]) -> Iterator[Sequence[Victim]]:
    for start in range(0, len(victims), KILLS_PER_BATCH):
        yield victims[start : start + KILLS_PER_BATCH]


def _strikes(chance: Random, victims: Sequence[Victim]) -> list[Strike]:
    """Spread over the batch: one in each of as many equal parts of it."""
    part = _LAST_MOMENT / len(victims)
    return [
        Strike(victim, (number + chance.random()) * part, chance.uniform(0, _LONGEST_DELAY_SECONDS))
        for number, victim in enumerate(victims)
    ]
