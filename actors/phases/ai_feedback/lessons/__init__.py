"""The texts of the offline feedback, one TOML file per language, and their models."""

import re
import tomllib
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict

from contracts.results.ai_feedback import Trait

LANGUAGES: Final = ("en", "sv")


def _compilable(pattern: str) -> str:
    re.compile(pattern)
    return pattern


Pattern = Annotated[str, AfterValidator(_compilable)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckerRule(_Part):
    """A rule of the grammar checker, with guards that keep the uses of it which proved right when read.

    ``problem`` must match all that is flagged, ``left`` and ``right`` must be found in what stands beside it, the
    ``_not`` ones must not; ``kind`` is the checker's kind; ``suggests`` asks for a suggestion.
    """

    rule: str
    problem: Pattern | None = None
    left: Pattern | None = None
    right: Pattern | None = None
    left_not: Pattern | None = None
    right_not: Pattern | None = None
    kind: str | None = None
    suggests: bool = False

    def admits(self, kind: str, left: str, problem: str, right: str) -> bool:
        """True when this use of the rule passes all guards."""
        return (
            self.kind in {None, kind}
            and (self.problem is None or re.fullmatch(self.problem, problem) is not None)
            and _found(self.left, left)
            and _found(self.right, right)
            and not (self.left_not is not None and re.search(self.left_not, left))
            and not (self.right_not is not None and re.search(self.right_not, right))
        )


def _found(pattern: str | None, text: str) -> bool:
    return pattern is None or re.search(pattern, text) is not None


class Lesson(_Part):
    """One thing to learn, in plain words. ``weight`` says how much it matters to a reader.

    Slips that it speaks to are those of the parser's rules that have its key for a topic, and those of ``harper``,
    ``languagetool`` (a pattern of the names of its rules) and ``patterns``.
    """

    key: str
    trait: Trait
    weight: float
    title: str
    comment: str = ""
    rule: str
    examples: tuple[str, ...]
    next_steps: tuple[str, ...]
    harper: tuple[CheckerRule, ...] = ()
    languagetool: Pattern | None = None
    patterns: tuple[Pattern, ...] = ()


class Praise(_Part):
    """One thing that can be done well, with ways to say so."""

    key: str
    trait: Trait
    comments: tuple[str, ...]


class Frame(_Part):
    """The words between the parts of the student's text. Only quotations stand between the quotation marks."""

    quote_open: str
    quote_close: str
    strengths_heading: str
    work_heading: str
    you_wrote: str
    as_corrected: str
    spelling_was: str
    spelling_now: str
    rule: str
    example: str
    next_step: str
    more: str
    short_text: str
    nothing_found: str
    fresh_start: tuple[str, ...]
    closings: tuple[str, ...]


class LessonBook(_Part):
    """All lessons of a language, in the order in which they break ties; ``words`` are lists for the detectors."""

    lesson: tuple[Lesson, ...]
    strength: tuple[Praise, ...]
    words: dict[str, tuple[str, ...]]
    frame: Frame

    @cached_property
    def lessons(self) -> dict[str, Lesson]:
        """The lessons by key."""
        return {lesson.key: lesson for lesson in self.lesson}

    @cached_property
    def praises(self) -> dict[str, Praise]:
        """The praises by key."""
        return {praise.key: praise for praise in self.strength}

    @cached_property
    def marks(self) -> dict[str, re.Pattern[str]]:
        """For each list of words, a pattern that finds any of them as whole words in lower-case text."""
        return {name: _any_of(words) for name, words in self.words.items()}


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")


@cache
def lesson_book(language: str) -> LessonBook:
    """The lessons of a language in ``LANGUAGES``."""
    text = files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return LessonBook.model_validate(tomllib.loads(text))
