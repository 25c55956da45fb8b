"""The scene in which batches are struck: a driver in a process of its own, and its Ray."""

import os
import subprocess
import sys
import time
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import TYPE_CHECKING, Final

import psutil

from actors.stores.opening import open_store
from drivers.client.bootstrap import RuntimeKind
from drivers.lab.chaos.outages import OUTAGE_SECONDS, surroundings
from drivers.lab.chaos.plan import ENDS_THE_DRIVER, KILLS_PER_BATCH, OUTAGES, Ground, Victim
from drivers.lab.chaos.processes import Census, kill

if TYPE_CHECKING:
    from actors.runtime.ray.nodes import Nodes

_GRACE_SECONDS: Final = 60.0
_PROGRAMS: Final = {Victim.RAYLET: "raylet", Victim.GCS: "gcs_server"}


@dataclass(frozen=True, slots=True)
class SceneSetup:
    """How batches are run: where the files are, the size of a batch, and the seconds that a service's call takes."""

    folder: Path
    essays: int = 60
    seconds: float = 0.02
    essay_processes: int = 60
    runtime: RuntimeKind = RuntimeKind.RAY

    @property
    def database(self) -> Path:
        """The store's file, unless it is on a disk of its own or on a server."""
        return self.folder / "store.db"

    @property
    def book(self) -> Path:
        """The file in which services record their calls."""
        return self.folder / "calls.jsonl"

    @property
    def driver_log(self) -> Path:
        """The file with the drivers' output."""
        return self.folder / "driver.log"


class Unnoticed(Exception):
    """A driver has not noticed that it lost something it needs."""


class Scene:
    """A driver with its own cluster, as most people run it, or one that has joined a cluster of several nodes.

    Raises:
        CannotBeStruck: this machine lacks something that the ground needs.
    """

    def __init__(self, setup: SceneSetup, chance: Random, ground: Ground) -> None:
        self._stage = setup
        self._chance = chance
        self._surroundings = surroundings(ground, setup.folder)
        self.url = self._surroundings.url
        open_store(self.url).close()  # so that it can be read from now on
        self._cluster = _shared_cluster() if ground is Ground.SHARED_CLUSTER else None
        self._bystanders: set[psutil.Process] = set()
        self.census = Census()
        self.driver = self._started_driver()

    def begin(self, batch_id: str) -> None:
        """Have the driver run a batch; orchestrators of earlier batches are not victims any more."""
        self.look()
        self._bystanders = self.census.those(Victim.ORCHESTRATOR)
        while self._cluster is not None and len(self._cluster.raylets) < KILLS_PER_BATCH:
            self._cluster.add_node()
        self._tell(batch_id)

    def look(self) -> None:
        """Note all processes of the scene."""
        self.census.look(self._roots())

    def candidates(self, victim: Victim) -> set[psutil.Process]:
        """The living processes that this victim may be."""
        self.look()
        match victim:
            case Victim.DRIVER | Victim.JOINED_DRIVER | Victim.FILE | Victim.DISK | Victim.POSTGRES | Victim.CLOCK:
                return {psutil.Process(self.driver.pid)}
            case Victim.CLUSTER:
                return self.census.all()
            case Victim.RAYLET | Victim.GCS:
                return self.census.called(_PROGRAMS[victim])
            case Victim.NODE:
                return {psutil.Process(pid) for pid in self._cluster.raylets} if self._cluster is not None else set()
            case _:
                return self.census.those(victim) - self._bystanders

    def choose(self, victim: Victim) -> set[psutil.Process]:
        """The processes to kill: one of this kind, or all of a cluster."""
        found = sorted(self.candidates(victim), key=lambda process: process.pid)
        return set(found) if victim is Victim.CLUSTER else set(self._chance.sample(found, min(1, len(found))))

    def strike(self, victim: Victim, chosen: set[psutil.Process]) -> None:
        """Kill the chosen processes, move the store's open file away, or begin an outage."""
        if victim in OUTAGES:
            self._surroundings.begin_outage()
        elif victim is Victim.FILE:
            self._move_files(self._stage.folder, self._aside)
        else:
            kill(chosen)

    @property
    def _aside(self) -> Path:
        return self._stage.folder / "moved away"

    def _move_files(self, source: Path, target: Path) -> None:
        target.mkdir(exist_ok=True)
        for file in source.glob(f"{self._stage.database.name}*"):
            if file.suffix != ".lock":
                file.rename(target / file.name)

    def doomed(self, victim: Victim) -> set[psutil.Process]:
        """The store's process if it dies with the victim: events that it logs until then are no sign of recovery."""
        dies_too = victim in ENDS_THE_DRIVER - {Victim.JOINED_DRIVER}
        return self.census.those(Victim.STORE) if dies_too else set()

    def recover(self, victim: Victim, batch_id: str) -> None:
        """Do what a person would do after such a kill: start a dead driver again, otherwise nothing.

        An outage ends after a while.
        """
        if victim in OUTAGES:
            time.sleep(OUTAGE_SECONDS)
        if self._ends_with(victim):
            try:
                self.driver.wait(_GRACE_SECONDS)
            except subprocess.TimeoutExpired:
                raise Unnoticed(f"the driver does not notice the loss of its {victim}") from None
            if victim is Victim.FILE:
                self._move_files(self._aside, self._stage.folder)
            self._surroundings.end_outage()
            self.driver = self._started_driver()
            self._tell(batch_id)
        elif victim in OUTAGES:
            self._surroundings.end_outage()

    def _ends_with(self, victim: Victim) -> bool:
        """Whether the driver ends, killed or by itself."""
        loses_its_store = victim in {Victim.DISK, Victim.POSTGRES} and self._stage.runtime is RuntimeKind.LOCAL
        return loses_its_store or victim in ENDS_THE_DRIVER

    def close(self) -> None:
        """Let the driver shut down its Ray, and leave no process behind."""
        self.look()
        assert self.driver.stdin is not None  # noqa: S101  (it was opened as a pipe)
        with suppress(BrokenPipeError):
            self.driver.stdin.close()
        try:
            self.driver.wait(_GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self.driver.kill()
        if self._cluster is not None:
            self._cluster.shutdown()
        kill(self.census.all())
        self.driver.wait()
        self._surroundings.close()

    def _started_driver(self) -> "subprocess.Popen[str]":
        environment = {name: value for name, value in os.environ.items() if name != "RAY_ADDRESS"}
        environment |= self._surroundings.environment
        if self._cluster is not None:
            environment["RAY_ADDRESS"] = self._cluster.address
        with self._stage.driver_log.open("a", encoding="utf-8") as log:
            return subprocess.Popen(  # noqa: S603  (this very program, with options that we have checked)
                [sys.executable, "-m", "drivers.lab.chaos.driver", *_arguments(self._stage, self.url)],
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=log,
                text=True,
                env=environment,
            )

    def _tell(self, batch_id: str) -> None:
        assert self.driver.stdin is not None  # noqa: S101  (it was opened as a pipe)
        with suppress(BrokenPipeError):  # whoever waits for the batch will notice that the driver has ended
            self.driver.stdin.write(f"{batch_id}\n")
            self.driver.stdin.flush()

    def _roots(self) -> Iterable[int]:
        yield self.driver.pid
        if self._cluster is not None:
            yield from (self._cluster.head_raylet, *self._cluster.raylets)


def _shared_cluster() -> "Nodes":
    from actors.runtime.ray.starting import several_nodes  # noqa: PLC0415  (Ray loads slowly)

    return several_nodes()


def _arguments(setup: SceneSetup, url: str) -> list[str]:
    options = {
        "store": url,
        "book": setup.book,
        "essays": setup.essays,
        "seconds": setup.seconds,
        "essay-processes": setup.essay_processes,
        "runtime": setup.runtime,
    }
    return [word for name, value in options.items() for word in (f"--{name}", str(value))]
