"""Errors per 100 words, if the spellcheck phase has found them."""

from collections.abc import Callable
from typing import Final

from actors.phases.nlp.document import Document
from actors.phases.nlp.metric import Family
from actors.phases.nlp.requirements import words
from contracts.results.spellcheck import CorrectionKind, SpellingCorrection


def _was_checked(document: Document) -> str | None:
    return None if document.corrections is not None else "the spellcheck phase did not run before"


ACCURACY: Final = Family("accuracy", "Accuracy", (words(1), _was_checked))

_SOURCE: Final = "errors per 100 words, Wolfe-Quintero et al. (1998); found by the spellcheck phase"
_KINDS: Final = {
    CorrectionKind.NON_WORD: "Misspellings that are no word of the language",
    CorrectionKind.SPLIT_JOIN: "Words wrongly joined or divided",
    CorrectionKind.REAL_WORD: "Words written in the place of another",
}


def _rate(document: Document, counts: Callable[[SpellingCorrection], bool]) -> float:
    return 100 * sum(map(counts, document.corrections or ())) / len(document.words)


@ACCURACY.metric()
def spelling_errors_per_100_words(document: Document) -> float:
    """Spelling errors found per 100 words, whether or not the correction was sure enough to be applied.

    Unit: per 100 words. Source: errors per 100 words, Wolfe-Quintero et al. (1998); found by the spellcheck phase.
    """
    return _rate(document, lambda _: True)


@ACCURACY.metric()
def spelling_corrected_per_100_words(document: Document) -> float:
    """Spelling errors whose correction was sure enough to be applied, per 100 words.

    Unit: per 100 words. Source: errors per 100 words, Wolfe-Quintero et al. (1998); found by the spellcheck phase.
    """
    return _rate(document, lambda correction: correction.applied)


def _rate_of(kind: CorrectionKind) -> Callable[[Document], float]:
    return lambda document: _rate(document, lambda correction: correction.kind is kind)


for _kind, _what in _KINDS.items():
    ACCURACY.add(
        f"spelling_{_kind.value}_per_100_words",
        _rate_of(_kind),
        f"{_what}, per 100 words.\n\nUnit: per 100 words. Source: {_SOURCE}.",
    )
