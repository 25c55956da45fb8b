"""The phase's own settings, given in ``PhaseSettings.options``."""

from enum import StrEnum

from pydantic import Field, ValidationError

from actors.phases.ai_feedback.traits import TraitModel
from actors.phases.llm.settings import ModelOptions
from actors.phases.service import PhaseSettings, PhaseWorkError
from contracts.failures import ErrorCode
from contracts.results.ai_feedback import FeedbackBackend


class OnFailure(StrEnum):
    """What happens to an essay if the language model cannot be had."""

    FAIL = "fail"
    DEGRADE = "degrade"
    """The essay gets offline feedback, marked as such."""


class FeedbackOptions(ModelOptions):
    """How feedback is made: by rules (the default), or by a language model."""

    backend: FeedbackBackend = Field(
        default=FeedbackBackend.OFFLINE, description="Who writes: rules in process, or a language model."
    )
    trait_model: TraitModel | None = Field(
        default=None,
        description="Bands of traits, fitted to your own scored essays: what "
        "python -m actors.phases.ai_feedback.training writes.",
    )
    on_failure: OnFailure = Field(
        default=OnFailure.FAIL,
        description="What becomes of an essay for which the model cannot be had: it fails, or gets offline feedback "
        "that says so.",
    )


def options_of(settings: PhaseSettings) -> FeedbackOptions:
    """Validate the options of a batch.

    Raises:
        PhaseWorkError: an option is unknown or has a wrong value (``INVALID_SETTINGS``).
    """
    try:
        return FeedbackOptions.model_validate(dict(settings.options))
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, one['loc']))}: {one['msg']}" for one in error.errors())
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, f"Feedback settings: {problems}") from error
