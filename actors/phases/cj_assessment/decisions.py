"""Decisions: what judges say about two texts shown side by side."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import numpy as np

from actors.phases.cj_assessment.bradley_terry import Comparisons, Ints
from contracts.results.ai_feedback import ModelUsage
from contracts.results.cj_assessment import JudgeKind


class Winner(StrEnum):
    """The side that was judged better, or a tie."""

    LEFT = "left"
    RIGHT = "right"
    TIE = "tie"


_SHARES: Final = {Winner.LEFT: 1.0, Winner.RIGHT: 0.0, Winner.TIE: 0.5}


@dataclass(frozen=True, slots=True)
class PairVerdict:
    """A judge's answer: the left text's share of the win, from 0 to 1.

    1 is a win, 0.5 a tie; a judge that knows its own uncertainty gives a probability. A language model also gives
    its ``reason``, and what the answer cost (``usage``).
    """

    share: float
    reason: str = ""
    usage: ModelUsage | None = None

    @property
    def winner(self) -> Winner:
        """The better side; a tie at exactly one half."""
        if self.share == 0.5:
            return Winner.TIE
        return Winner.LEFT if self.share > 0.5 else Winner.RIGHT

    @classmethod
    def of(cls, winner: Winner) -> "PairVerdict":
        """The verdict of a judge that names a winner."""
        return cls(_SHARES[winner])


@dataclass(frozen=True, slots=True)
class JudgementRecord:
    """A verdict on the texts ``left`` and ``right`` (their indices), by the person or model called ``judge``.

    ``seconds`` is how long a person looked at the two.
    """

    left: int
    right: int
    share: float
    judge: str
    kind: JudgeKind
    seconds: float | None = None


def decision_value(verdict: PairVerdict | None, judge: str, seconds: float | None = None) -> dict[str, Any]:
    """A decision as it is stored (JSON): the winner, the left text's share of the win, and the judge.

    ``verdict`` is None if the judge cannot judge the pair. The reason, the cost and ``seconds`` are added if known.
    """
    if verdict is None:
        value: dict[str, Any] = {"winner": None, "judge": judge}
    else:
        value = {"winner": verdict.winner.value, "share": verdict.share, "judge": judge}
        if verdict.reason:
            value["reason"] = verdict.reason
        if verdict.usage is not None:
            value["usage"] = verdict.usage.model_dump(mode="json")
    return value if seconds is None else value | {"seconds": round(seconds, 1)}


def revised(before: Any, after: Mapping[str, Any]) -> dict[str, Any]:
    """A decision that replaces an earlier one. It keeps the time taken, and the decision that later pairs depend on."""
    seconds = seconds_in(before)
    return {**after, **({} if seconds is None else {"seconds": seconds}), "first": drawn_from(before)}


def drawn_from(value: Any) -> Any:
    """The decision that the later pairs were drawn from: the first one made.

    A decision that is revised afterwards thus changes the result, but not which pairs are compared.
    """
    return value["first"] if isinstance(value, Mapping) and "first" in value else value


def verdict_in(value: Any) -> PairVerdict | None:
    """The verdict in a stored or delivered value; None if there is none (a comparison that was given up).

    ``winner`` is enough; if there is a ``share`` as well, it is used.
    """
    if not isinstance(value, Mapping):
        return None
    share, winner = value.get("share"), value.get("winner")
    if isinstance(share, int | float) and not isinstance(share, bool) and 0 <= share <= 1:
        return PairVerdict(float(share))
    return PairVerdict.of(Winner(winner)) if winner in set(Winner) else None


def judge_in(value: Any, default: str) -> str:
    """The judge that the value names, or ``default``."""
    judge = value.get("judge") if isinstance(value, Mapping) else None
    return judge if isinstance(judge, str) and judge else default


def seconds_in(value: Any) -> float | None:
    """The seconds that the decision took; None if they were not measured."""
    seconds = value.get("seconds") if isinstance(value, Mapping) else None
    if not isinstance(seconds, int | float) or isinstance(seconds, bool):
        return None
    return float(seconds) if 0 <= seconds < float("inf") else None


def added(one: ModelUsage | None, other: ModelUsage | None) -> ModelUsage | None:
    """The sum of two usages; if the models differ, both are named."""
    if one is None or other is None:
        return one or other
    return ModelUsage(
        model=", ".join(dict.fromkeys([*one.model.split(", "), *other.model.split(", ")])),
        calls=one.calls + other.calls,
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cost=one.cost + other.cost,
    )


def comparisons_of(decisions: Sequence[JudgementRecord], size: int) -> Comparisons:
    """The decisions as arrays over ``size`` nodes."""
    return Comparisons(
        size,
        np.array([decision.left for decision in decisions], dtype=np.intp),
        np.array([decision.right for decision in decisions], dtype=np.intp),
        np.array([decision.share for decision in decisions], dtype=np.float64),
    )


def judges_of(decisions: Sequence[JudgementRecord]) -> tuple[list[str], Ints]:
    """The judges in alphabetical order, and each decision's judge as a position in that list."""
    names = sorted({decision.judge for decision in decisions})
    position = {name: index for index, name in enumerate(names)}
    return names, np.array([position[decision.judge] for decision in decisions], dtype=np.intp)
