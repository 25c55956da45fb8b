"""The result of the AI feedback phase."""

from contracts.results.base import PhaseResultData


class AIFeedbackResultDataV1(PhaseResultData):
    """Feedback on one essay (fields are added by the phase's author)."""
