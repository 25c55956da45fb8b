"""Rules for definite and indefinite forms of Swedish nouns, and for plurals where one thing is meant."""

import re
from collections.abc import Iterator
from typing import Final

from actors.phases.grammar.slip import Slip
from actors.phases.grammar.swedish_words import article_of, is_plural, verbs, without_article, zipf

_PLAIN: Final = sorted(verbs().adjectives - {"gammal"})
_DESCRIBING: Final = "|".join([*(f"{word}a" for word in _PLAIN), "gamla", "lilla", "egna", "bästa", "första"])
_OWNERS: Final = "min|mitt|din|ditt|sin|sitt|hans|hennes|deras|vår|vårt"
_ONE: Final = re.compile(r"(?i)\b((?:en|ett|varje) ([a-zåäö]{3,}(?:er|ar|or)))\b(?! (?:av|till)\b)")
_EACH: Final = re.compile(r"\b([Vv]arje ([a-zåäö]{3,}(?:en|et|n)))\b")
_OWN_DESCRIBED: Final = re.compile(rf"(?i)\b((?:{_OWNERS}) (?:{_DESCRIBING}) ([a-zåäö]{{3,}}(?:en|et|n)))\b")
_STOPS: Final = r"(?=[.!?;]|$| (?:igår|i går|idag|i dag)\b)"
_ENDS: Final = r"(?=[.!?;]|$| (?:är|har|kan|kommer|igår|i går|idag|i dag|nu)\b)"
_POINTED_AT: Final = re.compile(
    rf"(?i)(?<!ge )(?<!ger )(?<!gav )(?<!har )(?<!är )\b((den|det) ([a-zåäö]{{3,}})){_STOPS}"
)
_DESCRIBED: Final = re.compile(rf"(?i)\b((?:den|det) (?:{_DESCRIBING}) ([a-zåäö]{{3,}})){_ENDS}")
_MEASURES: Final = frozenset(
    {"grad", "sätt", "fall", "mån", "tid", "dag", "mat", "vatten", "riktning", "vis", "typ", "sort"}
)
_NO_PLAIN_NOUNS: Final = frozenset({"här", "där", "stan", "blir", "finns", "tror", "vet", "gör"})


def plural_after_one(text: str) -> Iterator[Slip]:
    """*En*, *ett* or *varje* before a plural: *en familjer*, *varje dagar*."""
    for match in _ONE.finditer(text):
        if is_plural(match[2].lower()):
            yield Slip(*match.span(1), "plural_nouns", "plural_after_one")


def definite_after_each(text: str) -> Iterator[Slip]:
    """*Varje* before a definite form: *varje dagen*."""
    for match in _EACH.finditer(text):
        if without_article(match[2].lower()):
            yield Slip(*match.span(1), "gender", "definite_after_article")


def own_described_definite(text: str) -> Iterator[Slip]:
    """A possessive and an adjective before a definite form: *min nya cykeln*."""
    for match in _OWN_DESCRIBED.finditer(text):
        plain = without_article(match[2].lower())
        if plain and zipf(plain) > 0:
            yield Slip(*match.span(1), "gender", "own_definite")


def bare_after_that(text: str) -> Iterator[Slip]:
    """*Den* or *det* before an indefinite form, with no clause to say which one: *jag läste den bok*."""
    for match in _POINTED_AT.finditer(text):
        noun, article = match[3].lower(), "ett" if match[2].lower() == "det" else "en"
        if article_of(noun) == article and noun not in _MEASURES | verbs().finite:
            yield Slip(*match.span(1), "gender", "bare_after_that")
    for match in _DESCRIBED.finditer(text):
        noun = match[2].lower()
        if article_of(noun) and not without_article(noun) and noun not in _NO_PLAIN_NOUNS | verbs().finite:
            yield Slip(*match.span(1), "gender", "bare_after_that")


RULES: Final = (plural_after_one, definite_after_each, own_described_definite, bare_after_that)
