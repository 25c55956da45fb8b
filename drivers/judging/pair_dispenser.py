"""Gives pairs to several people who judge at the same time, and takes their decisions.

Safe for any number of threads. A pair lies before one person at a time, as long as their page is open: it asks again
every half minute, and gets the same pair. A pair that was left alone, or skipped, is given to somebody else.
"""

import random
import secrets
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic_core import to_json

from actors.phases.cj_assessment.decisions import PairVerdict, Winner, decision_value, judge_in, revised
from actors.phases.service import CohortItem
from actors.stores.store import Store
from contracts.messages import Message
from contracts.scans import is_scan
from contracts.work import PieceDone
from drivers.judging.anonymous import without_names
from drivers.judging.held_word import HeldWord
from drivers.judging.pending_pairs import PendingPairs, PendingPairsReader, Situation, record_of
from drivers.judging.shown import Progress, Shown

LEASE_SECONDS: Final = 150.0  # a page in the background of a browser asks once a minute only
UNDO_SECONDS: Final = 6.0
"""How long the very last decision can be undone, before the batch continues and judging is over."""
_LOOK_SECONDS: Final = 0.5  # between two looks while there is nothing to judge
_OLD_SECONDS: Final = 10.0  # after which what is known is looked at again in any case


@dataclass(frozen=True, slots=True)
class _Lease:
    pair: CohortItem
    judge: str
    ticket: str
    since: float
    until: float


class PairDispenser:
    """Gives out pairs and takes decisions.

    Args:
        batch_id: the batch that is judged.
        reader: tells what is awaited.
        store: where decisions are kept, at once.
        tell: reaches the coordinator of the cohort.
        students: names by essay id, that are not shown.
        undo_seconds: how long the batch is not told of the last decision of all, which can be taken back meanwhile.
        clock: steady seconds.
    """

    def __init__(
        self,
        batch_id: str,
        reader: PendingPairsReader,
        store: Store,
        tell: Callable[[str, Message], None],
        students: Mapping[str, str] | None = None,
        undo_seconds: float = 0.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._batch_id = batch_id
        self._reader = reader
        self._store = store
        self._tell = tell
        self._students = students or {}
        self._undo_seconds = undo_seconds
        self._last_word = HeldWord(undo_seconds)
        self._clock = clock
        self._lock = threading.RLock()
        self._pending = PendingPairs(Situation.NOT_YET)
        self._looked_at = float("-inf")
        self._open: dict[str, CohortItem] = {}
        self._leases: dict[str, _Lease] = {}
        self._tickets: dict[tuple[str, str], _Lease] = {}  # also of lapsed leases: who decides first has decided
        self._left: dict[str, _Lease] = {}  # what a person who has closed the page had before them
        self._skipped: dict[str, list[str]] = {}
        self._last: dict[str, tuple[_Lease, Winner | None]] = {}
        self._again: set[str] = set()
        self._counts: dict[str, int] = {}
        self._chance = random.SystemRandom()

    @property
    def pending(self) -> PendingPairs:
        """What is known of the batch and its pairs; a moment old at most."""
        with self._lock:
            self._look()
            return self._pending

    @property
    def situation(self) -> Situation:
        """Where the batch is."""
        return self.pending.situation

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
            if judge in self._again:
                lease, said = self._last[judge]
                return replace(self._shown(lease), is_again=True, said=said)
            found = self._lease_of(judge) or self._new_lease(judge)
            return self._shown(found) if found else None

    def decide(self, judge: str, ticket: str, winner: Winner | None) -> bool:
        """Keep a decision and tell the batch; False where the pair is no longer open to this person.

        Without a winner, they cannot judge this pair: it is left undecided, and nobody else is asked.
        """
        with self._lock:
            if judge in self._again and ticket == self._last[judge][0].ticket:
                return self._decide_again(judge, winner)
            lease = self._tickets.get((judge, ticket))
            if lease is None or lease.pair.key not in self._open:
                return False
            if self._store.pieces(self._pending.cohort_key, {lease.pair.key}):  # decided elsewhere: by import, say
                self._close(lease.pair.key)
                self._looked_at = float("-inf")  # more may have been decided there
                return False
            self._deliver(lease, winner)
            return True

    def skip(self, judge: str, ticket: str) -> None:
        """Give a pair back, and ask this person for it when there is nothing else; one shown again stays decided."""
        with self._lock:
            if judge in self._again:
                return self._not_again(judge)
            lease = self._tickets.get((judge, ticket))
            if lease is not None and self._leases.get(lease.pair.key) == lease:
                del self._leases[lease.pair.key]
                self._skipped[judge] = [*self._earlier_skipped(judge, lease.pair.key), lease.pair.key]
            return None

    def can_undo(self, judge: str) -> bool:
        """Whether a decision of this person can still be made anew."""
        with self._lock:
            self._look()
            return judge in self._last and judge not in self._again and bool(self._pending.address)

    def undo(self, judge: str) -> bool:
        """Show this person's last decision again, to be made anew; until then it stays. False where it is too late."""
        with self._lock:
            if self.can_undo(judge):
                self._again.add(judge)
                self._last_word.hold()
            return judge in self._again

    def leave(self, judge: str) -> None:
        """Whoever closes the page gives the pair back at once; who opens it again gets it, if nobody else has."""
        with self._lock:
            self._not_again(judge)
            for lease in [each for each in self._leases.values() if each.judge == judge]:
                del self._leases[lease.pair.key]
                self._left[judge] = lease

    def content(self, judge: str, ticket: str, side: str) -> str | None:
        """The whole of one side of a pair that was given to this person, as it is stored."""
        with self._lock:
            lease = self._tickets.get((judge, ticket))
            return None if lease is None else self._pending.texts.get(lease.pair.payload.get(side, ""))

    def _deliver(self, lease: _Lease, winner: Winner | None) -> None:
        pair, judge = lease.pair.key, lease.judge
        self._commit(pair, _value(lease, winner, self._clock() - lease.since))
        self._counts[judge] = self._counts.get(judge, 0) + 1
        self._last[judge] = (lease, winner)
        self._close(pair)
        self._tell_of(pair)

    def _tell_of(self, pair: str) -> None:
        """Tell the batch that a pair is decided; of the last of all, when it is not taken back meanwhile."""
        address = self._pending.address
        if self._undo_seconds and not self._open:
            self._look()
            if self._pending.situation is Situation.OVER:
                return self._last_word.say(lambda: self._tell(address, PieceDone(pair)))
        return self._tell(address, PieceDone(pair))

    def _decide_again(self, judge: str, winner: Winner | None) -> bool:
        self._not_again(judge)
        self._looked_at = float("-inf")
        self._look()
        lease, _ = self._last[judge]
        before = self._store.pieces(self._pending.cohort_key, {lease.pair.key}).get(lease.pair.key)
        if not self._pending.address or judge_in(before, "") != judge:
            return False
        self._commit(lease.pair.key, revised(before, _value(lease, winner)))
        self._last[judge] = (lease, winner)
        return True

    def _not_again(self, judge: str) -> None:
        if judge in self._again:
            self._again.discard(judge)
            self._last_word.release()

    def _commit(self, pair: str, value: Mapping[str, Any]) -> None:
        self._store.commit([record_of(self._pending, self._batch_id, pair, to_json(value).decode())])

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
        self._pending = (
            found if found.address else replace(self._pending, situation=found.situation, pairs=(), address="")
        )
        self._looked_at = self._clock()
        # In an order of its own: two dispensers over one batch seldom give out the same pair at once.
        self._open = {pair.key: pair for pair in self._chance.sample(self._pending.pairs, len(self._pending.pairs))}
        self._counts = dict(self._pending.decided)
        self._leases = {key: lease for key, lease in self._leases.items() if key in self._open}

    def _lease_of(self, judge: str) -> _Lease | None:
        found = next((lease for lease in self._leases.values() if lease.judge == judge), None)
        return self._leased(found) if found else None

    def _new_lease(self, judge: str) -> _Lease | None:
        free = [key for key in self._open if self._is_free(key, judge)]
        left = self._left.pop(judge, None)
        if left is not None and left.pair.key in free:
            return self._leased(left)
        skipped = self._skipped.get(judge, [])
        fresh = next((key for key in free if key not in skipped), None)
        key = fresh or next((key for key in skipped if key in free), None)
        if key is None:
            return None
        return self._leased(_Lease(self._open[key], judge, secrets.token_urlsafe(9), self._clock(), 0))

    def _is_free(self, key: str, judge: str) -> bool:
        lease = self._leases.get(key)
        return (lease is None or lease.until <= self._clock()) and self._pending.may_judge(judge, self._open[key])

    def _earlier_skipped(self, judge: str, key: str) -> list[str]:
        return [each for each in self._skipped.get(judge, ()) if each != key]

    def _leased(self, lease: _Lease) -> _Lease:
        lease = replace(lease, until=self._clock() + LEASE_SECONDS)
        self._leases[lease.pair.key] = self._tickets[lease.judge, lease.ticket] = lease
        return lease

    def _shown(self, lease: _Lease) -> Shown:
        left, right = (self._anonymous(lease.pair.payload[side]) for side in ("left", "right"))
        return Shown(lease.ticket, left, right)

    def _anonymous(self, node: str) -> str:
        names, text = [*self._students.values()], self._pending.texts[node]
        return text if is_scan(text) else without_names(text, names, self._pending.ids[node])


def _value(lease: _Lease, winner: Winner | None, seconds: float | None = None) -> dict[str, Any]:
    return decision_value(None if winner is None else PairVerdict.of(winner), lease.judge, seconds)
