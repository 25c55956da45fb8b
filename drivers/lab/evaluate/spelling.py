"""``python -m drivers.lab.evaluate spelling``: the spellchecker against sets with human truth, beside other engines.

Two kinds of figures. *Lists*: single misspellings with their correction; detection, and the correction as first or
among the first five candidates, of all misspellings. *Running text*: what an engine would change in sentences by
learners and pupils, judged by human corrections. The weights that ship were fitted on TOEFL-Spell, Wikipedia's list
and DaLAJ, so on these the line to read is the cross-validated one. Nothing was fitted on JFLEG, Holbrook's texts and
the aspell list; but JFLEG and Holbrook were read while the rules were written and the confidence from which a text is
changed was chosen, so only the aspell list is untouched. *Kinds of error* are measured on every second of their
sentences: what must speak for a real-word error was set while the others were read.

Harm on JFLEG's references is given twice. *Changed per 1,000* counts every change: most of these are misspellings that
a corrector left in. *Harm per 1,000* counts only words that at least three of the four correctors wrote, which leaves
out nearly all of those, and with them some words that are right: the truth lies between.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from rich.console import Console
from rich.table import Table

from actors.phases.spellcheck.finder import CandidateFinder
from actors.phases.spellcheck.lexicon import load_lexicon
from actors.phases.spellcheck.reading import WordList, read
from actors.phases.spellcheck.word_model import load_word_model
from drivers.lab.evaluate.progress import shown
from drivers.lab.evaluate.running_text import Sentence, dalaj_correct, holbrook, jfleg, jfleg_references
from drivers.lab.evaluate.spelling_engines import Engine, Ours, engines
from drivers.lab.evaluate.spelling_kinds import kind_rows
from drivers.lab.fit_spelling import cross_validated, top, training_sets
from drivers.lab.spelling_sets import Misspelling, dalaj, mitton_list, toefl_spell

Item = TypeVar("Item")
Row = dict[str, Any]
Change = tuple[int, int, str]

_LISTS: Final[Mapping[str, tuple[str, Callable[[Path], list[Misspelling]], str]]] = {
    "TOEFL-Spell": ("toefl-spell.tsv", toefl_spell, "en"),
    "Wikipedia": ("wikipedia.dat", mitton_list, "en"),
    "aspell": ("aspell.dat", mitton_list, "en"),
    "DaLAJ (type O)": ("dalaj-sv-dev.jsonl", dalaj, "sv"),
}
_SAMPLE: Final = 200
"""Other engines take up to seconds for one hard word: they are asked for every k-th word or sentence of a set, so that
about as many are left, as ``n`` and ``words`` say."""

_CROSS_VALIDATED: Final = {"en": "TOEFL-Spell", "sv": "DaLAJ (type O)"}


def run(data: Path, as_json: bool) -> int:
    """Measure and print; the exit code is 0."""
    lists: list[Row] = []
    texts: list[Row] = []
    absent: list[str] = []
    for language in ("en", "sv"):
        found, missing = engines(language)
        absent += missing
        lists += [*_list_rows(data, language, found), *_cross_validated_row(data, language)]
        texts += _text_rows(data, language, found)
    kinds = list(kind_rows(data))
    if as_json:
        print(json.dumps({"lists": lists, "running_text": texts, "kinds": kinds, "absent": absent}, indent=1))
        return 0
    _print_table("Single misspellings (% of all)", lists)
    _print_table("Running text", texts)
    _print_table("Kinds of error", kinds)
    for name in absent:
        print(f"{name} is not installed: not measured. Install the extra [evaluate] for it.")
    return 0


def _list_rows(data: Path, language: str, found: Sequence[Engine]) -> Iterator[Row]:
    for name, (file, reader, of_language) in _LISTS.items():
        path = data / "spelling" / file
        if of_language != language:
            continue
        if not path.is_file():
            yield {"set": name, "engine": f"absent: {file}"}
            continue
        pairs = reader(path)
        for engine in shown(found, name):
            asked = pairs if isinstance(engine, Ours) else _sample(pairs)
            yield {"set": name, "engine": engine.name, **_on_list(engine, asked)}


def _on_list(engine: Engine, pairs: Sequence[Misspelling]) -> Row:
    started = time.perf_counter()
    suggested = [[each.lower() for each in engine.suggest(pair.word)[:5]] for pair in pairs]
    seconds = time.perf_counter() - started
    detected = [not engine.knows(pair.word) for pair in pairs]
    first = [pair.correction == (words or [""])[0] for pair, words in zip(pairs, suggested, strict=True)]
    among = [pair.correction in words for pair, words in zip(pairs, suggested, strict=True)]
    corrected = sum(right and seen for right, seen in zip(first, detected, strict=True))
    return {
        "n": len(pairs),
        "detected": _percent(sum(detected), len(pairs)),
        "top-1": _percent(sum(first), len(pairs)),
        "top-5": _percent(sum(among), len(pairs)),
        "corrected among detected": _percent(corrected, sum(detected)),
        "words/s": round(len(pairs) / seconds),
    }


def _cross_validated_row(data: Path, language: str) -> Iterator[Row]:
    name = _CROSS_VALIDATED[language]
    if not (data / "spelling" / _LISTS[name][0]).is_file():
        return
    lexicon = load_lexicon(language)
    pairs, extra = training_sets(language, data)
    answers = cross_validated(pairs, extra, CandidateFinder(lexicon, load_word_model(language, lexicon.zipf)))
    yield {
        "set": name,
        "engine": "this checker, cross-validated",
        "n": len(answers),
        "top-1": round(100 * top(answers, 1), 1),
        "top-5": round(100 * top(answers, 5), 1),
    }


@dataclass(slots=True)
class Tally:
    """What an engine changed in sentences, compared with people's corrections."""

    words: int = 0
    changed: int = 0
    in_edit: int = 0
    corrected: int = 0
    errors: int = 0
    errors_found: int = 0
    correct_words: int = 0
    harmed: int = 0
    seconds: float = 0.0

    def add(self, sentence: Sentence, changes: Iterable[Change]) -> None:
        """Count the changes that were made in one sentence."""
        self.correct_words += sentence.correct_words
        self.errors += len(sentence.errors)
        touched = set()
        for start, stop, replacement in changes:
            self.changed += 1
            error = sentence.error_at(start, stop)
            if error is None:
                self.harmed += sentence.is_correct_at(start)
                continue
            touched.add(error)
            self.in_edit += 1
            self.corrected += error.accepts(replacement)
        self.errors_found += len(touched)

    def as_row(self, *, tells_recall: bool) -> Row:
        """The figures, as a row of the table."""
        judged = {"precision": _percent(self.in_edit, self.changed)} if self.errors else {}
        recall = {"recall": _percent(self.errors_found, self.errors)} if tells_recall else {}
        right = {"corrected among detected": _percent(self.corrected, self.in_edit)} if self.errors else {}
        harm = round(1000 * self.harmed / max(self.correct_words, 1), 2)
        changed = round(1000 * self.changed / max(self.words, 1), 2)
        counts = {"words": self.words, "changed": self.changed, "changed per 1,000": changed}
        speed = {"words/s": round(self.words / max(self.seconds, 1e-9))}
        return counts | judged | recall | right | {"harm per 1,000": harm} | speed


def _text_rows(data: Path, language: str, found: Sequence[Engine]) -> Iterator[Row]:
    sets: dict[str, tuple[Path, Callable[[Path], list[Sentence]], bool]] = {
        "JFLEG dev, learners": (data / "jfleg" / "dev.src", jfleg, False),
        "JFLEG dev, references": (data / "jfleg" / "dev.ref0", jfleg_references, False),
        "Holbrook, pupils (half real-word)": (data / "spelling" / "holbrook-tagged.dat", holbrook, True),
    }
    if language == "sv":
        sets = {"DaLAJ, correct sentences": (data / "spelling" / "dalaj-sv-dev.jsonl", dalaj_correct, False)}
    for name, (path, reader, tells_recall) in sets.items():
        if not path.is_file():
            yield {"set": name, "engine": f"absent: {path.name}"}
            continue
        sentences = reader(path)
        for engine in shown(found, name):
            asked = sentences if isinstance(engine, Ours) else _sample(sentences)
            yield {"set": name, "engine": engine.name, **_on_text(engine, asked).as_row(tells_recall=tells_recall)}


def _on_text(engine: Engine, sentences: Sequence[Sentence]) -> Tally:
    tally = Tally()
    for sentence in sentences:
        tally.words += len(sentence.text.split())
        started = time.perf_counter()
        changes = _changes(engine, sentence.text)
        tally.seconds += time.perf_counter() - started
        tally.add(sentence, changes)
    return tally


def _changes(engine: Engine, text: str) -> list[Change]:
    """What the engine would change; other engines check the words that our own reading finds."""
    if isinstance(engine, Ours):
        corrections = engine.checker.check(text, WordList()).corrections
        return [(each.start, each.stop, each.replacement) for each in corrections if each.applied]
    reading = read(text, engine, WordList())
    flagged = [reading.words[place] for place in sorted(reading.unknown)]
    suggested = ((word, engine.suggest(word.base)) for word in flagged)
    return [(word.start, word.stop, words[0]) for word, words in suggested if words]


def _sample(items: Sequence[Item]) -> Sequence[Item]:
    return items[:: max(1, len(items) // _SAMPLE)]


def _percent(part: int, whole: int) -> float:
    return round(100 * part / max(whole, 1), 1)


def _print_table(title: str, rows: Sequence[Row]) -> None:
    columns = list(dict.fromkeys(column for row in rows for column in row))
    table = Table(*columns, title=title)
    for row in rows:
        table.add_row(*(str(row.get(column, "")) for column in columns))
    Console(width=160).print(table)
