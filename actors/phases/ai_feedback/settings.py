"""The phase's own settings: what ``PhaseSettings.options`` may hold."""

from enum import StrEnum

from pydantic import ValidationError

from actors.phases.ai_feedback.traits import TraitModel
from actors.phases.llm.settings import ModelOptions
from actors.phases.service import PhaseSettings, PhaseWorkError
from contracts.failures import ErrorCode
from contracts.results.ai_feedback import FeedbackBackend


class OnFailure(StrEnum):
    """What becomes of an essay when the language model cannot be had."""

    FAIL = "fail"
    DEGRADE = "degrade"
    """It gets the offline feedback, marked as such."""


class FeedbackOptions(ModelOptions):
    """How feedback is made: by rules in process (the default), or by a language model.

    ``trait_model`` is what ``training`` fitted to a user's own scored essays, as JSON. The others are for a language
    model: its name (else the configured one), the names of a class list, that are hidden from it, what to do when it
    cannot be had, and the budget. What is spent is counted by ``account``: the batch, where none is named; batches
    that name the same one (a class, a school) share it, and should name the same budget.
    """

    backend: FeedbackBackend = FeedbackBackend.OFFLINE
    trait_model: TraitModel | None = None
    on_failure: OnFailure = OnFailure.FAIL


def options_of(settings: PhaseSettings) -> FeedbackOptions:
    """The options of a batch.

    Raises:
        PhaseWorkError: an option is unknown or has a value that it cannot have (``INVALID_SETTINGS``).
    """
    try:
        return FeedbackOptions.model_validate(dict(settings.options))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, f"Feedback settings: {problems}") from error
