"""Checking one text: what is proposed for its unknown words, and what is changed."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from actors.phases.spellcheck.context import Bigrams, load_bigrams
from actors.phases.spellcheck.explain import explanation
from actors.phases.spellcheck.finder import CandidateFinder, known_features
from actors.phases.spellcheck.letters import base_form
from actors.phases.spellcheck.lexicon import Lexicon, load_lexicon
from actors.phases.spellcheck.ranker import Ranked, Weights, certainty, certainty_features, ranked
from actors.phases.spellcheck.reading import Reading, WordList, read
from actors.phases.spellcheck.realword import Mistaken, load_confusions, wrong_articles
from actors.phases.spellcheck.tokens import Word
from contracts.results.spellcheck import CorrectionKind, SpellingCorrection

CONTEXT_WEIGHT: Final = 0.4
"""How much an association with a neighbour counts beside the fitted weights. Set a priori, not fitted: the sets of
misspellings that may be used for fitting come without their texts."""

APPLIED_FROM: Final = 0.7
"""From this confidence on a correction changes the text; below it is a suggestion."""

_SUGGESTED_FROM: Final = 0.1
_SHOWN: Final = 5
_JOINED_ZIPF: Final = 3.0
_JOINED_CONFIDENCE: Final = 0.9
_CONTRACTION_CONFIDENCE: Final = 0.95
_KNOWN_COUNT: Final = 3
_KNOWN_SHARE: Final = 0.8
_KNOWN_CONFIDENCE: Final = 0.9
"""A misspelling that several writers made, and nearly always for the same word (``alot``), is corrected."""

_REGION_CONFIDENCE: Final = 0.95
_REGIONAL: Final = {
    "en-US": "“{original}” is British spelling; in American English it is “{replacement}”.",
    "en-GB": "“{original}” is American spelling; in British English it is “{replacement}”.",
}
_REMEMBERED: Final = 4_000
_FUNCTION_ZIPF: Final = 6.5
_ONLY_SUGGESTED: Final = 0.5
"""Two content words written as one (``lifecycle``), and what is made from a word by a living affix
(``reorganizee``), may be words that the list lacks: their corrections are suggested and never applied."""

_NAME_ODDS: Final = 0.25
"""An unknown word that opens a sentence may be a name, and part of a hyphenated one anything: the odds are cut."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may have been meant in a span of the text: the base forms of the candidates, the best first."""

    start: int
    stop: int
    candidates: Sequence[str]
    kind: CorrectionKind
    confidence: float
    why: str = ""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of one text found."""

    corrections: tuple[SpellingCorrection, ...]
    words_checked: int
    words_left_alone: int


class Checker:
    """Checks texts in one language (``en``, ``en-US``, ``en-GB`` or ``sv``). Loads what it needs when it is made."""

    def __init__(self, language: str) -> None:
        self.language: Final = language
        self.lexicon: Final[Lexicon] = load_lexicon(language)
        self._bigrams: Final[Bigrams] = load_bigrams(language, self.lexicon.zipf)
        self._weights: Final = Weights.load(language.partition("-")[0])
        self._finder: Final = CandidateFinder(self.lexicon, self._bigrams)
        self._confusions: Final = load_confusions(language.partition("-")[0])
        self._scores = lru_cache(maxsize=_REMEMBERED)(self._score)

    def check(self, text: str, terms: WordList, *, applied_from: float = APPLIED_FROM) -> Checked:
        """Find the corrections of ``text``; those with at least the confidence ``applied_from`` are applied."""
        reading = read(text, self.lexicon, terms)
        respelt = _agreed(text, list(self._proposals(reading, terms)))
        proposals = _without_overlaps([*self._mistaken(reading), *respelt])
        corrections = tuple(
            self._correction(text, proposal, terms, applied_from=applied_from)
            for proposal in proposals
            if proposal.confidence >= _SUGGESTED_FROM
        )
        return Checked(corrections, len(reading.words) - len(reading.left_alone), len(reading.left_alone))

    def candidates(self, word: str, before: str | None = None, after: str | None = None) -> list[Ranked]:
        """The ranked candidates for ``word`` (a base form), with what its neighbours say."""
        return self._ranked(word, WordList(), before, after)

    def _mistaken(self, reading: Reading) -> Iterator[Proposal]:
        found = [*self._confusions.find(reading.words, reading.left_alone)]
        if self.language.startswith("en"):
            found += wrong_articles(reading.words, reading.left_alone, self.lexicon.zipf)
        for mistaken in found:
            yield _proposal_of(mistaken, reading)

    def _proposals(self, reading: Reading, terms: WordList) -> Iterator[Proposal]:
        for place in sorted(reading.unknown):
            yield self._joined(reading, place) or self._respelt(reading, place, terms)

    def _respelt(self, reading: Reading, place: int, terms: WordList) -> Proposal:
        word = reading.words[place]
        base, stop = _stem(word)
        if contraction := self.lexicon.contraction(base):
            return Proposal(word.start, stop, [contraction], CorrectionKind.NON_WORD, _CONTRACTION_CONFIDENCE)
        found = self._ranked(base, terms, reading.neighbour(place, -1), reading.neighbour(place, 1))
        if self.lexicon.is_of_other_region(base) and (own := self._of_own_region(found)):
            why = _REGIONAL[self.language]
            return Proposal(word.start, stop, own, CorrectionKind.NON_WORD, _REGION_CONFIDENCE, why)
        kind = CorrectionKind.SPLIT_JOIN if found and " " in found[0].word else CorrectionKind.NON_WORD
        return Proposal(word.start, stop, [each.word for each in found], kind, self._confidence(word, base, found))

    def _of_own_region(self, found: Sequence[Ranked]) -> list[str]:
        return [each.word for each in found if self.lexicon.is_of_own_region(each.word)]

    def _joined(self, reading: Reading, place: int) -> Proposal | None:
        """Two words that are one: ``al though``. Only a frequent word speaks loudly enough."""
        for first, second in ((place, place + 1), (place - 1, place)):
            if first < 0 or second >= len(reading.words) or second in reading.left_alone or first in reading.left_alone:
                continue
            one, other = reading.words[first], reading.words[second]
            joined = one.base + other.base
            if other.follows_closely and min(len(one.base), len(other.base)) > 1 and self._is_frequent(joined):
                return Proposal(one.start, other.stop, [joined], CorrectionKind.SPLIT_JOIN, _JOINED_CONFIDENCE)
        return None

    def _is_frequent(self, word: str) -> bool:
        return self.lexicon.knows(word) and self.lexicon.zipf(word) >= _JOINED_ZIPF

    def _ranked(self, base: str, terms: WordList, before: str | None, after: str | None) -> list[Ranked]:
        scores = self._scores(base) if not terms.near.words else self._score(base, terms)
        return ranked({word: score + self._context(word, before, after) for word, score in scores.items()})

    def _score(self, base: str, terms: WordList | None = None) -> Mapping[str, float]:
        known = self._weights.known_pairs.get(base, {})
        found = self._finder.find(base, known=known, terms=terms.near if terms else None)
        return {word: self._weights.score([*said, *known_features(known, word)]) for word, said in found.items()}

    def _context(self, word: str, before: str | None, after: str | None) -> float:
        first, _, last = word.rpartition(" ")
        left = self._bigrams.association(before, first or last) if before else 0.0
        right = self._bigrams.association(last, after) if after else 0.0
        return CONTEXT_WEIGHT * (left + right)

    def _confidence(self, word: Word, base: str, found: Sequence[Ranked]) -> float:
        if not found:
            return 0.0
        zipfs = {"word_zipf": self.lexicon.seen_zipf(base), "first_zipf": self.lexicon.zipf(found[0].word)}
        sure = certainty(self._weights, certainty_features(base, found, **zipfs))
        if " " in found[0].word and not self._is_sure_split(base, found[0].word):
            sure = min(sure, _ONLY_SUGGESTED)
        if self.lexicon.derives(base) and base not in self._weights.known_pairs:
            sure = min(sure, _ONLY_SUGGESTED)
        if self._is_known_pair(base, found[0].word):
            sure = max(sure, _KNOWN_CONFIDENCE)
        if word.is_hyphenated or (word.is_capitalised and not word.is_upper):
            sure = _NAME_ODDS * sure / (1 - sure + _NAME_ODDS * sure)
        return sure

    def _is_known_pair(self, base: str, correction: str) -> bool:
        pairs = self._weights.known_pairs.get(base, {})
        count = pairs.get(correction, 0)
        return count >= _KNOWN_COUNT and count >= _KNOWN_SHARE * sum(pairs.values())

    def _is_sure_split(self, base: str, pair: str) -> bool:
        function_word = max(map(self.lexicon.zipf, pair.split(" "))) >= _FUNCTION_ZIPF
        return function_word or pair in self._weights.known_pairs.get(base, {})

    def _correction(self, text: str, proposal: Proposal, terms: WordList, *, applied_from: float) -> SpellingCorrection:
        original = text[proposal.start : proposal.stop]
        written = dict.fromkeys(
            written_like(original, terms.form(word) or self.lexicon.form(word)) for word in proposal.candidates
        )
        candidates = tuple(written)[:_SHOWN]
        sure = proposal.confidence >= applied_from
        return SpellingCorrection(
            start=proposal.start,
            stop=proposal.stop,
            original=original,
            replacement=candidates[0],
            candidates=candidates,
            kind=proposal.kind,
            confidence=round(proposal.confidence, 3),
            explanation=proposal.why.format(original=original, replacement=candidates[0])
            or explanation(self.language, original, candidates[0], proposal.kind, sure=sure),
            applied=sure,
        )


def _stem(word: Word) -> tuple[str, int]:
    """A word without its possessive ending, and where it stops: only the stem can be misspelt."""
    if word.base.endswith("'s") and len(word.base) > 3 and len(word.text) == len(word.base):
        return word.base[:-2], word.stop - 2
    return word.base, word.stop


def _proposal_of(mistaken: Mistaken, reading: Reading) -> Proposal:
    is_respaced = mistaken.first != mistaken.last or " " in mistaken.replacement
    return Proposal(
        reading.words[mistaken.first].start,
        reading.words[mistaken.last].stop,
        [mistaken.replacement],
        CorrectionKind.SPLIT_JOIN if is_respaced else CorrectionKind.REAL_WORD,
        mistaken.confidence,
        mistaken.why,
    )


def _agreed(text: str, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals of a text, with one confidence where the same misspelling has the same correction."""
    best: dict[tuple[str, str], float] = {}
    keys = [
        (base_form(text[each.start : each.stop]), each.candidates[0] if each.candidates else "") for each in proposals
    ]
    for key, proposal in zip(keys, proposals, strict=True):
        best[key] = max(proposal.confidence, best.get(key, 0.0))
    for key, proposal in zip(keys, proposals, strict=True):
        yield replace(proposal, confidence=best[key])


def _without_overlaps(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    end = 0
    for proposal in sorted(proposals, key=lambda each: each.start):
        if proposal.candidates and proposal.start >= end:
            yield proposal
            end = proposal.stop


def written_like(original: str, replacement: str) -> str:
    """``replacement`` in the letter case of ``original``, and with its kind of apostrophe."""
    if "’" in original:
        replacement = replacement.replace("'", "’")
    if len(original) > 1 and original.isupper():
        return replacement.upper()
    if original[0].isupper():
        return replacement[0].upper() + replacement[1:]
    return replacement
