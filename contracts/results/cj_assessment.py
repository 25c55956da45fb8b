"""The result of the CJ assessment phase."""

from contracts.results.base import PhaseResultData


class CJAssessmentResultDataV1(PhaseResultData):
    """One essay's place in its cohort (fields are added by the phase's author)."""
