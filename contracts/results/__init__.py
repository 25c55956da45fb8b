"""Result models, one per phase, and the table that finds them."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from contracts.phases import PhaseName
from contracts.results.ai_feedback import AIFeedbackResultDataV1
from contracts.results.base import PhaseResultData
from contracts.results.cj_assessment import CJAssessmentResultDataV1
from contracts.results.nlp import NLPResultDataV1
from contracts.results.spellcheck import SpellcheckResultDataV1

PHASE_RESULTS: Final[Mapping[PhaseName, type[PhaseResultData]]] = MappingProxyType(
    {
        PhaseName.SPELLCHECK: SpellcheckResultDataV1,
        PhaseName.AI_FEEDBACK: AIFeedbackResultDataV1,
        PhaseName.CJ_ASSESSMENT: CJAssessmentResultDataV1,
        PhaseName.NLP: NLPResultDataV1,
    }
)

__all__ = [
    "PHASE_RESULTS",
    "AIFeedbackResultDataV1",
    "CJAssessmentResultDataV1",
    "NLPResultDataV1",
    "PhaseResultData",
    "SpellcheckResultDataV1",
]
