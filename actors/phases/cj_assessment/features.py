"""Measures one text for the feature judge.

The features are the metrics of the NLP phase, and how much of the language is correct: words that are spelt right,
pairs of words that go together, and grammar if a parser is installed. They are measured on the writer's own sentences
(``cleaning``). The measure also has what ``in_class`` needs, such as the content words of each sentence.
"""

import re
from bisect import bisect
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from itertools import accumulate, pairwise
from statistics import fmean
from typing import Any, Final

from actors.phases.cj_assessment.cleaning import OwnText, own_text
from actors.phases.cj_assessment.copies import MeasuredSentence
from actors.phases.cj_assessment.in_class import ASSIGNMENT, LANGUAGE, SENTENCES, content_of
from actors.phases.cj_assessment.language import language_of
from actors.phases.grammar import slips_of
from actors.phases.nlp import METRICS, measure, measured, parsing
from actors.phases.nlp.document import Document, Sentence, words_of
from actors.phases.nlp.lexicon import lexicon_of
from actors.phases.service import EssayTask, PhaseWorkError
from actors.phases.spellcheck.context import Bigrams, load_bigrams
from actors.phases.spellcheck.letters import base_form
from actors.phases.spellcheck.lexicon import load_lexicon
from contracts.failures import ErrorCode
from contracts.phases import PhaseName
from contracts.results.spellcheck import SpellcheckResultDataV1

LEFT_OUT: Final = "left_out_sentences"
_RATES: Final = (
    "articles_per_100_words", "capitalised_sentences_percent", "lower_case_i_per_100_words",
    "missing_spaces_per_100_words", "shouted_words_per_100_words", "spaces_before_marks_per_100_words",
)  # fmt: skip
"""Metrics that are measured for each sentence as well."""
_DECIMALS: Final = 3
PARSED: Final = "parsed"
UNKNOWN: Final = "unknown_words_per_100_words"
SLIPS: Final = "slips_per_100_words"
_MOST_PARSED: Final = 15_000
"""Characters of a text that are searched for slips, some 2,700 words: parsing more takes seconds."""
CAPITALS: Final = "capitals_within_per_100_words"
_CAPITAL: Final = re.compile(r"(?<=[^\W\d_] |[^\W\d_],|, )[^\W\d_a-zåäö](?=[^\W\d_])")
"""A capital letter at the start of a word within a sentence, other than the word I."""
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNLIKELY: Final = -1.0
"""Association in nats below which two neighbours hardly go together."""


Measure = dict[str, Any]
"""A text's features by name, as JSON. Under the names of ``in_class``, it has what is compared with other texts."""


def measure_of(task: EssayTask) -> Measure:
    """Measure an essay; features that have no value for this text are left out.

    Raises:
        PhaseWorkError: the language has no features, or the text has no sentences of its own.
    """
    text = task.text.encode("utf-8", "replace").decode()  # a lone surrogate is not a letter
    language = language_of(text, task.settings.language)
    own = own_text(text, language, task.settings.essay_instructions)
    if not own.sentences:
        raise PhaseWorkError(ErrorCode.EMPTY_CONTENT, "The text has no sentence of its own to judge.")
    return {
        **measured(measure(own.text, language)),
        **_spelling(own.text, language, _words_corrected(task)),
        **_pairs(own.sentences, language),
        LEFT_OUT: float(own.left_out),
        LANGUAGE: language,
        PARSED: language == "en" and parsing.is_installed(),
        SENTENCES: _measured_sentences(own, language, _words_corrected(task)),
        ASSIGNMENT: content_of(words_of(task.settings.essay_instructions), lexicon_of(language)),
    }


def _measured_sentences(own: OwnText, language: str, corrected: int) -> list[MeasuredSentence]:
    """The measured sentences; words that the spellcheck phase corrected are spread over all of them as errors."""
    spread = 100 * corrected / sum(len(sentence.words) for sentence in own.sentences)
    found: list[MeasuredSentence] = []
    for sentence, slipped in zip(own.sentences, _slips(own.sentences, language), strict=True):
        rates = _rates(sentence, language) | slipped
        rates[UNKNOWN] += spread
        found.append(
            {
                "words": list(sentence.words),
                "content": _content(sentence, language),
                "rates": {name: round(rate, _DECIMALS) for name, rate in rates.items()},
            }
        )
    return found


def _content(sentence: Sentence, language: str) -> list[str]:
    spelt = load_lexicon(language)
    return content_of([word for word in sentence.words if spelt.knows(word, capitalised=True)], lexicon_of(language))


def _rates(sentence: Sentence, language: str) -> dict[str, float]:
    document = Document(sentence.text, language)
    found = measured({name: METRICS[name].of(document) for name in _RATES})
    found[CAPITALS] = 100 * len(_CAPITAL.findall(sentence.text)) / max(1, len(sentence.words))
    return found | _spelling(sentence.text, language, 0) | _pairs([sentence], language)


def _slips(sentences: Sequence[Sentence], language: str) -> Iterator[dict[str, float]]:
    """Slips of grammar per 100 words, for each sentence; a doubtful one counts half. Empty where nothing was parsed."""
    if language != "en" or not parsing.is_installed():
        yield from ({} for _ in sentences)
        return
    ends = [*accumulate(len(sentence.text) + 1 for sentence in sentences)]
    (doc,) = parsing.trees([" ".join(sentence.text for sentence in sentences)[:_MOST_PARSED]])
    found = [0.0] * len(sentences)
    for slip in slips_of(doc):
        found[bisect(ends, slip.start)] += 0.5 if slip.doubt else 1.0
    for sentence, end, slips in zip(sentences, ends, found, strict=True):
        yield {SLIPS: 100 * slips / len(sentence.words)} if end <= _MOST_PARSED + 1 else {}


def _words_corrected(task: EssayTask) -> int:
    """How many misspellings the spellcheck phase corrected in this text, so that they are no longer found in it."""
    earlier = task.earlier.get(PhaseName.SPELLCHECK)
    if not isinstance(earlier, SpellcheckResultDataV1) or task.text_id != earlier.text_storage_id:
        return 0
    return len(earlier.applied)


def _spelling(text: str, language: str, corrected: int) -> dict[str, float]:
    lexicon = load_lexicon(language)
    tokens = _TOKEN.findall(text)
    unknown = sum(not lexicon.knows(base_form(token), capitalised=token[0].isupper()) for token in tokens)
    return {UNKNOWN: 100 * (unknown + corrected) / max(1, len(tokens))}


def _pairs(sentences: Iterable[Sentence], language: str) -> dict[str, float]:
    """Association of neighbouring words: mean pointwise mutual information in nats, and percentage of rare pairs."""
    if language != "en":
        return {}
    association = _bigrams(language).association
    values = [association(*pair) for sentence in sentences for pair in pairwise(sentence.words)]
    if not values:
        return {}
    unlikely = sum(value < _UNLIKELY for value in values)
    return {"association_mean": fmean(values), "unlikely_pairs_percent": 100 * unlikely / len(values)}


@cache
def _bigrams(language: str) -> Bigrams:
    return load_bigrams(language, load_lexicon(language).zipf)
