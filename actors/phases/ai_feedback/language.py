"""Decides which of the lessons' two languages a text is in."""

from actors.phases.ai_feedback.lessons import LANGUAGES
from actors.phases.nlp.languages import detect, likeliest_supported
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode


def language_of(text: str, asked_for: str) -> str:
    """``en`` or ``sv``: the language asked for, in any region, or for ``auto`` the one that the text is in.

    Raises:
        PhaseWorkError: the text is certainly in another language, or another was asked for
            (``LANGUAGE_NOT_SUPPORTED``).
    """
    if asked_for == "auto":
        return _detected(text)
    language = asked_for.replace("_", "-").partition("-")[0].lower()
    if language not in LANGUAGES:
        raise _not_supported(asked_for)
    return language


def _detected(text: str) -> str:
    detection = detect(text)
    if detection is None:
        return likeliest_supported(text)
    if detection.is_foreign:
        raise _not_supported(detection.language)
    return detection.supported


def _not_supported(language: str) -> PhaseWorkError:
    message = f"There is no feedback in {language!r}: only in English and Swedish."
    return PhaseWorkError(ErrorCode.LANGUAGE_NOT_SUPPORTED, message, language=language, supported=list(LANGUAGES))
