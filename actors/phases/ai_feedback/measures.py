"""The figures of an essay: metrics of the NLP phase, slips per 100 words, and how usual its pairs of words are."""

from collections.abc import Sequence

from actors.phases.ai_feedback.pairs import association, common_pairs, is_unusual
from actors.phases.ai_feedback.passage import Passage
from actors.phases.nlp import measure, measured
from actors.phases.service import EssayTask
from contracts.phases import PhaseName
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource, Trait
from contracts.results.cj_assessment import CJAssessmentResultDataV1
from contracts.results.nlp import NLPResultDataV1


def measures_of(task: EssayTask, language: str, evidence: Sequence[EvidenceItem]) -> dict[str, float]:
    """All measures available for the text, by name: those of the NLP phase (reused if it ran), and this phase's own."""
    passage = Passage(task.text)
    return _nlp_metrics(task, language) | _slips(passage, evidence) | _word_pairs(passage, language)


def figures_of(task: EssayTask) -> dict[str, float]:
    """What earlier phases found, with the phase's name before the figure's."""
    figures: dict[str, float] = {}
    nlp, cj = task.earlier.get(PhaseName.NLP), task.earlier.get(PhaseName.CJ_ASSESSMENT)
    if isinstance(nlp, NLPResultDataV1):
        figures |= {f"nlp.{name}": value for name, value in nlp.metrics.items() if value is not None}
    if isinstance(cj, CJAssessmentResultDataV1):
        figures |= _place(cj)
    return figures


def _place(cj: CJAssessmentResultDataV1) -> dict[str, float]:
    place = {"rank": cj.rank, "theta": cj.theta, "se": cj.se, "comparisons": cj.comparisons, "essays": cj.cohort.essays}
    return {f"cj_assessment.{name}": float(value) for name, value in place.items() if value is not None}


def _nlp_metrics(task: EssayTask, language: str) -> dict[str, float]:
    earlier = task.earlier.get(PhaseName.NLP)
    if isinstance(earlier, NLPResultDataV1) and earlier.text_storage_id == task.text_id:
        return {name: value for name, value in earlier.metrics.items() if value is not None}
    return measured(measure(task.text, language))


def _slips(passage: Passage, evidence: Sequence[EvidenceItem]) -> dict[str, float]:
    """Slips per 100 words: misspellings, other slips, and of the latter those of grammar and of conventions."""
    spelling = sum(item.source is EvidenceSource.SPELLCHECK for item in evidence)
    of_language = [item for item in evidence if item.source is not EvidenceSource.SPELLCHECK]
    counts = {
        "misspellings_per_100_words": spelling,
        "slips_per_100_words": len(of_language),
        "grammar_slips_per_100_words": sum(item.trait is Trait.GRAMMAR for item in of_language),
        "convention_slips_per_100_words": sum(item.trait is Trait.CONVENTIONS for item in of_language),
    }
    return {name: 100 * count / max(1, len(passage.words)) for name, count in counts.items()}


def _word_pairs(passage: Passage, language: str) -> dict[str, float]:
    """Of common neighbouring words: the mean association in nats, and the percentage of unusual pairs."""
    pairs = [*common_pairs(passage)] if language == "en" else []
    if not pairs:
        return {}
    return {
        "word_pair_association": sum(map(association, pairs)) / len(pairs),
        "unusual_pairs_percent": 100 * sum(map(is_unusual, pairs)) / len(pairs),
    }
