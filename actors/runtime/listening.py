"""Checks whether a server listens at an address."""

import socket
from contextlib import suppress


def listens(host: str, port: int, seconds: float) -> bool:
    """Whether a connection is accepted there within ``seconds``; nothing is sent on it."""
    with suppress(OSError, OverflowError), socket.create_connection((host, port), seconds):
        return True
    return False
