"""Features of texts in comparison with their class: only what is on the class's topic and the writer's own counts.

A measure (``features``) describes a text sentence by sentence. Sentences off the topic, sentences that say nothing new,
lists, and sentences that another text of the class has as well (``copies``) are set aside. Features are computed from
the rest, where each sentence counts by how much it says on the topic; rates of errors are those of the worst passage.
So material that is off the topic or empty neither lengthens nor enriches a text, and correct sentences that are added
do not make the errors of the others look rarer.

*Coherence* is how much more neighbouring sentences share than sentences of the same text that are a little apart.
Repetition does not raise it, and the same sentences in another order have none.
"""

import math
from bisect import bisect_left, bisect_right
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, compress
from typing import Any, Final

import numpy as np

from actors.phases.cj_assessment.bradley_terry import Floats
from actors.phases.cj_assessment.copies import MeasuredSentence, copied
from actors.phases.cj_assessment.topic import Topic, Words, topic_of
from actors.phases.nlp.families.diversity import HDD_SAMPLE, hdd_of
from actors.phases.nlp.lexicon import Lexicon, lexicon_of

SENTENCES: Final = "sentences"
ASSIGNMENT: Final = "assignment"
LANGUAGE: Final = "language"
"""Names in a measure that are not features themselves."""

_FEWEST_SENTENCES: Final = 5
_MOST_SENTENCES: Final = 300
_NEAR: Final = 6
_REMEMBERED: Final = 50
_SAID_BEFORE: Final = 0.7
_FEWEST_SAID: Final = 6
_OF_ITS_OWN: Final = 0.2
"""A sentence says nothing if at most this share of its content words is other than what any essay uses."""
_AMOUNTS: Final = ("topic_content_log", "topic_words_log")
_ENOUGH: Final = 0.8
_BEYOND_ENOUGH: Final = 0.3
_BETTER_HIGH: Final = (
    "association_mean",
    "articles_per_100_words",
    "capitalised_sentences_percent",
    "hdd",
    "cefr_mean",
)
_THINNED: Final = ("slips_per_100_words", "unknown_words_per_100_words")
"""For these errors, a sentence without any counts by how much it says: phrases learnt by heart have no errors."""
_SET_ASIDE: Final = 0.25
"""How much of a sentence's content counts where the text strays from the topic."""
_B1: Final = 3
_CONTENT_OFFSET: Final = 5.0
"""Added before the logarithm, so that the content of a short text does not leap with every word."""
_PASSAGE: Final = 1.0
"""The length of a passage, as a share of the class's median length."""
_LIST: Final = 0.65
_FEWEST_LISTED: Final = 10
_PRIOR_WORDS: Final = 100
"""Words at the class's rates that are added to a text's own, so that one slip in a short text counts little."""


def features_in_class(measures: Sequence[Mapping[str, Any]]) -> list[dict[str, float]]:
    """The features of measured texts, with those that depend on the other texts."""
    lexicon = lexicon_of(next((measure[LANGUAGE] for measure in measures if LANGUAGE in measure), "en"))
    texts: list[list[MeasuredSentence]] = [[*measure.get(SENTENCES, ())] for measure in measures]
    content = [[sentence["content"] for sentence in text] for text in texts]
    topic = topic_of(content, (word for measure in measures for word in measure.get(ASSIGNMENT, ())), lexicon)
    usual = topic.usual_lift(content)
    saying = float(np.median([topic.saying(words) for text in content for words in text if words] or [0.0]))
    own = [[*_own(*text, lexicon)] for text in zip(texts, content, copied(texts), strict=True)]
    weights = [topic.weights(text, its, usual, saying) for text, its in zip(content, own, strict=True)]
    lengths = [_length([*zip(text, weighed, strict=True)]) for text, weighed in zip(texts, weights, strict=True)]
    rates = _means([(sentence, 1.0) for text in texts for sentence in text], {})
    beside = _Class(lexicon, topic, rates, usual, _PASSAGE * float(np.median([*filter(None, lengths)] or [0])))
    found = []
    for measure, text, words, weighed, its in zip(measures, texts, content, weights, own, strict=True):
        counted = [kept and one for kept, one in zip(topic.keeps_to_it(words, usual), its, strict=True)]
        found.append(_numbers(measure) | beside.features([*zip(text, weighed, strict=True)], words, its, counted))
    return [*_with_diminishing_returns(found)]


def content_of(words: Sequence[str], lexicon: Lexicon) -> list[str]:
    """The base forms of the content words, each once, in order."""
    facts = map(lexicon.facts_of, words)
    return list(dict.fromkeys(fact.lemma for fact in facts if fact.is_content and len(fact.lemma) > 1))


def _numbers(measure: Mapping[str, Any]) -> dict[str, float]:
    return {
        name: float(value)
        for name, value in measure.items()
        if isinstance(value, int | float) and not isinstance(value, bool)
    }


def _own(
    text: Sequence[MeasuredSentence], content: Sequence[Words], copies: set[int], lexicon: Lexicon
) -> Iterator[bool]:
    """Whether each sentence is the writer's own and says something new."""
    for place, (new, sentence) in enumerate(zip(_new(content, lexicon), text, strict=True)):
        yield new and place not in copies and not _is_a_list(sentence)


def _new(content: Sequence[Words], lexicon: Lexicon) -> list[bool]:
    """Whether each sentence says something that no recent sentence has said, beyond what any essay says."""
    shell, before = lexicon.groups["shell"], deque[frozenset[str]](maxlen=_REMEMBERED)
    found = []
    for words in map(frozenset, content):
        rich = len(words) >= _FEWEST_SAID
        said = rich and any(len(words & other) > _SAID_BEFORE * min(len(words), len(other)) for other in before)
        found.append(not said and not (words and len(words - shell) <= _OF_ITS_OWN * len(words)))
        if rich:
            before.append(words)
    return found


def _is_a_list(sentence: MeasuredSentence) -> bool:
    """True for many content words with hardly any other words to tie them together."""
    content = len(sentence["content"])
    return content > _FEWEST_LISTED and content > _LIST * len(sentence["words"])


_Weighed = tuple[MeasuredSentence, float]
"""A sentence, and its weight."""


@dataclass(frozen=True)
class _Class:
    """What the texts of a class are compared with: its topic and its usual rates."""

    lexicon: Lexicon
    topic: Topic
    rates: Mapping[str, float]
    usual: float
    passage: float

    def features(
        self, text: Sequence[_Weighed], content: Sequence[Words], own: Sequence[bool], counted: Sequence[bool]
    ) -> dict[str, float]:
        """A text's features: its content from its own sentences, and its language from those on the topic."""
        total = sum(len(sentence["words"]) for sentence, _ in text)
        if not total:
            return {}
        kept, said = [*compress(text, counted)], [*compress(content, counted)]
        sentences = [sentence for sentence, _ in kept or text]
        worth = [weight * (1 if on_it else _SET_ASIDE) for (_, weight), on_it in zip(text, counted, strict=True)]
        found = self.topic.content(compress(zip(content, worth, strict=True), own))
        return {
            "topic_content_log": math.log(found + _CONTENT_OFFSET),
            "topic_words_log": math.log(self._words_on_it(kept) + 1),
            "set_aside_percent": 100 * (1 - sum(len(sentence["words"]) for sentence, _ in kept) / total),
            "connective_openings_percent": 100 * self._opened_by_connectives(sentences),
            **_coherence(said, self.topic),
            **self._beyond_the_basic(sentences),
            **_of_the_weakest([*_passages(kept or text, self.passage)], self.rates, self.lexicon),
        }

    def _words_on_it(self, text: Sequence[_Weighed]) -> float:
        """The number of words, each weighted by its sentence."""
        return sum(weight * len(_without_connective(sentence["words"], self.lexicon)) for sentence, weight in text)

    def _beyond_the_basic(self, text: Sequence[MeasuredSentence]) -> dict[str, float]:
        """Percentage of content words at B1, just beyond the basic ones; rarer words are misused too often to count."""
        words = [word for sentence in text for word in _without_connective(sentence["words"], self.lexicon)]
        levels = [fact.cefr for fact in map(self.lexicon.facts_of, words) if fact.cefr is not None and fact.is_content]
        return {"cefr_b1_percent": 100 * sum(round(level) == _B1 for level in levels) / len(levels)} if levels else {}

    def _opened_by_connectives(self, text: Sequence[MeasuredSentence]) -> float:
        return sum(self.lexicon.connectives.opening(sentence["words"]) > 0 for sentence in text) / len(text)


def _with_diminishing_returns(features: Sequence[dict[str, float]]) -> Iterator[dict[str, float]]:
    """Let what an amount has above that of four fifths of the class count for less."""
    ends = {name: float(np.quantile([f.get(name, 0.0) for f in features], _ENOUGH)) for name in _AMOUNTS if features}
    for found in features:
        more = {name: max(0.0, found[name] - end) for name, end in ends.items() if name in found}
        yield found | {name: found[name] - (1 - _BEYOND_ENOUGH) * excess for name, excess in more.items()}


def _length(text: Sequence[_Weighed]) -> float:
    """The number of words, weighted by sentence."""
    return sum(len(sentence["words"]) * weight for sentence, weight in text)


def _passages(text: Sequence[_Weighed], words: float) -> Iterator[Sequence[_Weighed]]:
    """Runs of sentences with at least ``words`` weighted words, a quarter of that apart; else the whole text."""
    ends = [0.0, *accumulate(_length([sentence]) for sentence in text)]
    start = 0
    while True:
        stop = bisect_left(ends, ends[start] + words)
        if stop >= len(ends):
            yield text[bisect_right(ends, max(0.0, ends[-1] - words)) - 1 :]
            return
        yield text[start:stop]
        start = max(start + 1, bisect_left(ends, ends[start] + words / 4))


def _of_the_weakest(
    passages: Sequence[Sequence[_Weighed]], usual: Mapping[str, float], lexicon: Lexicon
) -> dict[str, float]:
    """Each rate, and the vocabulary, from the passage where it is worst.

    Thus correct sentences that are added do not make the errors of others look rarer, and a second subject does not
    make the words richer: the earlier passages are still there.
    """
    found = [_means(passage, usual) | _vocabulary(passage, lexicon) for passage in passages]
    return {
        name: (min if name in _BETTER_HIGH else max)(each[name] for each in found if name in each)
        for name in dict.fromkeys(name for each in found for name in each)
    }


def _means(text: Sequence[_Weighed], usual: Mapping[str, float]) -> dict[str, float]:
    """Mean rates weighted by words, drawn towards the ``usual`` ones; a sentence without a rate does not count."""
    sums: dict[str, float] = {}
    words: dict[str, float] = {}
    for sentence, weight in text:
        for name, rate in sentence["rates"].items():
            count = len(sentence["words"]) * (weight if name in _THINNED and not rate else 1.0)
            sums[name] = sums.get(name, 0.0) + rate * count
            words[name] = words.get(name, 0.0) + count
    prior = {name: (usual[name] * _PRIOR_WORDS, _PRIOR_WORDS) if name in usual else (0.0, 0) for name in sums}
    return {name: (total + prior[name][0]) / (words[name] + prior[name][1]) for name, total in sums.items()}


def _vocabulary(text: Sequence[_Weighed], lexicon: Lexicon) -> dict[str, float]:
    types: dict[str, float] = {}
    for sentence, weight in text:
        for word in _without_connective(sentence["words"], lexicon):
            types[word] = types.get(word, 0.0) + weight
    facts = [lexicon.facts_of(word) for word in types]
    levels = [fact.cefr for fact in facts if fact.cefr is not None and fact.is_content]
    found = {"cefr_mean": float(np.mean(levels))} if levels else {}
    if sum(types.values()) >= HDD_SAMPLE:
        found["hdd"] = hdd_of(types)
    return found


def _without_connective(words: Sequence[str], lexicon: Lexicon) -> Sequence[str]:
    return words[lexicon.connectives.opening(words) :]


def _coherence(content: Sequence[Words], topic: Topic) -> dict[str, float]:
    """How far neighbours are more alike than sentences a little apart, on average, in standard errors."""
    sentences = [frozenset(words) for words in content if words][:_MOST_SENTENCES]
    if len(sentences) < _FEWEST_SENTENCES:
        return {}
    likeness = _likeness(sentences, topic)
    near = np.concatenate([np.diagonal(likeness, apart) for apart in range(1, _NEAR + 1)])
    neighbours, spread = np.diagonal(likeness, 1), float(near.std())
    z = (neighbours.mean() - near.mean()) / spread * math.sqrt(len(neighbours)) if spread > 0 else 0.0
    return {"coherence_z": float(z)}


def _likeness(sentences: Sequence[frozenset[str]], topic: Topic) -> Floats:
    """A cosine of sets: the rarity of the words that two sentences share, over the geometric mean of their own."""
    vocabulary = {word: place for place, word in enumerate(sorted(frozenset().union(*sentences)))}
    table = np.zeros((len(sentences), len(vocabulary)))
    for row, sentence in enumerate(sentences):
        for word in sentence:
            table[row, vocabulary[word]] = math.sqrt(topic.rarity(word))
    table /= np.linalg.norm(table, axis=1, keepdims=True)
    likeness: Floats = table @ table.T
    return likeness
