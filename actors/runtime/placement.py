"""Decides which process an actor runs in, from its address and the placement of its batch."""

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from actors.core.addresses import QUEUE, batch_address, kind_of

BATCH: Final = "BatchOrchestrator"
WORKER: Final = "PhaseWorker"
ESSAY: Final = "EssayActor"


@dataclass(frozen=True, slots=True)
class ProcessSpec:
    """A process: its name, the kind of actor it is for, and the addresses that live in it from its start.

    ``title`` is a longer name, for people.
    """

    name: str
    kind: str
    addresses: tuple[str, ...] = ()
    title: str = field(default="", compare=False)


class BatchPlacement(NamedTuple):
    """How a batch is placed: whether its ``essays`` (a number) share the batch's process. It is stored with the batch.

    Packed essays all share one process. It keeps up with ten thousand essay-phases a second, more than any number of
    workers produces, and messages between the orchestrator and its essays cost next to nothing.
    """

    essays: int = 0
    packed: bool = True

    def describe(self) -> str:
        """The placement in words, for people."""
        if self.packed:
            return f"{self.essays} essays packed into their batch's process"
        return f"one process per essay ({self.essays})"


class ProcessCost(NamedTuple):
    """What an essay's process costs: core-seconds until it has taken its first message, and memory."""

    core_seconds: float
    megabytes: int


FORKED: Final = ProcessCost(core_seconds=0.33, megabytes=30)
STARTED: Final = ProcessCost(core_seconds=1.6, megabytes=65)
START_SECONDS: Final = 5.0
"""How long a class may wait for its processes."""
_MOST: Final = 300  # nobody looks at more than that one by one, and Ray's own bookkeeping grows with each


@dataclass(frozen=True, slots=True)
class Placement:
    """How new batches are placed: a process per essay for batches of up to ``essay_processes`` essays, else packed.

    ``starting`` is how many processes may be starting at the same time.
    """

    essay_processes: int
    starting: int = 2

    @classmethod
    def fitting(cls, cores: float, memory_bytes: float, cost: ProcessCost, limit: int | None = None) -> "Placement":
        """As many processes as this machine or cluster starts in a few seconds, and holds in a quarter of its memory.

        Args:
            cores: the number of cores for the processes.
            memory_bytes: all memory.
            cost: the cost of one process.
            limit: the user's own limit instead.
        """
        by_memory = int(memory_bytes / 4 / (cost.megabytes * 1024 * 1024))
        by_time = round(START_SECONDS * cores / cost.core_seconds)
        most = min(by_time, by_memory, _MOST) if limit is None else limit
        return cls(essay_processes=max(0, most), starting=max(1, int(cores)))

    def of_batch(self, essays: int) -> BatchPlacement:
        """The placement of a new batch of this size."""
        return BatchPlacement(essays, packed=essays > self.essay_processes)


_UNKNOWN: Final = BatchPlacement()


def process_of(address: str, placed: BatchPlacement = _UNKNOWN) -> ProcessSpec:
    """The process of an actor; ``placed`` says how its batch is placed.

    Raises:
        LookupError: no actor has such an address.
    """
    match kind_of(address):
        case "essay":
            return _essay_process(address, placed)
        case "cohort":
            return process_of(batch_address(address.split("/")[1]), placed)
        case "batch":
            name = _named(address)
            title = f"{name} and its {placed.essays} essays" if placed.packed and placed.essays else name
            return ProcessSpec(name, BATCH, (address,), title)
        case "worker":
            return ProcessSpec(_named(address), WORKER, (address,))
        case _ if address == QUEUE:
            return ProcessSpec("work queue", "WorkQueue", (address,))
        case _:
            raise LookupError(f"there is no kind of actor with the address {address!r}")


def _named(address: str) -> str:
    return address.replace("/", " ")


def batch_in(process: str) -> str | None:
    """The batch whose orchestrator lives in the process of this name, or None if the process is for something else."""
    prefix = _named(batch_address(""))
    return process.removeprefix(prefix) if process.startswith(prefix) else None


def _essay_process(address: str, placed: BatchPlacement) -> ProcessSpec:
    _, batch_id, essay_id = address.split("/", 2)
    if placed.packed:
        return process_of(batch_address(batch_id), placed)
    return ProcessSpec(f"essay {batch_id}/{essay_id}", ESSAY, (address,))
