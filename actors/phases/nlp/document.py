"""Cuts a text into paragraphs, sentences and words, once for all metrics.

- A *word* is a run of letters and digits with at least one letter. An apostrophe between letters is part of it and a
  hyphen divides (``don't`` is one word, ``well-known`` two), following the word boundaries of Unicode's UAX #29. A web
  or mail address is one word.
- A *sentence* ends where ``sentences`` says.
- A *paragraph* ends at a blank line. In a text without blank lines it ends with a line that ends a sentence.

Every step is linear in the length of the text, whatever it contains.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from actors.phases.nlp.lexicon import Lexicon, WordFacts, lexicon_of
from actors.phases.nlp.parsing import NOT_ASKED_FOR, Parse
from actors.phases.nlp.sentences import ADDRESS, sentence_ends
from contracts.results.spellcheck import SpellingCorrection

_TOKEN: Final = re.compile(rf"{ADDRESS}|[^\W_]+(?:'[^\W_]+)*")
_BLANK_LINES: Final = re.compile(r"\n[^\S\n]*\n\s*")
_LINE_ENDING_A_SENTENCE: Final = re.compile(r"(?<=[.!?…:\"')\]”’»])[^\S\n]*\n\s*")
_RUN_OF_MARKS: Final = re.compile(r"[^\w\s\x00-\x7f]{30}")  # every combining mark is matched by this class
_APOSTROPHES: Final = str.maketrans({"’": "'", "ʼ": "'", "‘": "'", "＇": "'", "\r": "\n", "\u2028": "\n", "\x85": "\n"})


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence as it is in the text, with its words in lower case."""

    text: str
    words: Sequence[str]


class Document:
    """A text in a language, with everything that metrics need; each part is computed once, when it is first used.

    ``corrections`` are those of the spellcheck phase, None if it did not run. ``parse`` is a parser's result for the
    same text, or the reason why there is none.
    """

    def __init__(
        self,
        text: str,
        language: str,
        *,
        corrections: Sequence[SpellingCorrection] | None = None,
        parse: Parse = NOT_ASKED_FOR,
    ) -> None:
        self.corrections = corrections
        self.language = language
        self.text = _composed(text.replace("\r\n", "\n").translate(_APOSTROPHES)).strip()
        self.parse = parse
        self.lexicon: Lexicon = lexicon_of(language)

    @cached_property
    def paragraphs(self) -> list[list[Sentence]]:
        """The sentences of each paragraph; paragraphs without a word are left out."""
        separator = _BLANK_LINES if _BLANK_LINES.search(self.text) else _LINE_ENDING_A_SENTENCE
        paragraphs = ([*self._sentences_of(part)] for part in separator.split(self.text))
        return [paragraph for paragraph in paragraphs if paragraph]

    def _sentences_of(self, paragraph: str) -> Iterator[Sentence]:
        start = 0
        for end in sentence_ends(paragraph, self.lexicon):
            sentence = paragraph[start:end].strip()
            if words := words_of(sentence):
                yield Sentence(sentence, words)
            start = end

    @cached_property
    def sentences(self) -> list[Sentence]:
        """All sentences, in order."""
        return [sentence for paragraph in self.paragraphs for sentence in paragraph]

    @cached_property
    def words(self) -> list[str]:
        """All words in lower case, in order."""
        return [word for sentence in self.sentences for word in sentence.words]

    @cached_property
    def types(self) -> Counter[str]:
        """How often each distinct word occurs."""
        return Counter(self.words)

    @cached_property
    def facts(self) -> dict[str, WordFacts]:
        """The lexicon's facts about each distinct word."""
        facts_of = self.lexicon.facts_of
        return {word: facts_of(word) for word in self.types}

    @cached_property
    def lemmas(self) -> list[str]:
        """The base form of each word, in order."""
        facts = self.facts
        return [facts[word].lemma for word in self.words]

    @cached_property
    def content_lemmas(self) -> list[frozenset[str]]:
        """The base forms of the content words in each sentence."""
        facts = self.facts
        return [
            frozenset(facts[word].lemma for word in sentence.words if facts[word].is_content)
            for sentence in self.sentences
        ]

    @cached_property
    def connectives(self) -> Counter[str]:
        """How often each kind of connective occurs."""
        return self.lexicon.connectives.count(self.words)

    @cached_property
    def letters(self) -> int:
        """The number of letters and digits in all words."""
        return sum(times * sum(map(str.isalnum, word)) for word, times in self.types.items())

    @cached_property
    def characters(self) -> Counter[str]:
        """How often each character occurs."""
        return Counter(self.text)

    def total(self, amount: Callable[[WordFacts], float]) -> float:
        """The sum of an amount over all words (tokens)."""
        facts = self.facts
        return sum(times * amount(facts[word]) for word, times in self.types.items())

    def in_group(self, group: str) -> int:
        """How many words of the text are in a group of the lexicon (such as ``modals``)."""
        words = self.lexicon.groups[group]
        return sum(times for word, times in self.types.items() if word in words)


def _composed(text: str) -> str:
    """The text in NFC. Runs of marks are divided first (UAX #15, stream-safe): ordering long ones is quadratic."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFC", _RUN_OF_MARKS.sub("\\g<0>\u034f", text))


def words_of(text: str) -> list[str]:
    """The words of ``text`` in lower case; numbers are left out."""
    return [token for token in _TOKEN.findall(text.lower()) if token[0].isalpha() or any(map(str.isalpha, token))]
