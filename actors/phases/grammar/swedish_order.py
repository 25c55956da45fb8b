"""Rules for word order in Swedish clauses, and for doubled or missing subjects."""

import re
from collections.abc import Iterator
from typing import Final

from actors.phases.grammar.by_pattern import Rule, by_pattern
from actors.phases.grammar.slip import Slip
from actors.phases.grammar.swedish_words import any_of, verbs

SENTENCE_START: Final = r"(?:^|(?<=[.!?] )|(?<=\n))"
SUBJECT: Final = "jag|du|han|hon|vi|ni|de|dom|man|det|den"
SURELY_SUBJECT: Final = "jag|du|han|hon|vi|ni|de|dom|man"
_FINITE: Final = any_of(verbs().finite) + "|[a-zåäö]{3,}ade"
_OPENING: Final = "När|Om|Eftersom|Innan|Medan|Fastän|Fast|Trots att|Efter att|Sedan|Då"
_ANYBODY: Final = r"alla|många|båda|ingen|någon|folk|[a-zåäö]{4,}(?:arna|erna|orna|en|et)"
_CLAUSE_FIRST: Final = re.compile(
    rf"{SENTENCE_START}(?:{_OPENING}) (?:{SUBJECT}|{_ANYBODY}) [^.!?,;:\n]{{3,50}}?"
    rf"(?<!att)(?<!som)(?<!om)(?<!när)(?<!och)(?<!men)(?<!så)(?<!vad)(?<!hur)(?<!där)(?<!än)(?<!eller)(?<!vet)"
    rf"(?<!tror)(?<!tycker)(?<!säger)(?<!sa)(?<!allt)(?<!det)(?<!eftersom)(?<!innan)(?<!medan)"
    rf"(?<!märkte)(?<!märker)(?<!såg)(?<!ser) "
    rf"((?:{SURELY_SUBJECT}) (?:{_FINITE}|[a-zåäö]{{3,}}[ae]r))\b(?! (?:jag|du|han|hon|vi|ni|de|man)\b)"
)
"""An opening clause, and then the subject before its verb: *När jag kom hem jag åt*."""
_THEREFORE: Final = re.compile(rf"(?i)\b(därför (?:{SUBJECT}) (?:{_FINITE}))\b")
"""*Därför jag vill*, for *därför vill jag* or *därför att jag vill*."""
ADVERBS: Final = (
    "Igår|I går|Idag|I dag|Imorgon|I morgon|Nu|Sen|Sedan|Ibland|Ofta|Först|Därefter|Plötsligt|Senare|Här|Där|Till slut"
    "|Efteråt|Dessutom|Tyvärr|Självklart|Förut|Nuförtiden|Slutligen|Till "
    "sist|Hemma|Snart|Tidigare|Ändå|Dock"
    r"|Efter det|I så fall|Trots det|För [\wåäö]+ (?:\w+ )?sedan|Klockan [\wåäö]+"
)
_PHRASE: Final = (
    r"(?:På|I|Under|Efter|Vid|Hos|Förra|Varje|Nästa|Hela|Med) (?:min |mitt |mina |din |en |ett |den |det |vår "
    r"|vårt |några |flera |två |tre |fyra |fem )?"
    r"(?:(?:min|mitt|mina) (?:kompis|vän|mammas|pappas|brors|systers) )?[a-zåäöA-ZÅÄÖ]+"
)
_ADVERB_FIRST: Final = re.compile(
    rf"{SENTENCE_START}(?:(?:{ADVERBS}|{_PHRASE}) "
    rf"(?P<pronoun>(?:{SURELY_SUBJECT}|allt|alla) (?:{_FINITE}|[a-zåäö]{{3,}}[ae]r)"
    r"|den (?:ville|vill|kunde|kan|skulle|ska|måste|hade|är|var|blev|blir|kom|kommer|fick|får|gick|går)"
    r"|det (?:är|var|finns|fanns|blir|regnar|snöar|brukar)(?! (?:jag|du|han|hon|vi|de|man)\b))"
    rf"|(?:{ADVERBS}|(?:Förra|Varje|Nästa) [a-zåäö]+) (?P<noun>(?:min|mitt|mina|hans|hennes|vår"
    rf"|våra) [a-zåäö]+ (?:{_FINITE}|[a-zåäö]{{3,}}[dt]e)))\b(?P<rest>[^.!?,;:\n]*)"
)
"""The subject before the verb after another opening: *Igår jag gick*."""
_NOUN_FIRST: Final = re.compile(
    rf"{SENTENCE_START}(?:{ADVERBS}|(?:På|I|Vid|Efter) (?:[a-zåäö]+(?:en|et|an)|[A-ZÅÄÖ][a-zåäö]+)) "
    rf"((?:(?:min|mitt|mina|hans|hennes|vår) [a-zåäö]+|barnen|folk|polisen|läraren|mannen|kvinnan"
    rf"|[a-zåäö]{{4,}}(?:arna|erna|orna)) "
    rf"(?:{_FINITE}|[a-zåäö]{{3,}}er))\b(?P<rest>[^.!?,;:\n]*)"
)
"""The same with a noun as the subject: *Ibland barnen gråter*."""
_MANY_FIRST: Final = re.compile(
    rf"{SENTENCE_START}(?:{ADVERBS}|{_PHRASE}) "
    rf"((?:alla|många|vissa|de flesta) [a-zåäö]{{3,}}(?:er|ar|or|are|barn) "
    rf"(?:{_FINITE}|[a-zåäö]{{3,}}er))\b"
)
"""The same with a quantity as the subject: *I Sverige många elever köper dyra kläder*."""
_TIMES: Final = "kväll|morgon|morgn|eftermiddag|förmiddag|natt|nätt|dag|helg|vinter|vintr|sommar|somr|rast|lov"
_THEN: Final = re.compile(
    rf"\boch (?:sen|sedan|då|därefter) ((?:{SURELY_SUBJECT}) (?:{_FINITE}))\b(?P<rest>[^.!?,;:\n]*)"
)
"""The same after *och sen*: *Jag åker buss och sen jag går*, but not *och sedan jag flyttade har jag*."""
_AND_THEN: Final = re.compile(
    rf"(?:, |\b)(?:och|men) (?:(?:ibland|ofta|igår|idag|plötsligt|därefter)|(?:på|i|under|efter|vid) "
    rf"(?:(?:{_TIMES})(?:en|arna|erna|na|n)|"
    rf"(?:lördag|söndag|fredag|måndag|tisdag|onsdag|torsdag)(?:en|s|arna)?)) "
    rf"((?:{SURELY_SUBJECT}|det) (?:{_FINITE}|[a-zåäö]{{3,}}ade))\b(?P<rest>[^.!?,;:\n]*)"
)
"""The same after *och* and an adverbial: *Vi badade, och på kvällarna vi grillade korv*."""
_THEN_FIRST: Final = re.compile(
    rf"{SENTENCE_START}Då ((?:jag|du|vi|ni|man) (?:kan|ska|får|vill|måste|skulle|kunde))\b(?P<rest>[^.!?;:\n]*)"
)
"""The same after *då*: *Då vi kan bada*, unless another clause follows: *Då vi kan bada där åker vi dit*."""
_THEM_AS_SUBJECT: Final = re.compile(
    rf"{SENTENCE_START}(?:{ADVERBS}|[Nn]u|[Dd]å|{_PHRASE}) "
    r"((?:går|gick|kommer|kom|åker|åkte|är|var|har|hade|blir|blev|bor|bodde|kan|ska|vill|ville|måste|fick) dem)\b"
)
_WHO_NOT: Final = re.compile(r"\b(som (?:är|har|kan|vill|ska|får|måste|går|bor) inte)\b")
_CLAUSE_END: Final = "gammal|gamla|liten|små|stor|sjuk|hemma|hem|dit|fram|klar|färdig|trött|snabbt|dem|henne|honom"
_ANY_CLAUSE_FIRST: Final = re.compile(
    rf"(?:{SENTENCE_START}|(?<=[Mm]en )|(?<=, )|(?<=och ))(?:[Nn]är|[Oo]m|[Ii]nnan|[Mm]edan|[Ee]ftersom|Även om) "
    rf"[^.!?,;:\n]{{3,50}}? (?:{_CLAUSE_END}) "
    rf"((?:{SURELY_SUBJECT}|(?:min|mitt|mina|hans|hennes|vår|våra) [a-zåäö]+) (?:{_FINITE}))\b"
    r"(?! (?:jag|du|han|hon|vi|ni|de|man|det)\b)"
)
"""The same after any clause: *När jag var liten min familj flyttade*, *Men när folk talar snabbt jag förstår inte*."""
_ANOTHER_VERB: Final = re.compile(rf"\b(?:{_FINITE})\b")
_NEW_CLAUSE: Final = re.compile(r"\b(?:som|när|att|om|för|eftersom|och|men|där|så|medan|innan|eller|vad|hur)\b")
_NOT_TOO_LATE: Final = re.compile(
    rf"(?i)(?<!så )(?<!för )\b((?:att|om|eftersom|när|fastän) (?:{SUBJECT}) (?:{_FINITE}) (?:inte|aldrig|redan)"
    rf"|(?:tycker|tror) (?:{SUBJECT}) (?:är|kan|ska|vill|har) inte)\b"
)
"""The order of a main clause in a subordinate one: *att hon kommer inte*."""
_ASKED: Final = re.compile(
    rf"(?i)\b(?:vet|undrar|undrade|frågar|frågade|förstår|förstod|veta|fråga|minns|berätta|säga|säg) "
    rf"(?:inte |aldrig |mig |dig |honom |henne |oss |också )*"
    rf"((?:var|hur|varför) (?:är|ligger|heter|bor) [a-zåäö]{{3,}}(?:en|et)|(?:vad|var|varför|hur|när"
    rf"|vem) (?:{_FINITE}) (?:jag|du|han|hon|vi|ni|det|den|dom|de))\b(?! som)"
)
"""The order of a question within a sentence: *Jag vet inte vad är det*."""
_ASKED_HOW_MUCH: Final = re.compile(
    r"(?i)\b(?:vet|undrar|undrade|frågar|frågade|veta|säga) (?:inte |mig )?(hur (?:mycket|länge|långt) "
    r"(?:kostar|tar|är) (?:den|det|han|hon))\b"
)
_STATED_QUESTION: Final = re.compile(
    rf"{SENTENCE_START}((?:Vad|Varför|Var|Hur(?: gammal| mycket| många| ofta)?) (?:{SURELY_SUBJECT}"
    rf"|det) (?:{_FINITE}|[a-zåäö]{{3,}}(?:ar|er)))\b"
    r"(?P<rest>[^.!?,;:\n]*)\?"
)
"""The order of a statement in a question: *Vad du gör?*"""
_DOUBLE_SUBJECT: Final = re.compile(
    rf"(?:{SENTENCE_START}(?:Men |Och |För )?|(?<=, )(?:men |och |för ))"
    rf"((?:[Mm]in|[Mm]itt|[Dd]in|[Hh]ans|[Hh]ennes|[Vv]år|[Ee]r) [a-zåäö]+ (?:han|hon|den|det)"
    rf"|(?:[Mm]ina|[Dd]ina|[Hh]ans|[Hh]ennes|[Vv]åra) [a-zåäö]+ de|(?:[Ll]äraren|[Pp]ojken|[Ff]lickan|[Mm]annen"
    rf"|[Kk]vinnan|[Mm]amma|[Pp]appa) (?:han|hon))"
    rf"(?= (?:{_FINITE}|[a-zåäö]+ar)\b)"
)
_NAMED_TWICE: Final = re.compile(
    rf"\b((?:[Mm]in|[Hh]ans|[Hh]ennes|[Vv]år) [a-zåäö]+ [A-ZÅÄÖ][a-zåäö]+ (?:han|hon))(?= (?:{_FINITE})\b)"
)
"""A person named, and then repeated by a pronoun: *Min mamma hon jobbar*."""
_STATED: Final = "viktigt|bra|kul|roligt|svårt|lätt|kallt|varmt|farligt|möjligt|tråkigt|dåligt|vanligt|skönt|jobbigt"
_MISSING_SUBJECT: Final = re.compile(
    rf"{SENTENCE_START}((?:Regnar|Snöar|Finns|Fanns) (?!det\b|här\b|där\b)[a-zåäö]+"
    rf"|Är (?:mycket |väldigt |så )?(?:{_STATED})|(?:Jag|Vi|Man|Hon|Han) (?:tycker|tror"
    rf"|anser) (?:är|var)"
    rf"|(?:I|På) [A-ZÅÄÖ][a-zåäö]+ (?:är|var) (?:mycket |väldigt |så )?(?:{_STATED}))\b(?=[^.!?]*[.!\n]|$)"
)
"""A clause without *det*: *Är viktigt att läsa*, *Jag tycker är bra*."""
_MANY_AFTER_MUCH: Final = re.compile(
    r"(?i)\b(mycket (?:människor|elever|vänner|kompisar|saker|bilar|länder|böcker|lärare|timmar|dagar|år|gånger"
    r"|ungdomar"
    r"|personer|frågor|ord|pojkar|flickor|skolor))\b"
)
_MUCH_AFTER_MANY: Final = re.compile(
    r"(?i)\b(många (?:vatten|mat|mjölk|tid|information|socker|musik|folk|hjälp|stress))\b"
)


def _before_no_other_verb(rule: str, pattern: re.Pattern[str], *, in_clause: bool = True) -> Rule:
    """A rule that reports a pattern's first group that matched, unless a second verb follows.

    The second verb is looked for in the group ``rest``, up to the end of the clause if ``in_clause``. If there is one,
    the first verb may belong to a relative clause without *som*: *På bilden jag tog ser man*.
    """

    def find(text: str) -> Iterator[Slip]:
        for match in pattern.finditer(text):
            rest = _NEW_CLAUSE.split(match["rest"], maxsplit=1)[0] if in_clause else match["rest"]
            if not _ANOTHER_VERB.search(rest):
                yield Slip(*match.span(1 if match[1] else 2), "word_order", rule)

    return find


RULES: Final[tuple[Rule, ...]] = (
    by_pattern("word_order", "after_clause", _CLAUSE_FIRST),
    by_pattern("word_order", "therefore", _THEREFORE),
    by_pattern("word_order", "after_clause", _ANY_CLAUSE_FIRST),
    _before_no_other_verb("adverb_first", _ADVERB_FIRST),
    _before_no_other_verb("adverb_first", _NOUN_FIRST),
    _before_no_other_verb("adverb_first", _THEN, in_clause=False),
    _before_no_other_verb("adverb_first", _AND_THEN, in_clause=False),
    by_pattern("word_order", "adverb_first", _MANY_FIRST),
    _before_no_other_verb("adverb_first", _THEN_FIRST, in_clause=False),
    by_pattern("de_dem", "dem_as_subject", _THEM_AS_SUBJECT),
    by_pattern("word_order", "not_too_late", _WHO_NOT),
    by_pattern("word_order", "not_too_late", _NOT_TOO_LATE),
    by_pattern("word_order", "indirect_question", _ASKED),
    by_pattern("word_order", "indirect_question", _ASKED_HOW_MUCH),
    _before_no_other_verb("stated_question", _STATED_QUESTION, in_clause=False),
    by_pattern("double_subject", "double_subject", _DOUBLE_SUBJECT),
    by_pattern("double_subject", "double_subject", _NAMED_TWICE),
    by_pattern("missing_subject", "missing_subject", _MISSING_SUBJECT),
    by_pattern("much_many", "much_many", _MANY_AFTER_MUCH),
    by_pattern("much_many", "much_many", _MUCH_AFTER_MANY),
)
