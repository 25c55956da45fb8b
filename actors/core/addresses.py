"""The addresses of actors. An address is a string, so that it can name a process, a log line and a mailbox."""

from typing import Final

QUEUE: Final = "queue"


def batch_address(batch_id: str) -> str:
    """The orchestrator of a batch."""
    return f"batch/{batch_id}"


def essay_address(batch_id: str, essay_id: str) -> str:
    """One essay."""
    return f"essay/{batch_id}/{essay_id}"


def cohort_address(batch_id: str, run: int, position: int) -> str:
    """The coordinator of a cohort phase."""
    return f"cohort/{batch_id}/{run}/{position}"


def worker_address(number: int) -> str:
    """The ``number``-th phase worker."""
    return f"worker/{number}"


def kind_of(address: str) -> str:
    """``batch``, ``essay``, ``cohort``, ``queue`` or ``worker``."""
    return address.partition("/")[0]


def batch_of(address: str) -> str | None:
    """The batch an address belongs to, if any."""
    parts = address.split("/")
    return parts[1] if parts[0] in {"batch", "essay", "cohort"} else None


def cohort_place(address: str) -> tuple[int, int]:
    """The run and the position of a cohort phase, by the address of its coordinator."""
    _, _, run, position = address.split("/")
    return int(run), int(position)
