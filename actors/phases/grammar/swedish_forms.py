"""Rules for the forms of Swedish verbs, adjectives and pronouns."""

import re
from typing import Final

from actors.phases.grammar.by_pattern import Rule, by_pattern
from actors.phases.grammar.swedish_order import SENTENCE_START, SUBJECT
from actors.phases.grammar.swedish_words import any_of, verbs

CLAUSE_GOES_ON: Final = (
    r"(?=[.,!?;]|$| (?:och|men|som|för|i|att|på|med|är|har|när|om|eller|där|så|till|av|vill|kan|idag|nu|hela)\b)"
)
_BASE: Final = any_of(verbs().base)
_PRESENT: Final = any_of(verbs().present)
_PAST: Final = any_of(verbs().past)
_MODAL: Final = any_of(verbs().modals)
_PLAIN: Final = any_of(verbs().adjectives - {"blå"})
_NEUTER: Final = "stort|litet|nytt|gammalt|rött|vitt|grönt|gult|högt|lågt|långt|vackert|dyrt|billigt|svårt|fint|snällt"
_OF_STATES: Final = "är|blir|finns|gör|har"
_BETWEEN: Final = r"(?:(?:inte|aldrig|alltid|också|bara|även|redan|ofta|nog|kanske) )?"
_BASE_AFTER_SUBJECT: Final = re.compile(rf"(?i)\b(?:när|om|att|som|eftersom) ((?:{SUBJECT}) (?:{_BASE}))\b")
_AFTER_HAVE: Final = re.compile(
    rf"(?i)(?<!som )(?<!man )\b((?:har|hade) {_BETWEEN}(?:{_PAST}|(?!(?:{_OF_STATES})\b)(?:{_PRESENT})"
    rf"|(?!ha\b|bo\b|se\b|ta\b)(?:{_BASE})|sprang|sov|såg|kom(?! ihåg)))\b(?! (?:inkomst|pris)\w*)"
)
_AFTER_MODAL: Final = re.compile(
    rf"(?i)\b((?:{_MODAL}) {_BETWEEN}(?:(?!(?:{_OF_STATES})\b)(?:{_PRESENT})|(?:{_PAST})))\b"
)
_AFTER_ATT: Final = re.compile(
    rf"(?i)\b((?:för|på|om|gillar|älskar|börjar|började|försöker|försökte|roligt|kul|viktigt|svårt|lätt|bra|bättre"
    rf"|tid|lust) "
    rf"att (?:inte )?(?:(?!finns\b)(?:{_PRESENT})|(?:{_PAST})))\b"
)
_AT_AFTER_MODAL: Final = re.compile(rf"(?i)\b((?:skulle vilja|{_MODAL}) (?:inte )?att (?:{_BASE}|{_PRESENT}))\b")
_FOR_TO: Final = re.compile(rf"(?i)\b(för (?!få\b|ha\b|ta\b|bo\b|se\b|ge\b|resa\b|lära (?:om|och)\b)(?:{_BASE}))\b")
_DEFINITE_ADJECTIVE: Final = re.compile(rf"(?i)\b((?:den|det) (?:{_PLAIN}) [a-zåäö]{{2,}}(?:en|et|an|n))\b")
_PLURAL: Final = r"(?:alla|båda|de|vi|ni|dom|mina [a-zåäö]+|våra [a-zåäö]+|barnen|[a-zåäö]{3,}(?:arna|orna|erna))"
_AFTER_PLURAL: Final = re.compile(
    rf"(?i)\b({_PLURAL} (?:är|var|blev|blir|(?:skulle|kan|ska|kommer att) (?:bli|vara)) (?:inte )?"
    rf"(?:mycket |väldigt |så |jätte|mindre |lite |alltid )?"
    rf"(?:{_PLAIN}|{any_of(verbs().of_feeling)}|{_NEUTER}))" + CLAUSE_GOES_ON
)
_MANY_FOR_ONE: Final = re.compile(
    rf"(?i)\b((?:han|hon|jag|du) (?:är|var|blev) (?:mycket |väldigt |så |jätte)?(?:(?:{_PLAIN})a|gamla))"
    + CLAUSE_GOES_ON
)
_PLAIN_BEFORE_SEVERAL: Final = re.compile(
    rf"(?i)\b((?:de|dessa|mina|dina|sina|våra|alla|många|flera|två|tre) (?:{_PLAIN}) [a-zåäö]{{3,}})\b"
)
_IT_IS: Final = re.compile(
    r"(?i)\b(det (?:är|var|blir|blev) (?:inte )?(?:mycket |väldigt |så |jätte|lite |ganska )?"
    r"(?:viktig|rolig|svår|tråkig|dålig|farlig|trevlig|mysig|nyttig|billig|dyr|vanlig"
    r"|orättvis|rättvis|jobbig|möjlig|omöjlig|nödvändig|onödig|konstig|naturlig|självklar|tydlig|skön))"
    r"(?=[.,!?;]|$| (?:att|och|för|när|om|eftersom|men)\b)"
)
_AFTER_ARTICLE: Final = re.compile(
    rf"(?i)\b(ett (?:mycket |väldigt )?(?:{_PLAIN})(?= (?!om\b|på\b|till\b|från\b|av\b|som\b|och\b"
    rf"|med\b)[a-zåäö])|en (?:mycket |väldigt )?(?:{_NEUTER})(?= [a-zåäö]))"
)
_DOUBLE_COMPARISON: Final = re.compile(
    rf"(?i)\b((?:mer|mera) (?:{_PLAIN}) än|(?:mer|mera) [a-zåäö]{{3,}}are än|mest [a-zåäö]{{3,}}aste)\b"
)
_AS_COMPARED: Final = re.compile(
    r"\b(lika [a-zåäö]{3,} än|[a-zåäö]{3,}are som|(?:större|längre|bättre|yngre|äldre|mindre) som) "
    r"(?:jag|du|han|hon|vi|mig|dig|[A-ZÅÄÖ][a-zåäö]+)\b"
)
_SUBJECT_AS_OBJECT: Final = re.compile(
    r"(?i)\b((?:med|till|från|av|hos|på|bredvid|framför|bakom) (?:han|hon|jag|vi|du)|om (?:hon|jag|vi|du)"
    r"|(?:(?<=\bjag )|(?<=\bhan )|(?<=\bhon )|(?<=\bvi )|(?<=\bde ))(?:gav|träffade|hjälpte|älskar|gillar|hjälper) "
    r"(?:han|hon|jag|vi|du))(?=[.,!?;]|$| (?:en|ett)\b)"
)
_GIVEN_TO: Final = re.compile(
    rf"{SENTENCE_START}(?:Jag|Vi|Du|Han|Hon|De) ((?:gav|ger|hjälper|hjälpte|träffade|älskar|frågade|ringde) "
    r"(?:han|hon|jag|vi|du))\b(?! (?:är|var|har|vill|kan|ska|om)\b)"
)
_DE_AS_OBJECT: Final = re.compile(r"(?i)\b((?:gillar|älskar|med|till|från|av|hjälper|träffar|hos) de)(?=[.,!?;]|$)")
_DONE: Final = "springer|kör|skriver|sjunger|pratar|talar|spelar|jobbar|arbetar|läser|lever|äter|simmar|dansar"
_ADJECTIVE_FOR_ADVERB: Final = re.compile(
    rf"(?i)\b((?:{_DONE}) (?:mycket |väldigt |så |för )?(?:hög|snabb|fin|försiktig|dålig|vacker|långsam|hård|nyttig"
    rf"|tydlig|duktig))"
    r"(?=[.,!?;]|$| (?:och|men|för|när|i)\b)"
)
_YEARS_OLD: Final = re.compile(r"(?i)\b((?:jag|han|hon|du) (?:är|var) [\wåäö]+ år gamla)\b")
_DOUBLE_NEGATIVE: Final = re.compile(
    r"(?i)\b((?:inte|aldrig) (?:om |på |med |till )?(?:ingenting|inget|ingen|ingenstans|inga))\b(?! (?:annan"
    r"|annat|mindre))"
)

_LET_TO: Final = re.compile(r"\b([Ll]åt (?:mig|oss|honom|henne|dem) att)\b")
_LOOKS: Final = re.compile(
    rf"(?i)\b((?:han|hon|jag|du) (?:såg|ser) (?:mycket |väldigt |så )?"
    rf"(?:(?:{_PLAIN}|{any_of(verbs().of_feeling)})a|ledsna) ut)\b"
)
_SHORT_AFTER_HAVE: Final = re.compile(r"(?i)\b((?:har|hade) (?:aldrig|inte|redan|ofta) (?:se|ta|ha|bo|ge))\b")
_LEARN: Final = re.compile(
    r"(?i)\b((?:försöker|försökte|började|börjar|vill|ville|kom hit för) (?:att )?lär (?:mig|dig|sig|oss|er))\b"
)

RULES: Final[tuple[Rule, ...]] = (
    by_pattern("verb_form", "base_after_subject", _BASE_AFTER_SUBJECT),
    by_pattern("verb_form", "after_have", _AFTER_HAVE),
    by_pattern("verb_form", "after_have", _SHORT_AFTER_HAVE),
    by_pattern("base_verb", "after_att", _LEARN),
    by_pattern("base_verb", "after_modal", _AFTER_MODAL),
    by_pattern("base_verb", "after_att", _AFTER_ATT),
    by_pattern("base_verb", "att_after_modal", _AT_AFTER_MODAL),
    by_pattern("base_verb", "for_to", _FOR_TO),
    by_pattern("adjective_agreement", "definite", _DEFINITE_ADJECTIVE),
    by_pattern("adjective_agreement", "after_plural", _AFTER_PLURAL),
    by_pattern("adjective_agreement", "many_for_one", _MANY_FOR_ONE),
    by_pattern("adjective_agreement", "plain_before_several", _PLAIN_BEFORE_SEVERAL),
    by_pattern("adjective_agreement", "it_is", _IT_IS),
    by_pattern("adjective_agreement", "after_article", _AFTER_ARTICLE),
    by_pattern("adjective_agreement", "years_old", _YEARS_OLD),
    by_pattern("double_comparison", "double_comparison", _DOUBLE_COMPARISON),
    by_pattern("double_comparison", "as_compared", _AS_COMPARED),
    by_pattern("pronoun_form", "subject_as_object", _SUBJECT_AS_OBJECT),
    by_pattern("pronoun_form", "subject_as_object", _GIVEN_TO),
    by_pattern("base_verb", "att_after_modal", _LET_TO),
    by_pattern("adjective_agreement", "many_for_one", _LOOKS),
    by_pattern("de_dem", "de_as_object", _DE_AS_OBJECT),
    by_pattern("adverb_form", "adjective_for_adverb", _ADJECTIVE_FOR_ADVERB),
    by_pattern("double_negative", "double_negative", _DOUBLE_NEGATIVE),
)
