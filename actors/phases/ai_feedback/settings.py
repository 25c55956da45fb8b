"""The phase's own settings: what ``PhaseSettings.options`` may hold."""

from pydantic import BaseModel, ConfigDict, ValidationError

from actors.phases.ai_feedback.traits import TraitModel
from actors.phases.service import PhaseSettings, PhaseWorkError
from contracts.failures import ErrorCode
from contracts.results.ai_feedback import FeedbackBackend


class FeedbackOptions(BaseModel):
    """How feedback is made: by rules in process (the default), or by a language model.

    ``trait_model`` is what ``training`` fitted to a user's own scored essays, as JSON.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    backend: FeedbackBackend = FeedbackBackend.OFFLINE
    trait_model: TraitModel | None = None


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
