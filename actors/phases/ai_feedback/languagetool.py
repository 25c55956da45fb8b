"""Evidence from LanguageTool's rules, by LingoTweaker, if the extra ``[languagetool]`` is installed.

A match of a rule that no lesson names is not told to the student, but its place is no example of good writing either.
"""

import os
import re
import string
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import metadata, resources, util
from itertools import islice
from pathlib import Path
from shutil import copytree, ignore_patterns
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any, Final

from wordfreq import zipf_frequency

from actors.phases.ai_feedback.lessons import Lesson, lesson_book
from actors.phases.ai_feedback.passage import Extent, Passage
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource

if TYPE_CHECKING:
    from lt_py import Engine

_CODES: Final = {"en": "en-US", "sv": "sv"}
_LEFT_OUT: Final = ["TYPOGRAPHY", "STYLE", "REDUNDANCY", "PLAIN_ENGLISH", "TYPOS", "CASING", "REPETITIONS_STYLE"]
"""Categories of rules that are not run: other code looks at spelling and capitals, and style is a matter of taste."""
_MATTERS_OF_TASTE: Final = re.compile(r"COMMA_COMPOUND_SENTENCE.*|EN_UNPAIRED_QUOTES|HUNSPELL_RULE|SV_COMPOUNDS")
_RIGHT_AFTER: Final = {
    "NNP_AGREEMENT": re.compile(r"\b[Tt]he (?:[A-Z]\w+ )*[A-Z]\w+s ?\Z"),
    "COLLECTIVE_NOUN_VERB_AGREEMENT_VBD": re.compile(r"\b(?:amount|number|majority|variety|lot) of [a-z ]+\Z"),
    "MISSING_TO_BEFORE_A_VERB": re.compile(r"\b(?:talk|speak|listen|go|belong) to \Z"),
}
"""Text before a match that shows the rule to be wrong: The Beatles come, people to talk to like music."""
_NO_PLURAL: Final = re.compile(
    r"\b(?:energies|informations|homeworks|moneys|monies|helps|funs|foods|waters|stresses)\Z"
)
"""Plurals that are bad advice, such as energies for many energy."""
_LETTERS: Final = re.compile(r"[^\W\d_]+")
_LONGEST_PIECE: Final = 2_000
"""Characters checked at once: the time for a text without end grows faster than the text."""
_LONGEST_WORD: Final = 40
_LONGEST_TEXT: Final = 30_000
"""Characters checked in all, some 5,500 words."""
_MOST_UNKNOWN: Final = 1_000
"""Unknown words checked in all: each takes some 5 ms, fifty times as long as a known word."""


@dataclass(frozen=True, slots=True)
class Match:
    """A match of one of LanguageTool's rules, and the lesson about it, if any."""

    place: Extent
    rule: str
    lesson: Lesson | None
    suggestions: tuple[str, ...]


def matches(passage: Passage, language: str) -> Iterator[Match]:
    """The matches of the rules; none if the extra is not installed."""
    if not is_installed(language):
        return
    last = checked_end(passage, language)
    for paragraph in passage.paragraphs:
        end = min(paragraph.end, last)
        for start in range(paragraph.start, end, _LONGEST_PIECE):
            piece = Extent(start, min(start + _LONGEST_PIECE, end))
            yield from _matches_in(passage, piece, language)


def checked_end(passage: Passage, language: str) -> int:
    """The offset where the checked part ends: after ``_LONGEST_TEXT`` characters or ``_MOST_UNKNOWN`` unknown words."""
    unknown = (word for word in passage.words if not zipf_frequency(passage.lowered(word)[:_LONGEST_WORD], language))
    beyond = next(islice(unknown, _MOST_UNKNOWN, None), None)
    return min(len(passage.plain), _LONGEST_TEXT, beyond.start if beyond else _LONGEST_TEXT)


def _matches_in(passage: Passage, piece: Extent, language: str) -> Iterator[Match]:
    text = passage.plain[piece.start : piece.end]
    offsets = _offsets(text)
    for found in _engine(language).check(text):
        rule = str(found["rule_id"])
        if not _MATTERS_OF_TASTE.fullmatch(rule):
            start, end = offsets[found["offset"]], offsets[found["offset"] + found["length"]]
            place = Extent(piece.start + start, piece.start + end)
            suggestions = tuple(found["suggestions"][:3])
            lesson = _lesson_of(rule, language)
            if (excused := _RIGHT_AFTER.get(rule)) is not None and excused.search(text, 0, start):
                continue
            told = lesson is not None and _is_told_by(lesson, suggestions, language)
            yield Match(place, rule, lesson if told else None, suggestions)


def _is_told_by(lesson: Lesson, suggestions: Sequence[str], language: str) -> bool:
    """True if a suggestion is what the lesson teaches, in words that exist (not *donged* for *dong*)."""
    if not suggestions:
        return True
    fitting = [one for one in suggestions if lesson.suggests is None or re.search(lesson.suggests, one)]
    fitting = [one for one in fitting if _NO_PLURAL.search(one) is None]
    return any(all(zipf_frequency(word, language) for word in _LETTERS.findall(one)) for one in fitting)


def _offsets(text: str) -> dict[int, int]:
    """The index of each character, by its offset in UTF-8."""
    places, byte = {}, 0
    for place, char in enumerate(text):
        places[byte] = place
        byte += len(char.encode())
    return places | {byte: len(text)}


def evidence_from(passage: Passage, match: Match, lesson: Lesson) -> EvidenceItem:
    """A match, as evidence for a lesson."""
    return EvidenceItem(
        start=match.place.start,
        end=match.place.end,
        quote=passage.text[match.place.start : match.place.end],
        topic=lesson.key,
        trait=lesson.trait,
        source=EvidenceSource.GRAMMAR_CHECKER,
        rule=match.rule,
        suggestions=match.suggestions,
    )


def is_installed(language: str) -> bool:
    """True if the engine and its rules for a language are installed."""
    return util.find_spec("lt_py") is not None and util.find_spec(f"lingotweaker_data_{language}") is not None


def version() -> str:
    """The version of the checker: a part of the phase's version."""
    return f"languagetool{metadata.version('lingotweaker')}" if util.find_spec("lt_py") else "nolanguagetool"


@cache
def _lesson_of(rule: str, language: str) -> Lesson | None:
    lessons = lesson_book(language).lesson
    return next((one for one in lessons if one.languagetool and re.fullmatch(one.languagetool, rule)), None)


@cache
def _engine(language: str) -> "Engine":
    lt_py: Any = __import__("lt_py")  # an optional dependency that takes 3 s to load its rules
    code = _CODES[language]
    if language != "sv":
        return lt_py.Engine(code, disabled_categories=_LEFT_OUT)
    with swedish_without_spelling() as data:  # else each unknown word takes a fifth of a second, whatever is disabled
        return lt_py.Engine(code, disabled_categories=_LEFT_OUT, data_dir=str(data))


@contextmanager
def swedish_without_spelling() -> Iterator[Path]:
    """A copy of the Swedish rules' data, with a dictionary that accepts anything made of letters and digits."""
    letters = [*string.ascii_letters, *string.digits, *"åäöéÅÄÖÉ"]
    with TemporaryDirectory() as folder:
        data = Path(str(resources.files("lingotweaker_data_sv"))) / "data"
        copytree(data, folder, copy_function=os.symlink, ignore=ignore_patterns("hunspell"), dirs_exist_ok=True)
        dictionary = Path(folder, "sv", "hunspell")
        dictionary.mkdir()
        (dictionary / "sv_SE.aff").write_text("SET UTF-8\nCOMPOUNDFLAG c\nCOMPOUNDMIN 1\n", encoding="utf-8")
        words = "".join(f"{letter}/c\n" for letter in letters)  # each can be a part of a compound
        (dictionary / "sv_SE.dic").write_text(f"{len(letters)}\n{words}", encoding="utf-8")
        yield Path(folder)
