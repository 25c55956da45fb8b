"""Swedish compounds that are written apart: ``mat sal`` for ``matsal``."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from actors.phases.spellcheck.lexicon import Lexicon, swedish_dictionary_folder
from actors.phases.spellcheck.proposal import Proposal
from actors.phases.spellcheck.realword import confusion_data
from actors.phases.spellcheck.tokens import Word
from contracts.results.spellcheck import CorrectionKind

_CONFIDENCE: Final = 0.45
_LESSON: Final = (
    "”{original}” är ett sammansatt ord och skrivs ihop: ”{replacement}”. Säg det högt: ett sammansatt ord uttalas i "
    "ett svep, med en enda betoning."
)
_SHORTEST: Final = 3
_SEEN_ZIPF: Final = 0.5
_FUNCTION_ZIPF: Final = 6.1
_BEGINS: Final = "X"
_NOUN: Final = frozenset("ABCDEFGHI")
_ADJECTIVE: Final = frozenset("OK")
_LISTED_ZIPF: Final = 1.5
_ORDINARY_ZIPF: Final = 5.5
_FIRM_ZIPF: Final = 3.5
_WEEKDAYS: Final = ("måndag", "tisdag", "onsdag", "torsdag", "fredag", "lördag", "söndag")
_TIMES_OF_DAY: Final = frozenset({"morgon", "förmiddag", "eftermiddag", "kväll", "natt", "lunch"})
_BOUND: Final = frozenset({"hårig", "håriga", "hårigt", "ögd", "ögda", "årig", "åriga", "benig", "sidig", "sidiga"})
"""Second parts that hardly ever stand alone: *rödhårig*, *blåögd*."""

_LETTERED: Final = frozenset({"tv", "cd", "dvd", "pc", "it", "sms", "mms", "vip", "eu"})
"""Abbreviations that are joined to a noun with a hyphen: *tv-serie*."""

_LINKED: Final = (("a", ""), ("e", ""), ("a", "o"), ("e", "s"), ("", "s"))
"""Endings of a first part: as a word, and within a compound (*skolbuss*, *läkarhus*, *gatukök*)."""


class Compounds:
    """Finds compounds that a space has cut in two; each is suggested, with a lesson."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon: Final = lexicon
        data = confusion_data("sv")["compounds"]
        self._strengthening: Final = frozenset(data["strengthening"].split())
        self._short: Final = frozenset(data["short"].split())
        self._separate: Final = frozenset(data["separate"].split())
        self._compounding: Final = frozenset(data["compounding"].split())
        self._determiners: Final = frozenset(data["determiners"].split())
        self._beginnings, self._nouns, self._adjectives = _read(swedish_dictionary_folder() / "sv_SE.dic", lexicon)
        apart = self._separate | self._compounding | self._strengthening | frozenset(data["measures"].split())
        self._joining: Final = self._nouns - apart

    def find(self, words: Sequence[Word], left_alone: frozenset[int]) -> Iterator[Proposal]:
        """Yield a proposal for each torn compound among ``words``."""
        for place in range(len(words) - 1):
            one, other = words[place], words[place + 1]
            if place in left_alone or place + 1 in left_alone or not other.follows_closely or one.is_hyphenated:
                continue
            before = words[place - 1].base if place and one.follows_closely else ""
            if joined := self._joined(one.base, other.base) or self._determined(before, one.base, other.base):
                kind = CorrectionKind.SPLIT_JOIN
                yield Proposal(one.start, other.stop, [joined], kind, _CONFIDENCE, _LESSON)

    def _joined(self, one: str, other: str) -> str | None:
        if one in _LETTERED and other in self._nouns and len(other) > _SHORTEST:
            return f"{one}-{other}"
        is_strengthened = one in self._strengthening
        joined = _together(one, other)
        if len(other) < _SHORTEST or (other in _TIMES_OF_DAY and one.startswith(_WEEKDAYS)):  # i fredags kväll
            return None
        if one == "ur" and other not in self._adjectives:  # ur hem
            return None
        if is_strengthened or self._may_begin(one):
            if self._is_compound(joined, other, is_strengthened=is_strengthened):
                return joined
        elif self._is_of_adjective(one, other, joined):
            return joined
        return self._with_linking_letter(one, other)

    def _is_compound(self, joined: str, other: str, *, is_strengthened: bool) -> bool:
        if not self._lexicon.knows(joined):
            return False
        if is_strengthened:
            return True
        is_man = other == "man" and joined in self._nouns  # brandman, but not kul men
        is_seldom = self._lexicon.zipf(other) < _FUNCTION_ZIPF or is_man
        return is_seldom and self._lexicon.zipf(joined) >= _SEEN_ZIPF

    def _is_of_adjective(self, one: str, other: str, joined: str) -> bool:
        """True for a compound that begins with an adjective: *sjuksköterska*. Most adjectives stand apart."""
        if one not in self._adjectives or not self._lexicon.knows(joined):
            return False
        is_word = (joined in self._nouns or joined in self._adjectives) and self._lexicon.zipf(joined) >= _LISTED_ZIPF
        return other in _BOUND or (one in self._compounding and is_word)

    def _with_linking_letter(self, one: str, other: str) -> str | None:
        """A compound whose first part does not end as the word does: *läkare sekreterare*, *kök bord*."""
        is_noun = other in self._beginnings or other.endswith("are")  # spelare
        if one not in self._beginnings or not is_noun or one in self._separate or len(one) < _SHORTEST:
            return None
        if self._lexicon.zipf(other) >= _ORDINARY_ZIPF or self._is_an_act(one):  # vara med, grilla korv
            return None
        written = (f"{one.removesuffix(ending)}{link}{other}" for ending, link in _LINKED if one.endswith(ending))
        return next((each for each in written if self._is_listed(each)), None)

    def _is_an_act(self, word: str) -> bool:
        """True for an infinitive, whose present is more common than a plural in -or: grilla, but not gata."""
        several = self._lexicon.zipf(f"{word[:-1]}or")
        return word.endswith("a") and self._lexicon.zipf(f"{word}r") > max(several, _SEEN_ZIPF)

    def _determined(self, before: str, one: str, other: str) -> str | None:
        """Join two nouns after a determiner, where they hardly ever stand apart: *min musik lektion*."""
        if before not in self._determiners or not {one, other} <= self._joining:
            return None
        if self._lexicon.zipf(other) >= _ORDINARY_ZIPF or one.endswith("s"):  # min kompis skola: the school is hers
            return None
        joined = _together(one, other)
        are_firm = min(self._lexicon.zipf(one), self._lexicon.zipf(other)) >= _FIRM_ZIPF
        return joined if are_firm and self._lexicon.knows(joined) else None

    def _is_listed(self, word: str) -> bool:
        return self._lexicon.zipf(word) >= _SEEN_ZIPF and self._lexicon.knows(word)

    def _may_begin(self, word: str) -> bool:
        if word in self._separate or self._lexicon.zipf(word) >= _FUNCTION_ZIPF:
            return False
        if word in self._short:
            return True
        is_linked = word.endswith("s") and word[:-1] in self._nouns  # fotbolls-, vardags-
        is_stem = not self._lexicon.knows(word) and not {f"{word}a", f"{word}e"}.isdisjoint(self._nouns)  # skol-
        return len(word) >= _SHORTEST and (word in self._beginnings or is_linked or is_stem)


def _together(one: str, other: str) -> str:
    return one + (other[1:] if one[-2:] == 2 * other[:1] else other)  # no letter is written three times: tillopp


def _read(dictionary: Path, lexicon: Lexicon) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    """The words in use that may open a compound, the nouns among them, and the adjectives.

    Adjectives are left out of the first two sets, since *en svensk lärare* is right.
    """
    beginnings, nouns, adjectives = set(), set(), set()
    with dictionary.open(encoding="utf-8") as lines:
        for line in lines:
            word, _, flags = line.strip().partition("/")
            if not word.islower() or not lexicon.zipf(word):
                continue
            if not _ADJECTIVE.isdisjoint(flags):
                adjectives.add(word)
            elif not _NOUN.isdisjoint(flags):
                nouns.add(word)
            elif _BEGINS in flags:
                beginnings.add(word)
    return frozenset((beginnings | nouns) - adjectives), frozenset(nouns - adjectives), frozenset(adjectives)
