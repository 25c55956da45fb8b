"""Tries a phase on a short text, to see whether everything that it needs is installed."""

from collections.abc import Callable
from typing import Any, Final

from actors.phases.service import CohortProducts, EssayTask, PhaseSettings, PhaseWorkError
from contracts.phases import PHASE_TABLE, PhaseName, PhaseScope
from contracts.texts import text_storage_id_of

_TEXT: Final = (
    "Last summer I visited my grandmother in the mountains. Every morning we walked to the village and bought bread. "
    "In the evenings she told me storys about her youth, and I listened until it was dark."
)


def tried(phase: PhaseName, service: Callable[[], Any]) -> str | None:
    """Why the phase does not work here; None if it works."""
    try:
        made = service()
        tasks = [_task(number) for number in range(2)]
        if PHASE_TABLE[phase].scope is PhaseScope.ESSAY:
            made.process(tasks[0])
        else:
            _compare(made, tasks)
    except (ImportError, OSError, LookupError, ValueError, RuntimeError, PhaseWorkError) as error:
        return f"{type(error).__name__}: {error}"
    return None


def _compare(service: Any, tasks: list[EssayTask]) -> None:
    done: dict[str, Any] = {}
    while not isinstance(planned := service.plan(tasks, done), CohortProducts):
        done.update({item.key: service.perform(item, tasks) for item in planned.items})


def _task(number: int) -> EssayTask:
    text = f"{_TEXT} That was {number + 1} of my best summers."
    return EssayTask(f"sample-{number}", text_storage_id_of(text), text, PhaseSettings(language="en"))
