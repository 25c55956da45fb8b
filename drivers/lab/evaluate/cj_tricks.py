"""What tricks gain an essay with the offline judge: each of some essays of a class is tricked in turn.

Words that are no essay (sentences that say nothing, another essay behind the own one, repeats, the task's own words)
and another order of sentences must not gain a place; taking correctness away must lose some.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from actors.phases.cj_assessment.feature_judge import UNTRAINED, scores_of
from actors.phases.cj_assessment.features import Measure, measure_of
from actors.phases.cj_assessment.in_class import features_in_class
from actors.phases.cj_assessment.posterior import ranks_of
from actors.phases.service import EssayTask, PhaseSettings
from contracts.texts import text_storage_id_of

Trick = Callable[[str], str]

_NOTIONS: Final = (
    "globalization", "modernity", "human progress", "contemporary society", "individual perception",
    "cultural identity", "cognitive development", "collective endeavour", "societal change", "personal growth",
)  # fmt: skip
_CLAIMS: Final = (
    "underscores the multifaceted nature of our shared reality",
    "illuminates the profound complexity of existence",
    "necessitates a holistic reconsideration of established values",
    "exemplifies the intricate interplay of diverse factors",
    "transcends conventional boundaries in a significant manner",
    "constitutes an indispensable component of every endeavour",
    "fosters a comprehensive understanding of pertinent matters",
    "encapsulates the quintessential spirit of our era",
    "demonstrates the paramount importance of critical reflection",
    "engenders a nuanced appreciation of the wider context",
)
_CONNECTIVES: Final = (
    "Moreover", "Furthermore", "However", "Therefore", "Consequently", "In addition", "Nevertheless", "As a result",
    "Additionally", "Thus",
)  # fmt: skip
_DISAGREEING: Final = {
    "is": "are", "are": "is", "was": "were", "were": "was", "has": "have", "have": "has", "does": "do", "do": "does",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TrickReport:
    """Places gained over the essays that were tricked: the mean, the most, and the share that gained any."""

    trick: str
    essays: int
    mean_gain: float
    largest_gain: int
    share_gaining: float


def sentences(text: str) -> list[str]:
    """Pieces that end like sentences."""
    return [piece for piece in re.split(r"(?<=[.!?])\s+", text) if piece.strip()]


def with_empty_sentences(text: str) -> str:
    """Ten sentences of big words that say nothing."""
    empty = (f"Moreover, the paradigm of {a} {b}." for a, b in zip(_NOTIONS, _CLAIMS, strict=True))
    return " ".join([text, *empty])


def without_articles(text: str) -> str:
    """Every a, an and the taken out."""
    return re.sub(r"\b(?:a|an|the)\b ", "", text, flags=re.IGNORECASE)


def with_wrong_agreement(text: str) -> str:
    """Every is made are, and the other way round; was, has and do likewise."""
    return re.sub(rf"\b(?:{'|'.join(_DISAGREEING)})\b", lambda found: _DISAGREEING[found.group()], text)


def shuffled(text: str) -> str:
    """The same sentences in another order."""
    pieces = sentences(text)
    return " ".join(pieces[place] for place in np.random.default_rng(3).permutation(len(pieces)))


def padded(text: str) -> str:
    """The first sentences three times more."""
    return " ".join([text, *sentences(text)[:6] * 3])


def with_connectives(text: str) -> str:
    """A connective before every sentence."""
    return " ".join(
        f"{_CONNECTIVES[place % len(_CONNECTIVES)]}, {piece[0].lower()}{piece[1:]}"
        for place, piece in enumerate(sentences(text))
    )


def with_another_essay(other: str) -> Trick:
    """Another essay behind the own one."""
    return lambda text: f"{text}\n\n{other}"


def with_the_task(task: str) -> Trick:
    """The task's own words before and after."""
    return lambda text: f"{task}. {text}\n{task}. {task}."


def tricks(unrelated: str, task: str) -> dict[str, Trick]:
    """The tricks by name; ``unrelated`` is an essay on another matter."""
    return {
        "ten empty sentences": with_empty_sentences,
        "unrelated essay appended": with_another_essay(unrelated),
        "sentences shuffled": shuffled,
        "first sentences repeated": padded,
        "the task's own words": with_the_task(task),
        "a connective before each sentence": with_connectives,
        "articles deleted": without_articles,
        "wrong agreement": with_wrong_agreement,
    }


def trick_reports(texts: Mapping[str, str], task: str, unrelated: str, every: int = 3) -> list[TrickReport]:
    """Every trick on each ``every``-th essay of a class, one at a time."""
    measures = [_measured(text, task) for _, text in sorted(texts.items())]
    return [
        _report(name, trick, [text for _, text in sorted(texts.items())], task, measures, every)
        for name, trick in tricks(unrelated, task).items()
    ]


def _report(
    name: str, trick: Trick, texts: Sequence[str], task: str, measures: Sequence[Measure], every: int
) -> TrickReport:
    before, gains = _ranks(measures), list[int]()
    for place in range(0, len(texts), every):
        tricked = [*measures]
        tricked[place] = _measured(trick(texts[place]), task)
        gains.append(int(before[place] - _ranks(tricked)[place]))
    return TrickReport(name, len(gains), float(np.mean(gains)), max(gains), float(np.mean(np.array(gains) > 0)))


def _ranks(measures: Sequence[Measure]) -> Sequence[int]:
    return [int(rank) for rank in ranks_of(scores_of(UNTRAINED, features_in_class(measures)))]


def _measured(text: str, task: str) -> Measure:
    settings = PhaseSettings(language="en", essay_instructions=task)
    return measure_of(EssayTask("essay", text_storage_id_of(text), text, settings))
