"""Rules for tenses beside expressions of time."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import BE, auxiliaries, left_of, lower_left, lower_right, right_of
from actors.phases.grammar.words import PAST_AS_BASE, listed, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_TIME_MARKS: Final = frozenset({"when", "before", "after", "until", "till", "once"})
_LASTING: Final = frozenset({"live", "work", "study", "know", "be", "learn", "play", "stay", "teach", "wait"})
_SEASONS: Final = frozenset({"summer", "winter", "spring", "autumn"})
_WITH_TIMES: Final = frozenset({"many", "several", "few", "some", "a", "an"})
_ASKING: Final = listed("know ask asked wonder wondered wondering see about tell")
_POLITE: Final = frozenset({"glad", "grateful", "appreciate", "happy", "pleased", "nice", "great", "it", "as", "even"})
_WISHES: Final = frozenset({"like", "be", "rather", "prefer", "please", "mind"})


def since_and_for(doc: "Doc") -> Iterator[Slip]:
    """*Since* before a length of time (*since ten years*), or with a present tense (*I live here since May*)."""
    for since in doc:
        if since.lower_ != "since" or since.tag_ != "IN":
            continue
        if (unit := _length_of_time(since)) is not None:
            yield slip("since_for", "since_length", since, unit, f"for {doc[since.i + 1 : unit.i + 1].text}")
        elif since.dep_ == "prep" and (verb := _present(since.head)) is not None and verb.i < since.i:
            yield slip("since_for", "present_since", verb, since)


def present_for(doc: "Doc") -> Iterator[Slip]:
    """A present tense for what began years ago: *I live here for ten years*."""
    for since in doc:
        number, unit = right_of(since), right_of(since, 2)
        if since.lower_ != "for" or number is None or unit is None or number.tag_ not in {"CD", "JJ"}:
            continue
        verb = _present(since.head) if unit.lower_ in {"years", "months"} else None
        if verb is not None and verb.i < since.i and since.head.lemma_.lower() not in {"stay", "wait", "play", "teach"}:
            yield slip("since_for", "present_for", verb, unit)


def _length_of_time(since: "Token") -> "Token | None":
    """The unit of time after *since*, unless *ago* or *before* follows it."""
    for steps in range(2, 5):
        unit = right_of(since, steps)
        if unit is None or unit.is_punct:
            return None
        if unit.lower_.removesuffix("s") in words().time_units:
            between = unit.doc[since.i + 1 : unit.i]
            counted = all(word.tag_ in {"CD", "JJ", "RB"} or word.lower_ in _WITH_TIMES for word in between)
            return unit if counted and lower_right(unit) not in {"ago", "before"} else None
    return None


def _present(verb: "Token") -> "Token | None":
    """The finite word of a lasting verb in the present or the present progressive; None for any other verb."""
    helpers = auxiliaries(verb)
    if verb.lemma_.lower() not in _LASTING or verb.lower_ == "'s":
        return None
    if verb.tag_ in {"VBP", "VBZ"} and not helpers:
        return verb
    progressive = verb.tag_ == "VBG" and [helper.lower_ for helper in helpers] in (["am"], ["is"], ["are"], ["'m"])
    return helpers[0] if progressive else None


def past_time(doc: "Doc") -> Iterator[Slip]:
    """A present tense or a present perfect with *yesterday*, *last year* or *two years ago*."""
    for verb in doc:
        if verb.pos_ not in {"VERB", "AUX"} or not any(_is_past_adverbial(child) for child in verb.children):
            continue
        helpers = auxiliaries(verb)
        present = verb.tag_ in {"VBP", "VBZ"} and not helpers and verb.lower_ not in PAST_AS_BASE | {"'s"}
        perfect = verb.tag_ == "VBN" and [helper.lower_ for helper in helpers] in (["have"], ["has"])
        if present or perfect:
            yield slip("past_tense", "past_time", helpers[0] if perfect else verb, verb)


def _is_past_adverbial(child: "Token") -> bool:
    if child.lower_ in {"yesterday", "ago"}:
        return child.dep_ in {"npadvmod", "advmod"} and lower_left(child, 3) != "since"
    unit = child.dep_ == "npadvmod" and (child.lower_ in words().time_units or child.lower_ in _SEASONS)
    return unit and lower_left(child) == "last" and lower_left(child, 2) not in {"the", "these", "since", "for", "my"}


def will_in_time_clause(doc: "Doc") -> Iterator[Slip]:
    """*Will* after *when*, *before*, *after* or *until*, where English has the present: *when I will arrive*."""
    for will in doc:
        if will.lower_ not in {"will", "'ll"} or will.head.dep_ != "advcl":
            continue
        mark = next((child for child in will.head.lefts if child.lower_ in _TIME_MARKS), None)
        if mark is None or mark.dep_ not in {"mark", "advmod"} or not 1 < will.i - mark.i <= 4:
            continue
        if lower_left(mark) not in _ASKING and lower_right(mark) != "school":
            yield slip("time_clause", "will_in_time_clause", mark, will)


def would_in_if_clause(doc: "Doc") -> Iterator[Slip]:
    """*Would* in a clause with *if*: *if I would have money*, *if our school would do it*."""
    for mark in doc:
        if mark.lower_ != "if" or mark.dep_ != "mark" or mark.head.i < mark.i:
            continue
        would = next((helper for helper in auxiliaries(mark.head) if helper.lower_ == "would"), None)
        polite = mark.head.lemma_.lower() in _WISHES - {"be"} or lower_right(would or mark) in _WISHES
        close = would is not None and 1 < would.i - mark.i <= 5
        if would is not None and close and not polite and lower_left(mark) not in _ASKING | _POLITE:
            yield slip("time_clause", "would_in_if_clause", mark, would)


def progressive_without_be(doc: "Doc") -> Iterator[Slip]:
    """An *-ing* form without *be*: *they still doing*, *she always helping*."""
    for subject in doc:
        if subject.dep_ != "nsubj" or subject.lower_ not in {"i", "he", "she", "we", "they"}:
            continue
        verb = subject.head
        whole = verb.tag_ == "VBG" and verb.dep_ in {"ROOT", "ccomp", "conj", "advcl"} and not auxiliaries(verb)
        close = 1 <= verb.i - subject.i <= 2 and all(word.pos_ == "ADV" for word in doc[subject.i + 1 : verb.i])
        if whole and close and not _is_absolute(subject):
            yield slip("be_and_verb", "progressive_without_be", subject, verb)


def while_without_be(doc: "Doc") -> Iterator[Slip]:
    """An *-ing* form without *be* after *while*: *while people playing sports*."""
    for mark in doc:
        subject = right_of(mark) if mark.lower_ == "while" else None
        if subject is not None and subject.tag_ in {"PRP$", "DT"}:
            subject = right_of(subject)
        verb = right_of(subject) if subject is not None else None
        if subject is None or verb is None or subject.tag_ not in {"PRP", "NNS", "NN"} or verb.tag_ != "VBG":
            continue
        if subject.dep_ == "nsubj" and subject.head.i == verb.i and not auxiliaries(verb):
            yield slip("be_and_verb", "while_without_be", subject, verb)


def _is_absolute(subject: "Token") -> bool:
    """True after a preposition, a verb or *be*: *with him talking*, *were they still playing*."""
    before = left_of(subject)
    return before is not None and (before.tag_ == "IN" or before.pos_ in {"VERB", "ADP"} or before.lower_ in BE)
