"""The AI feedback phase: what the engine asks for feedback on one essay."""

import time
from collections.abc import Sequence
from typing import Final

from actors.phases.ai_feedback.language import language_of
from actors.phases.ai_feedback.offline import offline_feedback
from actors.phases.ai_feedback.settings import options_of
from actors.phases.service import EssayTask, PhaseWorkError, Product
from contracts.failures import ErrorCode
from contracts.phases import EssayStatus, PhaseName
from contracts.results.ai_feedback import AIFeedbackResultDataV1

_LONGEST: Final = 200_000
"""Characters: some 35,000 words, ten times the longest school essay."""


class AIFeedbackService:
    """Feedback for student and teacher. The essay's text is not changed, and all quotations point into it."""

    name = "ai-feedback"
    version = "1.0"
    uses: Sequence[PhaseName] = (PhaseName.SPELLCHECK, PhaseName.NLP, PhaseName.CJ_ASSESSMENT)

    def process(self, task: EssayTask) -> Product:
        """Give feedback on one essay.

        Raises:
            PhaseWorkError: the language is not supported, the options are invalid, or the text is empty or too long.
        """
        started = time.perf_counter()
        options = options_of(task.settings)
        _refuse_unfit(task.text)
        language = language_of(task.text, task.settings.language)
        feedback = offline_feedback(task, language, options.trait_model)
        return Product(
            AIFeedbackResultDataV1(
                status=EssayStatus.AI_FEEDBACK_SUCCESS,
                original_text_storage_id=task.text_id,
                text_storage_id=task.text_id,
                quoted_text_storage_id=task.text_id,
                duration_ms=(time.perf_counter() - started) * 1000,
                producer=self.name,
                producer_version=self.version,
                language=language,
                backend=options.backend,
                student_text=feedback.student_text,
                analysis=feedback.analysis,
            )
        )


def _refuse_unfit(text: str) -> None:
    if not text.strip():
        raise PhaseWorkError(ErrorCode.EMPTY_CONTENT, "The text is empty: there is nothing to give feedback on.")
    if len(text) > _LONGEST:
        raise PhaseWorkError(
            ErrorCode.TEXT_TOO_LONG, f"The text has {len(text):,} characters; feedback reads {_LONGEST:,} at most."
        )
