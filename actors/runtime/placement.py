"""Which process an actor lives in. A function of its address and of its batch's size: nobody above needs to know."""

import zlib
from dataclasses import dataclass
from typing import Final

from actors.core.addresses import QUEUE, kind_of

MEGABYTES_PER_PROCESS: Final = 60
# Processes start at three to four a second: a class may wait for that, a cohort of thousands may not.
MOST_ESSAY_PROCESSES: Final = 60
# One process keeps up with the essays of a batch of this size; each more is one more that is woken for every result.
ESSAYS_PER_PACK: Final = 2000


@dataclass(frozen=True, slots=True)
class Place:
    """A process: its name, what kind of actor it is for, and the addresses that live in it from its start."""

    name: str
    kind: str
    residents: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Placement:
    """A process per essay up to ``essay_processes`` essays a batch; above it, up to ``packs`` processes share them."""

    essay_processes: int = MOST_ESSAY_PROCESSES
    packs: int = 2

    @classmethod
    def fitting(cls, cores: float, memory_bytes: float, limit: int | None = None) -> "Placement":
        """What this machine or cluster can bear: a quarter of its memory for essay processes, at the most."""
        by_memory = int(memory_bytes / 4 / (MEGABYTES_PER_PROCESS * 1024 * 1024))
        most = min(MOST_ESSAY_PROCESSES, by_memory) if limit is None else limit
        return cls(essay_processes=max(0, most), packs=max(1, int(cores)))

    def is_packed(self, essays: int) -> bool:
        """Do the essays of a batch of this size share processes?"""
        return essays > self.essay_processes

    def place_of(self, address: str, essays: int = 0) -> Place:
        """The process of an actor; ``essays`` is the size of its batch (of importance for essays only)."""
        match kind_of(address):
            case "essay":
                return self._essay_place(address, essays)
            case "cohort":
                batch_id = address.split("/")[1]
                return self.place_of(f"batch/{batch_id}")
            case "batch":
                return Place(address.replace("/", " "), "BatchOrchestrator", (address,))
            case "worker":
                return Place(address.replace("/", " "), "PhaseWorker", (address,))
            case _ if address == QUEUE:
                return Place("work queue", "WorkQueue", (address,))
            case _:
                raise LookupError(f"nobody lives at {address!r}")

    def _essay_place(self, address: str, essays: int) -> Place:
        _, batch_id, essay_id = address.split("/", 2)
        if not self.is_packed(essays):
            return Place(f"essay {batch_id}/{essay_id}", "EssayActor", (address,))
        packs = self.packs_of(essays)
        return packs[zlib.crc32(essay_id.encode()) % len(packs)]

    def packs_of(self, essays: int) -> list[Place]:
        """The processes that the essays of batches of this size share; the names say which ones live there."""
        packs = min(self.packs, -(-essays // ESSAYS_PER_PACK))
        if packs == 1:
            return [Place(f"essays of batches up to {ESSAYS_PER_PACK}", "EssayActor")]
        return [Place(f"essays whose crc32 % {packs} is {number}", "EssayActor") for number in range(packs)]

    def describe(self, essays: int) -> str:
        """For people: the placement of a batch of this size."""
        if self.is_packed(essays):
            packs = len(self.packs_of(essays))
            processes = "1 process" if packs == 1 else f"{packs} processes"
            return f"{essays} essays packed into {processes} (more than {self.essay_processes})"
        return f"one process per essay ({essays})"
