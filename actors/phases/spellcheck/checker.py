"""Checks one text: proposes corrections for its words, and decides which of them change the text."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from actors.phases.spellcheck.accents import LostAccents
from actors.phases.spellcheck.articles import article_for, wrong_articles
from actors.phases.spellcheck.compounds import Compounds
from actors.phases.spellcheck.confusable import Confusables, load_confusables
from actors.phases.spellcheck.explain import explanation
from actors.phases.spellcheck.informal import load_informal
from actors.phases.spellcheck.lexicon import LANGUAGES_KEPT, Lexicon, load_lexicon
from actors.phases.spellcheck.proposal import Proposal, agreed, without_overlaps, written_like
from actors.phases.spellcheck.ranker import Ranked
from actors.phases.spellcheck.reading import WordList, WordReading, read
from actors.phases.spellcheck.realword import Mistaken, load_confusions
from actors.phases.spellcheck.respelling import Respelling
from actors.phases.spellcheck.word_model import Neighbours, WordModel, load_word_model
from contracts.results.spellcheck import CorrectionKind, SpellingCorrection

APPLIED_FROM: Final = 0.5
"""A correction with at least this confidence changes the text; with less, it is a suggestion."""

_SUGGESTED_FROM: Final = 0.03
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class Checked:
    """What the check of one text found."""

    corrections: tuple[SpellingCorrection, ...]
    words_checked: int
    words_left_alone: int


class Checker:
    """Checks texts in one language (``en``, ``en-US``, ``en-GB`` or ``sv``); loads its data in the constructor."""

    def __init__(self, language: str) -> None:
        self.language: Final = language
        self.lexicon: Final[Lexicon] = load_lexicon(language)
        self._model: Final[WordModel] = load_word_model(language, self.lexicon.zipf)
        self._respelling: Final = Respelling(language, self.lexicon, self._model)
        self._informal: Final = load_informal(language.partition("-")[0])
        self._swedish: Final = (Compounds(self.lexicon), LostAccents(self.lexicon)) if language == "sv" else None
        self._rules: Final = load_confusions(language.partition("-")[0])
        self._confusables: Final[Confusables] = load_confusables(language.partition("-")[0], self._model)

    def check(self, text: str, terms: WordList, *, applied_from: float = APPLIED_FROM) -> Checked:
        """Find the corrections of ``text``; those with a confidence from ``applied_from`` on are marked as applied."""
        reading = read(text, self.lexicon, terms, self.language.partition("-")[0])
        respelt = self._respelling.proposals(reading, terms)
        meant = {place: each.candidates[0] for place, each in respelt.items() if each.confidence >= applied_from}
        mistaken = self._mistaken(reading, meant)
        informal = self._informal.find(text, reading.words)
        proposals = without_overlaps([*informal, *mistaken, *agreed(text, list(respelt.values()))])
        corrections = tuple(
            self._correction(text, proposal, terms, applied_from=applied_from)
            for proposal in proposals
            if proposal.confidence >= _SUGGESTED_FROM
        )
        return Checked(corrections, len(reading.words) - len(reading.left_alone), len(reading.left_alone))

    def candidates(self, word: str, around: Neighbours | None = None) -> list[Ranked]:
        """The candidates for ``word`` (a base form), ranked with its neighbours taken into account."""
        return self._respelling.candidates(word, around or Neighbours())

    def _mistaken(self, reading: WordReading, meant: Mapping[int, str]) -> Iterator[Proposal]:
        """Proposals for real words that stand for others: torn compounds, lost accents, confusions, wrong articles."""
        if self._swedish:
            compounds, accents = self._swedish
            yield from compounds.find(reading.words, reading.left_alone)
            yield from (_proposal_of(each, reading) for each in accents.find(reading.words, reading.left_alone))
        confused = list(self._confused(reading, meant))
        yield from confused
        for rule in self._rules.find(reading.words, reading.left_alone):
            if self._agrees(rule, reading):
                yield _proposal_of(rule, reading)
        if self.language.startswith("en"):
            yield from self._respelling.torn_negations(reading.words)
            slips = {each.start for each in confused}
            for article in wrong_articles(reading.words, reading.left_alone, self.lexicon):
                if reading.words[article.first].start not in slips:
                    yield _proposal_of(article, reading)

    def _confused(self, reading: WordReading, meant: Mapping[int, str]) -> Iterator[Proposal]:
        for place, word in enumerate(reading.words):
            if not self._confusables.is_confusable(word.base) or word.is_hyphenated:
                continue
            if place in reading.left_alone or place in reading.unknown or self._is_right_article(reading, place):
                continue
            other = self._confusables.meant(word.base, reading.around(place, place, meant))
            if other:
                why = self._confusables.why(word.base, other.words[0])
                yield Proposal(word.start, word.stop, other.words, CorrectionKind.REAL_WORD, other.confidence, why)

    def _is_right_article(self, reading: WordReading, place: int) -> bool:
        after = reading.words[place + 1 : place + 2]
        return reading.words[place].base == "an" and bool(after) and article_for(after[0].base) == "an"

    def _agrees(self, mistaken: Mistaken, reading: WordReading) -> bool:
        """True unless the model of word sequences speaks against the correction of a rule."""
        if mistaken.first != mistaken.last:
            return True
        around = reading.around(mistaken.first, mistaken.last)
        return self._confusables.speaks_for(reading.words[mistaken.first].base, mistaken.replacement, around)

    def _written(self, candidates: Sequence[str]) -> Sequence[str]:
        """The candidates without chat spellings (thru), unless there are no others."""
        return [word for word in candidates if word not in self._informal.meanings] or candidates

    def _correction(self, text: str, proposal: Proposal, terms: WordList, *, applied_from: float) -> SpellingCorrection:
        original = text[proposal.start : proposal.stop]
        written = dict.fromkeys(
            written_like(original, terms.form(word) or self.lexicon.form(word))
            for word in self._written(proposal.candidates)
        )
        candidates = tuple(written)[:_SHOWN]
        sure = proposal.confidence >= applied_from and not proposal.is_only_said
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


@lru_cache(maxsize=LANGUAGES_KEPT)
def checker_of(language: str) -> Checker:
    """The checker of a language; all phases and workers of a process share it."""
    return Checker(language)


def _proposal_of(mistaken: Mistaken, reading: WordReading) -> Proposal:
    is_respaced = mistaken.first != mistaken.last or " " in mistaken.replacement
    return Proposal(
        reading.words[mistaken.first].start,
        reading.words[mistaken.last].stop,
        [mistaken.replacement],
        CorrectionKind.SPLIT_JOIN if is_respaced else CorrectionKind.REAL_WORD,
        mistaken.confidence,
        mistaken.why,
    )
