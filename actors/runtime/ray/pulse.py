"""Whether the Ray that a driver is connected to is still there: Ray's own calls wait for ever where it is not."""

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
# A raylet does not come back, nor does the head of a cluster of one's own; another's may be started anew by its keeper.
PATIENCE_SECONDS: Final = 2.0
PATIENCE_WITH_OTHERS_SECONDS: Final = 8.0
_ANSWER_SECONDS: Final = 2.0


class Pulse:
    """Looks, in a thread, whether the head and the raylet of this machine listen.

    Args:
        head: host and port of the cluster's head.
        raylet: the raylet's socket.
        patience: for so many seconds the head may be away.
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
        """Look no more."""
        self._stopped.set()

    def _watch(self) -> None:
        while self.gone is None and not self._stopped.wait(LOOK_SECONDS):
            for name, patience, look in self._looks:
                if look():
                    self._seen[name] = time.monotonic()
                if time.monotonic() - self._seen[name] > patience:
                    self.gone = f"Ray is gone: {name} does not answer any more."

    def demand(self) -> None:
        """Go on only where Ray is there.

        Raises:
            RuntimeGoneError: it is gone.
        """
        if self.gone is not None:
            raise RuntimeGoneError(self.gone)

    def guarded(self, act: Callable[[], T]) -> T:
        """What ``act`` returns, which may wait for Ray as long as Ray is there.

        It is done in a thread, which stays behind where it hangs.

        Raises:
            RuntimeGoneError: Ray is gone, before or meanwhile.
        """
        self.demand()
        future: Future[T] = Future()

        def run() -> None:
            try:
                future.set_result(act())
            except BaseException as error:  # noqa: BLE001  (raised where it is waited for)
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
"""Of this driver; empty in a process of the cluster, which dies with its raylet."""


def watch(head: str, raylet: str, patience: float = PATIENCE_SECONDS) -> Pulse:
    """Look after the cluster that this driver has connected to, from now on."""
    stop()
    _pulses.append(Pulse(head, raylet, patience))
    return _pulses[0]


def demand() -> None:
    """Go on only where Ray is there.

    Raises:
        RuntimeGoneError: it is gone.
    """
    for pulse in _pulses:
        pulse.demand()


def is_gone() -> bool:
    """Whether Ray has died under this driver."""
    return any(pulse.gone is not None for pulse in _pulses)


def stop() -> None:
    """Look no more: this driver lets go of the cluster."""
    while _pulses:
        _pulses.pop().stop()


def guarded(act: Callable[[], T]) -> T:
    """As a pulse's own.

    Raises:
        RuntimeGoneError: Ray is gone.
    """
    return _pulses[0].guarded(act) if _pulses else act()
