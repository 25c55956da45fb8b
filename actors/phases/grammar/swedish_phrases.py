"""Rules for Swedish noun phrases: the article, and the form and place of the adjective."""

import re
from collections.abc import Iterator
from typing import Final

from actors.phases.grammar.by_pattern import by_pattern
from actors.phases.grammar.slip import Slip
from actors.phases.grammar.swedish_words import any_of, article_of, verbs

_PLAIN: Final = any_of(verbs().adjectives - {"blå"})
_OWN_NEUTER: Final = any_of(verbs().adjectives - {"blå", "svart", "kort", "trött", "gammal", "ledsen", "lång", "hög"})
"""Adjectives with another form beside an *ett* word. Not *lång* and *hög*, as in *en meter lång*."""
_NEUTER: Final = "stort|litet|nytt|gammalt|fint|vackert|roligt|långt|viktigt|dåligt"
_COUNT: Final = (
    "idé|dag|person|bok|film|lärare|kompis|vän|pojke|flicka|skola|stad|hund|katt|bil|cykel|lägenhet|familj|kvinna|tjej"
    "|kille|lektion|plats|fråga|dröm|berättelse|historia|spelare|läkare|elev|upplevelse|by|park"
)
_COUNT_NEUTER: Final = "hus|land|rum|problem|sätt|jobb|yrke|ämne|språk|djur|äventyr|minne|bord|brev|kök"
_ENDS: Final = r"(?=[.,!?;]|$| (?:och|men|som|för|att|med|i|på|eftersom|när|där)\b)"
_WITHOUT_ARTICLE: Final = re.compile(
    r"(?i)\b(?:det|den|detta|han|hon|jag|du|[A-ZÅÄÖ][a-zåäö]+) (?:är|var|blir|blev) (?:inte )?(?:mycket |väldigt |så )?"
    rf"((?:{_PLAIN}|bra|liten) (?:{_COUNT})|(?:{_NEUTER}) (?:{_COUNT_NEUTER})){_ENDS}"
)
_PARTS: Final = "ögonen|öronen|händerna|fötterna|benen|tänderna|armarna|skorna|kläderna"
_DEFINITE_WITHOUT_ARTICLE: Final = re.compile(
    rf"\b((?:har|hade|med) (?:mycket |väldigt |så )?(?:stora|små|blå|bruna|gröna|vita|långa|korta|fina|nya|röda|svarta"
    rf"|mörka|ljusa|vackra|snälla) (?:{_PARTS}))(?=[.,!?;]|$| och\b)"
)
_NEUTER_HAIR: Final = re.compile(
    r"\b((?:har|hade|med|och) (?:mycket |väldigt )?(?:grå|lång|brun|blond|mörk|ljus|röd|vit|lockig|rak) hår)\b"
)
_BEFORE_NEUTER: Final = re.compile(
    rf"(?i)\b(?:har|hade|med|fick|får|köpte|drack|dricker|åt|äter|i|är|var) "
    rf"((?:{_OWN_NEUTER}) ([a-zåäö]{{3,}}))(?=[.,!?;]|$| (?:och|men|som)\b)"
)
_MEASURED: Final = "meter|mil|år|månad|vecka|dag|timme|centimeter|kilometer|decimeter|kilo|minut|bit|gång|sekund|aning"
_BEHIND: Final = re.compile(
    rf"\b((?:en|ett) (?!(?:{_MEASURED})\b)([a-zåäö]{{3,}}) (?:{_PLAIN}|{_NEUTER}|rött|svart|vitt|liten|litet))"
    r"(?=[.!?]|$)"
)


def before_neuter(text: str) -> Iterator[Slip]:
    """An adjective without *-t* before an *ett* word: *varm bröd*, *i fin hus*."""
    for match in _BEFORE_NEUTER.finditer(text):
        noun = match[2].lower()
        if article_of(noun) == "ett" and noun not in verbs().finite:
            yield Slip(*match.span(1), "adjective_agreement", "after_article")


def adjective_behind(text: str) -> Iterator[Slip]:
    """An adjective after its noun: *en bil röd*."""
    for match in _BEHIND.finditer(text):
        if article_of(match[2]):
            yield Slip(*match.span(1), "word_order", "adjective_behind")


RULES: Final = (
    by_pattern("article", "bare_singular", _WITHOUT_ARTICLE),
    by_pattern("adjective_agreement", "definite_without_article", _DEFINITE_WITHOUT_ARTICLE),
    by_pattern("adjective_agreement", "after_article", _NEUTER_HAIR),
    before_neuter,
    adjective_behind,
)
