"""Rules for the order of words in questions."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import BE, right_of
from actors.phases.grammar.words import listed

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_ASKED_WITH: Final = frozenset({"why", "where", "when", "how", "what"})
_SUBJECTS: Final = listed("i you he she we they it")
_TELLING: Final = listed("know tell understand wonder ask see explain remember")
_AFTER_DO: Final = frozenset({"can", "could", "will", "would", "should", "must"})
_OWNERS: Final = frozenset({"my", "your", "his", "her", "our", "their"})


def statement_order(doc: "Doc") -> Iterator[Slip]:
    """The word order of a statement in a question (*Why you are sad?*, *Where you live?*)."""
    for sentence in doc.sents:
        if sentence[-1].text != "?" or len(sentence) < 4 or sentence[0].lower_ not in _ASKED_WITH:
            continue
        subject, verb = sentence[1], sentence[2]
        finite = verb.tag_ in {"VBP", "VBZ", "VBD", "MD"} or (verb.tag_ == "VB" and verb.pos_ in {"VERB", "AUX"})
        if subject.lower_ in _SUBJECTS and finite and not _goes_on(sentence):
            yield slip("question_order", "statement_order", sentence[0], verb)


def _goes_on(sentence: "Span") -> bool:
    """True if a main clause may follow (*What I want to know is why?*)."""
    finite = [token for token in sentence[3:] if token.tag_ in {"VBP", "VBZ", "VBD", "MD"}]
    return bool(finite) or any(token.text in {",", ";"} for token in sentence)


def asked_noun_phrase(doc: "Doc") -> Iterator[Slip]:
    """The word order of a question within a sentence, before a noun (*Can you tell me where is the station?*)."""
    for asked in doc:
        be, first = right_of(asked), right_of(asked, 2)
        if asked.lower_ not in _ASKED_WITH or be is None or first is None or asked.i == asked.sent.start:
            continue
        named = first.lower_ in _OWNERS or (first.lower_ == "the" and asked.lower_ != "what")
        if be.lower_ in BE - {"'s"} and named and _is_told(asked):
            yield slip("indirect_question", "asked_noun_phrase", asked, first)


def _is_told(asked: "Token") -> bool:
    near = asked.doc[max(asked.sent.start, asked.i - 2) : asked.i]
    return any(token.lemma_.lower() in _TELLING for token in near)


def do_and_modal(doc: "Doc") -> Iterator[Slip]:
    """*Do* together with *can* or *must*: *do you can help me*, *I don't can*."""
    for do in doc:
        second, modal = right_of(do), right_of(do, 2)
        if do.lower_ not in {"do", "does", "did"} or second is None or modal is None or modal.lower_ not in _AFTER_DO:
            continue
        if second.lower_ in {"n't", "n’t", "not"} or (do.is_sent_start and second.lower_ in _SUBJECTS):
            yield slip("base_verb", "do_and_modal", do, modal)
