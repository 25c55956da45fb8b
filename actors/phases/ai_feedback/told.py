"""Recognises what a sentence tells: an experience, a concrete detail, a complete thought."""

import re
from typing import Final

from actors.phases.ai_feedback.findings import EssayReading
from actors.phases.ai_feedback.passage import Extent
from actors.phases.grammar.words import listed

LONGEST_QUOTE: Final = 24
"""The most words of a sentence that is quoted whole."""
_MOST_OF_AN_OPENER: Final = 2
"""The most words of a phrase that only opens a sentence: for example, in fact."""
_FIRST_PERSON: Final = {
    "en": re.compile(r"\b(?:i|we|my|me|our|us|mine|myself)\b"),
    "sv": re.compile(r"\b(?:jag|vi|min|mitt|mina|mig|mej|oss|vår|vårt|våra)\b"),
}
_LEANS: Final = re.compile(
    r"(?:even |just |especially )?(?:if|when|because|although|though|while|since|after|before|as|unless"
    r"|until|whenever|wherever)\b"
    r"|(?:även )?(?:om|när|eftersom|medan|fastän|innan|trots|sedan|då)\b"
)
_CUT_OFF: Final = re.compile(
    r"\b(?:because|that|and|but|or|if|when|which|who|is|are|eftersom|att|och|men|om|när|som|är)\Z"
)
_EVERYWHERE: Final = listed(
    "tv youtube internet facebook instagram snapchat tiktok netflix google iphone english american spanish svenska "
    "engelska ok okay mr mrs ms dr god"
)
"""Names that are not a concrete detail."""
_COMMON: Final = 5.4
"""Zipf frequency from which on words are hardly names: America has 5.3, every 5.8."""
_SUPPOSED: Final = re.compile(r"\b(?:if|would|om (?:något|jag|det|man|alla|vi|någon)|skulle (?:vilja|kunna|bli))\b")


def is_lived(reading: EssayReading, sentence: Extent) -> bool:
    """True for an experience of the writer, rather than for what might be: if something happens, I want to call her."""
    said = reading.passage.lower[sentence.start : sentence.end]
    return _FIRST_PERSON[reading.language].search(said) is not None and _SUPPOSED.search(said) is None


def stands_alone(part: str) -> bool:
    """True if a dependent clause is followed by the clause that it depends on: for example, if it rains, we stay."""
    clauses = [one.strip().lower() for one in part.split(",")]
    openers = [one for one in clauses if len(one.split()) > _MOST_OF_AN_OPENER]
    return any(_LEANS.match(one) is None for one in openers) and _CUT_OFF.search(part.lower()) is None


def has_detail(reading: EssayReading, sentence: Extent) -> bool:
    """True for a number, or a name that is not in the task, in a sentence of 8 to ``LONGEST_QUOTE`` words."""
    if not 8 <= reading.length(sentence) <= LONGEST_QUOTE or not reading.names_something(sentence):
        return False
    numbered = any(char.isdigit() for char in reading.passage.plain[sentence.start : sentence.end])
    _, *others = reading.passage.words_in(sentence)
    return numbered or any(_is_in_particular(reading, word) for word in others)


def _is_in_particular(reading: EssayReading, word: Extent) -> bool:
    """True for a correctly spelt name, rather than a word with a stray capital: It's, Every."""
    text = reading.passage.lowered(word)
    named = reading.passage.plain[word.start].isupper() and len(text) > 2 and text not in _EVERYWHERE
    return named and text.isalpha() and 0 < reading.zipf(text) < _COMMON and reading.is_unsuspected(word)
