"""Who writes to a store: the note that others find, and how it is said."""

import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def note_of(owner: Mapping[str, Any]) -> dict[str, Any]:
    """This process, as a note for others: ``pid``, ``host``, ``since``, and what the opener wants to be known."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": now, "owner": dict(owner)}


def is_note(facts: object) -> bool:
    """Whether these are what ``note_of`` has written."""
    return isinstance(facts, dict) and {"pid", "host", "since", "owner"} <= facts.keys()


def note_text(note: Mapping[str, Any]) -> str:
    """A note in words."""
    more = "".join(f", {name} {value}" for name, value in note["owner"].items())
    return f"process {note['pid']} on {note['host']} since {note['since']}{more}"
