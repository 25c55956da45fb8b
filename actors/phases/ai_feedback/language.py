"""Which of the two languages of the lessons a text is in."""

from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from actors.phases.ai_feedback.lessons import LANGUAGES
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode

_TELLING: Final = 4_000
"""Characters at the beginning that tell the language."""


def language_of(text: str, asked_for: str) -> str:
    """``en`` or ``sv``: as asked for, whatever the region, or (``auto``) as the text shows.

    Raises:
        PhaseWorkError: another language was asked for (``LANGUAGE_NOT_SUPPORTED``).
    """
    if asked_for == "auto":
        return str(_identifier().classify(text[:_TELLING])[0])
    language = asked_for.replace("_", "-").split("-")[0].lower()
    if language not in LANGUAGES:
        raise PhaseWorkError(
            ErrorCode.LANGUAGE_NOT_SUPPORTED, f"No feedback in {asked_for!r}: only English and Swedish."
        )
    return language


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier
