"""Rules for Swedish verbs that lack the ending that their clause needs, for the perfect, and for *sin*."""

import re
from collections.abc import Iterator
from typing import Final

from actors.phases.grammar.by_pattern import by_pattern
from actors.phases.grammar.slip import Slip
from actors.phases.grammar.swedish_order import ADVERBS, SENTENCE_START, SURELY_SUBJECT
from actors.phases.grammar.swedish_words import any_of, verbs
from actors.phases.grammar.words import listed

_ALSO_NOUNS: Final = listed("fråga resa visa skada klara öppna ringa leka se ha ta bada lova hoppas")
_BASE: Final = any_of(verbs().base - _ALSO_NOUNS)
_PERSON: Final = r"(?:Min|Mitt|Mina|Hans|Hennes|Vår|Våra) [a-zåäö]+"
_SEVERAL: Final = "människor|barn|elever|ungdomar|föräldrar|kvinnor|pojkar|flickor|lärare"
_OPENS: Final = r"(?:, |\b(?:och|[Mm]en|så|för|att|när|om|eftersom|som) )"
_AFTER_SUBJECT: Final = re.compile(
    rf"(?:{SENTENCE_START}(?P<first>(?:{SURELY_SUBJECT.title()}|{_PERSON}) (?:{_BASE}))"
    rf"|{_OPENS}(?P<later>(?:{SURELY_SUBJECT}|{_SEVERAL}) (?:{_BASE})))\b"
)
_BEFORE_SUBJECT: Final = re.compile(rf"(?:{SENTENCE_START}(?:{ADVERBS})|\bså) ((?:{_BASE}) (?:{SURELY_SUBJECT}))\b")
_AFTER_IT: Final = re.compile(
    rf"(?:{SENTENCE_START}|, |\b(?:och|[Mm]en|så|för|att) )([Dd]et (?:fungera|kosta|handla|komma|gå|bli))\b"
    r"(?! (?:på|och|eller)\b)"
)
_TIME_FIRST: Final = re.compile(
    rf"{SENTENCE_START}(?:En (?:gång|dag|kväll|natt)|På (?:kvällen|morgonen|natten|dagen|sommaren)) "
    rf"((?:{SURELY_SUBJECT}) (?:{_BASE}))\b"
)
_HAS_DONE_FOR_YEARS: Final = re.compile(
    rf"\b((?:{SURELY_SUBJECT}|Jag|Vi|Han|Hon|De) (?:bor|jobbar|studerar|pluggar|spelar|tränar)) "
    r"(?:(?!ska|ibland)[\wåäö]+ ){0,3}(?:i|sedan|för) (?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|många|\d+) "
    r"(?:år|månader)(?=[.,!?;]|$| (?:och|men|nu)\b)"
)
"""*Jag bor i Sverige i tre år*: what began then and still goes on takes the perfect, with *har*."""
_AFTER_WHO: Final = re.compile(
    rf"\b((?:många|de|någon|alla|personer|människor|folk|den) som (?:{_BASE}))\b(?!,| och\b)"
)
_SECOND: Final = re.compile(rf"\boch ((?:{_BASE}))\b")
_CLAUSE_END: Final = re.compile(r"[.!?;:,\n]|\b(?:men|eftersom|därför|när)\b")
_GOVERNS_BARE_VERB: Final = (
    rf"att|{any_of(verbs().modals)}|{any_of(verbs().base)}|l[åä]t\w*|såg|ser|sett|hör\w*|bad|ber|hjälp\w*|kunna|vilja"
    rf"|behöv\w*|börja\w*|sluta\w*|försök\w*|slipp\w*|slapp|tänk\w*|hinn\w*|hann|våga\w*|ork\w*|råka\w*|känn\w*|kände|lär\w*"
)
_BARE_VERB_MAY_FOLLOW: Final = re.compile(rf"(?i)\b(?:{_GOVERNS_BARE_VERB}|[a-zåäö]{{4,}}a|än|som)\b")
_BARE_VERB_MAY_FOLLOW_A_COMMA: Final = re.compile(rf"(?i)\b(?:{_GOVERNS_BARE_VERB})\b")
_FINITE: Final = re.compile(rf"(?i)\b(?:{any_of(verbs().present | verbs().past)}|gick|kom|sprang|[a-zåäö]{{3,}}ade)\b")
_RELATED: Final = (
    "fru|familj|föräldrar|barn|väska|jacka|tänder|läxa|läxor|liv|rum|jobb|hår|händer|mobil|telefon|kläder|skor|hus|bil"
    "|mamma|pappa|bror|syster|vän|vänner|kompisar|man|hund|katt|lägenhet|pengar|dator|cykel|böcker|bok"
)
_DONE_TO_OWN: Final = (
    "älskar|älskade|tog|tar|ringer|ringde|säljer|sålde|lämnar|lämnade|glömmer|glömde|tappar|tappade|packar|packade"
    "|borstar|borstade|tvättar|tvättade|saknar|saknade|tycker om|tyckte om|bor med|bodde med|träffar|städar|städade"
)
_OWN: Final = re.compile(
    rf"(?:{SENTENCE_START}|, |\boch )((?:[Hh]an (?:{_DONE_TO_OWN}) hans|[Hh]on (?:{_DONE_TO_OWN}) hennes"
    rf"|(?:De|de|Dom|dom) (?:{_DONE_TO_OWN}) deras) (?:{_RELATED}))\b"
)
"""*Hon tog hennes väska*: if it were another person's, that person would nearly always be named."""


def base_for_finite(text: str) -> Iterator[Slip]:
    """A verb without its ending after its subject, where nothing requires that: *jag hitta*, *min pappa jobba*."""
    for match in _AFTER_SUBJECT.finditer(text):
        group = "first" if match["first"] else "later"
        may_follow = _BARE_VERB_MAY_FOLLOW_A_COMMA if match[0].startswith(",") else _BARE_VERB_MAY_FOLLOW
        if group == "first" or not may_follow.search(_clause_before(text, match.start())):
            yield Slip(*match.span(group), "verb_form", "base_for_finite")


def second_without_ending(text: str) -> Iterator[Slip]:
    """A clause's second verb without its ending: *han kommer från Irak och prata arabiska*."""
    for match in _SECOND.finditer(text):
        clause = _clause_before(text, match.start())
        if _FINITE.search(clause) and not _BARE_VERB_MAY_FOLLOW.search(clause):
            yield Slip(*match.span(1), "verb_form", "second_without_ending")


def _clause_before(text: str, place: int) -> str:
    return _CLAUSE_END.split(text[max(0, place - 200) : place])[-1]


RULES: Final = (
    base_for_finite,
    second_without_ending,
    by_pattern("verb_form", "base_before_subject", _BEFORE_SUBJECT),
    by_pattern("verb_form", "base_after_who", _AFTER_WHO),
    by_pattern("verb_form", "base_for_finite", _AFTER_IT),
    by_pattern("verb_form", "base_for_finite", _TIME_FIRST),
    by_pattern("verb_form", "still_going_on", _HAS_DONE_FOR_YEARS),
    by_pattern("sin_or_hans", "own", _OWN),
)
