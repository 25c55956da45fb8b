"""One cohort's comparisons, replayed from what is stored: the next step follows from what has been done.

Nothing is kept between two calls. The rounds are drawn again from the seed and the decisions before them, so that a
cohort that was killed continues with exactly the pairs that it would have had.
"""

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

from actors.phases.cj_assessment.bradley_terry import Floats, fit_map
from actors.phases.cj_assessment.cohort import UNMEASURED, Node, comparison_key, measure_key, measuring
from actors.phases.cj_assessment.decisions import (
    JudgementRecord,
    added,
    comparisons_of,
    decision_value,
    drawn_from,
    judge_in,
    judges_of,
    seconds_in,
    verdict_in,
)
from actors.phases.cj_assessment.diagnostics import overall_reliability
from actors.phases.cj_assessment.features import LEFT_OUT
from actors.phases.cj_assessment.judges import Formula, Judge, PanelMember, name_in_keys
from actors.phases.cj_assessment.pairing import RANDOM_ROUNDS, History, Pair, next_round, pairs_of_all
from actors.phases.cj_assessment.settings import CJOptions, seed_of
from actors.phases.service import CohortItem, PhaseWorkError, Round
from contracts.failures import ErrorCode, ErrorDetail
from contracts.results.ai_feedback import ModelUsage, usage_in
from contracts.results.cj_assessment import HumanAgreement, JudgeKind, StopReason

_ROUNDS_AT_ONCE_WHEN_CHEAP: Final = 4


@dataclass(frozen=True, slots=True)
class Finished:
    """A cohort with all its comparisons, and everything that is reported about them."""

    nodes: Sequence[Node]
    panel: Sequence[PanelMember]
    options: CJOptions
    seed: int
    decisions: Sequence[JudgementRecord]
    unusable: int
    undecided: Mapping[tuple[str, JudgeKind], int]
    """How many comparisons each judge, by name and kind, declined to decide."""
    rounds: int
    stop_reason: StopReason
    failures: Mapping[str, ErrorDetail]
    left_out: Sequence[int | None]
    adaptive: bool
    usage: ModelUsage | None = None
    human: HumanAgreement | None = None
    """The expected agreement with people of a formula that decided alone."""


@dataclass(frozen=True, slots=True)
class _Assigned:
    """A pair, and the judge that it is assigned to."""

    pair: Pair
    judge: PanelMember
    key: str


def affordable(texts: int, options: CJOptions) -> int:
    """The number of comparisons of ``texts`` texts that the budget allows."""
    return math.ceil(options.budget * texts / 2)


def useful(texts: int, panel: Sequence[PanelMember]) -> int:
    """The number of comparisons worth making: each pair once if all judges would repeat themselves, else twice."""
    return texts * (texts - 1) // 2 * (1 if all(judge.deterministic for judge in panel) else 2)


class Session:
    """The comparisons of one cohort by one panel."""

    def __init__(
        self, nodes: Sequence[Node], panel: Sequence[PanelMember], options: CJOptions, done: Mapping[str, Any]
    ) -> None:
        self._nodes = list(nodes)
        self._panel = panel
        self._options = options
        self._done = done
        self._failures: dict[str, ErrorDetail] = {}
        self._decisions: list[JudgementRecord] = []
        self._drawn_from: list[JudgementRecord] = []
        self._undecided = Counter[tuple[str, JudgeKind]]()
        self._unusable = 0
        self._usage: ModelUsage | None = None
        self._adapted = False
        self._deciding = {judge.name for judge in panel if isinstance(judge, Judge)}

    def next(self) -> Round | Finished:
        """The next pieces of work, or the end.

        Raises:
            PhaseWorkError: an anchor cannot be judged (``INVALID_SETTINGS``), or none of the first comparisons could be
                decided (``SERVICE_UNAVAILABLE``).
        """
        if unmeasured := self._unmeasured():
            return Round(items=unmeasured)
        self._leave_out_failures()
        seed = seed_of(self._options, [node.task.text_id for node in self._nodes])
        if isinstance(self._panel[0], Formula) and len(self._panel) == 1:
            return self._by_formula(self._panel[0], seed)
        history = History(len(self._nodes))
        rounds = 0
        while (reason := self._full(history)) is None:
            theta = self._theta(rounds)
            block = self._block(history, theta, seed)
            if self._reliable(rounds, block, seed):
                reason = StopReason.RELIABILITY_REACHED
                break
            if missing := [assigned for assigned in block if self._waits_for(assigned)]:
                return self._as_round(missing)
            self._take(block)
            rounds = history.rounds
            self._adapted = theta is not None
        return self._finished(seed, rounds, reason)

    def _by_formula(self, judge: Formula, seed: int) -> Finished:
        """Compare every text with every other, which costs nothing, or as many pairs as ``pairs_of_all`` gives."""
        notes, size = self._notes[judge.name], len(self._nodes)
        pairs = pairs_of_all(size)
        self._decisions = [
            JudgementRecord(left, right, judge.verdict(notes[left], notes[right]).share, judge.name, judge.kind)
            for left, right in pairs
        ]
        every = StopReason.ALL_PAIRS_COMPARED if len(pairs) == useful(size, self._panel) else StopReason.BUDGET_SPENT
        measures = [self._done[measure_key(judge, node)] for node in self._nodes]
        finished = self._finished(
            seed, 2 * len(pairs) // max(1, size), StopReason.TOO_FEW_ESSAYS if size < 2 else every
        )
        return replace(finished, human=judge.human_agreement(measures))

    def _waits_for(self, assigned: _Assigned) -> bool:
        """True for a comparison that is still to be made; a formula's never are."""
        return not isinstance(assigned.judge, Formula) and assigned.key not in self._done

    def _unmeasured(self) -> list[CohortItem]:
        wanted = (
            CohortItem(measure_key(judge, node), {"judge": name_in_keys(judge), "text": node.key})
            for judge in measuring(self._panel)
            for node in self._nodes
        )
        return [item for item in wanted if item.key not in self._done]

    def _leave_out_failures(self) -> None:
        for judge in measuring(self._panel):
            for node in list(self._nodes):
                found = self._done[measure_key(judge, node)]
                if found is None:
                    self._fail(node, UNMEASURED)
                elif isinstance(found, Mapping) and "error" in found:
                    self._fail(node, ErrorDetail.model_validate(found["error"]))

    def _fail(self, node: Node, error: ErrorDetail) -> None:
        if node.grade is not None:
            message = f"The anchor graded {node.grade} cannot be judged: {error.message}"
            raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, message)
        self._nodes.remove(node)
        self._failures[node.task.essay_id] = error

    def _full(self, history: History) -> StopReason | None:
        """Why no more pairs may be drawn; None if some may."""
        if history.size < 2:
            return StopReason.TOO_FEW_ESSAYS
        if history.total >= self._useful(history):
            return StopReason.ALL_PAIRS_COMPARED
        return StopReason.BUDGET_SPENT if history.total >= self._affordable(history) else None

    def _affordable(self, history: History) -> int:
        return affordable(history.size, self._options)

    def _useful(self, history: History) -> int:
        return useful(history.size, self._panel)

    def _block(self, history: History, theta: Floats | None, seed: int) -> list[_Assigned]:
        """The rounds that are planned together, from the decisions before them."""
        block: list[_Assigned] = []
        for number in range(history.rounds, history.rounds + self._rounds_at_once):
            room = min(self._affordable(history), self._useful(history)) - history.total
            if not room:
                break
            pairs = next_round(history, theta, seed, number)[:room]
            history.add(pairs)
            block += [self._assign(pair, position + number) for position, pair in enumerate(pairs)]
        return block

    def _theta(self, number: int) -> Floats | None:
        if not self._options.adaptive or number < RANDOM_ROUNDS:
            return None
        return fit_map(comparisons_of(self._drawn_from, len(self._nodes))).theta

    @property
    def _rounds_at_once(self) -> int:
        cheap = all(judge.deterministic for judge in self._panel)
        return self._options.rounds_at_once or (_ROUNDS_AT_ONCE_WHEN_CHEAP if cheap else 1)

    def _assign(self, pair: Pair, turn: int) -> _Assigned:
        """Assign a pair to a judge: they take turns over the pairs of a round, and over rounds."""
        judge = self._panel[turn % len(self._panel)]
        left, right = (self._nodes[index] for index in pair)
        return _Assigned(pair, judge, comparison_key(judge, left, right))

    def _reliable(self, rounds: int, block: Sequence[_Assigned], seed: int) -> bool:
        wished = self._options.reliability
        if wished is None or rounds < RANDOM_ROUNDS:
            return False
        if any(assigned.key in self._done for assigned in block):
            return False  # an earlier call decided to go on
        names, judges = judges_of(self._decisions)
        comparisons = comparisons_of(self._decisions, len(self._nodes))
        reached = overall_reliability(comparisons, judges, len(names), seed)
        return reached is not None and reached >= wished

    def _as_round(self, missing: Sequence[_Assigned]) -> Round:
        items = [self._item(assigned) for assigned in missing if assigned.judge.name in self._deciding]
        awaited = [self._item(assigned) for assigned in missing if assigned.judge.name not in self._deciding]
        return Round(items=items, awaited=awaited)

    @cached_property
    def _notes(self) -> dict[str, Sequence[Any]]:
        """The notes of each judge that measures, about the texts that have not failed."""
        return {
            judge.name: judge.notes([self._done[measure_key(judge, node)] for node in self._nodes])
            for judge in measuring(self._panel)
        }

    def _item(self, assigned: _Assigned) -> CohortItem:
        judge, (left, right) = name_in_keys(assigned.judge), assigned.pair
        payload = {"judge": judge, "left": self._nodes[left].key, "right": self._nodes[right].key}
        if own := self._notes.get(assigned.judge.name):
            return CohortItem(assigned.key, {**payload, "left_note": own[left], "right_note": own[right]})
        return CohortItem(assigned.key, payload)

    def _take(self, block: Sequence[_Assigned]) -> None:
        for assigned in block:
            value = self._value(assigned)
            self._usage = added(self._usage, usage_in(value))
            if (made := _record(assigned, value)) is not None:
                self._decisions.append(made)
            else:
                self._unusable += 1
                self._undecided.update([(name, assigned.judge.kind)] if (name := judge_in(value, "")) else [])
            if (first := _record(assigned, drawn_from(value))) is not None:
                self._drawn_from.append(first)
        if self._unusable and not self._decisions and self._deciding:
            names = ", ".join(judge.name for judge in self._panel)
            message = f"None of the first {self._unusable} comparisons could be decided by {names}."
            raise PhaseWorkError(ErrorCode.SERVICE_UNAVAILABLE, message, comparisons=self._unusable)

    def _value(self, assigned: _Assigned) -> Any:
        if not isinstance(assigned.judge, Formula):
            return self._done[assigned.key]
        notes = self._notes[assigned.judge.name]
        left, right = assigned.pair
        return decision_value(assigned.judge.verdict(notes[left], notes[right]), assigned.judge.name)

    def _finished(self, seed: int, rounds: int, reason: StopReason) -> Finished:
        return Finished(
            nodes=self._nodes,
            options=self._options,
            panel=self._panel,
            seed=seed,
            decisions=self._decisions,
            unusable=self._unusable,
            undecided=self._undecided,
            rounds=rounds,
            stop_reason=reason,
            failures=self._failures,
            left_out=self._left_out(),
            adaptive=self._adapted,
            usage=self._usage,
        )

    def _left_out(self) -> list[int | None]:
        """How many sentences of each text the judges left out; None if no judge counts them."""
        measures = [[self._done[measure_key(judge, node)] for judge in measuring(self._panel)] for node in self._nodes]
        counts = [
            [found[LEFT_OUT] for found in row if isinstance(found, Mapping) and LEFT_OUT in found] for row in measures
        ]
        return [int(max(row)) if row else None for row in counts]


def _record(assigned: _Assigned, value: Any) -> JudgementRecord | None:
    """The decision in a stored value; None if it has none."""
    verdict, judge = verdict_in(value), assigned.judge
    if verdict is None:
        return None
    return JudgementRecord(*assigned.pair, verdict.share, judge_in(value, judge.name), judge.kind, seconds_in(value))
