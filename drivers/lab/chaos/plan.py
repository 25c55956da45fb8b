"""What is killed, and when: drawn from a seed before anything runs."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, repeat
from random import Random
from typing import Final

# A batch suffers no more kills than an essay has attempts to spare: with the default policy, an essay rightly fails
# when a third worker dies over it.
KILLS_PER_BATCH: Final = 2
# By then, all phases but the last are done; after it, the last phase's essays, a cohort, settle all at once.
_LAST_MOMENT: Final = 0.75
_LONGEST_DELAY_SECONDS: Final = 0.3


class Victim(StrEnum):
    """Something that can be struck: a kind of process, several processes at once, or the surroundings."""

    ESSAY = "essay"
    ORCHESTRATOR = "orchestrator"
    QUEUE = "queue"
    WORKER = "worker"
    STORE = "store"
    DRIVER = "driver"  # and with it the cluster that it started for itself
    CLUSTER = "cluster"  # the driver and all processes of Ray, at once
    RAYLET = "raylet"  # that of the driver's own cluster; the driver has to notice, and ends
    GCS = "gcs"  # the global control store of the driver's own cluster, and with it the cluster
    FILE = "file"  # the store's file is moved away; the driver has to notice, and ends; then the file is put back
    DISK = "disk"  # the store's disk is full for a while
    POSTGRES = "postgres"  # the store's server is stopped as by a crash, and started again after a while
    CLOCK = "clock"  # without Ray only: the driver's wall clock is set back by an hour
    JOINED_DRIVER = "joined_driver"  # a driver that has joined a cluster, which lives on
    NODE = "node"  # the raylet of a node that is not the head, and with it the node's processes


# After these, the driver has ended, killed or by itself, and a person starts it again.
ENDS_THE_DRIVER: Final = frozenset(
    {Victim.DRIVER, Victim.JOINED_DRIVER, Victim.CLUSTER, Victim.RAYLET, Victim.GCS, Victim.FILE}
)
# These are temporary. On Ray, whatever needs the store waits for it; without Ray, the driver ends if the store is away.
OUTAGES: Final = frozenset({Victim.DISK, Victim.POSTGRES, Victim.CLOCK})
# What can be struck without Ray, and on Ray.
IN_ONE_PROCESS: Final = (Victim.DRIVER, Victim.FILE, Victim.DISK, Victim.POSTGRES, Victim.CLOCK)
ON_RAY: Final = tuple(victim for victim in Victim if victim is not Victim.CLOCK)  # Ray itself waits by the wall clock


class Ground(StrEnum):
    """What a batch runs on while it is struck."""

    OWN_CLUSTER = "own_cluster"  # a cluster that the driver starts for itself, or none; an SQLite file
    SHARED_CLUSTER = "shared_cluster"  # a cluster of several nodes, which the driver joins
    SMALL_DISK = "small_disk"  # a disk for the SQLite file alone
    SERVER = "server"  # a PostgreSQL server
    FAKED_CLOCK = "faked_clock"


_GROUNDS: Final = {
    Victim.JOINED_DRIVER: Ground.SHARED_CLUSTER,
    Victim.NODE: Ground.SHARED_CLUSTER,
    Victim.DISK: Ground.SMALL_DISK,
    Victim.POSTGRES: Ground.SERVER,
    Victim.CLOCK: Ground.FAKED_CLOCK,
}


def ground_of(victim: Victim) -> Ground:
    """What a batch has to run on for this victim to be struck."""
    return _GROUNDS.get(victim, Ground.OWN_CLUSTER)


@dataclass(frozen=True, slots=True)
class Strike:
    """One kill: ``delay`` seconds after the share ``moment`` (0 to 1) of the batch's events is logged."""

    victim: Victim
    moment: float
    delay: float


def plan(seed: int, kills: int, victims: Sequence[Victim] = tuple(Victim)) -> list[list[Strike]]:
    """The strikes on each batch. Every kind of victim comes equally often.

    A batch runs on one ground, so all its strikes are on victims of that ground.

    Args:
        seed: the source of all chance.
        kills: the number of strikes in all.
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
    """Strikes spread over the batch, one in each of as many equal parts of it."""
    part = _LAST_MOMENT / len(victims)
    return [
        Strike(victim, (number + chance.random()) * part, chance.uniform(0, _LONGEST_DELAY_SECONDS))
        for number, victim in enumerate(victims)
    ]
