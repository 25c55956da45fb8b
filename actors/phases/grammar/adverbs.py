"""Rules for adverbs: their form, and their place in the clause."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import BE, left_of, lower_left, lower_right, right_of
from actors.phases.grammar.words import listed, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_ADVERBS: Final = {
    "good": "well", "bad": "badly", "careful": "carefully", "quick": "quickly", "perfect": "perfectly",
    "beautiful": "beautifully", "correct": "correctly", "fluent": "fluently", "polite": "politely",
    "regular": "regularly", "terrible": "terribly", "successful": "successfully", "frequent": "frequently",
    "immediate": "immediately", "serious": "seriously", "independent": "independently", "easy": "easily",
    "proper": "properly", "efficient": "efficiently", "effective": "effectively", "nice": "nicely",
    "constant": "constantly", "patient": "patiently", "sudden": "suddenly", "gradual": "gradually",
}  # fmt: skip
_ADJECTIVES: Final = {adverb: adjective for adjective, adverb in _ADVERBS.items() if adjective != "good"}
_INTENSIFYING: Final = {
    "extreme": "extremely", "real": "really", "complete": "completely", "total": "totally", "absolute": "absolutely",
    "incredible": "incredibly", "terrible": "terribly", "exceptional": "exceptionally", "awful": "awfully",
    "amazing": "amazingly", "unbelievable": "unbelievably",
}  # fmt: skip
_DEGREES: Final = frozenset({"very", "so", "really", "too", "quite", "pretty", "extremely", "more"})
_DONE_SOMEHOW: Final = listed(
    "sing play speak drive work write read run dance swim cook learn teach behave perform communicate study "
    "draw paint "
    "explain pronounce listen finish solve treat express act do"
)
_GOES_ON: Final = listed("because when in on during yesterday today every last")
_OBJECTS: Final = frozenset({"dobj", "npadvmod", "obj"})
_INDEFINITE: Final = frozenset({"something", "anything", "nothing", "everything", "thing"})
_ACTS_TO_LIKE: Final = listed("like love enjoy hate want hope appreciate need prefer agree respect admire miss")
_HARDLY_AFTER: Final = frozenset({"work", "study", "try", "train", "practise", "practice", "rain", "fight"})
_WHOLE_DAYS: Final = frozenset({"to", "for", "in", "at", "on", "every", "and", "because", "all"})
_OFTEN: Final = frozenset({"always", "never", "often", "usually", "sometimes", "also", "already"})
_TIMES: Final = frozenset({"yesterday", "sometimes"})
_STARTS_AN_OBJECT: Final = frozenset({"DT", "PRP$", "PRP"})


def adjective_for_adverb(doc: "Doc") -> Iterator[Slip]:
    """An adjective that says how something is done: *she sings very good*, *he plays football bad*."""
    for adjective in doc:
        if adjective.lower_ not in _ADVERBS or not _ends_its_phrase(adjective):
            continue
        first, before = _before_degrees(adjective)
        with_object = before is not None and before.tag_ in {"NN", "NNP", "PRP"} and before.lower_ not in _INDEFINITE
        verb = _verb_of(before) if before is not None and with_object else before
        if (
            verb is None
            or verb.pos_ != "VERB"
            or verb.lemma_.lower() not in _DONE_SOMEHOW
            or verb.tag_ == "VBN"
            or lower_left(verb) == "the"
        ):
            continue
        plain_do = verb.lemma_.lower() == "do" and first.i == adjective.i
        if not plain_do and not (with_object and adjective.lower_ in {"easy", "nice"}):
            yield slip("adverb_form", "adjective_for_adverb", verb, adjective, _mended(verb, adjective))


def _verb_of(thing: "Token") -> "Token | None":
    """The verb that a word is the object of: its head if the parser says so, else the word before it."""
    close = thing.dep_ in _OBJECTS and thing.i - thing.head.i <= 3
    return thing.head if close else left_of(thing)


def _ends_its_phrase(adjective: "Token") -> bool:
    """True if nothing follows that the adjective could describe (a noun) or govern (good *at*, easy *to*)."""
    after = right_of(adjective)
    if after is None or after.is_punct:
        return True
    of_place = after.lower_ == "at" and adjective.lower_ not in {"good", "bad"}
    return of_place or after.lower_ in _GOES_ON or (after.tag_ in {"CC", "PRP"} and after.lower_ != "or")


def _before_degrees(adjective: "Token") -> "tuple[Token, Token | None]":
    """The first of the degree words before an adjective, and the word before that."""
    first = adjective
    while (before := left_of(first)) is not None and before.lower_ in _DEGREES:
        first = before
    return first, left_of(first)


def _mended(verb: "Token", adjective: "Token") -> str:
    return verb.doc[verb.i : adjective.i].text + " " + _ADVERBS[adjective.lower_]


def adjective_before_adjective(doc: "Doc") -> Iterator[Slip]:
    """An adjective used to strengthen another one: *extreme tired*, *real good*."""
    for word in doc:
        after = right_of(word) if word.lower_ in _INTENSIFYING else None
        if after is None or after.tag_ not in {"JJ", "VBN"} or after.lower_ in _INTENSIFYING:
            continue
        noun = right_of(after)
        alone = noun is None or noun.is_punct or noun.tag_ in {"CC", "IN", "TO", "PRP"}
        if alone and lower_left(word) in BE | {"feel", "felt", "looks", "look", "so", "very"}:
            mended = f"{_INTENSIFYING[word.lower_]} {after.text}"
            yield slip("adverb_form", "adjective_before_adjective", word, after, mended)


def adverb_for_adjective(doc: "Doc") -> Iterator[Slip]:
    """An adverb that describes a noun or follows *be*: *a very carefully driver*, *the exercise was easily*."""
    for adverb in doc:
        adjective = _ADJECTIVES.get(adverb.lower_)
        after, before = right_of(adverb), _before_degrees(adverb)[1]
        if adjective is None or before is None:
            continue
        ends = after is None or after.text in {".", "!", ","}
        describes = before.lower_ in {"a", "an"} and after is not None and after.tag_ == "NN"
        if describes or (ends and before.lower_ in BE and before.dep_ not in {"aux", "auxpass"}):
            yield slip("adverb_form", "adverb_for_adjective", before, adverb, f"{before.text} {adjective}")


def work_hardly(doc: "Doc") -> Iterator[Slip]:
    """*Hardly* for *hard*: *he works hardly*, *they study very hardly for it*."""
    for hardly in doc:
        verb = _before_degrees(hardly)[1] if hardly.lower_ == "hardly" else None
        after = right_of(hardly)
        if verb is None or verb.lemma_.lower() not in _HARDLY_AFTER:
            continue
        if after is None or after.is_punct or after.lower_ in _WHOLE_DAYS:
            yield slip("adverb_form", "work_hardly", verb, hardly, f"{verb.text} hard")


def very_before_verb(doc: "Doc") -> Iterator[Slip]:
    """*Very* before a verb: *I very like it*."""
    for very in doc:
        verb = right_of(very) if very.lower_ == "very" else None
        if verb is None or verb.lemma_.lower() not in _ACTS_TO_LIKE or lower_left(very) in BE | {"the", "this", "that"}:
            continue
        if verb.lower_ == verb.lemma_.lower() or verb.tag_ in {"VBZ", "VBD"}:
            yield slip("word_order", "very_before_verb", very, verb, f"really {verb.text}")


def adverb_before_object(doc: "Doc") -> Iterator[Slip]:
    """An adverb between a verb and its object: *I play always football*, *I like a lot this film*."""
    for verb in doc:
        if verb.pos_ != "VERB" or verb.tag_ in {"VBN", "VBG"} or (last := _adverb_after(verb)) is None:
            continue
        thing = right_of(last)
        if thing is None or thing.dep_ in {"nsubj", "mark", "npadvmod"}:
            continue
        named = thing.tag_ in {"NN", "NNS"} and thing.dep_ == "dobj" and thing.head.i == verb.i
        object_of = named or (thing.tag_ in _STARTS_AN_OBJECT and _is_of_object(thing, verb))
        if object_of and not any(child.dep_ == "dobj" and child.i < last.i for child in verb.children):
            yield slip("word_order", "adverb_before_object", verb, thing)


def _is_of_object(first: "Token", verb: "Token") -> bool:
    noun = first if first.tag_ == "PRP" else first.head
    return noun.dep_ == "dobj" and noun.head.i == verb.i and first.lower_ not in {"all", "each", "both"}


def _adverb_after(verb: "Token") -> "Token | None":
    """The last word of an adverb right after a verb: *always*, *yesterday*, *a lot*."""
    after = right_of(verb)
    if after is None:
        return None
    if after.lower_ == "a" and lower_right(after) == "lot":
        return right_of(after) if verb.lemma_.lower() in {"like", "love", "enjoy"} else None
    return after if after.lower_ in _OFTEN | _TIMES and verb.lemma_.lower() != "have" else None


def opens_with_always(doc: "Doc") -> Iterator[Slip]:
    """*Always* or *never* before the subject at the start of a sentence: *always I get up early*."""
    for sentence in doc.sents:
        first = sentence[0]
        subject, verb = right_of(first), right_of(first, 2)
        if first.lower_ not in {"always", "never"} or subject is None or verb is None:
            continue
        if subject.tag_ == "PRP" and verb.tag_ in {"VBP", "VBZ", "VBD", "MD"}:
            yield slip("word_order", "opens_with_always", first, verb)


def adjective_after_noun(doc: "Doc") -> Iterator[Slip]:
    """A plain adjective, such as a colour, after its noun: *I have a car red*."""
    for adjective in doc:
        noun = left_of(adjective) if adjective.lower_ in words().plain_adjectives else None
        after = right_of(adjective)
        if noun is None or noun.tag_ != "NN" or noun.lower_ not in words().count or lower_left(noun) not in {"a", "an"}:
            continue
        if (after is None or after.is_punct) and noun.head.lemma_.lower() in {
            "have",
            "buy",
            "be",
            "see",
            "wear",
            "live",
        }:
            yield slip("word_order", "adjective_after_noun", noun, adjective, f"{adjective.text} {noun.text}")
