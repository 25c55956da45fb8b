"""Evidence of misspellings: from the spellcheck phase if it ran before, else from its checker.

The spellcheck phase changes the text, so that what it corrected can no longer be quoted as it was written. In that
case, the corrected word is quoted where it is now, and ``as_written`` has the original spelling.
"""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Final

from wordfreq import zipf_frequency

from actors.phases.ai_feedback.lessons import lesson_book
from actors.phases.ai_feedback.misspelling import pattern_of
from actors.phases.service import EssayTask, PhaseSettings
from actors.phases.spellcheck.service import SpellcheckService
from contracts.phases import PhaseName
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource
from contracts.results.spellcheck import SpellcheckResultDataV1, SpellingCorrection

_TOPIC: Final = "spelling"
_VARIANTS: Final = frozenset({"en-US", "en-GB"})
_EVERYDAY: Final = 5.0
"""Zipf frequency from which on everybody knows an English word: in a Swedish text, it is meant to be English."""
_SHOWN_FROM: Final = 0.5
"""Confidence below which a replacement is not shown to the student, who would learn it if it were wrong."""


def spelling_evidence(task: EssayTask, language: str) -> list[EvidenceItem]:
    """The misspellings of an essay, at their places in the task's text."""
    earlier = task.earlier.get(PhaseName.SPELLCHECK)
    if isinstance(earlier, SpellcheckResultDataV1):
        corrected = task.text_id == earlier.text_storage_id
        return [*_placed(task.text, earlier.corrections, language, corrected=corrected)]
    return [*_placed(task.text, _checked(task, language), language, corrected=False)]


def _checked(task: EssayTask, language: str) -> tuple[SpellingCorrection, ...]:
    variant = task.settings.language if task.settings.language in _VARIANTS else language
    result = _spellcheck().process(replace(task, settings=PhaseSettings(language=variant))).result
    return result.corrections if isinstance(result, SpellcheckResultDataV1) else ()


@cache
def _spellcheck() -> SpellcheckService:
    return SpellcheckService()


def _placed(
    text: str, corrections: tuple[SpellingCorrection, ...], language: str, *, corrected: bool
) -> Iterator[EvidenceItem]:
    """The corrections as evidence; in a corrected text, each applied correction shifts those after it."""
    shift = 0
    for one in corrections:
        made = corrected and one.applied
        now = one.replacement if made else one.original
        start = one.start + shift
        if text[start : start + len(now)] == now:
            yield _item(one, start, now, language, made=made)
        shift += len(now) - len(one.original)


def _item(one: SpellingCorrection, start: int, now: str, language: str, *, made: bool) -> EvidenceItem:
    of_english = language != "en" and zipf_frequency(one.original, "en") >= _EVERYDAY
    shown = one.confidence >= _SHOWN_FROM and not of_english
    return EvidenceItem(
        start=start,
        end=start + len(now),
        quote=now,
        topic=_TOPIC,
        trait=lesson_book(language).lessons[_TOPIC].trait,
        source=EvidenceSource.SPELLCHECK,
        rule=pattern_of(one.original, one.replacement, one.kind),
        suggestions=one.candidates if shown and not made else (),
        as_written=one.original if made else None,
    )
