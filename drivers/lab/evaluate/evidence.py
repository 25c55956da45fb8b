"""Measures how many of the slips quoted by feedback are slips for human editors, and how many of theirs it finds."""

import difflib
import json
import re
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

from pydantic import BaseModel

from actors.phases.ai_feedback.evidence import seen_in
from actors.phases.ai_feedback.offline import read
from actors.phases.nlp.lexicon import attested_words
from actors.phases.service import EssayTask, PhaseSettings
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource
from contracts.texts import text_storage_id_of
from drivers.lab.evaluate.progress import shown

_TOKEN: Final = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")
_SPLIT_WORD: Final = re.compile(r" (n't|'s|'m|'re|'ve|'ll|'d)\b")
_JFLEG: Final = ("src", "ref0", "ref1", "ref2", "ref3")

Span = tuple[int, int]
Map = Callable[..., Iterable[Any]]
"""Calls a function for each item, in order: ``map``, or the ``map`` of a process pool."""


class EvidenceFigures(BaseModel):
    """The share of quoted slips that are slips for people, and the share of people's edits that are found.

    ``touches_an_edit`` counts edits of any editor, ``touches_one_editor`` those of a single editor (the mean over
    editors), and ``any_word`` is the share for any word, as by chance. ``edits_touched`` is the share of edits, except
    corrections of misspellings, in which a slip other than a misspelling was quoted. ``praised`` counts whole sentences
    that could be quoted as good, ``praised_unchanged`` is the share of them that at least one editor left unchanged,
    and ``any_unchanged`` is that share of all whole sentences.
    """

    sentences: int
    quoted: int
    touches_an_edit: float
    touches_one_editor: float
    within_an_edit: float
    any_word: float
    edits_touched: float
    praised: int
    praised_unchanged: float
    any_unchanged: float
    by_topic: dict[str, tuple[int, float]]


@dataclass(frozen=True, slots=True)
class Edited:
    """A sentence, each editor's edits of it, and how many editors left it unchanged."""

    text: str
    edits: tuple[tuple[Span, ...], ...]
    unchanged: int


def task(text: str, instructions: str = "", language: str = "en") -> EssayTask:
    """A task on a text."""
    settings = PhaseSettings(language=language, essay_instructions=instructions)
    return EssayTask("essay", text_storage_id_of(text), text, settings)


def english_sentences(folder: Path) -> list[Edited]:
    """The sentences of JFLEG's development set, with the spans that each rewrite changed."""
    columns = [_as_typed((folder / f"dev.{name}").read_text(encoding="utf-8")) for name in _JFLEG]
    return [
        Edited(source, tuple(tuple(_edits(source, rewrite)) for rewrite in rewrites), rewrites.count(source))
        for source, *rewrites in zip(*columns, strict=True)
    ]


def swedish_sentences(table: Path) -> list[Edited]:
    """DaLAJ's sentences, each with its marked error, widened by a character on each side in case a word is missing."""
    if not table.is_file():
        return []
    rows = [json.loads(line) for line in table.read_text(encoding="utf-8").splitlines()]
    marked = [(row["sentence"], row["meta"]["error_span"]) for row in rows if row["label"] == "incorrect"]
    return [Edited(sentence, (((span["start"] - 1, span["stop"] + 1),),), 0) for sentence, span in marked]


def evidence_figures(sentences: Sequence[Edited], language: str, each: Map = map) -> EvidenceFigures:
    """All figures for these sentences."""
    looked_at = [*shown(each(partial(_looked_at, language=language), sentences), "Reading sentences", len(sentences))]
    by_topic: dict[str, list[bool]] = defaultdict(list)
    for sentence, seen in zip(sentences, looked_at, strict=True):
        for item in seen.evidence:
            by_topic[item.topic].append(_touches(_span(item), _all(sentence)))
    places = [
        (sentence, _span(item)) for sentence, seen in zip(sentences, looked_at, strict=True) for item in seen.evidence
    ]
    words = [_touches(word.span(), _all(one)) for one in sentences for word in _TOKEN.finditer(one.text)]
    whole = [(sentence, seen) for sentence, seen in zip(sentences, looked_at, strict=True) if seen.is_whole]
    return EvidenceFigures(
        sentences=len(sentences),
        quoted=len(places),
        touches_an_edit=_share([hit for topic in by_topic.values() for hit in topic]),
        touches_one_editor=_share([_touches(place, edits) for one, place in places for edits in one.edits]),
        within_an_edit=_share([any(a <= p[0] and p[1] <= b for a, b in _all(one)) for one, p in places]),
        any_word=_share(words),
        edits_touched=_share([*_edits_touched(sentences, looked_at)]),
        praised=sum(seen.is_clean for _, seen in whole),
        praised_unchanged=_share([sentence.unchanged > 0 for sentence, seen in whole if seen.is_clean]),
        any_unchanged=_share([sentence.unchanged > 0 for sentence, _ in whole]),
        by_topic={topic: (len(hits), _share(hits)) for topic, hits in sorted(by_topic.items())},
    )


@dataclass(frozen=True, slots=True)
class _LookedAt:
    evidence: tuple[EvidenceItem, ...]
    is_whole: bool
    is_clean: bool


def _looked_at(sentence: Edited, language: str) -> _LookedAt:
    given = task(sentence.text, language=language)
    seen = seen_in(given, language)
    reading = read(given, language, seen)
    whole = len(reading.sentences) == 1 and reading.is_whole(reading.sentences[0])
    return _LookedAt(seen.evidence, whole, whole and reading.is_clean(reading.sentences[0]))


def _edits_touched(sentences: Sequence[Edited], looked_at: Sequence[_LookedAt]) -> Iterator[bool]:
    for sentence, seen in zip(sentences, looked_at, strict=True):
        slips = [_span(item) for item in seen.evidence if item.source is not EvidenceSource.SPELLCHECK]
        for edits in sentence.edits:
            yield from (_touches(edit, slips) for edit in edits if not _is_of_spelling(sentence.text, edit))


def _is_of_spelling(text: str, edit: Span) -> bool:
    """Whether the edit changes a single word that is no English word."""
    word = text[edit[0] : edit[1]]
    return word.isalpha() and word.lower() not in attested_words() | {"i"}


def _span(item: EvidenceItem) -> Span:
    return item.start, item.end


def _all(sentence: Edited) -> list[Span]:
    return [edit for edits in sentence.edits for edit in edits]


def _touches(span: Span, edits: Sequence[Span]) -> bool:
    return any(start < span[1] and span[0] < end for start, end in edits)


def _share(each: Sequence[bool]) -> float:
    return round(statistics.mean(each), 4) if each else 0.0


def _as_typed(corpus: str) -> list[str]:
    lines = (_SPLIT_WORD.sub(r"\1", line) for line in corpus.strip("\n").split("\n"))
    return [re.sub(r"([(]) ", r"\1", re.sub(r" ([.,!?;:)%])", r"\1", line)).strip() for line in lines]


def _edits(source: str, rewrite: str) -> Iterator[Span]:
    """The parts of ``source`` that the rewrite changed; for inserted words, the words on either side."""
    ours = list(_TOKEN.finditer(source))
    theirs = _TOKEN.findall(rewrite)
    matcher = difflib.SequenceMatcher(None, [token.group() for token in ours], theirs, autojunk=False)
    for operation, first, stop, _, _ in matcher.get_opcodes():
        if operation == "insert":
            around = ours[max(0, first - 1) : first + 1]
            if around:
                yield around[0].start(), around[-1].end()
        elif operation != "equal":
            yield ours[first].start(), ours[stop - 1].end()
