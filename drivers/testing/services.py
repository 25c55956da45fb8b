"""Scripted services: tell them which essays succeed, fail, fail at first, take long or kill the process.

By default every essay succeeds, and its text ends in the names of the phases it went through.
"""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Self, TypeAlias

from actors.phases.service import CohortItem, CohortProducts, EssayTask, PhaseWorkError, Product, Round
from contracts.failures import ErrorCode, ErrorDetail
from contracts.phase_registry import result_model_of
from contracts.phases import PHASE_TABLE, PhaseName, PhaseScope
from contracts.results.cj_assessment import CohortSummary, JudgeKind, Pairing, Reliability, StopReason
from contracts.texts import text_storage_id_of


class ProcessKilled(BaseException):
    """Simulates ``kill -9``: the process dies in the middle of a piece of work, and everything unsaved is lost.

    The call that waits for a result raises it; ``VirtualEngine.restart`` then starts the next process.
    """


@dataclass
class _Script:
    """What should happen to each essay; ``calls`` counts the attempts so far."""

    failures: dict[str, PhaseWorkError] = field(default_factory=dict)
    flaky: dict[str, int] = field(default_factory=dict)
    slow: dict[str, float] = field(default_factory=dict)
    deadly: dict[str, int] = field(default_factory=dict)
    crashes: set[str] = field(default_factory=set)
    calls: Counter[str] = field(default_factory=Counter)
    sleep: Callable[[float], None] = lambda _: None

    def play(self, essay_id: str) -> None:
        """Take the time that the script says, and fail if it says so."""
        self.calls[essay_id] += 1
        if essay_id in self.slow:
            self.sleep(self.slow[essay_id])
        if self.calls[essay_id] <= self.deadly.get(essay_id, 0):
            raise ProcessKilled(f"killed at {essay_id}")
        if essay_id in self.crashes:
            raise RuntimeError(f"a bug in the service, at {essay_id}")
        if essay_id in self.failures:
            raise self.failures[essay_id]
        if self.calls[essay_id] <= self.flaky.get(essay_id, 0):
            raise PhaseWorkError(ErrorCode.SERVICE_UNAVAILABLE, f"Not now, for {essay_id}.", retryable=True)


class _Scripted:
    """Base of both scripted services. Scripting methods return the service, so that they can be chained."""

    def __init__(self, phase: str) -> None:
        self.phase = PhaseName(phase)
        self.name = f"scripted-{phase}"
        self.version = "1"
        self.uses: Sequence[PhaseName] = ()
        self._script = _Script()

    def __call__(self) -> Self:
        """Return this service itself: it is its own factory, so that a test can look at its ``calls``."""
        return self

    def fails(self, *essay_ids: str, message: str = "This essay fails.", code: str = "service_error") -> Self:
        """Make these essays fail permanently, with this message and error code."""
        self._script.failures |= {each: PhaseWorkError(ErrorCode(code), message) for each in essay_ids}
        return self

    def flaky(self, *essay_ids: str, failures: int = 1) -> Self:
        """Make these essays fail this many times with a retryable error, and then succeed."""
        self._script.flaky |= dict.fromkeys(essay_ids, failures)
        return self

    def slow(self, *essay_ids: str, seconds: float = 60.0) -> Self:
        """Make these essays take this many seconds of virtual time."""
        self._script.slow |= dict.fromkeys(essay_ids, seconds)
        return self

    def crashes(self, *essay_ids: str) -> Self:
        """Make the service raise a ``RuntimeError`` for these essays, as one with a bug would."""
        self._script.crashes |= set(essay_ids)
        return self

    def poison(self, *essay_ids: str, kills: int = 1) -> Self:
        """Make these essays kill the process that works on them, this many times (``ProcessKilled``)."""
        self._script.deadly |= dict.fromkeys(essay_ids, kills)
        return self

    @property
    def calls(self) -> Mapping[str, int]:
        """The number of attempts so far, by essay id."""
        return self._script.calls

    def takes_time_from(self, sleep: Callable[[float], None]) -> None:
        """Set how slow essays pass the time; ``VirtualEngine`` sets this to its virtual clock."""
        self._script.sleep = sleep

    def _product(self, task: EssayTask, text: str | None, findings: Mapping[str, Any]) -> Product:
        model = result_model_of(self.phase)
        result = model(
            status=PHASE_TABLE[self.phase].success,
            original_text_storage_id=task.text_id,
            text_storage_id=task.text_id if text is None else text_storage_id_of(text),
            producer=self.name,
            producer_version=self.version,
            **findings,
        )
        return Product(result, text)


class ScriptedService(_Scripted):
    """A scripted service for a phase that works on one essay at a time.

    Args:
        phase: the name of the phase.
        edit: makes the new text from the old; None keeps the text. The default appends a tag: ``... +spellcheck``.
        findings: values for the fields of the phase's result model.

    Example:
        >>> spelling = ScriptedService("spellcheck").fails("bo", message="Too short.").flaky("cia", failures=2)
        >>> engine = open_virtual_engine(services={"spellcheck": spelling})
    """

    def __init__(self, phase: str, edit: Callable[[str], str] | str | None = "tag", **findings: Any) -> None:
        super().__init__(phase)
        self._edit = (lambda text: f"{text} +{phase}") if isinstance(edit, str) else edit
        self._findings = findings

    def process(self, task: EssayTask) -> Product:
        """Do what the script says for this essay."""
        self._script.play(task.essay_id)
        return self._product(task, None if self._edit is None else self._edit(task.text), self._findings)


class ScriptedCohortService(_Scripted):
    """A scripted service for a phase that works on a cohort: one piece of work per essay, then a result for each.

    Args:
        phase: the name of the phase.
        findings: returns the fields of the phase's result model; by default, CJ ranks the essays by length.

    Example:
        >>> judging = ScriptedCohortService("cj_assessment").fails("bo")
    """

    def __init__(self, phase: str, findings: "Findings | None" = None) -> None:
        super().__init__(phase)
        self._findings = findings or (ranked_by_length if self.phase is PhaseName.CJ_ASSESSMENT else no_findings)

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
        """Plan one round, then return a product for each essay whose piece succeeded, and a failure for the others."""
        missing = [task for task in cohort if task.essay_id not in done]
        if missing:
            return Round([CohortItem(task.essay_id, {}) for task in missing])
        lengths = {name: length for name, length in done.items() if length is not None}
        return CohortProducts({task.essay_id: self._answer(task, lengths) for task in cohort})

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> int:
        """Do what the script says for this essay, and return the length of its text."""
        self._script.play(item.key)
        return next(len(task.text) for task in cohort if task.essay_id == item.key)

    def _answer(self, task: EssayTask, lengths: Mapping[str, int]) -> Product | ErrorDetail:
        if task.essay_id not in lengths:
            failure = self._script.failures.get(task.essay_id)
            failure = failure or PhaseWorkError(ErrorCode.SERVICE_ERROR, f"{task.essay_id} could not be worked on.")
            return failure.as_detail(self.phase)
        return self._product(task, None, self._findings(task, lengths))


Findings: TypeAlias = Callable[[EssayTask, Mapping[str, int]], Mapping[str, Any]]
"""Makes the fields of a result, given an essay and the lengths of all essays of the cohort that did not fail."""


def no_findings(_task: EssayTask, _lengths: Mapping[str, int]) -> Mapping[str, Any]:
    """No fields: for result models that require none of their own."""
    return {}


def ranked_by_length(task: EssayTask, lengths: Mapping[str, int]) -> Mapping[str, Any]:
    """The fields of a CJ result that ranks essays by length, the longest first."""
    own = lengths[task.essay_id]
    return {
        "theta": float(own),
        "rank": 1 + sum(length > own for length in lengths.values()),
        "comparisons": 0,
        "judge_kind": JudgeKind.NONE,
        "cohort": CohortSummary(
            essays=len(lengths),
            comparisons=0,
            rounds=1,
            stop_reason=StopReason.ALL_PAIRS_COMPARED,
            reliability=Reliability(pairing=Pairing.RANDOM),
        ),
    }


def scripted(phase: str) -> ScriptedService | ScriptedCohortService:
    """A scripted service that fits the scope of the phase."""
    cohort = PHASE_TABLE[PhaseName(phase)].scope is PhaseScope.COHORT
    return ScriptedCohortService(phase) if cohort else ScriptedService(phase)
