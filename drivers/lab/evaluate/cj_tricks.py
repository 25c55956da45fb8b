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
_LIST: Final = (
    "There are many things: apples, bridges, candles, diamonds, forests, guitars, hammers, islands, kettles, lanterns, "
    "mountains, notebooks, oceans, paintings, rivers, telescopes, umbrellas, violins, windows, doctors and engineers."
)
_QUOTED: Final = (
    "It is hard to fail, but it is worse never to have tried to succeed, and the man who never makes a mistake never "
    "makes anything, so that only those who dare to go too far can possibly find out how far one can go in life."
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


def with_phrases_of_any_essay(text: str) -> str:
    """An announcement before, and a summary behind, that fit every essay."""
    return (
        f"In this essay I will discuss this important topic in detail. {text} In conclusion, as has been discussed "
        "above, this topic is of great importance to everyone in our society today. This essay has examined the topic "
        "from several points of view and has shown that it is complex."
    )


def with_a_list(text: str) -> str:
    """Many words that say something, in one sentence that says nothing."""
    return f"{text} {_LIST}"


def with_a_long_quotation(text: str) -> str:
    """A passage of somebody else's."""
    return f'{text}\n\nAs one writer says: "{_QUOTED}"'


def with_random_capitals(text: str) -> str:
    """Three words of ten with a capital letter."""
    chance = np.random.default_rng(1)
    return " ".join(word.capitalize() if chance.random() < 0.3 else word for word in text.split(" "))


def with_paragraphs_again(text: str) -> str:
    """The first two paragraphs a second time."""
    return "\n\n".join([text, *[part for part in text.split("\n\n") if part.strip()][:2]])


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
        "phrases of any essay": with_phrases_of_any_essay,
        "a list": with_a_list,
        "a long quotation": with_a_long_quotation,
        "random capitals": with_random_capitals,
        "own paragraphs again": with_paragraphs_again,
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
