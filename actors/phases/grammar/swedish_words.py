"""Forms of Swedish words: verbs by a table, and genders of nouns by frequencies, since there is no parser.

A noun whose form in *-et* is in use is an *ett* word; one that only has a form in *-en* is an *en* word.
"""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from wordfreq import zipf_frequency

from actors.phases.grammar.words import listed

_IN_USE: Final = 3.0
_HARDLY_IN_USE: Final = 1.5
"""Zipf frequencies: at least once in a million words; less than once in thirty million."""
_SHORTEST: Final = 3
_ENDINGS: Final = frozenset({("ett", "et"), ("ett", "t"), ("en", "en"), ("en", "n")})
_NO_DEFINITES: Final = listed(
    "botten vatten tecken socken öken papper egen liten annan enkät diet moln regn barn namn ton mycket litet "
    "roman väntan"
)
_ADD_ONE_LETTER: Final = ("a", "e", "o", "é", "el", "or")
"""Endings of nouns that take only one more letter in the definite form: *cykel*, *cykeln*."""
_NO_NOUNS: Final = listed(
    "test annan enda del plan gång till par hel själv som har kan ska med och inte ens mycket viss sådan liten egen "
    "bra vara ung gammal kort bar tal val håll lag slut tur mål led art favorit"
)
_SEVERAL_THINGS: Final = listed("var såg åt bar kom lät sa satt får ser tar lär lever vet kör bör")
"""Forms of verbs that are also other words, or other forms of the same verb."""


@dataclass(frozen=True)
class Verbs:
    """The forms of common verbs, without those that are also other words; ``finite`` includes these."""

    base: frozenset[str]
    present: frozenset[str]
    past: frozenset[str]
    finite: frozenset[str]
    modals: frozenset[str]
    adjectives: frozenset[str]
    of_feeling: frozenset[str]


@cache
def verbs() -> Verbs:
    """The table of Swedish verbs, from the data file."""
    text = resources.files(__package__).joinpath("data", "sv.toml").read_text("utf-8")
    data = tomllib.loads(text)
    lists = {name: listed(block) for name, block in data["lists"].items()}
    forms = {base: row.split() for base, row in data["irregular"].items()}
    forms |= {base: [base + "r", base + "de", base + "t"] for base in lists["regular"]}
    present, past = (frozenset(row[place] for row in forms.values()) for place in (0, 1))
    return Verbs(
        base=frozenset(forms) - _SEVERAL_THINGS,
        present=present - _SEVERAL_THINGS - frozenset(forms),
        past=past - _SEVERAL_THINGS,
        finite=present | past | lists["modals"] | {"finns", "fanns"},
        modals=lists["modals"],
        adjectives=lists["adjectives"],
        of_feeling=lists["of_feeling"],
    )


@cache
def article_of(noun: str) -> str:
    """``en`` or ``ett``; empty if the frequencies do not tell."""
    if noun in _NO_NOUNS or zipf(noun) < _IN_USE:
        return ""
    common = zipf(noun + ("n" if noun.endswith(_ADD_ONE_LETTER) else "en"))
    neuter = zipf(noun + ("t" if noun[-1] in "eo" else "et"))
    if noun.endswith("a"):
        neuter = 0.0
    if neuter >= _IN_USE + 0.3 and not _is_adjective(noun):
        return "ett"
    return "en" if common >= _IN_USE + 0.3 and neuter < _HARDLY_IN_USE and not _is_adjective(noun) else ""


def without_article(noun: str) -> str:
    """The indefinite form of a definite noun; empty if the frequencies do not tell."""
    for plain, ending in ((noun[:-2], noun[-2:]), (noun[:-1], noun[-1:])):
        article = article_of(plain) if len(plain) >= _SHORTEST and noun not in _NO_DEFINITES else ""
        if (article, ending) in _ENDINGS and (len(ending) > 1 or plain.endswith(_ADD_ONE_LETTER)):
            return plain
    return ""


@cache
def is_plural(noun: str) -> bool:
    """True for the plural of a noun (*familjer*), but not for a word that only looks like one (*syster*, *papper*)."""
    stem, ending = noun[:-2], noun[-2:]
    single = {"er": (stem, stem + "e"), "ar": (stem, stem + "e", stem + "el"), "or": (stem + "a",)}.get(ending, ())
    itself_one = max(zipf(form) for form in (noun + "n", noun + "en", stem + "ret")) > _HARDLY_IN_USE
    several = max(zipf(form) for form in (noun + "na", noun + "nas")) >= _HARDLY_IN_USE
    return several and not itself_one and any(len(one) >= _SHORTEST and article_of(one) for one in single)


def _is_adjective(word: str) -> bool:
    return zipf(word + "t") >= _IN_USE + 0.5 and zipf(word + "a") >= _IN_USE + 0.5


@cache
def zipf(word: str) -> float:
    """The frequency of a word: log10 of its uses per billion words, 0 if unknown."""
    return zipf_frequency(word, "sv") if len(word) < 40 else 0.0


def any_of(words: frozenset[str]) -> str:
    """A pattern for any of the words, the longest first."""
    return "|".join(sorted(words, key=len, reverse=True))
