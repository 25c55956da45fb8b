"""What the feature judge measures of one text.

The metrics of the NLP phase, and beside them how much of the language is right: words that are spelt right and pairs
of words that go together. All of it is measured on the writer's own sentences in alphabetical order (``cleaning``).
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Final

from actors.phases.cj_assessment.cleaning import own_text
from actors.phases.cj_assessment.language import language_of
from actors.phases.nlp import measure, measured
from actors.phases.nlp.document import Document
from actors.phases.service import EssayTask, PhaseWorkError
from actors.phases.spellcheck.context import Bigrams, load_bigrams
from actors.phases.spellcheck.letters import base_form
from actors.phases.spellcheck.lexicon import Lexicon, load_lexicon
from contracts.failures import ErrorCode

LEFT_OUT: Final = "left_out_sentences"
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNLIKELY: Final = -1.0
"""Nats of association below which two neighbours hardly go together."""


def features_of(task: EssayTask) -> dict[str, float]:
    """The features of an essay, by name; those without a value for this text are left out.

    Raises:
        PhaseWorkError: the language has no features, or the text has no words of its own.
    """
    language = language_of(task.text, task.settings.language)
    own = own_text(task.text, language, task.settings.essay_instructions)
    if not own.sentences:
        raise PhaseWorkError(ErrorCode.EMPTY_CONTENT, "The text has no sentence of its own to judge.")
    found = measured(measure(own.text, language))
    return found | _correctness(own.text, language) | {LEFT_OUT: float(own.left_out)}


def _correctness(text: str, language: str) -> dict[str, float]:
    lexicon, bigrams = _lexicon(language), _bigrams(language)
    tokens = _TOKEN.findall(text)
    unknown = sum(not lexicon.knows(base_form(token), capitalised=token[0].isupper()) for token in tokens)
    found = {"unknown_words_per_100_words": 100 * unknown / max(1, len(tokens))}
    associations = [*_associations(text, language, bigrams)]
    if associations and language == "en":
        found["association_mean"] = sum(associations) / len(associations)
        found["unlikely_pairs_percent"] = 100 * sum(a < _UNLIKELY for a in associations) / len(associations)
    return found


def _associations(text: str, language: str, bigrams: Bigrams) -> Iterable[float]:
    for sentence in Document(text, language).sentences:
        for first, second in zip(sentence.words, sentence.words[1:], strict=False):
            yield bigrams.association(first, second)


@cache
def _lexicon(language: str) -> Lexicon:
    return load_lexicon(language)


@cache
def _bigrams(language: str) -> Bigrams:
    return load_bigrams(language, _lexicon(language).zipf)
