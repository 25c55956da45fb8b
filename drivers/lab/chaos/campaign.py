"""Runs batch after batch: waits for the moment, kills, measures how long recovery takes, and judges the outcome."""

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from random import Random
from typing import Final, NamedTuple

from actors.core.batch_state import BatchStage
from actors.stores.opening import open_store
from actors.stores.store import Store
from drivers.lab.chaos.plan import OUTAGES, Ground, Strike, Victim, ground_of
from drivers.lab.chaos.processes import is_alive
from drivers.lab.chaos.scene import Scene, SceneSetup, Unnoticed
from drivers.lab.chaos.verdict import Ending, Verdict, judge, undisturbed
from drivers.lab.chaos.work import Book

POLL_SECONDS: Final = 0.01
LOOK_SECONDS: Final = 0.3


class Stuck(Exception):
    """Something that had to happen has not happened in time."""


@dataclass(frozen=True, slots=True)
class Kill:
    """One kill that was carried out.

    ``at`` is the number of events in the batch's log by then, ``died`` the kinds of actors that died with it.
    ``to_progress`` and ``to_end`` are the seconds until the next event was logged and until the batch had ended, from
    the kill or the end of the outage.
    """

    batch_id: str
    victim: Victim
    at: int
    died: Sequence[Victim]
    to_progress: float
    to_end: float


@dataclass(frozen=True, slots=True)
class Round:
    """One batch, its kills and its verdict; ``seconds`` is the time from its first event to its end."""

    kills: Sequence[Kill]
    verdict: Verdict
    seconds: float


def campaign(setup: SceneSetup, plans: Sequence[Sequence[Strike]], seed: int, patience: float) -> Iterator[Round]:
    """Run a batch for each list of strikes.

    Args:
        setup: how batches are run.
        plans: the strikes on each batch.
        seed: for choosing among several processes of a kind.
        patience: seconds within which there must be progress.

    Raises:
        Stuck: there was no progress.
        CannotBeStruck: this machine lacks something that an outage needs.
    """
    chance = Random(seed)  # noqa: S311  (repeatable on purpose)
    numbered = list(enumerate(plans))
    for ground in Ground:
        chosen = [(number, strikes) for number, strikes in numbered if ground_of(strikes[0].victim) is ground]
        if chosen:
            with (
                closing(Scene(setup, chance, ground)) as scene,
                closing(open_store(scene.url, read_only=True)) as store,
            ):
                for number, strikes in chosen:
                    yield Struck(scene, setup, store, f"chaos-{number:03}", patience).run(strikes)


class _Blow(NamedTuple):
    """A kill, with the times (monotonic seconds) of the kill and of the next event."""

    victim: Victim
    at: int
    died: Sequence[Victim]
    struck: float
    progress: float

    def seen_from(self, end: float, batch_id: str) -> Kill:
        """The kill, with its times in seconds from the blow."""
        return Kill(batch_id, self.victim, self.at, self.died, self.progress - self.struck, end - self.struck)


class Struck:
    """One batch under strikes."""

    def __init__(self, scene: Scene, setup: SceneSetup, store: Store, batch_id: str, patience: float) -> None:
        self._scene = scene
        self._stage = setup
        self._store = store
        self._batch_id = batch_id
        self._patience = patience
        self._wanted: Ending = undisturbed(batch_id, setup.essays)
        self._events = 0
        self._last = 0

    def run(self, strikes: Sequence[Strike]) -> Round:
        """Run the batch, from its registration to its verdict.

        Raises:
            Stuck: the batch did not go on.
        """
        self._scene.begin(self._batch_id)
        self._wait("to begin", lambda: self._logged() > 0)
        begun = time.monotonic()
        blows = [blow for strike in strikes if (blow := self._strike(strike)) is not None]
        self._wait("to end", self._has_ended)
        ended = time.monotonic()
        calls = Book(self._stage.book, self._scene.url).read()
        verdict = judge(self._store, self._batch_id, self._wanted, calls)
        return Round([blow.seen_from(ended, self._batch_id) for blow in blows], verdict, ended - begun)

    def _strike(self, strike: Strike) -> _Blow | None:
        """Kill at the right moment; None if the batch ended before it."""
        due = strike.moment * self._wanted.events
        self._wait("to come so far", lambda: self._logged() >= due or self._has_ended())
        time.sleep(strike.delay)
        self._wait(
            f"for a victim: {strike.victim}", lambda: bool(self._scene.candidates(strike.victim)) or self._has_ended()
        )
        chosen = self._scene.choose(strike.victim)
        if self._has_ended():
            return None
        died, doomed = self._scene.census.kinds_in(chosen), self._scene.doomed(strike.victim)
        self._scene.strike(strike.victim, chosen)
        struck = time.monotonic()
        try:
            self._scene.recover(strike.victim, self._batch_id)
        except Unnoticed as unnoticed:
            raise Stuck(f"{self._batch_id}: {unnoticed}") from None
        struck = time.monotonic() if strike.victim in OUTAGES else struck
        self._wait("for the death of its store", lambda: not any(map(is_alive, doomed)))
        before = self._logged()
        self._wait(
            f"to go on after the death of the {strike.victim}", lambda: self._logged() > before or self._has_ended()
        )
        return _Blow(strike.victim, before, died, struck, time.monotonic())

    def _logged(self) -> int:
        """The number of events in the batch's log."""
        for logged in self._store.events(self._batch_id, self._last):
            self._events, self._last = self._events + 1, logged.sequence
        return self._events

    def _has_ended(self) -> bool:
        header = self._store.batch(self._batch_id)
        return header is not None and header.stage is BatchStage.ENDED

    def _wait(self, what: str, until: Callable[[], bool]) -> None:
        """Wait for a condition, as long as events are logged now and then and the driver lives."""
        known, since, look = self._events, time.monotonic(), 0.0
        while not until():
            now = time.monotonic()
            if self._logged() > known:
                known, since = self._events, now
            silent = now - since > self._patience
            if silent or self._scene.driver.poll() is not None:
                raise Stuck(f"{self._batch_id} was waited for {what}: {self._why(silent)}")
            if now > look:
                self._scene.look()
                look = now + LOOK_SECONDS
            time.sleep(POLL_SECONDS)

    def _why(self, silent: bool) -> str:
        said = self._stage.driver_log.read_text(encoding="utf-8", errors="replace").splitlines()[-3:]
        what = f"nothing for {self._patience:g} s" if silent else "the driver ended by itself"
        return "\n".join((what, *(line[:200] for line in said)))
