"""The comparisons of a batch that people make: read the pending pairs, and submit decisions on them."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic_core import to_json

from actors.phases.cj_assessment.decisions import PairVerdict, Winner, decision_value
from actors.stores.store import Store
from contracts.messages import Message
from contracts.work import PieceDone
from drivers.client.errors import RequestError
from drivers.judging.pair_dispenser import PairDispenser
from drivers.judging.pending_pairs import PendingPairs, PendingPairsReader, Situation, record_of

__all__ = ["JudgeDecision", "Judging", "Pair", "Situation", "Winner"]


@dataclass(frozen=True, slots=True)
class Pair:
    """Two texts to compare. ``key`` identifies the pair. ``judge``, if set, is the only judge who may decide it.

    ``left_id`` and ``right_id`` are essay ids; empty if the text is not an essay but an example of a grade.
    """

    key: str
    left: str
    right: str
    left_id: str
    right_id: str
    judge: str | None = None


@dataclass(frozen=True, slots=True)
class JudgeDecision:
    """A judge's decision on the pair with this key: which text is better, or that both are equally good."""

    key: str
    winner: Winner
    judge: str


class Judging:
    """The comparisons of a batch that people still have to make. Each decision is stored before the call returns.

    Example:
        >>> judging = batch.judging()
        >>> for pair in judging.pairs:
        ...     judging.decide(pair.key, "left" if len(pair.left) > len(pair.right) else "right", judge="eva")
    """

    def __init__(
        self, batch_id: str, store: Store, reader: PendingPairsReader, tell: Callable[[str, Message], None]
    ) -> None:
        self._batch_id = batch_id
        self._store = store
        self._reader = reader
        self._tell = tell

    @property
    def pending(self) -> PendingPairs:
        """Everything about the pending comparisons that a page needs to show them."""
        return self._reader.read()

    @property
    def situation(self) -> Situation:
        """Whether the batch is waiting for people: not yet, now, or no longer."""
        return self.pending.situation

    @property
    def pairs(self) -> Sequence[Pair]:
        """The pairs to compare now. Decisions on them may lead to more pairs."""
        return pairs_of(self.pending)

    def decide(self, key: str, winner: Winner | str, judge: str) -> None:
        """Decide a pair: ``winner`` is ``left``, ``right`` or ``tie``, and ``judge`` the name of the person.

        Raises:
            RequestError: the pair is not (or no longer) pending, ``winner`` is none of these, or this judge may not
                decide the pair.
        """
        self.decide_all([JudgeDecision(key, _winner(winner), judge)])

    def decide_all(self, decisions: Iterable[JudgeDecision]) -> None:
        """Decide several pairs. If any decision is invalid, none is stored.

        Raises:
            RequestError: a decision is invalid, as in ``decide``.
        """
        pending = self.pending
        given = list(decisions)
        pairs = {pair.key: pair for pair in pending.pairs}
        if late := sorted({each.key for each in given} - pairs.keys()):
            raise RequestError(f"These pairs are not pending (any more): {', '.join(late)}. Nothing was saved.")
        for each in given:
            pending.check_judge(each.judge)
            if not pending.may_judge(each.judge, pairs[each.key]):
                raise RequestError(f"Pair {each.key!r} is another judge's: {each.judge} cannot decide it.")
        self._deliver(pending, {each.key: decision_value(PairVerdict.of(each.winner), each.judge) for each in given})

    def dispenser(self, students: Mapping[str, str] = MappingProxyType({}), **more: Any) -> PairDispenser:
        """A dispenser for several judges at once: it gives each one pair at a time, with students' names removed."""
        return PairDispenser(self._batch_id, self._reader, self._store, self._tell, students, **more)

    def _deliver(self, pending: PendingPairs, values: Mapping[str, Any]) -> None:
        texts = {pair: to_json(value).decode() for pair, value in values.items()}
        self._store.commit([record_of(pending, self._batch_id, pair, text) for pair, text in texts.items()])
        for pair in texts:
            self._tell(pending.address, PieceDone(pair))


def pairs_of(pending: PendingPairs) -> list[Pair]:
    """The pending pairs, with their texts."""
    return [
        Pair(
            item.key,
            pending.texts[left],
            pending.texts[right],
            pending.ids[left],
            pending.ids[right],
            item.payload.get("judge") if len(pending.people) > 1 else None,
        )
        for item in pending.pairs
        for left, right in [(item.payload["left"], item.payload["right"])]
    ]


def _winner(winner: Winner | str) -> Winner:
    if winner not in set(Winner):
        raise RequestError(f"The winner cannot be {winner!r}: write left, right or tie.")
    return Winner(winner)
