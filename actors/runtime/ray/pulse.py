"""Watches whether the Ray that a driver is connected to is still there: if not, Ray's own calls wait for ever."""

import socket
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from contextlib import suppress
from typing import Final, TypeVar

from actors.runtime.listening import listens
from actors.runtime.runtime import RuntimeGoneError

T = TypeVar("T")

LOOK_SECONDS: Final = 0.5
# A raylet does not come back, nor does the head of a cluster that we started; an operator may restart another's head.
PATIENCE_SECONDS: Final = 2.0
PATIENCE_WITH_OTHERS_SECONDS: Final = 8.0
_ANSWER_SECONDS: Final = 2.0


class Pulse:
    """Checks, in a thread, whether the cluster's head and this machine's raylet listen.

    Args:
        head: host and port of the cluster's head.
        raylet: the path of the raylet's socket.
        patience: how many seconds the head may be away.
    """

    def __init__(self, head: str, raylet: str, patience: float = PATIENCE_SECONDS) -> None:
        host, _, port = head.rpartition(":")
        self._looks: tuple[tuple[str, float, Callable[[], bool]], ...] = (
            (f"its head at {head}", patience, lambda: listens(host.strip("[]"), int(port), _ANSWER_SECONDS)),
            ("its raylet on this machine", PATIENCE_SECONDS, lambda: _accepts(raylet)),
        )
        self._seen = {name: time.monotonic() for name, _, _ in self._looks}
        self._stopped = threading.Event()
        self.gone: str | None = None
        threading.Thread(target=self._watch, name="pulse of Ray", daemon=True).start()

    def stop(self) -> None:
        """Stop checking."""
        self._stopped.set()

    def _watch(self) -> None:
        while self.gone is None and not self._stopped.wait(LOOK_SECONDS):
            for name, patience, look in self._looks:
                if look():
                    self._seen[name] = time.monotonic()
                if time.monotonic() - self._seen[name] > patience:
                    self.gone = f"Ray is gone: {name} does not answer any more."

    def demand(self) -> None:
        """Raise an error if Ray is gone.

        Raises:
            RuntimeGoneError: it is gone.
        """
        if self.gone is not None:
            raise RuntimeGoneError(self.gone)

    def guarded(self, act: Callable[[], T]) -> T:
        """Call ``act``, which may wait for Ray as long as Ray is there, and return its value.

        It is called in a thread, which is left behind if it hangs.

        Raises:
            RuntimeGoneError: Ray was gone before, or disappeared meanwhile.
        """
        self.demand()
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(act())
            except BaseException as error:  # noqa: BLE001  (raised in whoever waits)
                future.set_exception(error)

        threading.Thread(target=run, daemon=True).start()
        while not wait([future], LOOK_SECONDS).done:
            self.demand()
        return future.result()


def _accepts(path: str) -> bool:
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.settimeout(_ANSWER_SECONDS)
        probe.connect(path)
        return True
    return False


_pulses: Final[list[Pulse]] = []
"""The pulse that this driver watches, if any; empty in a process of the cluster, which dies with its raylet."""


def watch(head: str, raylet: str, patience: float = PATIENCE_SECONDS) -> Pulse:
    """Watch the cluster that this driver has connected to, from now on."""
    stop()
    _pulses.append(Pulse(head, raylet, patience))
    return _pulses[0]


def demand() -> None:
    """Raise an error if Ray is gone.

    Raises:
        RuntimeGoneError: it is gone.
    """
    for pulse in _pulses:
        pulse.demand()


def is_gone() -> bool:
    """Whether Ray has died under this driver."""
    return any(pulse.gone is not None for pulse in _pulses)


def stop() -> None:
    """Stop watching, when this driver disconnects from the cluster."""
    while _pulses:
        _pulses.pop().stop()


def guarded(act: Callable[[], T]) -> T:
    """Call ``act``, guarded by this driver's pulse if there is one (see ``Pulse.guarded``).

    Raises:
        RuntimeGoneError: Ray is gone.
    """
    return _pulses[0].guarded(act) if _pulses else act()
