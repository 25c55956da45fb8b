"""Rules for tenses that have to go together within a sentence."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import SUBJECTS, auxiliaries, finite_of, lower_left
from actors.phases.grammar.words import PAST_AS_BASE, listed, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_THOUGHT: Final = frozenset({"thought", "knew", "hoped", "asked", "wondered", "realized", "realised", "noticed"})
_SURE: Final = frozenset({"sure", "afraid", "scared"})
_PERSONS: Final = frozenset({"i", "he", "she", "we", "they"})
_SURELY_PRESENT: Final = frozenset({"is", "are", "am", "can", "will", "do", "does", "'s", "'m", "'re", "'ll"})
_NOTED: Final = frozenset({"realized", "realised", "noticed"})
"""Verbs of noticing something that may still be so (*I realised that I am shy*): only a perfect after them is wrong."""
_STILL_SO: Final = listed("still always today now never ever since already")
_SAID_IN_BETWEEN: Final = listed("think believe know mean guess remember say feel hope love like understand see")


def one_step_back(doc: "Doc") -> Iterator[Slip]:
    """A present after a past verb of thinking or asking: *I thought he is here*, *she asked if I can come*."""
    for subject in doc:
        verb = subject.head
        if subject.dep_ not in SUBJECTS or subject.lower_ not in _PERSONS or verb.dep_ != "ccomp":
            continue
        governor, finite = verb.head, finite_of(verb)
        if not _is_in_the_past(governor) or not governor.i < subject.i < finite.i or subject.i - governor.i > 3:
            continue
        if any(word.lower_ in _STILL_SO for word in verb.subtree) or '"' in {word.text for word in verb.subtree}:
            continue
        perfect = finite.lower_ in {"have", "has"} and verb.tag_ == "VBN"
        present = finite.lower_ in _SURELY_PRESENT and governor.lower_ not in _NOTED
        if perfect or (present and finite.i - subject.i == 1):
            yield slip("past_tense", "one_step_back", governor, verb if perfect else finite)


def _is_in_the_past(governor: "Token") -> bool:
    """True for *thought*, *knew*, *asked* (not *have thought* or *even thought*), *did not know* and *was sure*."""
    if governor.lower_ in _THOUGHT:
        return governor.tag_ == "VBD" and not auxiliaries(governor) and lower_left(governor) != "even"
    if governor.lower_ == "know":
        return [helper.lower_ for helper in auxiliaries(governor)] == ["did"]
    return governor.lower_ in _SURE and governor.dep_ == "acomp" and governor.head.lower_ in {"was", "were"}


def perfect_after_feeling(doc: "Doc") -> Iterator[Slip]:
    """A present perfect that explains a past feeling: *I was sad because I have lost my dog*."""
    for because in doc:
        verb = because.head
        if because.lower_ != "because" or verb.dep_ != "advcl" or verb.tag_ != "VBN":
            continue
        felt, finite = verb.head, finite_of(verb)
        was = felt.lower_ in {"was", "were"} and any(child.dep_ == "acomp" for child in felt.children)
        person = next((child for child in verb.lefts if child.dep_ == "nsubj"), None)
        if person is None or person.lower_ not in _PERSONS or not was or felt.i > because.i:
            continue
        still = any(word.lower_ in _STILL_SO or word.text == '"' for word in verb.subtree)
        if finite.lower_ in {"have", "has", "'ve"} and len(auxiliaries(verb)) == 1 and not still:
            mended = f"had {verb.text}" if verb.i == finite.i + 1 else ""
            yield slip("past_tense", "perfect_after_feeling", finite, verb, mended)


def present_after_past_clause(doc: "Doc") -> Iterator[Slip]:
    """A plain present after a clause with *when* and a past: *When I came home we eat dinner*."""
    for sentence in doc.sents:
        first, verb = sentence[0], sentence.root
        if first.lower_ != "when" or first.head.dep_ != "advcl" or first.head.head.i != verb.i:
            continue
        clause = finite_of(first.head)
        known = verb.lower_ in words().only_verbs - PAST_AS_BASE and verb.lemma_.lower() not in _SAID_IN_BETWEEN
        subject = next((child for child in verb.lefts if child.dep_ == "nsubj"), None)
        if subject is None or not first.i < clause.i < subject.i or auxiliaries(verb) or not known:
            continue
        once = clause.tag_ == "VBD" and clause.lower_ not in PAST_AS_BASE
        if once and verb.tag_ == "VBP" and subject.lower_ != "you" and lower_left(verb) not in {"to", "still"}:
            yield slip("past_tense", "present_after_past_clause", subject, verb)
