"""Finds out from outside which process is which, by the titles that Ray gives to actors' processes."""

import signal
from collections.abc import Iterable
from contextlib import suppress
from typing import Final

import psutil

from drivers.lab.chaos.plan import Victim

_TITLES: Final = {
    "ray::EssayActorProcess": Victim.ESSAY,
    "ray::BatchOrchestratorProcess": Victim.ORCHESTRATOR,
    "ray::WorkQueueProcess": Victim.QUEUE,
    "ray::PhaseWorkerProcess": Victim.WORKER,
    "ray::StoreProcess": Victim.STORE,
}


class Census:
    """Remembers what kind each process is, because its title changes while it handles a call."""

    def __init__(self) -> None:
        self._kinds: dict[psutil.Process, Victim] = {}
        self._seen: set[psutil.Process] = set()

    def look(self, roots: Iterable[int]) -> None:
        """Note these processes and all their descendants."""
        for process in _families(roots):
            self._seen.add(process)
            title = _title(process)
            if title in _TITLES:
                self._kinds[process] = _TITLES[title]

    def those(self, kind: Victim) -> set[psutil.Process]:
        """The living processes of this kind."""
        return {process for process, known in self._kinds.items() if known is kind and is_alive(process)}

    def called(self, program: str) -> set[psutil.Process]:
        """The living processes that run this program."""
        return {process for process in self.all() if _program(process) == program}

    def kinds_in(self, processes: Iterable[psutil.Process]) -> list[Victim]:
        """The kinds of actors in these processes and their descendants."""
        family = set(_families(process.pid for process in processes))
        return [kind for kind in Victim if family & self.those(kind)]

    def all(self) -> set[psutil.Process]:
        """All processes seen so far that are alive."""
        return {process for process in self._seen if is_alive(process)}


def is_alive(process: psutil.Process) -> bool:
    """Is it still running, and no other process with its id?"""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def kill(processes: Iterable[psutil.Process]) -> None:
    """Send SIGKILL to each of these processes that still exists."""
    for process in processes:
        with suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGKILL)


def _families(roots: Iterable[int]) -> list[psutil.Process]:
    found: list[psutil.Process] = []
    for root in roots:
        with suppress(psutil.NoSuchProcess):
            process = psutil.Process(root)
            found += [process, *process.children(recursive=True)]
    return found


def _program(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return process.name()
    return ""


def _title(process: psutil.Process) -> str:
    with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
        return " ".join(process.cmdline()).partition(".")[0].strip()
    return ""
