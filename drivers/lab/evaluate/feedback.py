"""Figures of the feedback phase, on data with human truth.

- *Evidence* (JFLEG, English): the share of quoted slips that touch an edit of at least one of four human rewrites, and
  of a single rewrite; for comparison, the share of *any* words that touch an edit (as by quoting at random); the share
  of human edits beyond spelling in which a slip was quoted; and, of the sentences that could be quoted as good, the
  share that an editor left unchanged. All are given for the half of the sentences that was read while rules were
  written, and for the other half.
- *Evidence* (DaLAJ, Swedish): each sentence has one marked error; a quoted slip should touch it.
- *Trait bands* (ELLIPSE): Spearman's rho with human scores and the share within half a band, for the weights that
  ship (fitted to nothing) and for a model fitted to the other prompts, each prompt being held out in turn.
- *The text itself*: its readability, whether any two essays get the same one, and the time an essay takes.
- *A class* (ELLIPSE, thirty essays on one prompt): how many of its pupils hear the most common praise, lesson, rule of
  spelling and example.

Not all of the data was unseen. The rules over a parse, and those of LanguageTool's rules that have lessons, were
chosen after a look at findings in JFLEG's first, third, fifth ... sentence; the checker's rules, the patterns and the
spelling's word list after a look at all of them. The weights of the bands were chosen on every other prompt
(alphabetically, from the first); ``shipped_unseen`` is for the others. The Swedish rules were corrected after a look at
DaLAJ's even rows and at findings in its correct sentences; as its sentences have further, unmarked slips, its figure is
a lower bound.
"""

import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from pydantic import BaseModel
from rich.console import Console
from rich.table import Table
from scipy.stats import spearmanr

from actors.phases.ai_feedback.training import fit
from actors.phases.ai_feedback.traits import trait_bands
from contracts.results.ai_feedback import Trait, TraitBand
from drivers.lab.evaluate.evidence import EvidenceFigures, Map, english_sentences, evidence_figures, swedish_sentences
from drivers.lab.evaluate.feedback_texts import (
    ClassFigures,
    Essay,
    TextFigures,
    class_figures,
    classes_of,
    essays_in,
    text_figures,
)

_READ: Final = 300
"""The number of essays whose texts are measured for readability, distinctness and time."""


class TraitFigures(BaseModel):
    """Agreement of bands with human scores. ``covered`` is the share of scores within the interval (it should be 0.8).

    ``rho`` has the traits that get a band. ``whole_rho`` is the rho of the band for language as a whole with a trait's
    scores: a trait deserves its own band if its own rho is higher.
    """

    essays: int
    rho: dict[Trait, float]
    whole_rho: dict[Trait, float]
    mean_rho: float
    within_half_a_band: float
    covered: float


class FeedbackFigures(BaseModel):
    """All figures of the feedback."""

    evidence: EvidenceFigures
    evidence_held_out: EvidenceFigures
    evidence_swedish: EvidenceFigures | None
    shipped: TraitFigures
    shipped_unseen: TraitFigures
    trained: TraitFigures
    texts: TextFigures
    classes: ClassFigures


def run(data: Path, as_json: bool, processes: int = 1) -> int:
    """Measure and print; the exit code is 0, or 2 if data is missing."""
    missing = [name for name in ("jfleg/dev.src", "ellipse/essays.csv") if not (data / name).is_file()]
    if missing:
        sys.stderr.write(f"Not measured: {', '.join(missing)} is not in {data}.\n")
        return 2
    if processes == 1:
        figures = evaluated(data)
    else:
        with ProcessPoolExecutor(processes) as pool:
            figures = evaluated(data, partial(pool.map, chunksize=8))
    sys.stdout.write(figures.model_dump_json(indent=2) + "\n") if as_json else _print(figures)
    return 0


def evaluated(data: Path, each: Map = map) -> FeedbackFigures:
    """All figures. Every text is read once; ``each`` may read several in parallel."""
    sentences = english_sentences(data / "jfleg")
    swedish = swedish_sentences(data / "spelling" / "dalaj-sv-dev.jsonl")
    essays = essays_in(data / "ellipse" / "essays.csv", each)
    bands = [trait_bands(essay.measures, "en") for essay in essays]
    seen = set(sorted({essay.prompt for essay in essays})[::2])
    unseen = [place for place, essay in enumerate(essays) if essay.prompt not in seen]
    return FeedbackFigures(
        evidence=evidence_figures(sentences[::2], "en", each),
        evidence_held_out=evidence_figures(sentences[1::2], "en", each),
        evidence_swedish=evidence_figures(swedish, "sv", each) if swedish else None,
        shipped=_agreement(essays, bands),
        shipped_unseen=_agreement([essays[place] for place in unseen], [bands[place] for place in unseen]),
        trained=_trained(essays),
        texts=text_figures(essays[:_READ]),
        classes=class_figures([*classes_of(essays)]),
    )


def _trained(essays: Sequence[Essay]) -> TraitFigures:
    """The agreement for each prompt of a model that is fitted to all other prompts."""
    told: list[Essay] = []
    bands: list[tuple[TraitBand, ...]] = []
    for prompt in sorted({essay.prompt for essay in essays}):
        others = [essay for essay in essays if essay.prompt != prompt]
        model = fit([essay.measures for essay in others], [essay.scores for essay in others], "en")
        held = [essay for essay in essays if essay.prompt == prompt]
        told += held
        bands += [trait_bands(essay.measures, "en", model) for essay in held]
    return _agreement(told, bands)


def _agreement(essays: Sequence[Essay], bands: Sequence[tuple[TraitBand, ...]]) -> TraitFigures:
    rho, whole_rho, near, covered = dict[Trait, float](), dict[Trait, float](), list[bool](), list[bool]()
    whole = [of[list(Trait).index(Trait.LANGUAGE)].estimate for of in bands]
    for place, trait in enumerate(Trait):
        pairs = [(essay.scores[trait], of[place]) for essay, of in zip(essays, bands, strict=True)]
        told = [(score, band.estimate, band) for score, band in pairs if band.estimate is not None]
        if not told:
            continue
        rho[trait] = round(float(spearmanr([t[0] for t in told], [t[1] for t in told]).statistic), 3)
        with_whole = [(score, at) for (score, band), at in zip(pairs, whole, strict=True) if band.estimate and at]
        if with_whole:
            whole_rho[trait] = round(float(spearmanr(*zip(*with_whole, strict=True)).statistic), 3)
        near += [abs(score - (band.band or 0)) <= 0.5 for score, _, band in told]
        covered += [(band.low or 0) <= score <= (band.high or 0) for score, _, band in told]
    return TraitFigures(
        essays=len(essays),
        rho=rho,
        whole_rho=whole_rho,
        mean_rho=round(statistics.mean(rho.values()), 3),
        within_half_a_band=round(statistics.mean(near), 3),
        covered=round(statistics.mean(covered), 3),
    )


def _print(figures: FeedbackFigures) -> None:
    console = Console()
    console.print(_evidence_table("Evidence in JFLEG, sentences read", figures.evidence))
    console.print(_evidence_table("Evidence in JFLEG, held out", figures.evidence_held_out))
    if figures.evidence_swedish is not None:
        console.print(_evidence_table("Evidence in DaLAJ", figures.evidence_swedish))
    console.print(_trait_table(figures))
    texts = Table("The students' texts", "figure")
    for name, value in figures.texts:
        texts.add_row(name.replace("_", " "), str(value))
    console.print(texts)
    console.print(_class_table(figures.classes))


def _evidence_table(title: str, figures: EvidenceFigures) -> Table:
    table = Table(title, "figure", "touches an edit")
    for name, value in figures:
        if name != "by_topic":
            table.add_row(name.replace("_", " "), str(value), "")
    for topic, (count, share) in figures.by_topic.items():
        table.add_row(f"  {topic}", str(count), f"{share:.3f}")
    return table


def _class_table(figures: ClassFigures) -> Table:
    title = f"Said most often in {figures.classes} classes of thirty"
    table = Table(title, "share of a class", "worst class", "most often")
    for kind, share in figures.mean.items():
        table.add_row(kind, f"{share:.2f}", f"{figures.worst[kind]:.2f}", figures.commonest[kind])
    return table


def _trait_table(figures: FeedbackFigures) -> Table:
    table = Table("Bands against ELLIPSE", "shipped", "shipped, unseen prompts", "trained, prompt held out")
    columns = (figures.shipped, figures.shipped_unseen, figures.trained)
    for trait in Trait:
        table.add_row(
            f"rho {trait}", *(f"{column.rho[trait]:.3f}" if trait in column.rho else "-" for column in columns)
        )
        if trait in figures.shipped.whole_rho and trait is not Trait.LANGUAGE:
            whole = (f"{column.whole_rho[trait]:.3f}" if trait in column.whole_rho else "-" for column in columns)
            table.add_row(f"  the whole with {trait}", *whole)
    for name in ("mean_rho", "within_half_a_band", "covered", "essays"):
        table.add_row(name.replace("_", " "), *(str(getattr(column, name)) for column in columns))
    return table
