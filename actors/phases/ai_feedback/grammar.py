"""Evidence from Harper (Automattic's offline grammar checker for English), through the rules that lessons name.

Only those rules are run. Of some 900 rules, the lessons use about 50 that proved right when their findings were read;
they take 3 ms for an essay, all rules 70. Harper's recall is low, so its findings are evidence, never a count of
errors.
"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import cache
from typing import Final

from harper import Lint, Linter

from actors.phases.ai_feedback.lessons import CheckerRule, Lesson, lesson_book
from actors.phases.ai_feedback.passage import Extent, Passage
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource

_BESIDE: Final = 40
_LONGEST_PIECE: Final = 8_000
"""Characters given to Harper at once: in a paragraph without end, its time grows faster than the text."""


def grammar_evidence(passage: Passage) -> Iterator[EvidenceItem]:
    """Harper's findings in an English text, each with its lesson and its offsets."""
    checker = load_beside().result()
    for piece in _pieces(passage):
        for rule, lints in checker.lints(passage.plain[piece.start : piece.end]):
            for lint in lints:
                yield from _admitted(passage, rule, lint, piece.start)


def _admitted(passage: Passage, rule: str, lint: Lint, offset: int) -> Iterator[EvidenceItem]:
    start, end = lint.span.start + offset, lint.span.end + offset
    text = passage.plain
    left, problem, right = text[max(0, start - _BESIDE) : start], text[start:end], text[end : end + _BESIDE]
    for lesson, guard in _guards_by_rule()[rule]:
        if (lint.suggestion_count or not guard.suggests) and guard.admits(lint.lint_kind, left, problem, right):
            yield _evidence(passage, lesson, lint, Extent(start, end), rule)
            return


def _evidence(passage: Passage, lesson: Lesson, lint: Lint, extent: Extent, rule: str) -> EvidenceItem:
    return EvidenceItem(
        start=extent.start,
        end=extent.end,
        quote=passage.text[extent.start : extent.end],
        topic=lesson.key,
        trait=lesson.trait,
        source=EvidenceSource.GRAMMAR_CHECKER,
        rule=rule,
        suggestions=tuple(suggestion.replacement_text for suggestion in lint.suggestions[:3]),
    )


def _pieces(passage: Passage) -> Iterator[Extent]:
    """The text as pieces of whole paragraphs, as few as the limit allows; longer paragraphs are cut."""
    start, last = 0, 0
    for paragraph in passage.paragraphs:
        while paragraph.end - start > _LONGEST_PIECE:
            cut = last if last > start else start + _LONGEST_PIECE
            yield Extent(start, cut)
            start = cut
        last = paragraph.end
    if last > start:
        yield Extent(start, last)


class _Checker:
    """Harper with only the rules that lessons name. A linter is not thread-safe, but a worker has only one thread."""

    def __init__(self, rules: frozenset[str]) -> None:
        self._rules = rules
        self._linter = Linter()
        self._linter.set_lint_config({name: name in rules for name in self._linter.get_default_lint_config()})

    def lints(self, text: str) -> Iterator[tuple[str, list[Lint]]]:
        """The findings of each rule."""
        found = self._linter.organized_lints(text, language="plaintext")
        return ((rule, lints) for rule, lints in found.items() if lints and rule in self._rules)


@cache
def load_beside() -> "Future[_Checker]":
    """Load Harper once, in a thread: this takes a second, in which others can run."""
    return ThreadPoolExecutor(1, "harper").submit(_Checker, frozenset(_guards_by_rule()))


@cache
def _guards_by_rule() -> dict[str, list[tuple[Lesson, CheckerRule]]]:
    guards: dict[str, list[tuple[Lesson, CheckerRule]]] = {}
    for lesson in lesson_book("en").lesson:
        for guard in lesson.harper:
            guards.setdefault(guard.rule, []).append((lesson, guard))
    return guards
