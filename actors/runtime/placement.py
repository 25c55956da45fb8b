"""Which process an actor lives in. A function of its address and of its batch's size: nobody above needs to know."""

from dataclasses import dataclass, field
from typing import Final

from actors.core.addresses import QUEUE, batch_address, kind_of

MEGABYTES_PER_PROCESS: Final = 60
# Processes start at three to four a second: a class may wait for that, a cohort of thousands may not.
MOST_ESSAY_PROCESSES: Final = 60


BATCH: Final = "BatchOrchestrator"
WORKER: Final = "PhaseWorker"
ESSAY: Final = "EssayActor"


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A process: its name, what kind of actor it is for, and the addresses that live in it from its start.

    ``title`` says more of who lives there, for people.
    """

    name: str
    kind: str
    addresses: tuple[str, ...] = ()
    title: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Placement:
    """A process per essay up to ``essay_processes`` essays a batch; above it they live in their batch's process.

    There is one such process a batch: it keeps up with ten thousand essay-phases a second, more than any number of
    workers brings, and what an orchestrator and its essays say to each other costs next to nothing.
    ``starting`` is how many processes may be starting at a time.
    """

    essay_processes: int = MOST_ESSAY_PROCESSES
    starting: int = 2

    @classmethod
    def fitting(cls, cores: float, memory_bytes: float, limit: int | None = None) -> "Placement":
        """What this machine or cluster can bear: a quarter of its memory for essay processes, at the most."""
        by_memory = int(memory_bytes / 4 / (MEGABYTES_PER_PROCESS * 1024 * 1024))
        most = min(MOST_ESSAY_PROCESSES, by_memory) if limit is None else limit
        return cls(essay_processes=max(0, most), starting=max(1, int(cores)))

    def is_packed(self, essays: int) -> bool:
        """Do the essays of a batch of this size share a process?"""
        return essays > self.essay_processes

    def process_of(self, address: str, essays: int = 0) -> ProcessSpec:
        """The process of an actor; ``essays`` is the size of its batch."""
        match kind_of(address):
            case "essay":
                return self._essay_process(address, essays)
            case "cohort":
                return self.process_of(batch_address(address.split("/")[1]), essays)
            case "batch":
                name = address.replace("/", " ")
                title = f"{name} and its {essays} essays" if self.is_packed(essays) else name
                return ProcessSpec(name, BATCH, (address,), title)
            case "worker":
                return ProcessSpec(address.replace("/", " "), WORKER, (address,))
            case _ if address == QUEUE:
                return ProcessSpec("work queue", "WorkQueue", (address,))
            case _:
                raise LookupError(f"nobody lives at {address!r}")

    def _essay_process(self, address: str, essays: int) -> ProcessSpec:
        _, batch_id, essay_id = address.split("/", 2)
        if self.is_packed(essays):
            return self.process_of(batch_address(batch_id), essays)
        return ProcessSpec(f"essay {batch_id}/{essay_id}", ESSAY, (address,))

    def describe(self, essays: int) -> str:
        """For people: the placement of a batch of this size."""
        if self.is_packed(essays):
            return f"{essays} essays packed into their batch's process (more than {self.essay_processes})"
        return f"one process per essay ({essays})"
