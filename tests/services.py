"""Phase services for tests: tiny, deterministic, and as well or badly behaved as a test wants.

They are passed in where the product passes its own, so that no code path of the product knows about tests.
"""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from actors.phases.service import (
    CohortItem,
    CohortProducts,
    EssayTask,
    PhaseWorkError,
    Product,
    Round,
)
from contracts import (
    PHASE_RESULTS,
    PHASE_TABLE,
    ErrorCode,
    PhaseName,
    PhaseResultData,
    PhaseScope,
    result_model_of,
    text_storage_id_of,
)


def result(phase: PhaseName, task: EssayTask, text_id: str) -> PhaseResultData:
    """A successful result of the phase for a task, without findings (even if its model requires some)."""
    return result_model_of(phase).model_construct(
        status=PHASE_TABLE[phase].success,
        original_text_storage_id=task.text_id,
        text_storage_id=text_id,
        producer="test",
        producer_version="1",
    )


@dataclass
class Tagging:
    """Appends the phase's tag to the text, unless the text tells it to misbehave.

    A text with ``fail:<phase>`` fails for good there; ``flaky:<phase>`` fails until its third attempt in a process;
    ``crash:<phase>`` raises an unexpected exception; ``poison:<phase>`` kills the process; ``slow:<phase>`` takes a
    second; ``hang:<phase>`` takes for ever. ``log`` names a file to which each call adds a line.
    """

    phase: PhaseName
    log: str | None = None
    name: str = "tagging"
    version: str = "1"
    uses: Sequence[PhaseName] = ()
    tried: dict[str, int] = field(default_factory=dict)

    def process(self, task: EssayTask) -> Product:
        if self.log:
            with open(self.log, "a") as file:  # noqa: PTH123  (append is atomic for short lines)
                file.write(f"{self.phase} {task.essay_id}\n")
        self._misbehave(task)
        text = f"{task.text} +{self.phase}"
        return Product(result(self.phase, task, text_storage_id_of(text)), text)

    def _misbehave(self, task: EssayTask) -> None:
        deeds: Mapping[str, Callable[[EssayTask], None]] = {
            "fail": self._fail,
            "flaky": self._fail_twice,
            "crash": lambda task: [][len(task.text)],
            "poison": lambda _: os._exit(1),
            "slow": lambda _: time.sleep(1.0),
            "hang": lambda _: time.sleep(3600),
        }
        for word, deed in deeds.items():
            if f"{word}:{self.phase}" in task.text:
                deed(task)

    def _fail(self, _: EssayTask) -> None:
        raise PhaseWorkError(ErrorCode.INVALID_RESPONSE, "This text asks to fail.")

    def _fail_twice(self, task: EssayTask) -> None:
        self.tried[task.essay_id] = self.tried.get(task.essay_id, 0) + 1
        if self.tried[task.essay_id] < 3:
            raise PhaseWorkError(ErrorCode.SERVICE_UNAVAILABLE, "Not now.", retryable=True)


@dataclass
class Ranking:
    """A cohort phase that measures each text as a piece of its own, then ranks all by length."""

    phase: PhaseName
    log: str | None = None
    name: str = "ranking"
    version: str = "1"
    uses: Sequence[PhaseName] = ()

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
        """Plan one round of measuring; afterwards, essays that could not be measured fail."""
        missing = [task for task in cohort if task.essay_id not in done]
        if missing:
            return Round([CohortItem(task.essay_id, {}) for task in missing])
        return CohortProducts({task.essay_id: self._product(task, done[task.essay_id]) for task in cohort})

    def _product(self, task: EssayTask, length: int | None) -> Product | Any:
        if length is None:
            return PhaseWorkError(ErrorCode.SERVICE_ERROR, "It could not be measured.").as_detail(self.phase)
        return Product(result(self.phase, task, task.text_id))

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> int:
        task = next(task for task in cohort if task.essay_id == item.key)
        if self.log:
            with open(self.log, "a") as file:  # noqa: PTH123
                file.write(f"{self.phase} {task.essay_id}\n")
        if f"fail:{self.phase}" in task.text:
            raise PhaseWorkError(ErrorCode.INVALID_RESPONSE, "This text asks to fail.")
        return len(task.text)


def services(log: str | None = None) -> dict[PhaseName, Callable[[], Any]]:
    """A test service for every built-in phase."""
    kinds = {PhaseScope.ESSAY: Tagging, PhaseScope.COHORT: Ranking}
    return {phase: partial(kinds[PHASE_TABLE[phase].scope], phase, log) for phase in PHASE_RESULTS}
