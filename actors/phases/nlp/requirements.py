"""What a text must have for a metric to be meaningful; each requirement says in words what is missing."""

from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.metric import Requirement

_NAMES: Final = {"en": "English", "sv": "Swedish"}


def words(least: int) -> Requirement:
    """Require at least ``least`` words."""
    return lambda document: _too_few(len(document.words), least, "word")


def sentences(least: int) -> Requirement:
    """Require at least ``least`` sentences."""
    return lambda document: _too_few(len(document.sentences), least, "sentence")


def paragraphs(least: int) -> Requirement:
    """Require at least ``least`` paragraphs."""
    return lambda document: _too_few(len(document.paragraphs), least, "paragraph")


def language(code: str, because: str) -> Requirement:
    """Require a text in the language ``code``; ``because`` says why other languages lack the metric."""

    def requirement(document: Document) -> str | None:
        if document.language == code:
            return None
        return f"not available for {_NAMES[document.language]}: {because}"

    return requirement


def _too_few(count: int, least: int, noun: str) -> str | None:
    if count >= least:
        return None
    return f"needs at least {least} {noun}{'s' * (least != 1)}; the text has {count}"
