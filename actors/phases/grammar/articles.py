"""Rules for articles that are missing or wrong."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import (
    determiners,
    is_in_compound,
    is_joined,
    left_of,
    lower_left,
    lower_right,
    noun_phrase_start,
    right_of,
)
from actors.phases.grammar.words import listed, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_BARE_PREPOSITIONS: Final = frozenset({"by", "as", "per", "via"})
_BEFORE_BARE: Final = listed("kind type sort form piece kinds types sorts forms no any some every what which whatever")
_DETERMINING_WORDS: Final = listed(
    "such same own other more much last next first every enough another many several few no any some"
)
_MEANT_FOR_OWNERS: Final = frozenset({"there", "it's", "you're", "they're", "its", "your"})
_DETERMINING_TAGS: Final = frozenset({"PRP$", "POS", "DT", "CD", "WP$", "WDT", "PDT"})
_TIED: Final = frozenset({"-", "/", "–", "'s", "’s", "#"})
_BARE_OBJECTS: Final = frozenset({"become", "elect", "appoint", "take", "lose", "play", "call", "name", "give", "make"})
_BARE_AFTER: Final = {
    "task": frozenset({"on", "off", "of"}),
    "language": frozenset({"body", "sign", "bad", "strong", "spoken", "written"}),
}
_ALSO_ACTS: Final = frozenset({"dream", "answer", "plan", "travel", "change", "start", "end", "visit", "finish", "try"})
"""Nouns that may be mistakes for a participle after *had*: *what you had dream*."""
_DONE_TO_PEOPLE: Final = frozenset({"help", "let", "allow", "encourage", "teach", "force", "want", "ask", "give"})
_BARE_SUBJECTS: Final = frozenset({"man", "woman", "school", "church", "college"})
_NOT_SUPERLATIVE: Final = frozenset({"least", "most", "best", "worst", "latest", "first", "last", "next"})
_QUANTITIES: Final = frozenset({"most", "some", "many", "all", "none", "each", "one", "few", "several", "half", "any"})
_MANY_OWNERS: Final = frozenset({"people", "children", "men", "women", "somebody", "everybody", "someone", "everyone"})
_LIKING: Final = frozenset({"like", "love", "enjoy", "hate", "prefer"})
_HAVE_THEIR_OWN: Final = listed(
    "film movie show concert band song dance musical play game party festival video restaurant place city country town "
    "school museum club event radio series album church book bar trip hotel team"
)
"""Things with their own music, food or nature: *I loved the film, and I love the music* is right."""
_ROLES: Final = frozenset({"attr", "dobj", "pobj", "nsubj", "nsubjpass", "oprd"})


def bare_singular(doc: "Doc") -> Iterator[Slip]:
    """A countable singular noun without an article: *she is good teacher*, *I have car*."""
    for noun in doc:
        if noun.tag_ != "NN" or noun.lower_ not in words().count or not noun.is_lower or noun.dep_ not in _ROLES:
            continue
        start = noun_phrase_start(noun)
        before = left_of(start)
        part = noun.lower_ == "part" and lower_right(noun) == "of"
        determined = start.tag_ in _DETERMINING_TAGS or (before is not None and _is_determined(noun, before))
        if before is None or part or determined or not _stands_alone(noun):
            continue
        if start.i == noun.i - 1 and start.lower_ in _MANY_OWNERS:
            yield slip("owner_apostrophe", "owner_before_thing", start, noun, f"{start.text}'s {noun.text}")
            continue
        described = start.i < noun.i
        mended = f"{_article(start)} {doc[start.i : noun.i + 1].text}"
        found = slip("article", "bare_singular", start, noun, mended)
        yield found if _is_sure(noun, before, described) else replace(found, doubt=True)


def _is_determined(noun: "Token", before: "Token") -> bool:
    if determiners(noun) or is_in_compound(noun) or before.text in _TIED or before.tag_ in _DETERMINING_TAGS:
        return True
    if before.lower_ in _MEANT_FOR_OWNERS:
        return True
    return any(child.tag_ in {"JJR", "JJS"} or child.lower_ in _DETERMINING_WORDS for child in noun.lefts)


def _stands_alone(noun: "Token") -> bool:
    """True if the noun is in no list, does not occur twice (*from door to door*), and is not in *for example*."""
    around = [other.lower_ for other in noun.doc[max(0, noun.i - 3) : noun.i + 4]]
    example = noun.lower_ in {"example", "instance"} and lower_left(noun) == "for"
    return not is_joined(noun) and around.count(noun.lower_) == 1 and not example


def _is_sure(noun: "Token", before: "Token", described: bool) -> bool:
    if lower_left(noun) in _BARE_AFTER.get(noun.lower_, ()):
        return False
    if noun.dep_ == "pobj":
        phrase = noun.lower_ in words().bare_in_phrases and (not described or _is_of_a_compound(noun))
        of_kind = before.lower_ in _BEFORE_BARE or lower_left(before) in _BEFORE_BARE
        return not phrase and not of_kind and noun.head.lower_ not in _BARE_PREPOSITIONS
    if noun.dep_ in {"attr", "dobj"}:
        if before.lower_ == "had" and not described and noun.lower_ in _ALSO_ACTS:
            return False
        bare = noun.head.lemma_ in _BARE_OBJECTS and not described
        return not bare and before.pos_ in {"VERB", "AUX", "ADV", "PART", "PRON"}
    acted_on = before.lemma_.lower() in _DONE_TO_PEOPLE and noun.lower_ in words().people
    finite = noun.head.tag_ in {"VBZ", "VBD"} and noun.lower_ not in _BARE_SUBJECTS
    return noun.dep_ != "oprd" and (acted_on or finite)


def _is_of_a_compound(noun: "Token") -> bool:
    """True in *during lunch hour*."""
    return noun.lower_ in words().time_units and [child.dep_ for child in noun.lefts] == ["compound"]


def _article(first: "Token") -> str:
    vowel = first.lower_[:1] in "aeiou" and not first.lower_.startswith(("uni", "eu", "us", "one"))
    return "an" if vowel or first.lower_.startswith(("hour", "hono")) else "a"


def missing_the(doc: "Doc") -> Iterator[Slip]:
    """*Same*, *most* or a superlative before a noun without *the*: *in same way*, *it was biggest city*."""
    for noun in doc:
        if noun.tag_ not in {"NN", "NNS"} or not any(noun.lefts) or determiners(noun):
            continue
        start = noun_phrase_start(noun)
        before = left_of(start)
        if before is None or start.i == noun.i or before.tag_ in _DETERMINING_TAGS or before.text in _TIED:
            continue
        superlative = start.tag_ == "JJS" and start.lower_ not in _NOT_SUPERLATIVE
        if (superlative or start.lower_ == "same" or _is_most(start, before)) and before.pos_ in {"ADP", "VERB", "AUX"}:
            yield slip("article", "missing_the", start, noun, f"the {start.text}")


def _is_most(most: "Token", before: "Token") -> bool:
    """True in *one of most important cities*, but not in *most young people*."""
    adjective = right_of(most)
    tied = adjective is not None and adjective.tag_ == "JJ" and most.head.i == adjective.i
    return most.lower_ == "most" and tied and before.lower_ in {"of", "is", "was", "are"}


def of_without_the(doc: "Doc") -> Iterator[Slip]:
    """*Most of*, *some of*, *one of* and the like before a plural without *the*: *most of students*."""
    for quantity in doc:
        if quantity.lower_ not in _QUANTITIES or lower_right(quantity) != "of" or lower_left(quantity) in {"the", "a"}:
            continue
        noun = right_of(quantity, 2)
        if noun is not None and noun.tag_ == "JJ":
            noun = right_of(noun)
        plural = noun is not None and noun.tag_ == "NNS" and noun.is_lower and noun.text.isalpha()
        if noun is not None and plural and not determiners(noun) and lower_right(noun) not in {"'", "’", "'s"}:
            yield slip("most_of", "of_without_the", quantity, noun)


def such_without_a(doc: "Doc") -> Iterator[Slip]:
    """*Such* or *so* and an adjective before a countable noun without *a*: *it is such beautiful place*."""
    for such in doc:
        adjective, noun = right_of(such), right_of(such, 2)
        if such.lower_ not in {"such", "so"} or adjective is None or noun is None or adjective.tag_ != "JJ":
            continue
        bare = lower_left(such) not in {"no", "any", "some", "one", "many", "a", "an", "every", "of"}
        if bare and noun.tag_ == "NN" and noun.lower_ in words().count and not is_in_compound(noun):
            such_a = f"such {_article(adjective)} {adjective.text} {noun.text}"
            yield slip("article", "such_without_a", such, noun, such_a)


def generic_the(doc: "Doc") -> Iterator[Slip]:
    """*The* before what somebody likes in general: *I love the music*. It may be right if it was mentioned before."""
    for the in doc:
        noun, verb = right_of(the), left_of(the)
        if the.lower_ != "the" or noun is None or verb is None or noun.lower_ not in words().liked:
            continue
        subject = left_of(verb)
        liked = verb.lemma_.lower() in _LIKING and verb.tag_ == "VBP" and not any(c.dep_ == "aux" for c in verb.lefts)
        person = subject is not None and subject.lower_ in {"i", "we", "they", "people"}
        ends = lower_right(noun) in {"", ".", "!", ",", "and", "because", "but", "so"}
        narrowed = any(child.i > noun.i and child.dep_ in {"prep", "relcl", "acl"} for child in noun.children)
        known = any(
            token.lemma_.lower() in _HAVE_THEIR_OWN or (token.i < the.i and token.lower_ == noun.lower_)
            for token in doc
        )
        if liked and person and ends and not narrowed and not known:
            yield slip("article", "generic_the", verb, noun, f"{verb.text} {noun.text}")


def a_superlative(doc: "Doc") -> Iterator[Slip]:
    """*A* before a superlative, which takes *the*: *what a biggest person*, *it was a happiest day*."""
    for article in doc:
        adjective = right_of(article) if article.lower_ in {"a", "an"} else None
        if adjective is not None and adjective.tag_ == "JJS" and adjective.lower_ not in _NOT_SUPERLATIVE:
            yield slip("article", "a_superlative", article, adjective, f"the {adjective.text}")
