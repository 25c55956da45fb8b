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
_AFTER_HAVE: Final = re.compile(
    r"(?i)\b((?:har|hade) (?:(?:inte|aldrig|redan|alltid|bara|också) )?"
    r"(?:gå|gick|springa|sprang|skriva|skrev|göra|gjorde|komma|äta|dricka|drack|bli|blev|ge|sova|sov|se|säga|sade|sa"
    r"|läsa|läste|läser|skriver|går|äter|köpa|köpte|börja|började|träffa|träffade|hjälpa|hjälpte|spela|spelade|jobba"
    r"|jobbade|bo|bodde|lära|lärde|åka|åkte|hitta|hittade|prata|pratade))\b(?! (?:inkomst|pris)\w*)"
)
_SENTENCE_START: Final = r"(?:^|(?<=[.!?] )|(?<=\n))"
_FINITE_NEXT: Final = rf"(?= (?:{_PRESENT}|[a-zåäö]+ar|[a-zåäö]+ade)\b)"
_DOUBLE_SUBJECT: Final = re.compile(
    rf"{_SENTENCE_START}((?:Min|Mitt|Din|Hans|Hennes|Vår|Er) [a-zåäö]+ (?:han|hon|den|det)"
    rf"|(?:Mina|Dina|Hans|Hennes|Våra) [a-zåäö]+ de){_FINITE_NEXT}"
)
_AT_AFTER_MODAL: Final = re.compile(
    rf"(?i)\b((?:kan|ska|måste|vill|brukar|får|kunde|skulle|ville) att (?:{_BASE}|går|gör|kommer|äter|läser|är|har))\b"
)
_PLAIN: Final = (
    "stor|liten|fin|ny|gammal|röd|vit|svart|blå|grön|gul|snäll|rolig|viktig|dålig|hög|låg|lång|kort|ung|vacker|dyr|billig"
    "|god|varm|kall|svår|stark|rik|glad"
)
_CLAUSE_GOES_ON: Final = (
    r"(?=[.,!?;]|$| (?:och|men|som|för|i|att|på|med|är|har|när|om|eller|där|så|till|av|vill|kan)\b)"
)
_DEFINITE_ADJECTIVE: Final = re.compile(rf"(?i)\b((?:den|det) (?:{_PLAIN}) [a-zåäö]{{2,}}(?:en|et|an|n))\b")
_AFTER_NEUTER: Final = re.compile(
    r"(?i)\b([a-zåäö]{3,} är (?:stor|liten|ny|gammal|röd|vit|grön|gul|hög|låg|lång|vacker|dyr|billig|varm|kall))"
    + _CLAUSE_GOES_ON
)
_AFTER_COMMON: Final = re.compile(
    r"(?i)\b([a-zåäö]{3,} är (?:stort|litet|nytt|gammalt|rött|vitt|grönt|gult|högt|lågt|långt|vackert|dyrt|billigt))"
    + _CLAUSE_GOES_ON
)
_MANY: Final = re.compile(
    r"(?i)\b((?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|många|flera) ([a-zåäö]{3,}))" + _CLAUSE_GOES_ON
)
_NEVER_PLURAL: Final = re.compile(r"(?:are|ande|ende|man|män|tusen|hundra|gånger|ton|kilo|liter|grad|man|mil)$")
_ARTICLE: Final = re.compile(r"(?i)\b(en|ett) ([a-zåäö]{3,})\b(?! (?:till|annan|annat)\b)")
_PAIR: Final = re.compile(r"(?=\b([a-zåäö]{3,}) ([a-zåäö]{3,})\b)")
_SHORTEST: Final = 3
_ENDINGS: Final = frozenset({("ett", "et"), ("ett", "t"), ("en", "en"), ("en", "n")})
_NO_DEFINITES: Final = listed(
    "botten vatten tecken socken öken papper egen liten annan enkät diet moln regn barn namn ton"
)
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


def _definite_after_article(text: str) -> Iterator[Slip]:
    """En or ett before what has its article at its end already: en huset, ett bilen."""
    for match in _ARTICLE.finditer(text):
        noun = match.group(2).lower()
        plain = _without_article(noun)
        if plain:
            yield Slip(*match.span(), "gender", "definite_after_article", f"{_article_of(plain)} {plain}")


def _without_article(noun: str) -> str:
    """The noun that a definite form belongs to, or nothing where frequencies do not tell."""
    for plain, ending in ((noun[:-2], noun[-2:]), (noun[:-1], noun[-1:])):
        article = _article_of(plain) if len(plain) >= _SHORTEST and noun not in _NO_DEFINITES else ""
        if (article, ending) in _ENDINGS and (len(ending) > 1 or plain[-1] in "aeo"):
            return plain
    return ""


def _one_after_many(text: str) -> Iterator[Slip]:
    """A number before one thing: två bil, många elev. Ett words have one form for both."""
    for match in _MANY.finditer(text):
        noun = match.group(2).lower()
        if _article_of(noun) == "en" and not _NEVER_PLURAL.search(noun):
            yield Slip(*match.span(1), "plural_nouns", "one_after_many")


def _other_gender(text: str) -> Iterator[Slip]:
    """An adjective that does not follow its noun: huset är stor, bilen är rött."""
    for pattern, article in ((_AFTER_NEUTER, "ett"), (_AFTER_COMMON, "en")):
        for match in pattern.finditer(text):
            plain = _without_article(match.group(1).split()[0].lower())
            if plain and _article_of(plain) == article:
                yield Slip(*match.span(1), "adjective_agreement", "after_is")


def _double_subject(text: str) -> Iterator[Slip]:
    for match in _DOUBLE_SUBJECT.finditer(text):
        yield Slip(*match.span(match.lastindex or 0), "double_subject", "double_subject")


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
    _by_pattern("verb_form", "after_have", _AFTER_HAVE),
    _by_pattern("base_verb", "att_after_modal", _AT_AFTER_MODAL),
    _by_pattern("adjective_agreement", "definite", _DEFINITE_ADJECTIVE),
    _gender,
    _definite_after_article,
    _one_after_many,
    _other_gender,
    _double_subject,
    _split_compound,
)
