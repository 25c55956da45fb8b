"""Helpers that run whole batches in any runtime."""

from collections.abc import Sequence
from typing import Any

from actors.batch_orchestrator import stored_batch
from actors.core.batch_state import BatchState
from actors.runtime.runtime import Runtime
from contracts import BatchStatus, ErrorCode, ErrorDetail, EssayStatus, EventEnvelope, PhaseName
from drivers.client.engine import Engine
from drivers.intake import Intake

SPELLCHECK, NLP, FEEDBACK, CJ = (
    PhaseName.SPELLCHECK,
    PhaseName.NLP,
    PhaseName.AI_FEEDBACK,
    PhaseName.CJ_ASSESSMENT,
)
UNREADABLE = ErrorDetail(error_code=ErrorCode.EMPTY_CONTENT, message="The file is empty.")


def essays(*texts: str | None) -> list[Intake]:
    """Essays with these texts; None stands for a file that cannot be read."""
    return [
        Intake(f"essay-{number:02}", f"essay-{number:02}.txt", text, None if text is not None else UNREADABLE)
        for number, text in enumerate(texts, 1)
    ]


def run(runtime: Runtime, intakes: Sequence[Intake], *phases: PhaseName, batch_id: str = "b") -> BatchStatus:
    """Submit a batch and wait until it has ended."""
    return Engine(runtime).submit(batch_id, intakes, pipeline=phases, language="en").until_ended()


def state_of(runtime: Runtime, batch_id: str = "b") -> BatchState:
    """The batch as it is stored."""
    return stored_batch(batch_id, runtime.store)


def statuses(runtime: Runtime, batch_id: str = "b") -> list[EssayStatus]:
    """Each essay's status, in order."""
    return [essay.status for essay in runtime.store.essays(batch_id)]


def texts(runtime: Runtime, batch_id: str = "b") -> list[str]:
    """Each essay's current text, in order."""
    stored = runtime.store.essays(batch_id)
    contents = runtime.store.texts(essay.text_id for essay in stored)
    return [contents.get(essay.text_id, "") for essay in stored]


def outcomes(runtime: Runtime, batch_id: str = "b") -> list[dict]:  # type: ignore[type-arg]
    """The phase outcomes in the event log, as dicts, in order."""
    return [data for topic, data in events(runtime, batch_id) if topic == "huleedu.els.batch_phase.outcome.v1"]


def events(runtime: Runtime, batch_id: str = "b") -> list[tuple[str, dict]]:  # type: ignore[type-arg]
    """Topic and data of every event in the log, in order."""
    logged = (EventEnvelope[Any].model_validate_json(entry.event.document) for entry in runtime.store.events(batch_id))
    return [(envelope.event_type, envelope.data) for envelope in logged]
