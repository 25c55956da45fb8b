"""The result of the NLP phase."""

from contracts.results.base import PhaseResultData


class NLPResultDataV1(PhaseResultData):
    """Metrics of one essay (fields are added by the phase's author)."""
