"""Rules for places that may be right, but are no examples of good writing."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import SUBJECTS, finite_of, is_joined, left_of, right_of, verbs_with_subjects
from actors.phases.grammar.words import PAST_AS_BASE, listed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_FINITE: Final = frozenset({"VBD", "VBP", "VBZ", "MD"})
_LONGEST: Final = 45
_FEWEST: Final = 4
_NEW_SUBJECTS: Final = frozenset({"i", "you", "he", "she", "it", "we", "they", "this", "that", "there"})
_HELPERS: Final = listed("do does did is are was were have has")
_SUBORDINATORS: Final = listed("when if because although though while since after before as once unless whenever until")
_TELLING: Final = listed("think believe say know feel hope mean argue")
_LEANING: Final = SUBJECTS | {"aux", "mark"}
_OF_MAIN_CLAUSES: Final = frozenset({"ROOT", "ccomp", "conj", "parataxis"})


def _doubt(rule: str, sentence: "Span") -> Slip:
    return replace(slip("doubt", rule, sentence[0], sentence[-1]), doubt=True)


def not_one_sentence(doc: "Doc") -> Iterator[Slip]:
    """A sentence without a finite verb, an endless one, or two sentences divided by a comma or by nothing."""
    for sentence in doc.sents:
        words = [token for token in sentence if not token.is_punct]
        if len(words) >= _FEWEST and not any(token.tag_ in _FINITE for token in words):
            yield _doubt("fragment", sentence)
        elif len(words) > _LONGEST:
            yield _doubt("endless", sentence)
        elif _is_spliced(sentence) or _has_a_comma_for_a_stop(sentence):
            yield _doubt("spliced", sentence)


def _is_spliced(sentence: "Span") -> bool:
    """True if a complete clause depends on the main one as something said or thought, with no word to join them."""
    root = sentence.root
    if any(child.dep_ == "mark" and child.lower_ != "that" for child in root.lefts):
        return True
    for child in root.children:
        if _is_second_predicate(child):
            return True
        if child.dep_ not in {"ccomp", "parataxis"} or not any(one.dep_ in SUBJECTS for one in child.lefts):
            continue
        first = min((token.i for token in child.subtree), default=child.i)
        before = left_of(sentence.doc[first])
        joined = any(one.dep_ in {"mark", "advmod", "cc"} or one.tag_.startswith("W") for one in child.lefts)
        if not joined and ((before is not None and before.text == ",") or child.i < root.i):
            return True
    return False


def _has_a_comma_for_a_stop(sentence: "Span") -> bool:
    """True if an independent clause is followed by a comma and a new subject with its verb."""
    begins = sentence.start
    for comma in (token for token in sentence if token.text == ","):
        subject, verb = right_of(comma), right_of(comma, 2)
        before = sentence.doc[begins : comma.i]
        begins = comma.i + 1
        if subject is None or verb is None or subject.lower_ not in _NEW_SUBJECTS or verb.tag_ not in _FINITE:
            continue
        opens = before[0].lower_ in _SUBORDINATORS if len(before) else True
        if not opens and any(map(_makes_a_clause, before)):
            return True
    return False


def _makes_a_clause(verb: "Token") -> bool:
    """True for the verb of a main clause, and for a request to the reader that the parser takes for a lesser clause."""
    if verb.pos_ not in {"VERB", "AUX"}:
        return False
    asks = verb.tag_ == "VB" and verb.dep_ == "advcl" and not any(one.dep_ in _LEANING for one in verb.lefts)
    return asks or verb.dep_ in _OF_MAIN_CLAUSES


def _is_second_predicate(child: "Token") -> bool:
    """True for a finite verb after a comma, without subject or conjunction: *it is good, is the best*."""
    before = left_of(child)
    bare = child.dep_ == "conj" and child.tag_ in _FINITE and before is not None and before.text == ","
    return bare and not any(one.dep_ in SUBJECTS for one in child.lefts)


def odd_agreement(doc: "Doc") -> Iterator[Slip]:
    """A singular noun with a plain verb, or a plural one with a verb in *-s*, where the parser may be wrong."""
    for subject, verb in verbs_with_subjects(doc):
        finite = finite_of(verb)
        plain = finite.tag_ in {"VBP", "VB"} and finite.lower_ not in PAST_AS_BASE
        one = subject.tag_ == "NN" or subject.lower_ in {"he", "she", "it", "this", "that"}
        odd = (one and plain) or (subject.tag_ == "NNS" and finite.tag_ == "VBZ")
        if odd and not is_joined(subject) and finite.i > subject.i:
            yield replace(slip("doubt", "odd_agreement", subject, finite), doubt=True)


def comma_after_subject(doc: "Doc") -> Iterator[Slip]:
    """A comma between a short subject and its verb: *The food, is good*."""
    for comma in doc:
        noun, verb = left_of(comma), right_of(comma)
        if comma.text != "," or noun is None or verb is None or verb.tag_ not in _FINITE:
            continue
        opens = [token for token in doc[noun.sent.start : noun.i] if token.tag_ not in {"DT", "PRP$", "JJ", "NN", "IN"}]
        if noun.dep_ in SUBJECTS | {"pobj"} and not opens:
            yield replace(slip("doubt", "comma_after_subject", noun, verb), doubt=True)


def unmarked_question(doc: "Doc") -> Iterator[Slip]:
    """A question that ends with a full stop, such as *What would you do*."""
    for sentence in doc.sents:
        if len(sentence) < _FEWEST or sentence[-1].text != ".":
            continue
        first = sentence[1] if sentence[0].tag_ in {"WP", "WRB"} else sentence[0]
        subject = right_of(first)
        asks = first.tag_ == "MD" or first.lower_ in _HELPERS
        if asks and subject is not None and subject.lower_ in _NEW_SUBJECTS and subject.head.i > subject.i:
            yield replace(slip("doubt", "unmarked_question", sentence[0], sentence[-1]), doubt=True)


def comma_before_that(doc: "Doc") -> Iterator[Slip]:
    """A comma before *that* after a verb of saying or thinking: *Others believe, that it is good*."""
    for that in doc:
        comma, verb = left_of(that), left_of(that, 2)
        told = verb is not None and verb.lemma_.lower() in _TELLING
        if verb is not None and told and that.lower_ == "that" and comma is not None and comma.text == ",":
            yield replace(slip("doubt", "comma_before_that", verb, that), doubt=True)
