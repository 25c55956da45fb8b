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
    JOINED_DRIVER = "joined_driver"  # a driver that has joined a cluster, which lives on
    NODE = "node"  # the raylet of a node that is not the head, whose processes are lost with it


# After these the driver ends, by the blow or by itself, and a person starts it anew.
ENDS_THE_DRIVER: Final = frozenset(
    {Victim.DRIVER, Victim.JOINED_DRIVER, Victim.CLUSTER, Victim.RAYLET, Victim.GCS, Victim.FILE}
)
# What there is to strike where the driver runs everything itself, without Ray.
IN_ONE_PROCESS: Final = (Victim.DRIVER, Victim.FILE)
# In a cluster of several nodes, which the driver joins; all others in one that the driver starts for itself.
IN_SHARED_CLUSTER: Final = frozenset({Victim.JOINED_DRIVER, Victim.NODE})


@dataclass(frozen=True, slots=True)
class Strike:
    """One kill: once ``moment`` (a share, 0 to 1) of the batch's events is logged, ``delay`` seconds later."""

    victim: Victim
    moment: float
    delay: float


def plan(seed: int, kills: int, victims: Sequence[Victim] = tuple(Victim)) -> list[list[Strike]]:
    """The strikes on each batch. Every kind of victim comes equally often.

    A batch runs in a shared cluster, or not: so it is struck by victims of one of the two sorts only.

    Args:
        seed: the source of all chance.
        kills: how many strikes in all.
        victims: the kinds to choose from.
    """
    chance = Random(seed)  # noqa: S311  (repeatable on purpose)
    rounds = chain.from_iterable(chance.sample(list(victims), len(victims)) for _ in repeat(None))
    drawn = [next(rounds) for _ in range(kills)]
    alone = [victim for victim in drawn if victim not in IN_SHARED_CLUSTER]
    shared = [victim for victim in drawn if victim in IN_SHARED_CLUSTER]
    return [_strikes(chance, some) for some in chain(_chunks(alone), _chunks(shared))]


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
