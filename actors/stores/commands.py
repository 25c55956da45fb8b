"""Commands, as they stand in the event log."""

from typing import Any

from actors.core.dispatch import command_key
from actors.core.effects import event_id_of
from actors.stores.store import Store
from contracts.commands import InitiateCommandData, command_model_of
from contracts.envelope import EventEnvelope
from contracts.phases import PhaseName

_Envelope = EventEnvelope[Any]  # made once: pydantic forgets a parameterised model that nobody holds


def stored_command(
    store: Store, batch_id: str, phase: PhaseName, run: int, position: int
) -> InitiateCommandData | None:
    """The command that began ``phase`` at this place, None where there was none."""
    record = store.event(batch_id, event_id_of(command_key(batch_id, run, position)))
    if record is None:
        return None
    envelope = _Envelope.model_validate_json(record.document)
    return command_model_of(phase).model_validate(envelope.data)
