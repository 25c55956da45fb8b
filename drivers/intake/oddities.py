"""Files among the essays that are plainly none: the task itself, a class list, a table of marks, files of programs."""

import re
from collections.abc import Iterator, Sequence
from pathlib import PurePosixPath
from typing import Final

from contracts.failures import ErrorCode
from drivers.intake.intake_report import DoubtKind, Question, some_of
from drivers.intake.likeness import NOISE, words_of
from drivers.intake.model import FileReading

_NAMES_OF_TASKS: Final = frozenset({
    "aufgabe", "assignment", "bedomning", "bedomningsmatris", "consigne", "instruction", "instructions", "instruktion",
    "instruktioner", "kriterier", "kunskapskrav", "matris", "oppgave", "oppgaven", "prompt", "rubric", "task",
    "tasksheet", "uppgift", "uppgiften", "uppgiftsblad", "worksheet",
})  # fmt: skip
# What only a task says, in English and in Swedish.
_STRONG: Final = tuple(
    re.compile(phrase, re.IGNORECASE)
    for phrase in (
        r"\b(at least|between|about|around|minimum|maximum) \d{2,4}( ?(-|–|and|to) ?\d{2,4})? words\b",
        r"\b(minst|mellan|cirka|ca|ungefär|högst)\.? \d{2,4}( ?(-|–|och|till) ?\d{2,4})? ord\b",
        r"\b(hand (it |your \w+ )?in (by|on|before)|submit (it|your)|deadline|due (date|by|on))\b",
        r"\b(lämnas? in (senast|på|i)|inlämning|senast den)\b",
        r"\b(your task (is|:)|you will be (graded|assessed)|din uppgift (är|:)|du kommer att bedömas)",
        r"\bwrite an? (\w+ ){0,3}(essay|text|letter|article|story) (in which|where|about|on|of|that)\b",
        r"\bskriv (en|ett) (\w+ ){0,3}(uppsats|text|novell|insändare|essä|brev|artikel) (där|om|på|som)\b",
        r"\b(assessment|grading) criteria\b|\bbedömningskriterier\b|\bbedömningsmatris\b|\bkunskapskrav",
    )
)
_WEAK: Final = tuple(
    re.compile(phrase, re.IGNORECASE)
    for phrase in (
        r"\b(remember to|make sure (that )?you|tänk på att|kom ihåg att|glöm inte att)\b",
        r"\b(choose one of|välj (en|ett) av)\b",
        r"\b(use (examples|arguments|paragraphs)|ge exempel|använd (exempel|argument|styckeindelning))\b",
        r"\b(write|explain|discuss|describe|argue) (whether|why|how|your|if)\b",
        r"\b(skriv|förklara|beskriv|diskutera|motivera) (om|varför|hur|din|ditt|dina)\b",
        r"\b(you should|you are to|your (text|essay|letter) should|du ska|din (text|uppsats) ska)\b",
    )
)
_LONGEST_TASK = 6_000  # characters
_OF_THE_TASK = 0.6
_FEWEST_NAMES = 4
_OF_THE_CLASS = 0.5
_OF_THE_LINES = 0.8
_CAPITAL: Final = "A-ZÅÄÖÉÜÆØ"
_NAME_LINE: Final = re.compile(
    rf"\W*\d{{0,3}}\W*[{_CAPITAL}][\w'’-]+(?:,? [{_CAPITAL}][\w'’.-]*){{1,3}}(?:[ \t;,].{{0,40}})?"
)
_READ: Final = frozenset({
    "", ".csv", ".doc", ".docx", ".gdoc", ".heic", ".htm", ".html", ".jpeg", ".jpg", ".md", ".markdown", ".odt",
    ".pages", ".pdf", ".png", ".rtf", ".text", ".tif", ".tiff", ".tsv", ".txt", ".webp", ".wps", ".xlsx", ".zip",
})  # fmt: skip
_MANY_OTHERS = 20
_FILES_FOR_EACH_NAME, _MORE_FILES = 3, 10


def other_files(files: Sequence[str]) -> Question | None:
    """Where most files in a folder are of types that no essay has, it may be the wrong folder."""
    strange = [file for file in files if PurePosixPath(file).suffix.casefold() not in _READ]
    if len(strange) < _MANY_OTHERS or len(strange) <= len(files) - len(strange):
        return None
    text = f"{len(strange)} of {len(files)} files are of types that no essay has ({some_of(strange, 3)})."
    return Question(DoubtKind.NO_ESSAYS, text, tuple(strange))


def too_many_files(files: Sequence[str], names: Sequence[str]) -> Question | None:
    """Far more files than the class has students."""
    if not names or len(files) <= _FILES_FOR_EACH_NAME * len(names) + _MORE_FILES:
        return None
    text = f"There are {len(files)} files, and {len(names)} names in the class list: is this the right folder?"
    return Question(DoubtKind.TOO_MANY_FILES, text, tuple(files))


def no_essays(readings: Sequence[FileReading], names: Sequence[str], assignment: str) -> Question | None:
    """The files that look like the task, or like a class list, beside the essays."""
    if len(readings) < 2:
        return None
    found = {reading.file: what for reading in readings if (what := _looks_like(reading, names, assignment))}
    if not found or len(found) == len(readings):
        return None
    text = " ".join(f"{file} looks like {what}." for file, what in found.items())
    return Question(DoubtKind.NO_ESSAYS, text, tuple(found))


def _looks_like(reading: FileReading, names: Sequence[str], assignment: str) -> str:
    if reading.is_row or reading.submission is not None:
        return ""
    if reading.text is None:
        return "a class list or a table of marks" if _is_other_table(reading) else ""
    if _is_class_list(reading.text, names):
        return "a class list"
    return "the task" if _is_task(reading.file, reading.text, assignment) else ""


def _is_other_table(reading: FileReading) -> bool:
    is_table = PurePosixPath(reading.file).suffix.casefold() in {".csv", ".tsv", ".xlsx"}
    failure = reading.failure
    return is_table and failure is not None and failure.error_code is ErrorCode.UNKNOWN_FILE_TYPE


def _is_class_list(text: str, names: Sequence[str]) -> bool:
    lines = [line for line in text.splitlines() if line.strip()]
    if len(lines) < _FEWEST_NAMES:
        return False
    words = set(words_of(text))
    there = sum(set(words_of(name)) <= words for name in names)
    if there >= max(_FEWEST_NAMES, _OF_THE_CLASS * len(names)):
        return True
    return sum(_NAME_LINE.fullmatch(line) is not None for line in lines) >= _OF_THE_LINES * len(lines)


def _is_task(file: str, text: str, assignment: str) -> bool:
    if len(text) > _LONGEST_TASK:
        return False
    if assignment and _shared(assignment, text) >= _OF_THE_TASK and len(text) < 3 * len(assignment):
        return True
    strong, weak = (sum(phrase.search(text) is not None for phrase in phrases) for phrases in (_STRONG, _WEAK))
    words = set(words_of(PurePosixPath(file).stem))
    named = bool(words & _NAMES_OF_TASKS) and words <= _NAMES_OF_TASKS | NOISE
    return strong >= 2 or (strong == 1 and (weak >= 2 or named)) or (named and weak >= 3)


def _shared(assignment: str, text: str) -> float:
    asked, there = (set(_triples(words)) for words in (assignment, text))
    return len(asked & there) / len(asked) if asked else 0.0


def _triples(text: str) -> Iterator[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return zip(words, words[1:], words[2:], strict=False)
