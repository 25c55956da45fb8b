"""Slips of grammar in Swedish, by rules over plain words: no parser for Swedish can be had.

Genders come from frequencies: a noun whose form in -et is in use is an ett word, one with only a form in -en an en
word. Two words that are in use as one are a doubt about either.
"""

import re
from collections.abc import Callable, Iterator
from functools import cache
from typing import Final

from wordfreq import zipf_frequency

from actors.phases.grammar.slip import Slip
from actors.phases.grammar.words import listed

_IN_USE: Final = 3.0
_HARDLY_IN_USE: Final = 1.5
_ONE_WORD: Final = 2.0
"""Zipf frequencies: from ten per million words, once in a hundred million."""
_SUBJECT: Final = "jag|du|han|hon|vi|ni|de|man|det|den"
_PRESENT: Final = (
    "är|har|vill|kan|ska|måste|får|blir|går|gör|kommer|tar|ser|tycker|tror|bor|läser|skriver|vet|behöver|börjar|"
    "var|hade|ville|kunde|skulle|fick|blev|gick|gjorde|kom|tog|såg|åker|åkte|spelar|spelade|jobbar|hjälper"
)
_BASE: Final = (
    "bli|vara|ha|gå|komma|göra|ta|se|få|säga|äta|läsa|skriva|bo|veta|lära|hjälpa|behöva|börja|prata|tycka|känna|dricka"
)
_OPENING: Final = "När|Om|Eftersom|Innan|Medan|Fastän|Trots att|Efter att|Sedan|Då"
_CLAUSE_FIRST: Final = re.compile(
    rf"(?:^|(?<=[.!?] ))(?:{_OPENING}) (?:{_SUBJECT}) [^.!?,;:\n]{{3,50}}?"
    rf"(?<!att)(?<!som)(?<!om)(?<!när)(?<!och)(?<!men)(?<!så)(?<!vad)(?<!hur)(?<!där)(?<!än) "
    rf"((?:{_SUBJECT}) (?:{_PRESENT}))\b(?! (?:jag|du|han|hon|vi|ni|de|man)\b)"
)
_BASE_AFTER_SUBJECT: Final = re.compile(rf"(?i)\b(?:när|om|att|som|eftersom) ((?:{_SUBJECT}) (?:{_BASE}))\b")
_THEREFORE: Final = re.compile(rf"(?i)\b(därför (?:{_SUBJECT}) (?:{_PRESENT}))\b")
_ARTICLE: Final = re.compile(r"(?i)\b(en|ett) ([a-zåäö]{3,})\b(?! (?:till|annan|annat)\b)")
_PAIR: Final = re.compile(r"(?=\b([a-zåäö]{3,}) ([a-zåäö]{3,})\b)")
_NO_NOUNS: Final = listed(
    "test annan enda del plan gång till par hel själv som har kan ska med och inte ens mycket viss sådan liten egen "
    "bra vara "
    "ung gammal kort bar tal val håll lag slut tur mål led art"
)


def slips_of(text: str) -> list[Slip]:
    """What the rules see in a text, in order of place."""
    return sorted((found for rule in _RULES for found in rule(text)), key=lambda one: (one.start, one.end))


def _by_pattern(topic: str, rule: str, pattern: re.Pattern[str]) -> Callable[[str], Iterator[Slip]]:
    def find(text: str) -> Iterator[Slip]:
        for match in pattern.finditer(text):
            yield Slip(*match.span(1), topic, rule)

    return find


def _gender(text: str) -> Iterator[Slip]:
    """En before an ett word, ett before an en word: en problem, ett skola."""
    for match in _ARTICLE.finditer(text):
        article, noun = match.group(1).lower(), match.group(2).lower()
        right = _article_of(noun)
        if right and right != article:
            yield Slip(*match.span(), "gender", "gender", f"{right} {noun}")


@cache
def _article_of(noun: str) -> str:
    """``en`` or ``ett``, or nothing where frequencies do not tell."""
    if noun in _NO_NOUNS or _zipf(noun) < _IN_USE:
        return ""
    common = _zipf(noun + ("n" if noun[-1] in "aeo" else "en"))
    neuter = _zipf(noun + ("t" if noun[-1] in "eo" else "et"))
    if noun.endswith("a"):
        neuter = 0.0
    if neuter >= _IN_USE + 0.3 and not _is_adjective(noun):
        return "ett"
    return "en" if common >= _IN_USE + 0.3 and neuter < _HARDLY_IN_USE and not _is_adjective(noun) else ""


def _is_adjective(word: str) -> bool:
    return _zipf(word + "t") >= _IN_USE + 0.5 and _zipf(word + "a") >= _IN_USE + 0.5


def _split_compound(text: str) -> Iterator[Slip]:
    """Two words that are in use as one: a doubt, since some are both (stor stad, storstad)."""
    for match in _PAIR.finditer(text):
        first, second = match.group(1), match.group(2)
        if _zipf(first) < 6 and len(first + second) >= 7 and _zipf(first + second) >= _ONE_WORD:
            yield Slip(match.start(1), match.end(2), "split_compound", "pair", first + second, doubt=True)


@cache
def _zipf(word: str) -> float:
    return zipf_frequency(word, "sv") if len(word) < 40 else 0.0


_RULES: Final = (
    _by_pattern("word_order", "after_clause", _CLAUSE_FIRST),
    _by_pattern("word_order", "therefore", _THEREFORE),
    _by_pattern("verb_form", "base_after_subject", _BASE_AFTER_SUBJECT),
    _gender,
    _split_compound,
)
