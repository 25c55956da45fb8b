"""The note of who writes to a store, for others to find, and its wording."""

import os
import socket
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any


def note_of(owner: Mapping[str, Any]) -> dict[str, Any]:
    """A note about this process: ``pid``, ``host``, ``since``, and ``owner`` (anything else for others to know)."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"pid": os.getpid(), "host": socket.gethostname(), "since": now, "owner": dict(owner)}


def is_note(facts: object) -> bool:
    """Whether ``note_of`` has made these facts."""
    return isinstance(facts, dict) and {"pid", "host", "since", "owner"} <= facts.keys()


def note_text(note: Mapping[str, Any]) -> str:
    """A note in words, for an error message."""
    more = "".join(f", {name} {value}" for name, value in note["owner"].items())
    return f"process {note['pid']} on {note['host']} since {note['since']}{more}"
