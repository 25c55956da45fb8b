"""Which of the languages of the feature judge a text is in."""

from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode

LANGUAGES: Final = ("en", "sv")
_TELLING: Final = 4_000
"""Characters at the beginning that tell the language."""


def language_of(text: str, asked_for: str) -> str:
    """``en`` or ``sv``: as asked for, whatever the region, or (``auto``) as the text shows.

    Raises:
        PhaseWorkError: another language was asked for (``LANGUAGE_NOT_SUPPORTED``).
    """
    if asked_for == "auto":
        return str(_identifier().classify(text[:_TELLING].encode("utf-8", "replace"))[0])
    language = asked_for.replace("_", "-").split("-")[0].lower()
    if language not in LANGUAGES:
        message = f"The feature judge knows English and Swedish, not {asked_for!r}: choose another judge."
        raise PhaseWorkError(ErrorCode.LANGUAGE_NOT_SUPPORTED, message)
    return language


@cache
def _identifier() -> LanguageIdentifier:
    identifier = LanguageIdentifier.from_model_file(MODEL_FILE)
    identifier.set_languages(list(LANGUAGES))
    return identifier
