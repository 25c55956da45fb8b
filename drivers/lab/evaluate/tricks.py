"""Tricks: what writers may do to an essay to be ranked higher without writing a better one.

Some add words that say nothing (empty sentences, another essay, repeats, the task's own words), some rewrite the text,
and, to check that language counts, some remove correctness.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from drivers.lab.evaluate.trick_texts import LOOKED_AT, NEARLY_THE_SAME, SYNONYMS, Padding

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
_HEADINGS: Final = ("Introduction", "Background", "First Argument", "Second Argument", "Discussion", "Conclusion")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a tricking writer can use: the task, an unrelated essay, the class's keywords, words that fit any essay."""

    task: str
    unrelated: str = ""
    keywords: Sequence[str] = ()
    padding: Padding = LOOKED_AT


def sentences(text: str) -> list[str]:
    """The sentences of a text, split after their closing punctuation."""
    return [piece for piece in re.split(r"(?<=[.!?])\s+", text) if piece.strip()]


def between(text: str, added: Sequence[str]) -> str:
    """The text with added sentences spread evenly between its own."""
    own = sentences(text)
    due = [round((place + 1) * len(own) / (len(added) + 1)) for place in range(len(added))]
    pieces = list[str]()
    for place, piece in enumerate([*own, ""]):
        pieces += [more for more, before in zip(added, due, strict=True) if before == place]
        pieces.append(piece)
    return " ".join(pieces).strip()


def with_empty_sentences(text: str) -> str:
    """Append ten sentences of big words that say nothing."""
    empty = (f"Moreover, the paradigm of {a} {b}." for a, b in zip(_NOTIONS, _CLAIMS, strict=True))
    return " ".join([text, *empty])


def without_articles(text: str) -> str:
    """Delete every *a*, *an* and *the*."""
    return re.sub(r"\b(?:a|an|the)\b ", "", text, flags=re.IGNORECASE)


def with_wrong_agreement(text: str) -> str:
    """Swap *is* and *are*, *was* and *were*, *has* and *have*, *does* and *do*."""
    return _replaced(text, _DISAGREEING)


def shuffled(text: str) -> str:
    """Put the sentences in random order."""
    pieces = sentences(text)
    return " ".join(pieces[place] for place in np.random.default_rng(3).permutation(len(pieces)))


def padded(text: str) -> str:
    """Append the first six sentences three times."""
    return " ".join([text, *sentences(text)[:6] * 3])


def doubled(text: str) -> str:
    """Repeat the whole text."""
    return f"{text}\n\n{text}"


def with_connectives(text: str) -> str:
    """Put a connective before every sentence."""
    return " ".join(
        f"{_CONNECTIVES[place % len(_CONNECTIVES)]}, {_lowered(piece)}" for place, piece in enumerate(sentences(text))
    )


def with_phrases_of_any_essay(text: str) -> str:
    """Add an introduction and a summary that fit every essay."""
    return (
        f"In this essay I will discuss this important topic in detail. {text} In conclusion, as has been discussed "
        "above, this topic is of great importance to everyone in our society today. This essay has examined the topic "
        "from several points of view and has shown that it is complex."
    )


def with_a_list(text: str) -> str:
    """Append a sentence that lists many concrete words, and says nothing."""
    return f"{text} {_LIST}"


def with_a_long_quotation(text: str) -> str:
    """Append a long passage by somebody else."""
    return f'{text}\n\nAs one writer says: "{_QUOTED}"'


def with_random_capitals(text: str) -> str:
    """Capitalize three of ten words."""
    chance = np.random.default_rng(1)
    return " ".join(word.capitalize() if chance.random() < 0.3 else word for word in text.split(" "))


def with_paragraphs_again(text: str) -> str:
    """Append the first two paragraphs again."""
    return "\n\n".join([text, *[part for part in text.split("\n\n") if part.strip()][:2]])


def with_another_essay(other: str) -> Trick:
    """A trick that appends another essay."""
    return lambda text: f"{text}\n\n{other}"


def with_the_task(task: str) -> Trick:
    """A trick that puts the task's own words before and after the text."""
    return lambda text: f"{task}. {text}\n{task}. {task}."


def in_long_words(text: str) -> str:
    """Replace common words by long ones."""
    return _replaced(text, SYNONYMS)


def said_again(text: str) -> str:
    """Repeat every other sentence, with small changes."""
    return " ".join(
        f"{piece} In other words, {_replaced(_lowered(piece), NEARLY_THE_SAME)}" if place % 2 else piece
        for place, piece in enumerate(sentences(text))
    )


def in_long_sentences(text: str) -> str:
    """Join every three sentences into one."""
    own = sentences(text)
    return " ".join(_joined(own[start : start + 3]) for start in range(0, len(own), 3))


def _joined(some: Sequence[str]) -> str:
    first, *others = [*(piece.rstrip(".!? ") for piece in some[:-1]), some[-1]]
    return ", and ".join([first, *map(_lowered, others)])


def with_headings(text: str) -> str:
    """Put a heading before every paragraph, or before every five sentences of a text with a single paragraph."""
    parts = [part for part in text.split("\n\n") if part.strip()]
    if len(parts) == 1:
        own = sentences(text)
        parts = [" ".join(own[start : start + 5]) for start in range(0, len(own), 5)]
    return "\n\n".join(f"{_HEADINGS[place % len(_HEADINGS)]}\n\n{part}" for place, part in enumerate(parts))


def tricks(setting: Setting) -> dict[str, Trick]:
    """All tricks, by name."""
    task, padding, unrelated = setting.task.lower(), setting.padding, setting.unrelated
    opening, ending = (part.format(task=task) for part in (padding.introduction, padding.conclusion))
    about = [_sentence(line.format(task=task)) for line in padding.about_the_task]
    return {
        "ten empty sentences": with_empty_sentences,
        "unrelated essay appended": with_another_essay(unrelated),
        "sentences shuffled": shuffled,
        "first sentences repeated": padded,
        "the task's own words": with_the_task(setting.task),
        "a connective before each sentence": with_connectives,
        "phrases of any essay": with_phrases_of_any_essay,
        "a list": with_a_list,
        "a long quotation": with_a_long_quotation,
        "random capitals": with_random_capitals,
        "own paragraphs again": with_paragraphs_again,
        "text doubled": doubled,
        "fillers between sentences": lambda text: between(text, padding.fillers),
        "fillers at the end": lambda text: " ".join([text, *padding.fillers]),
        "unrelated sentences between": lambda text: between(text, sentences(unrelated)[:12]),
        "unrelated essay before": lambda text: f"{unrelated}\n\n{text}",
        "a story that fits any essay": lambda text: f"{text}\n\n{padding.story}",
        "opening and ending by heart": lambda text: f"{opening}\n\n{text}\n\n{ending}",
        "the task reworded": lambda text: between(text, about),
        "the task quoted": lambda text: between(text, [f'As the task says, "{setting.task}".'] * 4),
        "short quotations": lambda text: between(text, padding.quotations),
        "outcries and questions": lambda text: between(text, padding.outcries),
        "own sentences said again": said_again,
        "long words": in_long_words,
        "long sentences": in_long_sentences,
        "headings": with_headings,
        "keywords in a list": lambda text: f"{text} {_sentence(', '.join(setting.keywords))}.",
        "keywords in empty sentences": lambda text: between(text, _around(setting)),
        "articles deleted": without_articles,
        "wrong agreement": with_wrong_agreement,
    }


def _around(setting: Setting) -> list[str]:
    """Empty sentences built around the keywords, each of which occurs twice."""
    frames = setting.padding.around_keywords
    turned = [*setting.keywords, *setting.keywords[2:], *setting.keywords[:2]]
    groups = [turned[start : start + 4] for start in range(0, len(turned) - 3, 4)]
    return [_sentence(frames[place % len(frames)].format(*group)) for place, group in enumerate(groups)]


def _sentence(text: str) -> str:
    return text[:1].upper() + text[1:]


def _lowered(text: str) -> str:
    return text[:1].lower() + text[1:]


def _replaced(text: str, words: Mapping[str, str]) -> str:
    return re.sub(rf"\b(?:{'|'.join(words)})\b", lambda found: words[found.group()], text)
