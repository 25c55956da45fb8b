"""Decides which language a text is checked in."""

import re
from functools import cache
from typing import Final

from py3langid.langid import MODEL_FILE, LanguageIdentifier

from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode

LANGUAGES: Final = ("en", "en-US", "en-GB", "sv")
"""The languages the checker knows. ``en`` accepts American and British spelling side by side."""

_DETECTED: Final = frozenset({"en", "sv"})
_READ: Final = 6_000
_ENOUGH_WORDS: Final = 12
_STRONG: Final = 0.95
_LETTERS: Final = re.compile(r"[^\W\d_]+")


def language_of(text: str, asked: str) -> str:
    """The language to check ``text`` in: the one that was asked for, or for ``auto`` the one it is written in.

    Raises:
        PhaseWorkError: LANGUAGE_NOT_SUPPORTED, if another language was asked for, or if a text is long enough and
            clearly in another language.
    """
    if asked.strip().lower() in {"", "auto"}:
        return _detected(text)
    normal = {language.lower(): language for language in LANGUAGES}
    found = normal.get(asked.strip().lower().replace("_", "-")) or normal.get(_base_of(asked))
    if found is None:
        raise _not_supported(f"The spellchecker knows English and Swedish, not “{asked}”", asked)
    return found


def _base_of(asked: str) -> str:
    return re.split("[-_]", asked.strip().lower())[0]


def _detected(text: str) -> str:
    words = _LETTERS.findall(text[:_READ])
    if not words:
        return "en"
    read = " ".join(words)
    ranking = _identifier().rank(read)
    best, strength = ranking[0]
    if best not in _DETECTED and len(words) >= _ENOUGH_WORDS and strength >= _STRONG:
        raise _not_supported(f"The text seems to be written in another language ({best}) than English or Swedish", best)
    return str(next(language for language, _ in ranking if language in _DETECTED))


def _not_supported(message: str, language: str) -> PhaseWorkError:
    return PhaseWorkError(ErrorCode.LANGUAGE_NOT_SUPPORTED, message, language=language)


@cache
def _identifier() -> LanguageIdentifier:
    """py3langid's model, with probabilities. Loaded for the first text whose language is to be detected."""
    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
