"""Reads sets of running text, as sentences with the corrections that people made."""

import json
import re
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from rapidfuzz.distance import Levenshtein

_TAG: Final = re.compile(r"<ERR targ=([^>]*)>\s*(.*?)\s*</ERR>")
_AGREED: Final = 2


@dataclass(frozen=True, slots=True)
class Error:
    """A span that people changed, with what each of them wrote there, in lower case."""

    start: int
    stop: int
    corrections: tuple[str, ...]

    def accepts(self, replacement: str) -> bool:
        """Whether one of the people wrote the same."""
        wanted = f" {_spaced(replacement)} "
        return any(wanted in f" {_spaced(correction)} " for correction in self.corrections)


def _spaced(text: str) -> str:
    """The text in lower case, with contractions split as in treebanks (``don't`` becomes ``do n't``)."""
    return re.sub(r"\s+", " ", re.sub(r"(?<=\w)(n't|(?<!\bn)'\w+)\b", r" \1", text.lower().replace("’", "'")))


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence with its errors, and how many of its words are right.

    ``doubtful`` spans are neither: some correctors left them, and others changed them.
    """

    text: str
    errors: tuple[Error, ...] = ()
    correct_words: int = 0
    doubtful: tuple[tuple[int, int], ...] = field(default=())

    def error_at(self, start: int, stop: int) -> Error | None:
        """The error that a span touches, or None."""
        return next((error for error in self.errors if error.start < stop and start < error.stop), None)

    def is_correct_at(self, start: int) -> bool:
        """Whether the word that begins at ``start`` counts as right."""
        return not any(first <= start < last for first, last in self.doubtful)


def _token_spans(tokens: list[str]) -> list[tuple[int, int]]:
    spans, at = [], 0
    for token in tokens:
        spans.append((at, at + len(token)))
        at += len(token) + 1
    return spans


def _lines(path: Path) -> list[list[str]]:
    return [line.split() for line in path.read_text(encoding="utf-8").splitlines()]


def jfleg(path: Path) -> list[Sentence]:
    """The learners' sentences of JFLEG (Napoles, Sakaguchi and Tetreault 2017).

    An error is a token that at least one of the four correctors changed.
    """
    references = [_lines(path.with_name(f"dev.ref{number}")) for number in range(4)]
    return [_judged(source, list(rewrites)) for source, *rewrites in zip(_lines(path), *references, strict=True)]


def _judged(source: list[str], rewrites: list[list[str]]) -> Sentence:
    spans = _token_spans(source)
    written: dict[int, list[str]] = {}
    for rewrite in rewrites:
        for step in Levenshtein.opcodes([token.lower() for token in source], [token.lower() for token in rewrite]):
            if step.tag in {"replace", "delete"}:
                near = " ".join(rewrite[max(step.dest_start - 1, 0) : step.dest_end + 1]).lower()
                for place in range(step.src_start, step.src_end):
                    written.setdefault(place, []).append(near)
    errors = tuple(Error(*spans[place], tuple(near)) for place, near in sorted(written.items()))
    return Sentence(" ".join(source), errors, len(source) - len(errors))


def jfleg_references(path: Path) -> list[Sentence]:
    """JFLEG's four rewrites as correct text.

    Correctors miss errors, so a word counts as right only if at least three of the four wrote it in this sentence.
    """
    references = [_lines(path.with_name(f"dev.ref{number}")) for number in range(4)]
    sentences = []
    for rewrites in zip(*references, strict=True):
        writers = Counter(token.lower() for rewrite in rewrites for token in {word.lower() for word in rewrite})
        for rewrite in rewrites:
            spans = _token_spans(rewrite)
            doubtful = tuple(
                span for token, span in zip(rewrite, spans, strict=True) if writers[token.lower()] <= _AGREED
            )
            sentences.append(Sentence(" ".join(rewrite), (), len(rewrite) - len(doubtful), doubtful))
    return sentences


def holbrook(path: Path) -> list[Sentence]:
    """Holbrook's pupils (1964, tagged by R. Mitton): every misspelling is tagged with the intended word."""
    return [_tagged(line) for line in path.read_text(encoding="utf-8", errors="replace").splitlines() if line.strip()]


def _tagged(line: str) -> Sentence:
    text, errors, at = "", [], 0
    for match in _TAG.finditer(line):
        text += line[at : match.start()]
        errors.append(Error(len(text), len(text) + len(match[2]), (match[1].lower(),)))
        text += match[2]
        at = match.end()
    text += line[at:]
    return Sentence(text, tuple(errors), max(len(text.split()) - len(errors), 0))


def dalaj_correct(path: Path) -> list[Sentence]:
    """DaLAJ's corrected Swedish sentences."""
    rows = (json.loads(line) for line in path.read_text(encoding="utf-8").splitlines())
    texts = dict.fromkeys(row["sentence"] for row in rows if row["label"] == "correct")
    return [Sentence(text, (), len(text.split())) for text in texts]
