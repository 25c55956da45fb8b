"""Whether Ray is still alive, as a driver sees it: two sockets, without Ray."""

import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from actors.runtime.ray import pulse
from actors.runtime.ray.pulse import Pulse
from actors.runtime.runtime import RuntimeGoneError

PATIENCE = 0.2


@pytest.fixture
def head() -> Iterator[socket.socket]:
    """Listens as a cluster's head does."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield listening


@pytest.fixture
def raylet(tmp_path: Path) -> Iterator[socket.socket]:
    """Listens as a raylet does."""
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(tmp_path / "raylet"))
        listening.listen()
        yield listening


@pytest.fixture
def watching(head: socket.socket, raylet: socket.socket, monkeypatch: pytest.MonkeyPatch) -> Iterator[Pulse]:
    """A pulse of the two, with little patience."""
    monkeypatch.setattr(pulse, "PATIENCE_SECONDS", PATIENCE)
    monkeypatch.setattr(pulse, "LOOK_SECONDS", 0.02)
    found = Pulse(f"127.0.0.1:{head.getsockname()[1]}", raylet.getsockname(), PATIENCE)
    yield found
    found.stop()


def until_gone(watching: Pulse) -> None:
    """Wait until Ray is found to be gone, for ten seconds at most."""
    late = time.monotonic() + 10.0
    while watching.gone is None and time.monotonic() < late:
        time.sleep(0.01)


def test_where_both_listen_everything_goes_on(watching: Pulse) -> None:
    """A call is answered as usual."""
    time.sleep(2 * PATIENCE)
    watching.demand()
    assert watching.guarded(lambda: "answer") == "answer"


@pytest.mark.parametrize("which", ["head", "raylet"])
def test_where_one_of_them_is_gone_whoever_asks_is_told_which(
    watching: Pulse, head: socket.socket, raylet: socket.socket, which: str
) -> None:
    """The error is a sentence for people."""
    (head if which == "head" else raylet).close()
    until_gone(watching)
    with pytest.raises(RuntimeGoneError, match=rf"Ray is gone: its {which} .* does not answer any more\."):
        watching.demand()


def test_who_hangs_in_a_call_is_freed_when_ray_dies(watching: Pulse, head: socket.socket) -> None:
    """Ray's own calls would never return."""
    threading.Timer(0.1, head.close).start()
    with pytest.raises(RuntimeGoneError):
        watching.guarded(threading.Event().wait)


def test_an_error_of_the_call_itself_comes_through(watching: Pulse) -> None:
    """It is about the call, not about Ray."""
    with pytest.raises(ZeroDivisionError):
        watching.guarded(lambda: 1 / 0)
