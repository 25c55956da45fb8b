"""Rules for the comma after the opening of a sentence."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import SUBJECTS, left_of, noun_phrase_start, right_of
from actors.phases.grammar.words import listed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_OPENERS: Final = listed(
    "however therefore moreover furthermore nevertheless consequently additionally besides finally firstly secondly "
    "thirdly nowadays unfortunately fortunately actually lastly hence thus similarly overall personally"
)
_PHRASES: Final = (
    "for example", "for instance", "in conclusion", "in addition", "on the other hand", "first of all",
    "in my opinion", "as a result", "in other words", "in fact", "to sum up", "in general", "of course", "all in all",
    "to conclude", "in my case", "in my view", "on the one hand",
)  # fmt: skip
_SUBORDINATORS: Final = listed("when if because although though while since after before as once unless")
_FIRST_WORDS: Final = frozenset({"PRP", "DT", "PRP$", "EX", "NNS", "NNP", "IN"})
_ANY_SUBJECT: Final = SUBJECTS | {"expl"}


def comma_after_opener(doc: "Doc") -> Iterator[Slip]:
    """No comma after an opening word or phrase: *however*, *nowadays*, *for example*."""
    for sentence in doc.sents:
        last = _opener(sentence)
        after = right_of(last) if last is not None else None
        if last is not None and after is not None and after.tag_ in _FIRST_WORDS and after.lower_ != "of":
            opening = doc[sentence.start : last.i + 1].text
            yield slip("opening_comma", "opener", sentence[0], after, f"{opening}, {after.text}")


def _opener(sentence: "Span") -> "Token | None":
    if sentence[0].lower_ in _OPENERS:
        return sentence[0]
    text = " ".join(token.lower_ for token in sentence[:5]) + " "
    phrase = next((one for one in _PHRASES if text.startswith(one + " ")), None)
    return sentence[len(phrase.split()) - 1] if phrase else None


def comma_after_clause(doc: "Doc") -> Iterator[Slip]:
    """No comma between an opening clause and the subject: *When I was young I lived there*."""
    for sentence in doc.sents:
        opener, root = sentence[0], sentence.root
        if opener.lower_ in _SUBORDINATORS and opener.head.i == root.i:
            yield from _within_a_phrase(sentence)
        if opener.lower_ not in _SUBORDINATORS or opener.head.dep_ != "advcl" or opener.head.head.i != root.i:
            continue
        clause = opener.head
        subject = next((child for child in root.lefts if child.dep_ in _ANY_SUBJECT), None)
        if subject is None or subject.i < clause.i or not any(child.dep_ in _ANY_SUBJECT for child in clause.lefts):
            continue
        start = noun_phrase_start(subject)
        before = left_of(start)
        if before is not None and _ends_the_clause(before, clause, root):
            yield slip("opening_comma", "clause", before, start, f"{before.text}, {start.text}")


def _within_a_phrase(sentence: "Span") -> Iterator[Slip]:
    """The same slip, where the parser sees a relative clause: *when we arrived at the hotel we went to bed*."""
    if any(token.text in {",", "?", ";"} for token in sentence):
        return
    for pronoun in sentence[3:]:
        before = left_of(pronoun)
        follows = pronoun.dep_ == "nsubj" and pronoun.tag_ == "PRP" and pronoun.head.dep_ in {"relcl", "ccomp"}
        if follows and before is not None and before.tag_ in {"NN", "NNS", "NNP", "RB"} and before.i > sentence.root.i:
            yield slip("opening_comma", "clause", before, pronoun, f"{before.text}, {pronoun.text}")
            return


def _ends_the_clause(before: "Token", clause: "Token", root: "Token") -> bool:
    """True if the word before the subject ends the opening clause and does not belong to the root."""
    between = before.doc[clause.i : before.i + 1]
    whole = len(between) > 0 and not any(token.is_punct for token in between)
    return whole and before.tag_ not in {"CC", "IN", "RB"} and before.head.i != root.i
