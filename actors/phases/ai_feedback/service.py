"""The AI feedback phase: gives feedback on one essay."""

import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib import import_module, metadata
from types import ModuleType
from typing import TYPE_CHECKING, Final

from actors.phases.ai_feedback import languagetool
from actors.phases.ai_feedback.evidence import seen_in
from actors.phases.ai_feedback.findings import EssayReading
from actors.phases.ai_feedback.language import language_of
from actors.phases.ai_feedback.offline import Feedback, offline_feedback, read
from actors.phases.ai_feedback.settings import FeedbackOptions, OnFailure, options_of
from actors.phases.llm.settings import Configuration
from actors.phases.nlp import parsing
from actors.phases.service import EssayTask, PhaseWorkError, Product
from actors.phases.spellcheck.service import SpellcheckService
from contracts.failures import ErrorCode
from contracts.phases import EssayStatus, PhaseName
from contracts.results.ai_feedback import AIFeedbackResultDataV1, FeedbackBackend, ModelUsage

if TYPE_CHECKING:
    from actors.phases.llm.client import LLMClient

_OWN_VERSION: Final = "8"
_PROMPT: Final = "4"
"""The version of what is sent to a model; changes of the prompt, or of which names are hidden, change results."""
_LONGEST: Final = 200_000
"""The longest text in characters: some 35,000 words, ten times the longest school essay."""


class AIFeedbackService:
    """Feedback for student and teacher. The essay's text is not changed, and all quotations point into it.

    A language model is asked only if a batch's options say so: through ``client``, or else at the configured endpoint.
    Everything that affects a result is either in ``version`` (prompt, configured endpoint, checkers) or among the
    options, so that stored results are never those of another model.
    """

    name = "ai-feedback"
    uses: Sequence[PhaseName] = (PhaseName.SPELLCHECK, PhaseName.NLP, PhaseName.CJ_ASSESSMENT)

    def __init__(self, client: "LLMClient | None" = None) -> None:
        self._client = client
        self._configuration = Configuration.read()
        shaped_by = [f"harper{metadata.version('harper-py')}", f"spelling{SpellcheckService.version}"]
        shaped_by += [parsing.version(), languagetool.version(), f"prompt{_PROMPT}", self._configuration.mark]
        self.version = "-".join([_OWN_VERSION, *shaped_by]).rstrip("-")

    def process(self, task: EssayTask) -> Product:
        """Give feedback on one essay.

        Raises:
            PhaseWorkError: the language is not supported, the options are invalid, the text is empty or too long, or
                the language model that was asked for cannot be had.
        """
        started = time.perf_counter()
        options = options_of(task.settings)
        _refuse_unfit(task.text)
        language = language_of(task.text, task.settings.language)
        seen = seen_in(task, language)
        reading = read(task, language, seen)
        made = self._made(task, reading, offline_feedback(task, reading, seen.evidence, options.trait_model), options)
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
                backend=made.backend,
                degraded_reason=made.degraded_reason,
                student_text=made.feedback.student_text,
                analysis=made.feedback.analysis,
                usage=made.usage,
            ),
            makeshift=made.degraded_reason is not None,
        )

    def _made(self, task: EssayTask, reading: EssayReading, offline: Feedback, options: FeedbackOptions) -> "_Made":
        """Feedback by the backend that was asked for, or offline feedback if the options allow that as a substitute."""
        if options.backend is FeedbackBackend.OFFLINE:
            return _Made(offline, FeedbackBackend.OFFLINE)
        client = self._client_for(options)
        try:
            return self._by_model(task, reading, offline, options, client)
        except PhaseWorkError as error:
            if options.on_failure is OnFailure.FAIL:
                raise
            return _Made(offline, FeedbackBackend.OFFLINE, degraded_reason=f"{error.code}: {error.message}")

    def _by_model(
        self, task: EssayTask, reading: EssayReading, offline: Feedback, options: FeedbackOptions, client: "LLMClient"
    ) -> "_Made":
        by_model = _with_extra("actors.phases.ai_feedback.by_model")
        briefing = by_model.briefing(reading, offline, options.names, task.essay_id, strict=options.strict_names)
        answer = client.ask(briefing.question(), options.account or task.batch_id, options.budget)
        return _Made(briefing.feedback(answer.value), FeedbackBackend.LLM, usage=answer.usage)

    def _client_for(self, options: FeedbackOptions) -> "LLMClient":
        if self._client is not None:
            return self._client
        settings = self._configuration.endpoint(options.model)
        client: LLMClient = _with_extra("actors.phases.llm.client").LLMClient(settings)
        return client


@dataclass(frozen=True, slots=True)
class _Made:
    feedback: Feedback
    backend: FeedbackBackend
    degraded_reason: str | None = None
    usage: ModelUsage | None = None


def _with_extra(module: str) -> ModuleType:
    """Import a module that needs the extra ``[llm]``, when it is first used."""
    try:
        return import_module(module)
    except ImportError as error:
        message = "Feedback by a language model needs the extra [llm], which is not installed."
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, message, missing=error.name) from error


def _refuse_unfit(text: str) -> None:
    if not text.strip():
        raise PhaseWorkError(ErrorCode.EMPTY_CONTENT, "The text is empty: there is nothing to give feedback on.")
    if len(text) > _LONGEST:
        raise PhaseWorkError(
            ErrorCode.TEXT_TOO_LONG, f"The text has {len(text):,} characters; feedback reads {_LONGEST:,} at most."
        )
