"""Slips of grammar in Swedish, by rules over plain text, since no parser for Swedish is available.

Two words that are also in use as a single word give a doubt.
"""

import re
from collections.abc import Iterator
from typing import Final

from actors.phases.grammar import swedish_definite, swedish_forms, swedish_order, swedish_phrases, swedish_verbs
from actors.phases.grammar.slip import Slip
from actors.phases.grammar.swedish_forms import CLAUSE_GOES_ON
from actors.phases.grammar.swedish_words import any_of, article_of, is_plural, verbs, without_article, zipf

_ONE_WORD: Final = 2.0
"""Zipf frequency from which on two words count as being in use as one: once in ten million words."""
_AFTER_NEUTER: Final = re.compile(
    rf"(?i)\b([a-zåäö]{{3,}} (?:är|var) (?:{any_of(verbs().adjectives)}))" + CLAUSE_GOES_ON
)
_AFTER_COMMON: Final = re.compile(
    r"(?i)\b([a-zåäö]{3,} (?:är|var) (?:mycket |väldigt |så )?(?:(?:[a-zåäö]+ och )?roligt"
    r"|[a-zåäö]+ och (?:billigt|dyrt|svårt)|stort|litet|nytt|gammalt|rött|vitt|grönt|gult|högt|lågt|långt|vackert|dyrt"
    r"|billigt|tråkigt|kallt|varmt))" + CLAUSE_GOES_ON
)
_MANY: Final = re.compile(
    r"(?i)\b((?:två|tre|fyra|fem|sex|sju|åtta|nio|tio|många|flera|(?<!har )alla|dessa"
    r"|(?:finns|fanns|har|hade) andra) ([a-zåäö]{3,}))"
    r"(?=[.,!?;]|$| (?:och|men|som|för|i|att|på|med|är|har|när|om|eller|där|så|till|av|vill|kan|står|måste|ska"
    r"|tycker|får"
    r"|varje|hemma|här|kommer|går|finns|bor|spelar|gillar|vet|tror|jobbar|leker|läser)\b)"
)
_NEVER_PLURAL: Final = re.compile(
    r"(?:are|ande|ende|män|man|tusen|hundra|gånger|ton|kilo|liter|grad|mil|procent|rätt)$"
)
_ARTICLE: Final = re.compile(r"(?i)\b(en|ett) ([a-zåäöé]{3,})\b(?! (?:till|annan|annat)\b)")
_DESCRIBED: Final = re.compile(
    rf"(?i)\b(en|ett) ({any_of(verbs().adjectives)}|fint|nytt|stort|bra|rött|gammalt|vackert|roligt|[a-zåäö]{{2,}}igt?)"
    r" ([a-zåäö]{3,})\b"
)
_OWN: Final = re.compile(
    r"(?i)\b(min|din|sin|mitt|ditt|sitt|mina|dina|sina|våra|vårt) ([a-zåäö]{3,})\b(?! (?:och|eller)\b)"
)
_OWN_DEFINITE: Final = re.compile(
    r"(?i)\b((?:min|mitt|mina|din|ditt|dina|sin|sitt|sina|hans|hennes|deras|vår|vårt|våra) "
    r"(?:[a-zåäö]{3,}(?:arna|orna)|([a-zåäö]{3,}(?:en|et|n))))\b"
)
_ONE_OF_SEVERAL: Final = re.compile(
    r"(?i)\b((?:mina|dina|våra) (?:vän|kompis|bror|syster|katt|hund|bok|läxa|lektion)|(?:min|mitt|din"
    r"|ditt) (?:föräldrar|vänner|kompisar|systrar|bröder|kläder))\b"
)
_THIS_HERE: Final = re.compile(r"(?i)\b((?:den|det|de|dom) här ([a-zåäö]{3,}))\b")
_NAME_FOR_A_THING: Final = re.compile(r"\b(?:en|ett|den|det|min|mitt|mina|många) [A-ZÅÄÖ][a-zåäö]+\b")
_SPOKEN_THEY: Final = re.compile(r"(?i)\bdom\b")
_PAIR: Final = re.compile(r"(?=\b([a-zåäö]{3,}) ([a-zåäö]{3,})\b)")


def slips_of(text: str) -> list[Slip]:
    """The slips that the rules find in a text, in order of place."""
    return sorted((found for rule in _RULES for found in rule(text)), key=lambda one: (one.start, one.end))


def _gender(text: str) -> Iterator[Slip]:
    """*En* before an *ett* word, or the other way round: *en problem*, *ett skola*."""
    for match in _ARTICLE.finditer(text):
        article, noun = match.group(1).lower(), match.group(2).lower()
        right = article_of(noun)
        if right and right != article:
            yield Slip(*match.span(), "gender", "gender", f"{right} {noun}")


def _gender_before_adjective(text: str) -> Iterator[Slip]:
    """The article of the other gender, with an adjective in between: *en ny jobb*."""
    for match in _DESCRIBED.finditer(text):
        noun = match.group(3).lower()
        right = article_of(noun)
        if right and right != match.group(1).lower():
            yield Slip(*match.span(), "gender", "gender")
        elif not right and without_article(noun):
            yield Slip(*match.span(), "gender", "definite_after_article")


def _definite_after_article(text: str) -> Iterator[Slip]:
    """*En* or *ett* before a definite form: *en huset*, *ett bilen*."""
    for match in _ARTICLE.finditer(text):
        noun = match.group(2).lower()
        plain = without_article(noun)
        if plain:
            yield Slip(*match.span(), "gender", "definite_after_article", f"{article_of(plain)} {plain}")


def _one_after_many(text: str) -> Iterator[Slip]:
    """A singular *en* word after a number: *två bil*, *många elev*. *Ett* words have one form for both."""
    for match in _MANY.finditer(text):
        noun = match.group(2).lower()
        if article_of(noun) == "en" and not _NEVER_PLURAL.search(noun):
            yield Slip(*match.span(1), "plural_nouns", "one_after_many")


def _other_gender(text: str) -> Iterator[Slip]:
    """An adjective that does not agree with its noun: *huset är stor*, *bilen är rött*."""
    for pattern, article in ((_AFTER_NEUTER, "ett"), (_AFTER_COMMON, "en")):
        for match in pattern.finditer(text):
            subject = match.group(1).split()[0].lower()
            plain = without_article(subject)
            several = subject.endswith("en") and article_of(subject[:-2]) == "ett"
            if several or (plain and article_of(plain) == article):
                yield Slip(*match.span(1), "adjective_agreement", "after_is")


def _own(text: str) -> Iterator[Slip]:
    """A possessive of the other gender or number: *mitt mamma*, *min hus*, *mina bror*."""
    for match in _OWN.finditer(text):
        own, noun = match.group(1).lower(), match.group(2).lower()
        right = article_of(noun)
        given = "ett" if own.endswith("tt") or own == "vårt" else "en"
        if own.endswith("a"):
            wrong = right == "en" and not _NEVER_PLURAL.search(noun) and not noun.endswith("s")
        else:
            wrong = (bool(right) and right != given) or is_plural(noun)
        if wrong:
            yield Slip(*match.span(), "gender", "own")
    for match in _ONE_OF_SEVERAL.finditer(text):
        yield Slip(*match.span(1), "gender", "own")


def _own_definite(text: str) -> Iterator[Slip]:
    """A possessive before a definite form: *min bilen*, *hans huset*."""
    for match in _OWN_DEFINITE.finditer(text):
        plain = without_article(match[2].lower()) if match[2] else ""
        if match[2] is None or (plain and zipf(plain) > 0):
            yield Slip(*match.span(1), "gender", "own_definite")


def _this_here(text: str) -> Iterator[Slip]:
    """*Den här* before an indefinite form: *den här bil*."""
    for match in _THIS_HERE.finditer(text):
        if article_of(match[2].lower()) and match[2].lower() not in verbs().finite:
            yield Slip(*match.span(1), "gender", "this_here")


def _split_compound(text: str) -> Iterator[Slip]:
    """Two words that are in use as one: a doubt, since some are in use as both (*stor stad*, *storstad*)."""
    for match in _PAIR.finditer(text):
        first, second = match.group(1), match.group(2)
        if zipf(first) < 6 and len(first + second) >= 7 and zipf(first + second) >= _ONE_WORD:
            yield Slip(match.start(1), match.end(2), "split_compound", "pair", first + second, doubt=True)


def _spoken_they(text: str) -> Iterator[Slip]:
    """*Dom* for *de* or *dem*: a doubt, since it is usual in speech, and is also a noun (*en dom*)."""
    for match in _SPOKEN_THEY.finditer(text):
        yield Slip(*match.span(), "doubt", "spoken_they", doubt=True)


def _capital_within(text: str) -> Iterator[Slip]:
    """A capital after an article: a doubt, since it may be a name (*en Volvo*)."""
    for match in _NAME_FOR_A_THING.finditer(text):
        yield Slip(*match.span(), "doubt", "capital_within", doubt=True)


_RULES: Final = (
    *swedish_order.RULES,
    *swedish_forms.RULES,
    *swedish_verbs.RULES,
    *swedish_definite.RULES,
    *swedish_phrases.RULES,
    _gender,
    _gender_before_adjective,
    _definite_after_article,
    _one_after_many,
    _other_gender,
    _own,
    _own_definite,
    _this_here,
    _split_compound,
    _spoken_they,
    _capital_within,
)
