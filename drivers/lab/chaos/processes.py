"""Which process is what, told from outside: by the titles that Ray gives to the processes of actors."""

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
    """Remembers what each process was: while it handles mail, its title is that of the mail."""

    def __init__(self) -> None:
        self._kinds: dict[psutil.Process, Victim] = {}
        self._seen: set[psutil.Process] = set()

    def look(self, roots: Iterable[int]) -> None:
        """Take note of these processes and of all that they have started."""
        for process in _families(roots):
            self._seen.add(process)
            title = _title(process)
            if title in _TITLES:
                self._kinds[process] = _TITLES[title]

    def those(self, kind: Victim) -> set[psutil.Process]:
        """The living processes of a kind."""
        return {process for process, known in self._kinds.items() if known is kind and is_alive(process)}

    def called(self, program: str) -> set[psutil.Process]:
        """The living processes of a program."""
        return {process for process in self.all() if _program(process) == program}

    def kinds_in(self, processes: Iterable[psutil.Process]) -> list[Victim]:
        """What kinds of actors live in these processes and in those that they have started."""
        family = set(_families(process.pid for process in processes))
        return [kind for kind in Victim if family & self.those(kind)]

    def all(self) -> set[psutil.Process]:
        """Every process that was ever seen and lives."""
        return {process for process in self._seen if is_alive(process)}


def is_alive(process: psutil.Process) -> bool:
    """Does it run, as the same process that it was?"""
    with suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def kill(processes: Iterable[psutil.Process]) -> None:
    """SIGKILL to each that is there."""
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
