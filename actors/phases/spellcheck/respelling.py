"""Corrections for the words of a text that no list knows."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from typing import Final

from rapidfuzz.distance import OSA

from actors.phases.spellcheck.finder import CandidateFinder, known_features
from actors.phases.spellcheck.lexicon import Lexicon
from actors.phases.spellcheck.negation import Negations
from actors.phases.spellcheck.proposal import Proposal
from actors.phases.spellcheck.ranker import Ranked, Weights, certainty, certainty_features, ranked
from actors.phases.spellcheck.reading import WordList, WordReading
from actors.phases.spellcheck.realword import confusion_data
from actors.phases.spellcheck.tokens import Word
from actors.phases.spellcheck.verbs import forms_meant
from actors.phases.spellcheck.word_model import Neighbours, WordModel, association
from contracts.results.spellcheck import CorrectionKind

CONTEXT_WEIGHT: Final = 0.65
"""How much the association with the neighbours counts beside the fitted weights. Set a priori, not fitted: the lists
of misspellings that may be used for fitting come without their texts."""

_LIKELY: Final = 0.5
_ENDING: Final = re.compile(r"(?:.?e)?d|.?ing|e?s|.?ers?")
_FITS: Final = 2.5
_LONGEST_TEAR: Final = 2
_JOINED_ZIPF: Final = 3.0
_JOINED_CONFIDENCE: Final = 0.9
_CONTRACTION_CONFIDENCE: Final = 0.95
_VERB_CONFIDENCE: Final = 0.8
_VERB_REASON: Final = "“{original}” is an irregular verb: “{replacement}”."
_KNOWN_COUNT: Final = 3
_KNOWN_SHARE: Final = 0.8
_KNOWN_CONFIDENCE: Final = 0.9
"""The least confidence for a misspelling that several writers made, nearly always of the same word (``alot``)."""

_REGION_CONFIDENCE: Final = 0.95
_REGIONAL: Final = {
    "en-US": "“{original}” is British spelling; in American English it is “{replacement}”.",
    "en-GB": "“{original}” is American spelling; in British English it is “{replacement}”.",
}
_REMEMBERED: Final = 4_000
_FREQUENT_ZIPF: Final = 4.3
_FUNCTION_ZIPF: Final = 6.5
_ONLY_SUGGESTED: Final = 0.45
"""The highest confidence for words that a list may simply lack: two content words written as one (``lifecycle``), or
a word with a productive affix (``reorganizee``). By default, their corrections are only suggested."""

_SHORTEST_NAME: Final = 5
_SURE_NAME: Final = 0.75
_COMMON_ZIPF: Final = 4.0

_SHORT: Final = 3
_CUT_OFF: Final = 3
_ENDS_CUT_OFF: Final = re.compile(r"^.{2,5}(?<=[^aeiouyåäö]{2})$")

_NAME_ODDS: Final = 0.25
"""The factor for a correction's odds where the word may be a name (it has a capital) or part of a hyphenated one."""


class Respelling:
    """Proposes corrections for unknown words, each with a confidence."""

    def __init__(self, language: str, lexicon: Lexicon, model: WordModel) -> None:
        self._language: Final = language
        self._lexicon: Final = lexicon
        self._model: Final = model
        self._weights: Final = Weights.load(language.partition("-")[0])
        self._finder: Final = CandidateFinder(lexicon, model)
        self._negations: Final = Negations(lexicon.proposable() if language.startswith("en") else ())
        capitals = confusion_data(language.partition("-")[0])["capitals"]
        self._determiners: Final = frozenset(capitals["determiners"].split())
        self._no_names: Final = frozenset(capitals["no_names"].split())
        self._scores = lru_cache(maxsize=_REMEMBERED)(self._score)

    def proposals(self, reading: WordReading, terms: WordList) -> dict[int, Proposal]:
        """Proposals by the place of the unknown word; a likely correction is context for the words after it."""
        found: dict[int, Proposal] = {}
        meant: dict[int, str] = {}
        for place in sorted(reading.unknown):
            proposal = self._contracted(reading, place) or self._joined(reading, place)
            found[place] = proposal or self._respelt(reading, place, terms, reading.around(place, place, meant))
            if found[place].confidence >= _LIKELY and found[place].stop == reading.words[place].stop:
                meant[place] = found[place].candidates[0]
        found |= {place: name for place in sorted(reading.names) if (name := self._renamed(reading, place, terms))}
        return found

    def candidates(self, base: str, around: Neighbours, terms: WordList | None = None) -> list[Ranked]:
        """The candidates for a word, ranked with its neighbours taken into account."""
        scores = self._score(base, terms) if terms and terms.near.words else self._scores(base)
        return ranked({word: score + self._context(word, around) for word, score in scores.items()})

    def torn_negations(self, words: Sequence[Word]) -> Iterator[Proposal]:
        """Contractions with *not* that a space has torn apart: ``didn t``, ``can' t``."""
        for word, after in pairwise(words):
            if after.base != "t" or after.is_protected or after.start - word.stop > _LONGEST_TEAR:
                continue
            if meant := self._negations.of_letters(f"{word.base}t"):
                kind = CorrectionKind.SPLIT_JOIN
                yield Proposal(word.start, after.stop, [meant], kind, _CONTRACTION_CONFIDENCE)

    def _contracted(self, reading: WordReading, place: int) -> Proposal | None:
        """A contraction without its apostrophe, or a misspelt negation, whose *not* must not be lost."""
        word = reading.words[place]
        meant = self._lexicon.contraction(word.base) or self._negations.meant(word.base)
        kind = CorrectionKind.NON_WORD
        return Proposal(word.start, word.stop, [meant], kind, _CONTRACTION_CONFIDENCE) if meant else None

    def _respelt(self, reading: WordReading, place: int, terms: WordList, around: Neighbours) -> Proposal:
        word = reading.words[place]
        base, stop = _stem(word)
        if forms := self._forms_of_verb(base, around):
            return Proposal(word.start, stop, forms, CorrectionKind.NON_WORD, _VERB_CONFIDENCE, _VERB_REASON)
        found = self.candidates(base, around, terms)
        if self._lexicon.is_of_other_region(base) and (own := self._of_own_region(found)):
            why = _REGIONAL[self._language]
            return Proposal(word.start, stop, own, CorrectionKind.NON_WORD, _REGION_CONFIDENCE, why)
        kind = CorrectionKind.SPLIT_JOIN if found and " " in found[0].word else CorrectionKind.NON_WORD
        return Proposal(
            word.start, stop, [each.word for each in found], kind, self._confidence(word, base, found, around)
        )

    def _renamed(self, reading: WordReading, place: int, terms: WordList) -> Proposal | None:
        """A misspelt common word with a capital letter: *the Goverment*, *on Wensday*. Names are left as they are."""
        word = reading.words[place]
        base, stop = _stem(word)
        around = reading.around(place, place)
        if len(base) < _SHORTEST_NAME or not (self._may_be_common(base, around) or self._is_unseen(base)):
            return None
        found = self.candidates(base, around, terms)
        sure = self._confidence(replace(word, text=word.base), base, found, around)
        if not found or sure < _SURE_NAME or not self._is_common(base, found[0].word, around):
            return self._perhaps_common(word, base, stop, found)
        return Proposal(word.start, stop, [each.word for each in found], CorrectionKind.NON_WORD, sure)

    def _perhaps_common(self, word: Word, base: str, stop: int, found: Sequence[Ranked]) -> Proposal | None:
        """A suggestion for a capitalised word that is never seen, one edit from a common word: *Autmn*."""
        best = found[0].word if found else ""
        if not self._is_unseen(base) or self._lexicon.zipf(best) < _COMMON_ZIPF or self._is_name(best):
            return None
        if OSA.distance(base, best) > 1:
            return None
        return Proposal(word.start, stop, [each.word for each in found], CorrectionKind.NON_WORD, _ONLY_SUGGESTED)

    def _is_unseen(self, base: str) -> bool:
        return not self._lexicon.makes_compounds and self._lexicon.seen_zipf(base) == 0

    def _may_be_common(self, base: str, around: Neighbours) -> bool:
        """A cheap check before the candidates are looked for."""
        if base in self._weights.known_pairs or around.next_to[0] in self._determiners:
            return True
        return any(OSA.distance(base, date, score_cutoff=2) <= 2 for date in self._no_names)

    def _is_common(self, base: str, correction: str, around: Neighbours) -> bool:
        if correction in self._no_names:
            return bool(OSA.distance(base, correction) <= 2)
        if self._is_name(correction):
            return False
        is_near = OSA.distance(base, correction) == 1 and self._lexicon.zipf(correction) >= _FREQUENT_ZIPF
        return self._is_known_pair(base, correction) or (is_near and around.next_to[0] in self._determiners)

    def _is_name(self, word: str) -> bool:
        return self._lexicon.form(word) != word and word not in self._no_names

    def _forms_of_verb(self, base: str, around: Neighbours) -> list[str]:
        forms = forms_meant(base) if self._language.startswith("en") else ()
        return sorted(forms, key=lambda form: -association(self._model, [form], around))

    def _of_own_region(self, found: Sequence[Ranked]) -> list[str]:
        return [each.word for each in found if self._lexicon.is_of_own_region(each.word)]

    def _joined(self, reading: WordReading, place: int) -> Proposal | None:
        """Join two parts of a word, if that makes a frequent word: ``al though``."""
        for first, second in ((place, place + 1), (place - 1, place)):
            if first < 0 or second >= len(reading.words) or second in reading.left_alone or first in reading.left_alone:
                continue
            one, other = reading.words[first], reading.words[second]
            joined = one.base + other.base
            if other.follows_closely and min(len(one.base), len(other.base)) > 1 and self._is_frequent(joined):
                return Proposal(one.start, other.stop, [joined], CorrectionKind.SPLIT_JOIN, _JOINED_CONFIDENCE)
        return None

    def _is_frequent(self, word: str) -> bool:
        return self._lexicon.knows(word) and self._lexicon.zipf(word) >= _JOINED_ZIPF

    def _score(self, base: str, terms: WordList | None = None) -> Mapping[str, float]:
        known = self._weights.known_pairs.get(base, {})
        found = self._finder.find(base, known=known, terms=terms.near if terms else None)
        return {word: self._weights.score([*said, *known_features(known, word)]) for word, said in found.items()}

    def _context(self, candidate: str, around: Neighbours) -> float:
        return CONTEXT_WEIGHT * association(self._model, candidate.split(" "), around)

    def _confidence(self, word: Word, base: str, found: Sequence[Ranked], around: Neighbours) -> float:
        if not found:
            return 0.0
        zipfs = {"word_zipf": self._lexicon.seen_zipf(base), "first_zipf": self._lexicon.zipf(found[0].word)}
        sure = certainty(self._weights, certainty_features(base, found, **zipfs))
        if " " in found[0].word and not self._is_sure_split(base, found[0].word):
            sure = min(sure, _ONLY_SUGGESTED)
        if self._is_abbreviation(base, found[0].word):
            return 0.0
        if self._may_be_new(base, found[0].word, around) or self._may_be_short(base, found[0].word):
            sure = min(sure, _ONLY_SUGGESTED)
        if (word.is_capitalised and self._is_name(found[0].word)) or ("'" in base and "'" not in found[0].word):
            sure = min(sure, _ONLY_SUGGESTED)  # Wernher is not Werner, and heav'n is poetic
        if self._is_known_pair(base, found[0].word):
            sure = max(sure, _KNOWN_CONFIDENCE)
        if word.is_hyphenated or (word.is_capitalised and not word.is_upper):
            sure = _NAME_ODDS * sure / (1 - sure + _NAME_ODDS * sure)
        return sure

    def _may_be_new(self, base: str, correction: str, around: Neighbours) -> bool:
        """True for a word with a productive affix, unless a frequent word is one edit away and fits: *my siter*."""
        if base in self._weights.known_pairs:
            return False
        if base.startswith(correction) and _ENDING.fullmatch(base[len(correction) :]):
            return True  # facebooking, youtubed: a verb made from a name
        if not self._lexicon.derives(base):
            return False
        if self._lexicon.adds_suffix(base) or self._lexicon.zipf(correction) < _FREQUENT_ZIPF:
            return True
        return OSA.distance(base, correction) > 1 or association(self._model, [correction], around) < _FITS

    def _may_be_short(self, base: str, correction: str) -> bool:
        """True if the word is so short that it may be an abbreviation."""
        is_known = self._is_known_pair(base, correction)
        return self._lexicon.makes_compounds and not is_known and len(base) <= _SHORT

    def _is_abbreviation(self, base: str, correction: str) -> bool:
        """True for a word cut off like an abbreviation (``förh``), and for a name without its capital (``papua``)."""
        if self._is_known_pair(base, correction) or not self._lexicon.makes_compounds:
            return False
        is_cut_off = bool(_ENDS_CUT_OFF.search(base)) and self._lexicon.opens_longer_word(base, _CUT_OFF)
        return is_cut_off or self._lexicon.knows(base, capitalised=True)

    def _is_known_pair(self, base: str, correction: str) -> bool:
        pairs = self._weights.known_pairs.get(base, {})
        count = pairs.get(correction, 0)
        return count >= _KNOWN_COUNT and count >= _KNOWN_SHARE * sum(pairs.values())

    def _is_sure_split(self, base: str, pair: str) -> bool:
        function_word = max(map(self._lexicon.zipf, pair.split(" "))) >= _FUNCTION_ZIPF
        return function_word or pair in self._weights.known_pairs.get(base, {})


def _stem(word: Word) -> tuple[str, int]:
    """The word without its possessive ending, and the offset where it stops: only this part can be misspelt."""
    if word.base.endswith("'s") and len(word.base) > 3 and len(word.text) == len(word.base):
        return word.base[:-2], word.stop - 2
    return word.base, word.stop
