"""The texts of the offline feedback, one TOML file per language, and the models that validate them."""

import re
import tomllib
from functools import cache, cached_property
from importlib.resources import files
from typing import Annotated, Final

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PositiveFloat

from actors.phases.ai_feedback.genre import Genre
from contracts.results.ai_feedback import Trait

LANGUAGES: Final = ("en", "sv")


def _compilable(pattern: str) -> str:
    re.compile(pattern)
    return pattern


Pattern = Annotated[str, AfterValidator(_compilable)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckerRule(_Part):
    """A rule of the grammar checker, with guards that admit only the uses of it that proved right when read.

    ``problem`` must match the whole flagged text. ``left`` and ``right`` must be found in the text beside it, and
    ``left_not`` and ``right_not`` must not. ``kind`` is the checker's kind; ``suggests`` requires a suggestion.
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
        """True if this use of the rule passes all guards."""
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


class Case(_Part):
    """One pattern among a lesson's slips: the rules that see it, and the texts for this pattern."""

    seen_by: tuple[str, ...]
    title: str = ""
    rule: str = ""
    examples: tuple[str, ...]
    next_steps: tuple[str, ...] = ()


class Lesson(_Part):
    """One thing to learn, in plain words. ``weight`` says how much it matters to a reader.

    It covers slips whose rules (over a parse) have its key as topic, and those found by ``harper``, ``languagetool``
    (a pattern for names of rules) and ``patterns``. ``suggests`` must be found in LanguageTool's suggestion: otherwise
    the rule means something else there.

    ``typical`` is how many such slips an essay of learners at school has per 100 words: a round number, set by hand
    while reading classes of essays. A lesson ``for_able`` writers is a challenge, and for them alone unless it is
    ``for_all``. ``not_for`` are the genres that it does not fit.
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
    typical: PositiveFloat = 0.2
    for_able: bool = False
    for_all: bool = False
    not_for: tuple[Genre, ...] = ()
    cases: tuple[Case, ...] = ()
    languagetool: Pattern | None = None
    suggests: Pattern | None = None
    patterns: tuple[Pattern, ...] = ()

    def case_of(self, rule: str) -> Case | None:
        """The case that a rule belongs to, if the lesson distinguishes it."""
        return next((case for case in self.cases if rule in case.seen_by), None)


class Praise(_Part):
    """One thing that can be done well, with ways to say so. ``plain`` ones say where it is, without a quotation.

    ``common`` is the share of essays that can be praised for it: a round number.
    """

    key: str
    trait: Trait
    common: float = Field(default=0.3, ge=0, le=1)
    not_for: tuple[Genre, ...] = ()
    comments: tuple[str, ...] = ()
    plain: tuple[str, ...] = ()


class Frame(_Part):
    """The words between the parts of the student's text. Nothing but quotations stands between its quotation marks."""

    quote_open: str
    quote_close: str
    strengths_heading: str
    work_heading: str
    challenge_heading: str
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
    places: tuple[str, ...]
    places_again: tuple[str, ...]
    closings: tuple[str, ...]
    challenge_closings: tuple[str, ...]


class LessonBook(_Part):
    """All lessons of a language, in the order that breaks ties; ``words`` are lists for the detectors."""

    lesson: tuple[Lesson, ...]
    strength: tuple[Praise, ...]
    words: dict[str, tuple[str, ...]]
    frame: Frame

    @cached_property
    def lessons(self) -> dict[str, Lesson]:
        """The lessons by key."""
        return {lesson.key: lesson for lesson in self.lesson}

    def is_challenge(self, topic: str) -> bool:
        """True for a lesson that is only for able writers."""
        return topic in self.lessons and self.lessons[topic].for_able and not self.lessons[topic].for_all

    @cached_property
    def praises(self) -> dict[str, Praise]:
        """The praises by key."""
        return {praise.key: praise for praise in self.strength}

    @cached_property
    def marks(self) -> dict[str, re.Pattern[str]]:
        """For each list of words, a pattern that finds any of them as a whole word in lower-case text."""
        return {name: _any_of(words) for name, words in self.words.items()}


def _any_of(words: tuple[str, ...]) -> re.Pattern[str]:
    longest_first = sorted(words, key=len, reverse=True)
    return re.compile(r"\b(?:" + "|".join(map(re.escape, longest_first)) + r")\b")


@cache
def lesson_book(language: str) -> LessonBook:
    """The lessons of one of the ``LANGUAGES``."""
    text = files(__name__).joinpath(f"{language}.toml").read_text(encoding="utf-8")
    return LessonBook.model_validate(tomllib.loads(text))
