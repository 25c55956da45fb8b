"""What the feature judge measures of one text.

The metrics of the NLP phase, and beside them how much of the language is right: words that are spelt right and pairs
of words that go together. All of it is measured on the writer's own sentences in alphabetical order (``cleaning``).
"""

import re
from collections.abc import Iterable
from functools import cache
from itertools import pairwise
from statistics import fmean
from typing import Final

from actors.phases.cj_assessment.cleaning import own_text
from actors.phases.cj_assessment.language import language_of
from actors.phases.nlp import measure, measured
from actors.phases.nlp.document import Sentence
from actors.phases.service import EssayTask, PhaseWorkError
from actors.phases.spellcheck.context import Bigrams, load_bigrams
from actors.phases.spellcheck.letters import base_form
from actors.phases.spellcheck.lexicon import Lexicon, load_lexicon
from contracts.failures import ErrorCode
from contracts.phases import PhaseName
from contracts.results.spellcheck import SpellcheckResultDataV1

LEFT_OUT: Final = "left_out_sentences"
_TOKEN: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_UNLIKELY: Final = -1.0
"""Nats of association below which two neighbours hardly go together."""


def features_of(task: EssayTask) -> dict[str, float]:
    """The features of an essay, by name; those without a value for this text are left out.

    Raises:
        PhaseWorkError: the language has no features, or the text has no words of its own.
    """
    text = task.text.encode("utf-8", "replace").decode()  # a lone surrogate is no letter
    language = language_of(text, task.settings.language)
    own = own_text(text, language, task.settings.essay_instructions)
    if not own.sentences:
        raise PhaseWorkError(ErrorCode.EMPTY_CONTENT, "The text has no sentence of its own to judge.")
    correctness = _spelling(own.text, language, _words_corrected(task)) | _pairs(own.sentences, language)
    return measured(measure(own.text, language)) | correctness | {LEFT_OUT: float(own.left_out)}


def _words_corrected(task: EssayTask) -> int:
    """Misspellings that the spellcheck phase took out of the text, so that they cannot be found in it any more."""
    earlier = task.earlier.get(PhaseName.SPELLCHECK)
    if not isinstance(earlier, SpellcheckResultDataV1) or task.text_id != earlier.text_storage_id:
        return 0
    return len(earlier.applied)


def _spelling(text: str, language: str, corrected: int) -> dict[str, float]:
    lexicon = _lexicon(language)
    tokens = _TOKEN.findall(text)
    unknown = sum(not lexicon.knows(base_form(token), capitalised=token[0].isupper()) for token in tokens)
    return {"unknown_words_per_100_words": 100 * (unknown + corrected) / max(1, len(tokens))}


def _pairs(sentences: Iterable[Sentence], language: str) -> dict[str, float]:
    """How well neighbouring words go together: mean pointwise mutual information in nats, and the unlikely share."""
    if language != "en":
        return {}
    association = _bigrams(language).association
    values = [association(*pair) for sentence in sentences for pair in pairwise(sentence.words)]
    if not values:
        return {}
    unlikely = sum(value < _UNLIKELY for value in values)
    return {"association_mean": fmean(values), "unlikely_pairs_percent": 100 * unlikely / len(values)}


@cache
def _lexicon(language: str) -> Lexicon:
    return load_lexicon(language)


@cache
def _bigrams(language: str) -> Bigrams:
    return load_bigrams(language, _lexicon(language).zipf)
