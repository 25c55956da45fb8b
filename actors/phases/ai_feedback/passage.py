"""Cuts a text into paragraphs, sentences and words by offsets, so that every quotation is a slice of the text."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
_PARAGRAPH: Final = re.compile(r"[^\n]+")
_SENTENCE_END: Final = re.compile(
    r"(?<![.!?…])[.!?…]++[\"')\]”»]*+(?=\s|\Z)"
    r"|(?<=\s)[.!?](?=[A-ZÅÄÖ])|(?<=[a-zåäö]{3})[.!?](?=(?:The|This|They|There|That|It|In|If|I|He|She|We|You|But|And|So|Then"
    r"|When|My|For|Also|Det|Den|Jag|Vi|Han|Hon|De|Men|Och|Sen|När|Om)\b)"
)
_ABBREVIATION: Final = re.compile(
    r"\b(?:mr|mrs|ms|dr|st|vs|etc|e\.g|i\.e|p\.m|a\.m|bl\.a|t\.ex|t\.o\.m|osv|ca|kl)\.\Z", re.IGNORECASE
)
_LONGEST_ABBREVIATION: Final = 8
_SAME_WIDTH: Final = str.maketrans(
    {"’": "'", "‘": "'", "ʼ": "'", "`": "'", "´": "'", "\u00a0": " ", "\t": " ", "\r": "\n", "\u2028": "\n"}
)
_WRAPPED: Final = re.compile(r"(?<=[^\W\d_]|,)\n(?=[^\W\d_A-ZÅÄÖ])")
_WRAPPED_BEFORE_I: Final = re.compile(r"(?<=[^\W\d_]|,)(?<=[^\n]{60})\n(?=I[ '])")
_SURROGATES: Final = re.compile(r"[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Extent:
    """A part of the text, from ``start`` up to but not including ``end`` (code points)."""

    start: int
    end: int

    def overlaps(self, other: "Extent") -> bool:
        """True when the two share a character."""
        return self.start < other.end and other.start < self.end


class Passage:
    """A text with its parts. All parts are extents of ``text``, found once and in linear time.

    ``plain`` is what rules read: it has the same offsets as ``text``, but straight apostrophes, plain spaces and no
    lone surrogates. A paragraph is a line with a word in it, since this is how students type; lines that are merely
    wrapped count as one.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self.plain = _unwrapped(_SURROGATES.sub("\ufffd", text.translate(_SAME_WIDTH)))

    @cached_property
    def lower(self) -> str:
        """``plain`` in lower case, letter by letter, so that offsets stay the same (``İ`` has a longer lower case)."""
        lowered = self.plain.lower()
        return lowered if len(lowered) == len(self.plain) else "".join(_lower(char) for char in self.plain)

    @cached_property
    def paragraphs(self) -> tuple[Extent, ...]:
        """The lines that have a word in them."""
        lines = (_stripped(self.plain, match.start(), match.end()) for match in _PARAGRAPH.finditer(self.plain))
        return tuple(line for line in lines if _WORD.search(self.plain, line.start, line.end))

    @cached_property
    def sentences(self) -> tuple[Extent, ...]:
        """The sentences that have a word in them, in order."""
        return tuple(sentence for paragraph in self.paragraphs for sentence in self._sentences_of(paragraph))

    def _sentences_of(self, paragraph: Extent) -> Iterator[Extent]:
        start = paragraph.start
        for match in _SENTENCE_END.finditer(self.plain, paragraph.start, paragraph.end):
            if match.group()[0] == "." and self._ends_with_abbreviation(match.start() + 1):
                continue
            yield from self._with_a_word(start, match.end())
            start = match.end()
        yield from self._with_a_word(start, paragraph.end)

    def _with_a_word(self, start: int, end: int) -> Iterator[Extent]:
        if _WORD.search(self.plain, start, end):
            yield _stripped(self.plain, start, end)

    def _ends_with_abbreviation(self, end: int) -> bool:
        return _ABBREVIATION.search(self.plain[max(0, end - _LONGEST_ABBREVIATION) : end]) is not None

    @cached_property
    def words(self) -> tuple[Extent, ...]:
        """The words (letters, with apostrophes and hyphens inside), in order."""
        return tuple(self.words_in(Extent(0, len(self.plain))))

    @cached_property
    def words_by_sentence(self) -> tuple[tuple[Extent, ...], ...]:
        """The words of each sentence."""
        return tuple(tuple(self.words_in(sentence)) for sentence in self.sentences)

    def words_in(self, extent: Extent) -> Iterator[Extent]:
        """The words of a part of the text."""
        return (Extent(*match.span()) for match in _WORD.finditer(self.plain, extent.start, extent.end))

    def lowered(self, extent: Extent) -> str:
        """A part of the text in lower case with straight apostrophes."""
        return self.lower[extent.start : extent.end]


def _unwrapped(text: str) -> str:
    """Replace line ends within a sentence, where the next line goes on in lower case, by spaces."""
    return _WRAPPED.sub(" ", _WRAPPED_BEFORE_I.sub(" ", text))


def _lower(char: str) -> str:
    lowered = char.lower()
    return lowered if len(lowered) == 1 else char


def _stripped(text: str, start: int, end: int) -> Extent:
    part = text[start:end]
    left = len(part) - len(part.lstrip())
    return Extent(start + left, max(start + left, start + len(part.rstrip())))
