"""Pairs for several people who judge at once: who is looking at which pair, and what becomes of a decision.

Safe for any number of threads. A pair lies before one person at a time, as long as their page is open: it asks again
every half minute, and gets the same pair. A pair that was left alone is given to somebody else.
"""

import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic_core import to_json

from actors.phases.cj_assessment.decisions import PairVerdict, Winner, decision_value
from actors.phases.service import CohortItem
from actors.stores.store import Store
from contracts.messages import Message
from contracts.work import PieceDone
from drivers.judging.anonymous import without_names
from drivers.judging.pending_pairs import PendingPairs, PendingPairsReader, Situation, record_of

LEASE_SECONDS: Final = 150.0  # a page in the background of a browser asks once a minute only
_LOOK_SECONDS: Final = 0.5  # between two looks while there is nothing to judge
_OLD_SECONDS: Final = 10.0  # after which what is known is looked at again in any case


@dataclass(frozen=True, slots=True)
class Progress:
    """Decisions by all people and by the one who asks; ``most`` is how many there will be at most."""

    decided: int
    own: int
    most: int


@dataclass(frozen=True, slots=True)
class Shown:
    """A pair as a person sees it: two texts without names, under a ticket that says nothing about them."""

    ticket: str
    left: str
    right: str


@dataclass(frozen=True, slots=True)
class _Lease:
    pair: CohortItem
    judge: str
    ticket: str
    until: float


class PairDispenser:
    """Gives out pairs and takes decisions.

    Args:
        batch_id: the batch that is judged.
        reader: tells what is awaited.
        store: where decisions are kept, at once.
        tell: reaches the coordinator of the cohort.
        students: names by essay id, that are not shown.
        clock: steady seconds.
    """

    def __init__(
        self,
        batch_id: str,
        reader: PendingPairsReader,
        store: Store,
        tell: Callable[[str, Message], None],
        students: Mapping[str, str] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._batch_id = batch_id
        self._reader = reader
        self._store = store
        self._tell = tell
        self._students = students or {}
        self._clock = clock
        self._lock = threading.Lock()
        self._pending = PendingPairs(Situation.NOT_YET)
        self._looked_at = float("-inf")
        self._open: dict[str, CohortItem] = {}
        self._leases: dict[str, _Lease] = {}
        self._tickets: dict[tuple[str, str], str] = {}  # also of lapsed leases: who decides first has decided
        self._counts: dict[str, int] = {}
        self._chance = random.SystemRandom()

    @property
    def situation(self) -> Situation:
        """Where the batch is."""
        with self._lock:
            self._look()
            return self._pending.situation

    @property
    def instructions(self) -> str:
        """The task that the essays were written to."""
        with self._lock:
            self._look()
            return self._pending.instructions

    @property
    def awaits_people(self) -> bool:
        """There are pairs to be judged now."""
        with self._lock:
            self._look()
            return bool(self._open)

    def progress(self, judge: str) -> Progress:
        """How far everybody, and this person, has come."""
        with self._lock:
            self._look()
            decided = sum(self._counts.values())
            return Progress(decided, self._counts.get(judge, 0), max(self._pending.most, decided))

    def next_for(self, judge: str) -> Shown | None:
        """A pair for this person; None while there is none.

        Raises:
            NotAJudge: the name is empty or too long, a machine's, or not on the batch's panel.
        """
        with self._lock:
            self._look()
            self._pending.check_judge(judge)
            lease = self._lease_of(judge) or self._new_lease(judge)
            return self._shown(lease) if lease else None

    def decide(self, judge: str, ticket: str, winner: Winner) -> bool:
        """Keep a decision and tell the batch; False where the pair is no longer open to this person."""
        with self._lock:
            pair = self._tickets.get((judge, ticket))
            if pair is None or pair not in self._open:
                return False
            if self._store.pieces(self._pending.cohort_key, {pair}):  # decided elsewhere: by import, say
                self._close(pair)
                self._looked_at = float("-inf")  # more may have been decided there
                return False
            self._deliver(pair, judge, winner)
            return True

    def _deliver(self, pair: str, judge: str, winner: Winner) -> None:
        value = to_json(decision_value(PairVerdict.of(winner), judge)).decode()
        self._store.commit([record_of(self._pending, self._batch_id, pair, value)])
        self._tell(self._pending.address, PieceDone(pair))
        self._counts[judge] = self._counts.get(judge, 0) + 1
        self._close(pair)

    def _close(self, pair: str) -> None:
        del self._open[pair]
        self._leases.pop(pair, None)
        if not self._open:
            self._looked_at = float("-inf")  # the next round may follow from this decision

    def _look(self) -> None:
        """Read what is pending again when all of it is decided, and now and then (others may judge elsewhere)."""
        if self._clock() - self._looked_at < (_OLD_SECONDS if self._open else _LOOK_SECONDS):
            return
        found = self._reader.read()
        self._pending = found if found.address else replace(self._pending, situation=found.situation, pairs=())
        self._looked_at = self._clock()
        # In an order of its own: two dispensers over one batch seldom give out the same pair at once.
        self._open = {pair.key: pair for pair in self._chance.sample(self._pending.pairs, len(self._pending.pairs))}
        self._counts = dict(self._pending.decided)
        self._leases = {key: lease for key, lease in self._leases.items() if key in self._open}

    def _lease_of(self, judge: str) -> _Lease | None:
        found = next((lease for lease in self._leases.values() if lease.judge == judge), None)
        return self._lease(found.pair, judge, found.ticket) if found else None

    def _new_lease(self, judge: str) -> _Lease | None:
        now = self._clock()
        for key, pair in self._open.items():
            lease = self._leases.get(key)
            if (lease is None or lease.until <= now) and self._pending.may_judge(judge, pair):
                return self._lease(pair, judge, secrets.token_urlsafe(9))
        return None

    def _lease(self, pair: CohortItem, judge: str, ticket: str) -> _Lease:
        lease = _Lease(pair, judge, ticket, self._clock() + LEASE_SECONDS)
        self._leases[pair.key] = lease
        self._tickets[judge, ticket] = pair.key
        return lease

    def _shown(self, lease: _Lease) -> Shown:
        left, right = (self._anonymous(lease.pair.payload[side]) for side in ("left", "right"))
        return Shown(lease.ticket, left, right)

    def _anonymous(self, node: str) -> str:
        names: Sequence[str] = [*self._students.values()]
        return without_names(self._pending.texts[node], names, self._pending.ids[node])
