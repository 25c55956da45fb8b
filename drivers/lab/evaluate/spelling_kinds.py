"""Measures non-word and real-word errors separately, on sentences that were not read while rules were written."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from actors.phases.spellcheck.checker import Checker
from actors.phases.spellcheck.letters import base_form
from actors.phases.spellcheck.reading import WordList
from contracts.results.spellcheck import CorrectionKind, SpellingCorrection
from drivers.lab.evaluate.running_text import Sentence, holbrook, jfleg

_SETS: Final[dict[str, tuple[str, Callable[[Path], list[Sentence]], bool]]] = {
    "JFLEG dev, learners, every second": ("jfleg/dev.src", jfleg, False),
    "Holbrook, pupils, every second": ("spelling/holbrook-tagged.dat", holbrook, True),
}


def kind_rows(data: Path) -> Iterator[dict[str, Any]]:
    """A row per set and kind of error: how many were corrected, and how many of the corrections are right."""
    checker = Checker("en")
    for name, (file, reader, is_all_spelling) in _SETS.items():
        if (data / file).is_file():
            counts = _counted(checker, reader(data / file)[1::2])
            yield from (_row(name, kind, counts, tells_recall=is_all_spelling) for kind in ("non-word", "real word"))


def _counted(checker: Checker, sentences: Sequence[Sentence]) -> Counter[tuple[str, str]]:
    counts: Counter[tuple[str, str]] = Counter()
    for sentence in sentences:
        counts["", "words"] += len(sentence.text.split())
        corrections = checker.check(sentence.text, WordList()).corrections
        for error in sentence.errors:
            kind = _kind(checker, sentence.text[error.start : error.stop])
            counts[kind, "errors"] += 1
            found = [each for each in corrections if each.start < error.stop and error.start < each.stop]
            counts[kind, "flagged"] += bool(found)
            counts[kind, "right"] += any(each.applied and error.accepts(each.replacement) for each in found)
        for correction in corrections:
            if correction.applied:
                counts[_changed_kind(correction), _outcome(sentence, correction)] += 1
    return counts


def _kind(checker: Checker, text: str) -> str:
    known = all(checker.lexicon.knows(base_form(word), capitalised=True) for word in text.split())
    return "real word" if known else "non-word"


def _changed_kind(correction: SpellingCorrection) -> str:
    return "real word" if correction.kind is CorrectionKind.REAL_WORD else "non-word"


def _outcome(sentence: Sentence, correction: SpellingCorrection) -> str:
    error = sentence.error_at(correction.start, correction.stop)
    if error is None:
        return "harm" if sentence.is_correct_at(correction.start) else "doubtful"
    return "as people" if error.accepts(correction.replacement) else "otherwise"


def _row(name: str, kind: str, counts: Counter[tuple[str, str]], *, tells_recall: bool) -> dict[str, Any]:
    """A row of the table; ``tells_recall`` if all errors of the set are spelling errors, so that it has a recall."""
    applied = sum(counts[kind, outcome] for outcome in ("as people", "otherwise", "harm"))
    errors = max(counts[kind, "errors"], 1)
    recall = {
        "errors": counts[kind, "errors"],
        "flagged %": round(100 * counts[kind, "flagged"] / errors, 1),
        "corrected right %": round(100 * counts[kind, "right"] / errors, 1),
    }
    return {
        "set": name,
        "kind": kind,
        **(recall if tells_recall or kind == "non-word" else {}),
        "changed": applied,
        "right of the changed %": round(100 * counts[kind, "as people"] / max(applied, 1), 1),
        "in an edit %": round(100 * (applied - counts[kind, "harm"]) / max(applied, 1), 1),
        "harm per 1,000": round(1000 * counts[kind, "harm"] / max(counts["", "words"], 1), 2),
    }
