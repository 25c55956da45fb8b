"""What the results of all phases have in common."""

from pydantic import Field, NonNegativeFloat

from contracts.base import Contract
from contracts.phases import EssayStatus


class PhaseResultData(Contract):
    """What a phase found out about one essay.

    ``status`` is the essay's status by this result (the phase's success). ``text_storage_id`` names the text that
    the *next* phase shall use; a phase that does not change the text repeats ``original_text_storage_id``.
    ``duration_ms`` is the time of the work alone. ``producer`` and ``producer_version`` name what produced it.
    """

    status: EssayStatus
    original_text_storage_id: str = Field(min_length=1)
    text_storage_id: str = Field(min_length=1)
    duration_ms: NonNegativeFloat = 0.0
    producer: str
    producer_version: str
