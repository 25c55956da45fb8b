"""Parity of the NLP metrics with published columns and other implementations, what they find, and their speed.

Nothing here is fitted. Figures are given for two halves of the prompts, since the definitions of some metrics (which
words count as known, say) were chosen with the published columns at hand.
"""

import csv
import json
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from importlib.util import find_spec
from itertools import groupby
from pathlib import Path
from typing import Any, Final

import numpy as np
import typer
from scipy.stats import spearmanr

from actors.phases.nlp import Unmeasured, measure, measured, parsing
from actors.phases.nlp.document import Document
from actors.phases.nlp.families import readability
from actors.phases.nlp.families.diversity import mtld_of
from actors.phases.nlp.languages import detect, likeliest_supported
from actors.phases.nlp.trees import count_trees
from drivers.lab.evaluate.nlp_copies import near_copies
from drivers.lab.evaluate.progress import shown

Figures = dict[str, Any]

_PARSED: Final = 4  # every fourth essay is parsed: enough for a correlation, and a minute instead of four
_SHARED_NAMES: Final = (
    "flesch_reading_ease", "flesch_kincaid_grade", "coleman_liau_index", "automated_readability_index",
)  # fmt: skip


@dataclass(frozen=True)
class Essay:
    """A row of the ELLIPSE corpus, and our metrics of its text."""

    row: Mapping[str, str]

    @property
    def prompt(self) -> str:
        """The prompt that the essay was written on."""
        return self.row["prompt"]

    @property
    def text(self) -> str:
        """The text of the essay."""
        return self.row["full_text"]

    @cached_property
    def metrics(self) -> Mapping[str, float]:
        """All model-free metrics of the text."""
        return measured(measure(self.text, "en"))


def run(data: Path, as_json: bool) -> int:
    """Print every figure; returns 0, or 2 if there is no data."""
    path = data / "ellipse" / "essays.csv"
    if not path.is_file():
        typer.echo(f"There are no essays at {path}.", err=True)
        return 2
    essays = _essays(path)
    texts = [(essay.prompt, essay.row["text_id"], essay.text) for essay in essays]
    parts: dict[str, Callable[[], Any]] = {
        "published columns (r)": partial(_published, essays),
        "other implementations": partial(_oracles, essays),
        "languages detected": partial(_languages, essays, data / "spelling" / "dalaj-sv-dev.jsonl"),
        "near duplicates": partial(near_copies, texts),
        "human scores (mean Spearman within prompts)": partial(_human, essays),
        "speed on one core": partial(_speed, essays),
    }
    report = {name: figures() for name, figures in shown(parts.items(), "Measuring")}
    typer.echo(json.dumps(report, indent=2) if as_json else _tables(report))
    return 0


def _essays(path: Path) -> list[Essay]:
    with path.open(encoding="utf-8", newline="") as file:
        return sorted(map(Essay, csv.DictReader(file)), key=lambda essay: essay.prompt)


def _published(essays: Sequence[Essay]) -> Figures:
    """Correlations with the corpus's own columns, for each half of the prompts."""
    prompts = sorted({essay.prompt for essay in essays})
    halves = {
        "half 1": [essay for essay in essays if essay.prompt in prompts[::2]],
        "half 2": [essay for essay in essays if essay.prompt in prompts[1::2]],
    }
    return {name: _published_of(half) for name, half in halves.items()}


def _published_of(essays: Sequence[Essay]) -> Figures:
    pairs = {"type": "types_count", "token": "words_count", "ttr": "ttr"}
    figures = {column: _r(essays, column, _metric(ours)) for column, ours in pairs.items()}
    long_enough = [essay for essay in essays if "mtld_lemmas" in essay.metrics]
    figures["mtld (base forms by rule)"] = _r(long_enough, "mtld", _metric("mtld_lemmas"))
    if parsing.is_installed():
        some = long_enough[::_PARSED]
        figures[f"mtld (tagged base forms, {len(some)} essays)"] = _r(some, "mtld", _tagged_mtld)
    return figures


def _metric(name: str) -> Callable[[Essay], float]:
    return lambda essay: essay.metrics[name]


def _tagged_mtld(essay: Essay) -> float:
    counts = parsing.parse(essay.text, "en").counts
    return mtld_of(counts.base_forms) if counts and counts.base_forms else float("nan")


def _r(essays: Sequence[Essay], column: str, ours: Callable[[Essay], float]) -> float:
    mine = np.array([ours(essay) for essay in essays])
    theirs = np.array([float(essay.row[column]) for essay in essays])
    known = ~np.isnan(mine)
    return round(float(np.corrcoef(mine[known], theirs[known])[0, 1]), 5)


def _oracles(essays: Sequence[Essay]) -> Figures:
    """Largest differences from other implementations, on the same words or the same counts."""
    some = essays[:: len(essays) // 100]
    return {
        "lexical-diversity": _beside("lexical_diversity", lambda: _lexical_diversity(some)),
        "lexicalrichness": _beside("lexicalrichness", lambda: _lexicalrichness(some)),
        "textstat-rs": _beside("textstat_rs", lambda: _textstat(some)),
        "readability": _beside("readability", lambda: _readability(some)),
    }


def _beside(package: str, compare: Callable[[], Figures]) -> Figures | str:
    return compare() if find_spec(package) else "not installed"


def _lexical_diversity(essays: Sequence[Essay]) -> Figures:
    from lexical_diversity import lex_div  # noqa: PLC0415 - an oracle that need not be installed

    names = {"mtld": lex_div.mtld, "mattr_50": lex_div.mattr, "hdd": lex_div.hdd, "maas": lex_div.maas_ttr}
    return {name: _largest(essays, name, oracle) for name, oracle in names.items()}


def _lexicalrichness(essays: Sequence[Essay]) -> Figures:
    from lexicalrichness import LexicalRichness  # noqa: PLC0415 - an oracle that need not be installed

    def rich(words: list[str]) -> Any:
        return LexicalRichness(words, preprocessor=None, tokenizer=None)

    return {
        "hdd": _largest(essays, "hdd", lambda words: rich(words).hdd(draws=42)),
        "root_ttr": _largest(essays, "root_ttr", lambda words: rich(words).rttr),
        "yules_k": _largest(essays, "yules_k", lambda words: rich(words).yulek),
    }


def _largest(essays: Sequence[Essay], name: str, oracle: Callable[[list[str]], float]) -> str:
    with_metric = [essay for essay in essays if name in essay.metrics]
    differences = [abs(essay.metrics[name] - oracle(Document(essay.text, "en").words)) for essay in with_metric]
    return f"largest difference {max(differences):.2g}"


def _textstat(essays: Sequence[Essay]) -> Figures:
    import textstat_rs as oracle  # noqa: PLC0415 - an oracle that need not be installed

    words = [word for essay in essays for word in Document(essay.text, "en").words]
    facts = Document(" ".join(words), "en").facts
    agreed = sum(facts[word].syllables == oracle.syllable_count(word) for word in words)
    formula = [
        readability.flesch(
            oracle.lexicon_count(essay.text), oracle.sentence_count(essay.text), oracle.syllable_count(essay.text)
        )
        - oracle.flesch_reading_ease(essay.text)
        for essay in essays
    ]
    theirs = {name: [getattr(oracle, name)(essay.text) for essay in essays] for name in _SHARED_NAMES}
    return {
        "flesch formula": f"largest difference {max(map(abs, formula)):.2g} from its own counts",
        "syllables": f"{100 * agreed / len(words):.1f} % of {len(words)} words agree",
        **{name: _agreement([essay.metrics[name] for essay in essays], theirs[name]) for name in _SHARED_NAMES},
    }


def _readability(essays: Sequence[Essay]) -> Figures:
    """On the same sentences and words, its own syllables; its Coleman-Liau has coefficients with more digits."""
    from readability import getmeasures  # noqa: PLC0415 - an oracle that need not be installed

    names = {
        "flesch_reading_ease": "FleschReadingEase",
        "flesch_kincaid_grade": "Kincaid",
        "coleman_liau_index": "Coleman-Liau",
        "automated_readability_index": "ARI",
        "lix": "LIX",
    }
    sentences = [[" ".join(one.words) for one in Document(essay.text, "en").sentences] for essay in essays]
    theirs = [getmeasures(each, lang="en")["readability grades"] for each in sentences]
    return {
        ours: _agreement([essay.metrics[ours] for essay in essays], [found[name] for found in theirs])
        for ours, name in names.items()
    }


def _agreement(ours: Sequence[float], theirs: Sequence[float]) -> str:
    r = float(np.corrcoef(ours, theirs)[0, 1])
    return f"r {r:.3f}, median difference {float(np.median(np.abs(np.subtract(ours, theirs)))):.2f} (whole texts)"


def _languages(essays: Sequence[Essay], swedish: Path) -> Figures:
    english = [detection.language for essay in essays if (detection := detect(essay.text))]
    figures: Figures = {"ELLIPSE essays as en": f"{english.count('en')} of {len(english)}"}
    if swedish.is_file():
        lines = swedish.read_text("utf-8").splitlines()
        found = [likeliest_supported(json.loads(line)["sentence"]) for line in lines]
        figures["DaLAJ sentences as sv"] = f"{found.count('sv')} of {len(found)}"
    return figures


def _human(essays: Sequence[Essay]) -> Figures:
    """The ten metrics that correlate best with the overall human score, within prompts."""
    groups = [list(group) for _, group in groupby(essays, key=lambda essay: essay.prompt)]
    groups = [group for group in groups if len(group) >= 30]
    names = set.intersection(
        *(set(essay.metrics) for group in groups for essay in group if essay.metrics["words_count"] > 60)
    )
    means = {name: _within(groups, name) for name in names}
    best = sorted(names, key=lambda name: -abs(means[name]))[:10]
    return {name: round(means[name], 3) for name in best}


def _within(groups: Sequence[Sequence[Essay]], name: str) -> float:
    rhos = []
    for group in groups:
        known = [(essay.metrics[name], float(essay.row["overall"])) for essay in group if name in essay.metrics]
        rho = spearmanr(*zip(*known, strict=True)).statistic
        rhos.append(0.0 if np.isnan(rho) else float(rho))
    return sum(rhos) / len(rhos)


def _speed(essays: Sequence[Essay]) -> Figures:
    """Words per second of CPU time, after caches have been warmed up."""
    words = sum(essay.metrics["words_count"] for essay in essays)
    figures: Figures = {"model-free": f"{words / _seconds(lambda: _measure_all(essays)):,.0f} words/s"}
    if parsing.is_installed():
        some = essays[::40]
        parsed = sum(essay.metrics["words_count"] for essay in some)
        seconds = _seconds(lambda: [parsing.parse(essay.text, "en") for essay in some])
        figures["parsing"] = f"{parsed / seconds:,.0f} words/s"
        shipped = _as_shipped()
        seconds_shipped = _seconds(lambda: [count_trees(shipped(essay.text)) for essay in some])
        figures["parsing, beside the model as shipped"] = f"{seconds_shipped / seconds:.1f} times as fast"
    return figures


def _as_shipped() -> Callable[[str], Any]:
    """The parser's model as it is shipped, warmed up."""
    import spacy  # noqa: PLC0415 - an optional dependency

    from actors.phases.nlp.pipeline import MODEL  # noqa: PLC0415 - needs the same

    shipped = spacy.load(MODEL)
    shipped("This warms it up.")
    return shipped


def _measure_all(essays: Sequence[Essay]) -> list[dict[str, float | Unmeasured]]:
    return [measure(essay.text, "en") for essay in essays]


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _tables(report: Mapping[str, Figures]) -> str:
    lines = []
    for title, figures in report.items():
        lines += [f"\n{title}", *_rows(figures, "  ")]
    return "\n".join(lines)


def _rows(figures: Mapping[str, Any], indent: str) -> list[str]:
    rows = []
    for name, value in figures.items():
        nested = isinstance(value, dict)
        rows += [f"{indent}{name}", *_rows(value, indent + "  ")] if nested else [f"{indent}{name:<46} {value}"]
    return rows
