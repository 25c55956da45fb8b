"""The result of the spellcheck phase."""

from contracts.results.base import PhaseResultData


class SpellcheckResultDataV1(PhaseResultData):
    """Corrections found in one essay (fields are added by the phase's author)."""
