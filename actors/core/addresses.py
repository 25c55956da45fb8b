"""The addresses of actors. An address is a string, so that it can name a process, a log line and a mailbox."""

from typing import Final

QUEUE: Final = "queue"


def batch_address(batch_id: str) -> str:
    """The address of a batch's orchestrator."""
    return f"batch/{batch_id}"


def essay_address(batch_id: str, essay_id: str) -> str:
    """The address of an essay."""
    return f"essay/{batch_id}/{essay_id}"


def cohort_address(batch_id: str, run: int, position: int) -> str:
    """The address of a cohort phase's coordinator."""
    return f"cohort/{batch_id}/{run}/{position}"


def worker_address(number: int) -> str:
    """The address of a phase worker."""
    return f"worker/{number}"


def kind_of(address: str) -> str:
    """The kind of actor at an address: ``batch``, ``essay``, ``cohort``, ``queue`` or ``worker``."""
    return address.partition("/")[0]


def batch_of(address: str) -> str | None:
    """The id of the batch that an address belongs to, if any."""
    parts = address.split("/")
    return parts[1] if parts[0] in {"batch", "essay", "cohort"} else None


def cohort_place(address: str) -> tuple[int, int]:
    """The run and position of a cohort phase, from its coordinator's address."""
    _, _, run, position = address.split("/")
    return int(run), int(position)
