"""Rules for the forms of verbs."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import (
    BE,
    MODALS,
    auxiliaries,
    left_of,
    lower_left,
    lower_right,
    noun_phrase_start,
    right_of,
)
from actors.phases.grammar.words import listed, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_DO: Final = frozenset({"do", "does", "did"})
_NOT: Final = frozenset({"n't", "n’t", "not"})
_NOT_SUBJECTS: Final = frozenset({"i", "he", "she", "it", "we", "they"})
_HAVE: Final = frozenset({"have", "has", "had", "having", "'ve"})
_FULL_BE: Final = BE - {"'s"}
_INFLECTED: Final = frozenset({"VBD", "VBZ", "VBN", "VBG"})
_SKIPPED: Final = _NOT | {
    "also", "always", "never", "ever", "already", "just", "really", "still", "only", "even", "often", "usually",
    "easily", "probably",
}  # fmt: skip
_OTHER_WORDS_TOO: Final = listed("been being left found fed born lay wound saw felt bound ground rose")
"""Inflected forms that are also base forms, nouns or adjectives."""
_TOO_OFTEN_RIGHT: Final = listed("was were lay bit wore rose bore")
_SPOKEN_PARTICIPLES: Final = listed("forgot saw drank shook")
_ASKED_FOR: Final = MODALS | {"to", "if", "whether", "lest", "that", "do", "does", "did"}
_COMMON: Final = frozenset({"have", "be", "do"})
_BEFORE_ING: Final = listed("of without about by in for from at after before")
_WHOLE_RANGE: Final = listed("everything all what best anything whatever as much that")
_SPEAKING_OF_ACTS: Final = frozenset({"do", "does", "did", "done", "say", "all", "that", "what", "is", "thing", "was"})
_PEOPLE: Final = frozenset({"me", "you", "him", "her", "us", "them", "people", "students", "children"})


def _next_word(token: "Token") -> "Token | None":
    """The next word other than *not* and adverbs such as *always*."""
    after = right_of(token)
    while after is not None and after.lower_ in _SKIPPED:
        after = right_of(after)
    return after


def after_modal(doc: "Doc") -> Iterator[Slip]:
    """An inflected verb, or *to*, after *can*, *must*, *didn't* etc.: *can went*, *must to go*, *didn't wanted*."""
    for modal in doc:
        is_modal = modal.tag_ == "MD" and modal.lower_ in MODALS
        is_do = modal.lower_ in _DO and modal.pos_ == "AUX" and lower_right(modal) in _NOT
        verb = _next_word(modal) if is_modal or is_do else None
        if verb is None:
            continue
        if is_modal and verb.lower_ == "to":
            yield from _to_after_modal(modal, verb)
        elif _is_inflected(verb) and not _may_be_something_else(verb):
            rule = "after_modal" if is_modal else "after_do"
            yield slip("base_verb", rule, modal, verb, f"{doc[modal.i : verb.i].text} {verb.lemma_.lower()}")


def _to_after_modal(modal: "Token", to: "Token") -> Iterator[Slip]:
    """*To* after a modal: *must to go*, but not in *I did everything I could to help*."""
    after = right_of(to)
    whole_range = any(lower_left(modal, steps) in _WHOLE_RANGE for steps in (1, 2, 3))
    if after is not None and after.tag_ == "VB" and not whole_range:
        yield slip("base_verb", "modal_to", modal, after, f"{modal.text} {after.text}")


def _is_inflected(verb: "Token") -> bool:
    changed = verb.tag_ in _INFLECTED and verb.lower_ != verb.lemma_.lower() and verb.text.isalpha()
    return changed and verb.pos_ in {"VERB", "AUX"} and verb.lower_ not in _OTHER_WORDS_TOO


def _may_be_something_else(verb: "Token") -> bool:
    return verb.dep_ in {"amod", "nsubj", "csubj", "compound", "pobj"}


def after_to(doc: "Doc") -> Iterator[Slip]:
    """An inflected verb after *to*: *to went*, *to goes*, *want to going*."""
    for to in doc:
        verb = right_of(to) if to.tag_ == "TO" else None
        if verb is None or verb.pos_ != "VERB":
            continue
        past = verb.lower_ in words().past and verb.lower_ not in _TOO_OFTEN_RIGHT | _OTHER_WORDS_TOO
        if past or (verb.tag_ in {"VBD", "VBZ"} and verb.dep_ != "amod" and _is_inflected(verb)):
            yield slip("base_verb", "after_to", to, verb, f"to {words().past.get(verb.lower_, verb.lemma_.lower())}")
        elif verb.tag_ == "VBG" and _governs_infinitive(left_of(to)):
            yield slip("base_verb", "to_ing", to, verb, f"to {verb.lemma_.lower()}")


def _governs_infinitive(token: "Token | None") -> bool:
    return token is not None and token.lemma_.lower() in words().takes_to | {"have", "able", "try", "start"}


def perfect(doc: "Doc") -> Iterator[Slip]:
    """Another form than the participle after *have*: *have went*, *has forgot to*, *have see*."""
    for have in doc:
        done = lower_left(have, 2 if lower_left(have) in _NOT else 1) in _DO  # they do not have go
        verb = _next_word(have) if have.lower_ in _HAVE and not done else None
        if verb is None or verb.tag_ not in {"VBN", "VBD", "VB", "VBP"}:
            continue
        if _is_past_only(verb) or (verb.lower_ in _SPOKEN_PARTICIPLES and have.lower_ != "having"):
            participle = words().participles[words().past[verb.lower_]]
            yield slip("past_participle", "past_after_have", have, verb, f"{doc[have.i : verb.i].text} {participle}")
        elif _is_base_only(verb) and have.pos_ in {"AUX", "VERB"} and lower_left(have) not in words().bare_after:
            yield slip("past_participle", "base_after_have", have, verb)


def _is_past_only(verb: "Token") -> bool:
    """True for a past form that differs from the participle (*went*)."""
    known = verb.lower_ in words().past and verb.lower_ not in words().participles.values()
    return known and verb.lower_ not in _TOO_OFTEN_RIGHT | _SPOKEN_PARTICIPLES and verb.tag_ in {"VBN", "VBD"}


def _is_base_only(verb: "Token") -> bool:
    """True for the base form of a word that is always a verb, and whose participle differs."""
    same = {"become", "come", "spread", "set", "let"}
    return verb.tag_ in {"VB", "VBP", "VBN"} and verb.lower_ in words().only_verbs and verb.lower_ not in same


def be_with_plain_verb(doc: "Doc") -> Iterator[Slip]:
    """A base or past form after *be*: *I am agree*, *it was happen*, *he was went*."""
    for be in doc:
        verb = _next_word(be) if be.lower_ in _FULL_BE else None
        if verb is None or verb.i - be.i > 2:
            continue
        of_acts = any(lower_left(be, steps) in _SPEAKING_OF_ACTS for steps in (1, 2, 3))
        if (_is_base_only(verb) and not of_acts) or _is_past_only(verb):
            yield slip("be_and_verb", "be_with_plain_verb", be, verb)


def plain_be(doc: "Doc") -> Iterator[Slip]:
    """Uninflected *be* with an *-ing* form: *they be getting their phones*."""
    for be in doc:
        subject, after = left_of(be), right_of(be)
        if be.lower_ != "be" or subject is None or after is None or after.tag_ != "VBG" or be.head.i != after.i:
            continue
        before = lower_left(noun_phrase_start(subject))
        several = subject.tag_ == "NNS" or subject.lower_ in _NOT_SUBJECTS | {"people", "you"}
        governed = {lower_left(be, steps) for steps in range(2, 7)} & (
            words().bare_after | words().wanting | _ASKED_FOR
        )
        alone = [child.i for child in after.lefts if child.dep_ in {"aux", "auxpass"}] == [be.i]
        if several and subject.head.i == after.i and alone and not governed and before not in MODALS | _DO:
            yield slip("be_and_verb", "plain_be", subject, after)


def ing_form(doc: "Doc") -> Iterator[Slip]:
    """A base form where the *-ing* form is needed: *instead of go*, *enjoy to play*, *look forward to hear*."""
    for verb in doc:
        before = left_of(verb) if verb.tag_ in {"VB", "VBP"} and verb.is_lower else None
        if before is None:
            continue
        known = verb.lower_ in words().only_verbs or verb.lower_ in _COMMON
        if known and before.tag_ == "IN" and before.lower_ in _BEFORE_ING and before.dep_ != "advmod":
            rule = "after_for" if before.lower_ == "for" else "after_preposition"
            yield slip("ing_form", rule, before, verb)
        elif before.lower_ == "to" and lower_left(verb, 2) == "forward":
            yield slip("ing_form", "look_forward", before, verb)
        elif (governor := _wants_ing(before)) is not None:
            yield slip("ing_form", "after_verb", governor, verb)


def _wants_ing(before: "Token") -> "Token | None":
    """The verb that governs *play* in *enjoy to play* and *enjoy play*."""
    governor = left_of(before) if before.lower_ == "to" else before
    if governor is None or governor.pos_ != "VERB" or governor.lemma_.lower() not in words().takes_ing:
        return None
    if any(child.dep_ == "auxpass" for child in governor.children):  # he is considered to have won
        return None
    return governor


def infinitive(doc: "Doc") -> Iterator[Slip]:
    """No *to* after *want*, *hope*, *decide* (*want go*, *decide going*), or a *to* after *make* or *let*."""
    for verb in doc:
        before = left_of(verb) if verb.tag_ in {"VB", "VBP", "VBG", "TO"} and verb.is_lower else None
        if before is None:
            continue
        if verb.tag_ == "TO":
            yield from _made_to(before, verb)
        elif before.tag_ in {"VB", "VBP", "VBZ", "VBD"} and before.lemma_.lower() in words().takes_to:
            plain = verb.tag_ != "VBG" and (verb.lower_ in words().only_verbs or verb.lower_ in _COMMON)
            if plain or (verb.tag_ == "VBG" and verb.dep_ not in {"amod", "compound"}):
                yield slip("want_to", "without_to", before, verb, f"{before.text} to {verb.lemma_.lower()}")


def _made_to(person: "Token", to: "Token") -> Iterator[Slip]:
    """*To* after an active *make* or *let* with a person: *made me to go*."""
    made, verb = left_of(person), right_of(to)
    if made is None or verb is None or verb.tag_ != "VB" or person.lower_ not in _PEOPLE:
        return
    passive = any(helper.lower_ in BE | {"be", "been"} for helper in auxiliaries(made))
    if made.lemma_.lower() in {"make", "let"} and made.pos_ == "VERB" and not passive:
        yield slip("want_to", "made_to", made, verb, f"{made.text} {person.text} {verb.text}")


def not_without_do(doc: "Doc") -> Iterator[Slip]:
    """*Not* between a subject and its plain verb, without *do*: *he not like it*."""
    for negation in doc:
        subject, verb = left_of(negation), right_of(negation)
        if negation.lower_ != "not" or subject is None or verb is None or subject.lower_ not in _NOT_SUBJECTS:
            continue
        before = left_of(subject)
        opens = before is None or before.is_punct or before.lower_ in {"and", "but", "because", "so"}
        plain = verb.lower_ in words().only_verbs | {"like", "want", "need", "love", "work", "play", "study"}
        if opens and plain and (verb.tag_ in {"VB", "VBP"} or verb.lower_ == "like"):
            helper = "doesn't" if subject.lower_ in {"he", "she", "it"} else "don't"
            yield slip("base_verb", "not_without_do", subject, verb, f"{subject.text} {helper} {verb.text}")
