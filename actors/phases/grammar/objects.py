"""Rules for objects that a verb lacks, for double negatives, and for forms of pronouns and owners."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import SUBJECTS, left_of, lower_left, lower_right, right_of
from actors.phases.grammar.words import listed, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_NEED_AN_OBJECT: Final = listed("like love enjoy hate")
_FILLED: Final = frozenset({"dobj", "ccomp", "xcomp", "nsubjpass", "obj", "attr", "acomp", "oprd", "dative"})
_WITH_A_GAP: Final = frozenset({"relcl", "acl", "xcomp", "pcomp", "csubj", "amod"})
_ASKING: Final = frozenset({"what", "which", "who", "whom", "whatever", "as", "than", "that", "how"})
_MUCH: Final = frozenset({"very", "much", "a", "lot", "so", "really", "there", "too"})
_NOTHING: Final = {"nothing": "anything", "nobody": "anybody", "nowhere": "anywhere", "noone": "anyone"}
_NOT: Final = frozenset({"not", "n't", "n’t", "nt", "never"})
_NOBODY: Final = frozenset({"nobody", "nothing", "none"})
_CUTS: Final = listed(
    "i he she it we they then that because if whether when but and or so than except who which what while "
    "although until unless"
)
_FURTHEST: Final = 5
_HANDING: Final = frozenset({"give", "send", "show"})
_NOT_OWNED: Final = frozenset({"CC", "IN", "TO", "DT", "MD", "RB", "PRP", "PRP$", "WRB", "WDT", "WP"})
_GIVING: Final = frozenset({"tell", "ask", "show", "teach", "give"})


def missing_object(doc: "Doc") -> Iterator[Slip]:
    """A verb such as *like* or *enjoy* without an object: *I enjoyed a lot at the party*, *I like because*."""
    for verb in doc:
        if verb.pos_ != "VERB" or verb.lemma_.lower() not in _NEED_AN_OBJECT or verb.dep_ in _WITH_A_GAP:
            continue
        filled = any(child.dep_ in _FILLED and child.lower_ != "lot" for child in verb.children)
        own_subject = any(child.dep_ in SUBJECTS and child.tag_ == "PRP" and child.i < verb.i for child in verb.lefts)
        if filled or not own_subject or any(token.lower_ in _ASKING for token in verb.doc[verb.sent.start : verb.i]):
            continue
        last = _last_of_degree(verb)
        after = right_of(last)
        ends = after is None or after.text in {".", "!"}
        goes_on = after is not None and after.lower_ in {"because", "in", "at", "with"}
        if (ends and last.i > verb.i) or goes_on:
            yield slip("missing_object", "missing_object", verb, last if after is None or ends else after)


def given_nothing(doc: "Doc") -> Iterator[Slip]:
    """*Gave*, *sent* or *showed* to somebody, without what: *I bought a book and I gave to my friend*."""
    for verb in doc:
        to, person = right_of(verb), right_of(verb, 2)
        if verb.lemma_.lower() not in _HANDING or verb.tag_ not in {"VBD", "VBP", "VBZ"} or person is None:
            continue
        filled = verb.dep_ in _WITH_A_GAP or any(
            child.dep_ in _FILLED and child.lower_ != "to" for child in verb.children
        )
        asked = any(token.lower_ in _ASKING for token in doc[verb.sent.start : verb.i])
        if to is not None and to.lower_ == "to" and not filled and not asked and person.tag_ in {"PRP$", "PRP"}:
            yield slip("missing_object", "given_nothing", verb, person)


def _last_of_degree(verb: "Token") -> "Token":
    last = verb
    while (after := right_of(last)) is not None and after.lower_ in _MUCH:
        last = after
    return last


def double_negative(doc: "Doc") -> Iterator[Slip]:
    """*Not* or *never* together with *nothing* or *nobody* in one clause: *I don't know nothing*."""
    for nothing in doc:
        if nothing.lower_ not in _NOTHING and not _is_no_before_a_noun(nothing):
            continue
        negation = _negation_before(nothing)
        if negation is not None and lower_right(nothing) not in {"but", "else", "more", "longer", "matter", "doubt"}:
            first = _with_helper(negation)
            mended = f"{negation.doc[first.i : nothing.i].text} {_NOTHING.get(nothing.lower_, 'any')}"
            yield slip("double_negative", "double_negative", first, nothing, mended)


def _with_helper(negation: "Token") -> "Token":
    """The verb that *n't* is attached to, the *no* of *no one*, or the negation itself."""
    helper = left_of(negation)
    tied = helper is not None and (helper.idx + len(helper.text) == negation.idx or negation.lower_ == "one")
    return helper if helper is not None and tied else negation


def _is_no_before_a_noun(word: "Token") -> bool:
    after = right_of(word)
    return word.lower_ == "no" and word.dep_ == "det" and after is not None and after.tag_ in {"NN", "NNS"}


def _negation_before(nothing: "Token") -> "Token | None":
    """The *not* or *never* earlier in the same clause, if there is exactly one verb in between."""
    verbs = 0
    for steps in range(1, _FURTHEST + 1):
        token = left_of(nothing, steps)
        if token is None or token.is_punct or token.lower_ in _CUTS:
            return None
        nobody = token.lower_ in _NOBODY or (token.lower_ == "one" and lower_left(token) == "no")
        if token.lower_ in _NOT or (nobody and token.dep_ in SUBJECTS):
            only = lower_right(token) in {"only", "just", "but"}
            return token if verbs == 1 and not only else None
        verbs += token.pos_ == "VERB" or (token.lemma_ == "have" and token.dep_ != "aux")
    return None


def what_for_which(doc: "Doc") -> Iterator[Slip]:
    """*What* after a noun, for *that*: *the book what I read*."""
    for what in doc:
        noun, subject, verb = left_of(what), right_of(what), right_of(what, 2)
        if what.lower_ != "what" or noun is None or subject is None or verb is None or noun.tag_ not in {"NN", "NNS"}:
            continue
        told = any(token.lemma_.lower() in _GIVING for token in what.doc[max(what.sent.start, what.i - 5) : what.i])
        determined = lower_left(noun) in {"the", "all", "a", "this", "that"}
        if determined and not told and subject.tag_ == "PRP" and verb.pos_ in {"VERB", "AUX"}:
            yield slip("who_which", "what_for_which", noun, what)


def friend_of_me(doc: "Doc") -> Iterator[Slip]:
    """*A friend of me* for *a friend of mine*."""
    mine = {"me": "mine", "him": "his", "her": "hers", "us": "ours", "them": "theirs", "you": "yours"}
    for of in doc:
        noun, whose = left_of(of), right_of(of)
        if of.lower_ != "of" or noun is None or whose is None or lower_left(noun) not in {"a", "an", "some", "two"}:
            continue
        if noun.lemma_.lower() in words().people and whose.lower_ in mine and whose.tag_ == "PRP":
            yield slip("pronoun_form", "friend_of_me", noun, whose, f"{noun.text} of {mine[whose.lower_]}")


def each_others(doc: "Doc") -> Iterator[Slip]:
    """*Each others* before a noun: *each others effort*."""
    for others in doc:
        each = left_of(others) if others.lower_ == "others" else None
        if each is not None and each.lower_ == "each" and lower_right(others) not in {"'", "’"}:
            owned = right_of(others)
            if owned is not None and owned.text.isalpha() and owned.tag_ not in _NOT_OWNED:
                yield slip("owner_apostrophe", "each_others", each, others, f"{each.text} other's")


def owner_without_apostrophe(doc: "Doc") -> Iterator[Slip]:
    """A person with a plural *-s* before a thing owned: *my brothers name*, *my parents house*."""
    for owner in doc:
        thing = right_of(owner)
        if owner.tag_ not in {"NNS", "NN"} or not owner.lower_.endswith("s") or thing is None:
            continue
        known = owner.lower_.removesuffix("s") in words().people and lower_left(owner) in words().possessives
        if known and thing.tag_ == "NN" and thing.lower_ in words().owned:
            yield slip("owner_apostrophe", "owner_without_apostrophe", owner, thing)
