"""Evidence from patterns in lessons, which are short, closed, and precise rather than complete."""

import re
from collections.abc import Iterator
from functools import cache

from actors.phases.ai_feedback.lessons import Lesson, LessonBook, lesson_book
from actors.phases.ai_feedback.passage import Passage
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource


def pattern_evidence(passage: Passage, language: str) -> Iterator[EvidenceItem]:
    """The matches of the lessons' patterns. The last group that matched is quoted, or else the whole match."""
    for lesson, number, pattern in _compiled(language):
        for match in pattern.finditer(passage.plain):
            start, end = match.span(match.lastindex or 0)
            yield EvidenceItem(
                start=start,
                end=end,
                quote=passage.text[start:end],
                topic=lesson.key,
                trait=lesson.trait,
                source=EvidenceSource.PATTERN,
                rule=f"{lesson.key}.{number}",
            )


@cache
def _compiled(language: str) -> tuple[tuple[Lesson, int, re.Pattern[str]], ...]:
    book: LessonBook = lesson_book(language)
    return tuple(
        (lesson, number, re.compile(pattern))
        for lesson in book.lesson
        for number, pattern in enumerate(lesson.patterns, start=1)
    )
