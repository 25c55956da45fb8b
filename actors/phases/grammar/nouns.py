"""Rules for the number of nouns."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import (
    QUANTIFIERS_OF_MANY,
    SUBJECTS,
    determiners,
    is_in_compound,
    is_joined,
    left_of,
    lower_left,
    lower_right,
    noun_phrase_start,
    right_of,
)
from actors.phases.grammar.words import listed, plural_of, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_NOT_SEVERAL: Final = frozenset({"one", "1", "half", "zero", "0"})
_BEFORE_A_NAME: Final = frozenset({"number", "a", "the", "this"})
_SINGULAR_ARTICLES: Final = frozenset({"a", "an", "every", "each", "another", "this", "that"})
_SINGULAR_IN_S: Final = frozenset({"people", "works", "headquarters", "crossroads", "maths"})
_OPENING_A_QUANTITY: Final = frozenset({"few", "many", "great", "good", "couple", "lot", "little"})
_POSSESSIVE_MARKS: Final = frozenset({"'", "’", "'s", "’s"})
_OWNERS: Final = frozenset({"the", "my", "his", "her", "our", "their", "these", "those"})
_ALSO_UNCOUNTED: Final = frozenset({"life", "change", "experience", "exercise", "school", "church", "college", "game"})
_WHOLES: Final = listed(
    "day night year week month life world way weekend summer season time school house city country town village"
)
_BEFORE_OTHER_ONE: Final = frozenset({"any", "some", "no", "each", "every", "one", "this", "that"})
_COUNTING: Final = frozenset({"a", "an", "many", "these", "those", "several", "few"})
_SOMETIMES_COUNTED: Final = listed(
    "travel transport rice bread research literature music happiness patience wisdom courage violence luck weather "
    "traffic knowledge employment unemployment"
)


def singular_after_many(doc: "Doc") -> Iterator[Slip]:
    """A singular after *many*, *these*, *several*, *both*, *few* or a number above one: *ten year*, *these book*."""
    for noun in doc:
        if not _is_singular(noun) or is_joined(noun) or lower_right(noun) == "old":
            continue
        several = next((child for child in noun.lefts if _says_several(child) and noun.i - child.i <= 3), None)
        if several is not None:
            yield slip("plural_nouns", "singular_after_many", several, noun, plural_of(noun.lower_))


def _is_singular(noun: "Token") -> bool:
    """True for a countable singular noun that is not part of a compound."""
    known = noun.lower_ in words().count or noun.lower_ in words().people or noun.lower_ in words().time_units
    return noun.tag_ == "NN" and known and noun.lower_ != "people" and not is_in_compound(noun)


def _says_several(child: "Token") -> bool:
    if child.lower_ in QUANTIFIERS_OF_MANY:
        return lower_left(child) not in {"a", "the"}
    number = child.dep_ == "nummod" and child.tag_ == "CD" and child.text.isalnum()
    return number and child.lower_ not in _NOT_SEVERAL and lower_left(child) not in _BEFORE_A_NAME


def plural_after_one(doc: "Doc") -> Iterator[Slip]:
    """A plural after *a*, *every*, *each*, *another*, *this* or *that*: *every years*, *a friends*, *this things*."""
    for noun in doc:
        if noun.tag_ != "NNS" or not noun.text.isalpha() or noun.lower_ in words().either_number | _SINGULAR_IN_S:
            continue
        article = next((child for child in noun.lefts if child.dep_ == "det"), None)
        if article is None or article.lower_ not in _SINGULAR_ARTICLES or lower_right(noun) in _POSSESSIVE_MARKS:
            continue
        before = left_of(article)
        like_this = article.lower_ == "this" and before is not None and before.lower_ == "like" and not left_of(before)
        joins = article.lower_ == "that" and before is not None and before.tag_ == "IN" and noun.dep_ in SUBJECTS
        if like_this or joins or (article.lower_ == "each" and noun.lower_ == "others"):  # after that parents came
            continue
        between = doc[article.i + 1 : noun.i]
        if len(between) <= 1 and all(word.tag_ == "JJ" and word.lower_ not in _OPENING_A_QUANTITY for word in between):
            topic = "this_these" if article.lower_ in {"this", "that"} else "plural_nouns"
            yield slip(topic, "plural_after_one", article, noun)


def singular_where_several(doc: "Doc") -> Iterator[Slip]:
    """A singular where a plural is needed: *one of my friend*, *all student*, *a lot of thing*, *other country*."""
    for noun in doc:
        if not _is_singular(noun) or noun.lower_ in words().time_units:
            continue
        start = noun_phrase_start(noun)
        before = left_of(start)
        if before is not None and before.lower_ == "of" and noun.dep_ == "pobj":
            yield from _after_of(noun, before)
        elif start.lower_ == "other" and _is_bare_other(noun, start):
            yield slip("plural_nouns", "other", start, noun, f"other {plural_of(noun.lower_)}")
        elif start.lower_ == "all" and len(determiners(noun)) == 1 and noun.lower_ not in _WHOLES:
            yield slip("plural_nouns", "all", start, noun, f"all {plural_of(noun.lower_)}")


def _after_of(noun: "Token", of: "Token") -> Iterator[Slip]:
    quantity = of.head
    if quantity.lower_ == "one" and any(child.lower_ in _OWNERS for child in noun.lefts):
        yield slip("plural_nouns", "one_of", quantity, noun, plural_of(noun.lower_))
    uncounted = determiners(noun) or noun.lower_ in _ALSO_UNCOUNTED
    if quantity.lower_ in {"lot", "lots", "plenty", "couple", "variety"} and not uncounted:
        yield slip("plural_nouns", "a_lot_of", quantity, noun, f"{quantity.text} of {plural_of(noun.lower_)}")


def _is_bare_other(noun: "Token", other: "Token") -> bool:
    return not determiners(noun) and lower_left(other) not in _BEFORE_OTHER_ONE and lower_right(noun) != "than"


def _is_no_name(token: "Token") -> bool:
    small = token.is_lower or bool(token.is_sent_start)
    return small and lower_right(token) not in _POSSESSIVE_MARKS


def number_before_noun(doc: "Doc") -> Iterator[Slip]:
    """A plural measure before a noun (*a five years old boy*, *a two hours trip*), and *two hundreds people*."""
    for unit in doc:
        number, after = (left_of(unit), right_of(unit)) if unit.tag_ == "NNS" else (None, None)
        if number is None or after is None or number.tag_ != "CD":
            continue
        if unit.lower_ in {"hundreds", "thousands", "millions"}:
            yield slip("plural_nouns", "hundreds", number, unit, f"{number.text} {unit.text[:-1]}")
        if unit.lower_.removesuffix("s") in words().time_units and lower_left(number) in {"a", "an"}:
            noun = right_of(after) if after.lower_ == "old" else after
            if noun is not None and noun.tag_ == "NN" and noun.lower_ in words().count | words().people:
                yield slip("plural_nouns", "measure", number, noun)


def _lacks_an_apostrophe(token: "Token") -> bool:
    """True for an owner without an apostrophe before a noun: *peoples lives*."""
    return token.i + 1 < len(token.doc) and token.nbor().pos_ == "NOUN"


def uncountable(doc: "Doc") -> Iterator[Slip]:
    """A plural, an article or *many* with an uncountable noun: *informations*, *an advice*, *many homework*."""
    for token in doc:
        if token.lower_ in words().wrong_plurals and _is_no_name(token) and not _lacks_an_apostrophe(token):
            yield slip("mass_nouns", "wrong_plural", token, token)
        elif token.lower_ in words().uncountable - _SOMETIMES_COUNTED and token.tag_ == "NN":
            counting = next((child for child in token.lefts if child.lower_ in _COUNTING), None)
            if counting is not None and token.i - counting.i <= 2 and not is_in_compound(token):
                yield slip("mass_nouns", "counted", counting, token)
