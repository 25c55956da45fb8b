"""Decides in which language the feature judge measures a text."""

from actors.phases.nlp.languages import detect, likeliest_supported
from actors.phases.nlp.measuring import base_language
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode


def language_of(text: str, asked_for: str) -> str:
    """``en`` or ``sv``: the language asked for, in any region, or for ``auto`` the one that the text is in.

    Raises:
        PhaseWorkError: the text is in another language, or another one was asked for (``LANGUAGE_NOT_SUPPORTED``).
    """
    if asked_for != "auto":
        return _supported(asked_for)
    detection = detect(text)
    if detection is None:
        return likeliest_supported(text)
    return _supported(detection.language) if detection.is_foreign else detection.supported


def _supported(language: str) -> str:
    try:
        return base_language(language.replace("_", "-").lower())
    except ValueError as error:
        message = f"The feature judge cannot judge texts in {language!r}: another judge may."
        raise PhaseWorkError(ErrorCode.LANGUAGE_NOT_SUPPORTED, message) from error
