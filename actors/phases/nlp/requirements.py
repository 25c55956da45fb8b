"""What a text must have for a metric to mean something; each says in words what is missing."""

from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.metric import Requirement

_NAMES: Final = {"en": "English", "sv": "Swedish"}


def words(least: int) -> Requirement:
    """At least so many words."""
    return lambda document: _too_few(len(document.words), least, "word")


def sentences(least: int) -> Requirement:
    """At least so many sentences."""
    return lambda document: _too_few(len(document.sentences), least, "sentence")


def paragraphs(least: int) -> Requirement:
    """At least so many paragraphs."""
    return lambda document: _too_few(len(document.paragraphs), least, "paragraph")


def language(code: str, because: str) -> Requirement:
    """A text of this one language; ``because`` says why others lack the metric."""

    def requirement(document: Document) -> str | None:
        if document.language == code:
            return None
        return f"not available for {_NAMES[document.language]}: {because}"

    return requirement


def _too_few(count: int, least: int, noun: str) -> str | None:
    if count >= least:
        return None
    return f"needs at least {least} {noun}{'s' * (least != 1)}; the text has {count}"
