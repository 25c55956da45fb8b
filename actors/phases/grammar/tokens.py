"""Helpers for tokens of a parsed text, which several rules share."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.words import listed, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

BE: Final = frozenset({"am", "is", "are", "was", "were", "'m", "'s", "'re"})
MODALS: Final = frozenset(
    {"can", "could", "will", "would", "shall", "should", "must", "may", "might", "ca", "wo", "'ll"}
)
SUBJECTS: Final = frozenset({"nsubj", "nsubjpass"})
QUANTIFIERS_OF_MANY: Final = frozenset({"many", "several", "few", "both", "these", "those", "various"})
SINGULAR_DETERMINERS: Final = frozenset({"a", "an", "the", "this", "that", "each", "every", "another", "one"})
_DETERMINING: Final = frozenset({"det", "poss", "nummod", "predet", "quantmod", "neg", "preconj"})
_SINGULAR_PRONOUNS: Final = listed(
    "he she it this that everyone everybody someone somebody anyone anybody nobody everything something nothing"
)
_PLURAL_PRONOUNS: Final = listed("i we they you these those")


def left_of(token: "Token", steps: int = 1) -> "Token | None":
    """The token ``steps`` before this one; None outside of its sentence."""
    doc = token.doc
    for place in range(token.i, token.i - steps, -1):
        if place == 0 or doc[place].is_sent_start:
            return None
    return doc[token.i - steps]


def right_of(token: "Token", steps: int = 1) -> "Token | None":
    """The token ``steps`` after this one; None outside of its sentence."""
    doc = token.doc
    for place in range(token.i + 1, token.i + steps + 1):
        if place >= len(doc) or doc[place].is_sent_start:
            return None
    return doc[token.i + steps]


def lower_left(token: "Token", steps: int = 1) -> str:
    """The word ``steps`` before this one in lower case; empty if there is none."""
    found = left_of(token, steps)
    return found.lower_ if found is not None else ""


def lower_right(token: "Token", steps: int = 1) -> str:
    """The word ``steps`` after this one in lower case; empty if there is none."""
    found = right_of(token, steps)
    return found.lower_ if found is not None else ""


def determiners(noun: "Token") -> list["Token"]:
    """The determiners of a noun: articles, possessives, numbers, *this* and *that*."""
    return [child for child in noun.children if child.dep_ in _DETERMINING or child.tag_ in {"PRP$", "WP$"}]


def is_joined(token: "Token") -> bool:
    """True for a word that is joined to another by *and*, *or* or a comma."""
    return token.dep_ == "conj" or any(child.dep_ in {"conj", "cc"} for child in token.children)


def stands_in_a_list(noun: "Token") -> bool:
    """True if *and* or *or* and another noun come before, whatever the parser says: *the posture and the failure*."""
    joint = left_of(noun_phrase_start(noun))
    before = left_of(joint) if joint is not None and joint.lower_ in {"and", "or", "nor"} else None
    return before is not None and before.pos_ in {"NOUN", "PROPN"}


def is_in_compound(noun: "Token") -> bool:
    """True if a noun only describes the next one, or is tied to a neighbour by a hyphen or a slash."""
    beside = {lower_left(noun), lower_right(noun)}
    after = right_of(noun)
    before_noun = after is not None and after.tag_ in {"NN", "NNS", "NNP", "NNPS", "POS", "CD"}
    return noun.dep_ in {"compound", "nmod"} or bool(beside & {"-", "/", "–"}) or before_noun


def noun_phrase_start(noun: "Token") -> "Token":
    """The first word of a noun's phrase, among the words directly before the noun."""
    start = noun
    while (before := left_of(start)) is not None and noun.is_ancestor(before) and before.head.i <= noun.i:
        if before.is_punct or before.pos_ in {"VERB", "AUX"}:
            break
        start = before
    return start


def auxiliaries(verb: "Token") -> list["Token"]:
    """The auxiliaries of a verb, in order."""
    return [child for child in verb.lefts if child.dep_ in {"aux", "auxpass"} and child.lower_ != "to"]


def finite_of(verb: "Token") -> "Token":
    """The word that carries a verb's person and tense: its first auxiliary, or itself."""
    return next(iter(auxiliaries(verb)), verb)


def verbs_with_subjects(doc: "Doc") -> Iterator[tuple["Token", "Token"]]:
    """Each verb with its subject."""
    for token in doc:
        if token.dep_ in SUBJECTS and token.head.pos_ in {"VERB", "AUX"}:
            yield token, token.head


def number_of(subject: "Token") -> str:
    """``one`` or ``many`` if a subject's number is certain, else empty.

    *I* counts as many, since it takes the plain form of a verb.
    """
    if is_joined(subject) or not subject.text.isalpha():
        return ""
    if subject.lower_ in _SINGULAR_PRONOUNS or subject.lower_ in _PLURAL_PRONOUNS:
        qualified = any(child.dep_ == "prep" for child in subject.children)
        return "" if qualified else ("one" if subject.lower_ in _SINGULAR_PRONOUNS else "many")
    return _number_of_noun(subject)


def _number_of_noun(noun: "Token") -> str:
    vague = words().either_number
    if noun.lower_ in vague or noun.lemma_.lower() in vague or any(c.lower_ in {"or", "and"} for c in noun.subtree):
        return ""
    if noun.tag_ == "NNS" or noun.lower_ == "people":
        return "" if any(child.tag_ in {"CD", "$"} for child in noun.children) else "many"
    return "one" if noun.tag_ == "NN" and _is_surely_one(noun) else ""


def _is_surely_one(noun: "Token") -> bool:
    if noun.lower_ in words().uncountable:
        return True
    return noun.text.islower() and any(
        child.tag_ == "PRP$" or child.lower_ in SINGULAR_DETERMINERS for child in determiners(noun)
    )
