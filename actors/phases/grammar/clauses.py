"""Rules for the structure of clauses: doubled or missing subjects, word order, and how clauses are joined."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import (
    BE,
    MODALS,
    SUBJECTS,
    left_of,
    lower_left,
    lower_right,
    noun_phrase_start,
    right_of,
)
from actors.phases.grammar.words import listed, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Span, Token

_ASKED_BY: Final = listed(
    "know understand tell ask wonder explain see imagine remember learn show decide say think discover realize "
    "realise "
    "about find forget describe"
)
_QUESTION_WORDS: Final = frozenset({"what", "how", "where", "why", "when", "who", "which"})
_ASKED_PEOPLE: Final = frozenset({"me", "you", "him", "her", "us", "them"})
_INVERTED: Final = BE | MODALS | {"do", "does", "did", "has", "have"}
_SUBJECT_PRONOUNS: Final = frozenset({"i", "you", "he", "she", "it", "we", "they"})
_OPENING_A_CLAUSE: Final = frozenset({"because", "that", "and", "but", "so", "if", "when", "then", "example"})
_GROUPS: Final = frozenset({"the", "some", "many", "all", "most", "these", "those", "people", "students", "children"})
_TAKE_OBJECTS: Final = frozenset({"like", "love", "enjoy", "hate", "speak", "know", "play"})
_PREDICATES: Final = frozenset({"JJ", "RB", "DT", "VBG", "JJR", "RBR", "IN"})
_OF_ONE_PHRASE: Final = frozenset({"DT", "JJ", "NN", "NNS", "IN", "PRP$", "RB", "RP", "CC", "TO"})
_OF_BOTH: Final = frozenset({"member", "human", "guy", "player", "leader"})
_ANSWERING: Final = _SUBJECT_PRONOUNS | {"the", "there", "this", "people", "my"}


def double_subject(doc: "Doc") -> Iterator[Slip]:
    """A person named and then repeated by a pronoun: *my mother she works*."""
    for pronoun in doc:
        noun = left_of(pronoun) if pronoun.dep_ in SUBJECTS and pronoun.lower_ in {"he", "she", "they"} else None
        if noun is None or pronoun.head.i < pronoun.i or not _is_same_person(noun, pronoun):
            continue
        start = noun_phrase_start(noun)
        before = left_of(start)
        opens = before is None or before.is_punct or before.lower_ in _OPENING_A_CLAUSE
        mine = start.tag_ == "PRP$"
        relative = pronoun.head.dep_ == "relcl" and pronoun.head.head.i == noun.i and noun.dep_ != "ROOT"
        if opens and (mine or (start.lower_ in _GROUPS and not relative)):
            yield slip("double_subject", "double_subject", start, pronoun, doc[start.i : noun.i + 1].text)


def _is_same_person(noun: "Token", pronoun: "Token") -> bool:
    if noun.tag_ not in {"NN", "NNS"} or noun.lemma_.lower() not in words().people:
        return False
    many = noun.tag_ == "NNS" or noun.lower_ == "people"
    return (pronoun.lower_ == "they") is many


def act_and_it(doc: "Doc") -> Iterator[Slip]:
    """An activity or thing, repeated by *it*: *Having a good attitude it helps*, *Good food it keeps us well*."""
    for sentence in doc.sents:
        it = next((token for token in sentence[2:] if token.lower_ == "it"), None)
        noun, verb = (left_of(it), right_of(it)) if it is not None else (None, None)
        if it is None or noun is None or verb is None or noun.tag_ not in {"NN", "NNS"} or it.dep_ not in SUBJECTS:
            continue
        before = doc[sentence.start : it.i]
        plain = all(token.tag_ in _OF_ONE_PHRASE and not token.is_punct for token in before[1:])
        act = sentence[0].tag_ == "VBG" and it.i - sentence.start >= 3
        thing = sentence[0].tag_ == "JJ" and it.i - sentence.start == 2 and noun.lower_ in words().bare_subjects
        if plain and (act or thing) and _says_what_it_does(verb):
            yield slip("double_subject", "act_and_it", noun, verb, f"{noun.text} {verb.text}")


def _says_what_it_does(verb: "Token") -> bool:
    """True for a verb that continues the sentence, unlike *it is clear that* or *it is easy to*."""
    after = right_of(verb, 2)
    stands = verb.lower_ in BE and (after is None or after.lower_ in {"that", "to", "if", "how", "when", "for", "."})
    return verb.tag_ in {"VBZ", "VBP", "MD"} and not stands and right_of(verb) is not None


def missing_subject(doc: "Doc") -> Iterator[Slip]:
    """A clause without a subject: *because is very important*."""
    for be in doc:
        before, after = (left_of(be), right_of(be)) if be.lower_ in {"is", "was", "are"} else (None, None)
        if before is None or after is None or after.tag_ not in _PREDICATES or after.lower_ in {"of", "this", "these"}:
            continue
        thought = before.lower_ in {"think", "believe"} and lower_left(before) == "i"
        if before.lower_ in {"because", "although"} or (thought and not _goes_on_from_a_noun(before)):
            yield slip("missing_subject", "missing_subject", before, be, f"{before.text} it {be.text}")


def _goes_on_from_a_noun(think: "Token") -> bool:
    """True if the subject is before *I think*: *that I think is good*, *which policy I think is better*."""
    before = left_of(think, 2)
    near = {lower_left(think, steps) for steps in range(2, 7)}
    named = before is not None and (before.pos_ in {"NOUN", "PROPN", "PRON"} or before.tag_ == "CD")
    return named or bool(near & {"that", "which", "what", "who", "where"})


def starts_with_is(doc: "Doc") -> Iterator[Slip]:
    """A statement that begins with *is* or *was*: *Is very important to sleep*."""
    for sentence in doc.sents:
        if len(sentence) < 4 or sentence[0].lower_ not in {"is", "was"} or sentence[-1].text not in {".", "!"}:
            continue
        first, second = sentence[0], sentence[1]
        superlative = second.lower_ == "the" and sentence[2].tag_ in {"JJS", "RBS"}
        if superlative or second.tag_ in {"JJ", "RB"} or second.lower_ in {"a", "an", "raining", "snowing"}:
            yield slip("missing_subject", "starts_with_is", first, second, f"It {first.lower_} {second.text}")


def opener_without_subject(doc: "Doc") -> Iterator[Slip]:
    """A statement whose verb directly follows its opening phrase: *In my country is very hot*."""
    for sentence in doc.sents:
        if len(sentence) < 6 or sentence[0].lower_ not in {"in", "for"} or sentence[1].tag_ != "PRP$":
            continue
        be = sentence[4] if sentence[3].text == "," else sentence[3]
        after = right_of(be)
        predicate = right_of(after) if after is not None and after.tag_ == "RB" else after
        stated = predicate is not None and predicate.tag_ == "JJ" and sentence[-1].text in {".", "!"}
        noun = right_of(predicate) if predicate is not None else None
        if be.lower_ in {"is", "was"} and stated and (noun is None or noun.tag_ not in {"NN", "NNS", "JJ"}):
            yield slip("missing_subject", "opener_without_subject", sentence[2], be, f"{sentence[2].text} it {be.text}")


def indirect_question(doc: "Doc") -> Iterator[Slip]:
    """The word order of a question within a statement: *I know what is it*, *I wonder how can I help*."""
    for asked in doc:
        if asked.lower_ not in _QUESTION_WORDS or not _is_asked_by_a_verb(asked):
            continue
        verb = _after_question_word(asked)
        subject = right_of(verb) if verb is not None else None
        if verb is None or subject is None or _asks_itself(asked.sent):
            continue
        inverted = verb.lower_ in _INVERTED and subject.lower_ in _SUBJECT_PRONOUNS
        if inverted and subject.dep_ in SUBJECTS | {"attr", "expl"}:
            yield slip("indirect_question", "indirect_question", asked, subject)


def _asks_itself(sentence: "Span") -> bool:
    """True for a question, except a request to be told (*can you tell me*), and for a sentence with a quotation."""
    marks = {token.text for token in sentence}
    told = sentence[0].lower_ in {"can", "could", "would", "do"}
    return bool(marks & {'"', "“"}) or ("?" in marks and not told)


def _is_asked_by_a_verb(asked: "Token") -> bool:
    governor = left_of(asked)
    if governor is not None and governor.lower_ in _ASKED_PEOPLE:
        governor = left_of(governor)
    return governor is not None and governor.lemma_.lower() in _ASKED_BY


def _after_question_word(asked: "Token") -> "Token | None":
    """The word after a question word, or after the word that belongs to it: *how long*, *what time*."""
    verb = right_of(asked)
    if verb is not None and asked.lower_ in {"how", "what"} and verb.tag_ in {"JJ", "NN", "NNS", "RB"}:
        return right_of(verb)
    return verb


def because_of_clause(doc: "Doc") -> Iterator[Slip]:
    """*Because of*, *due to* or *despite* before a clause: *because of I was tired*."""
    for of in doc:
        two_words = f"{lower_left(of)} {of.lower_}" in {"because of", "spite of", "due to"}
        if of.lower_ != "despite" and not two_words:
            continue
        subject, verb = right_of(of), right_of(of, 2)
        if subject is None or verb is None or subject.lower_ not in _SUBJECT_PRONOUNS:
            continue
        finite = verb.tag_ in {"VBD", "VBZ", "MD"} or (verb.tag_ == "VBP" and subject.lower_ not in {"it", "you"})
        if finite:
            first = of if of.lower_ == "despite" else left_of(of)
            yield slip("because_of", "because_of_clause", first or of, verb)


def although_but(doc: "Doc") -> Iterator[Slip]:
    """*Although* together with *but*, or *because* together with *so*."""
    for sentence in doc.sents:
        answer = _answer_to(sentence)
        bare = answer == "but" and not any(token.text == "," for token in sentence)
        words_of_answer = [token for token in sentence if token.lower_ == answer and token.i > sentence.start + 3]
        if not words_of_answer or sum(token.text == "," for token in sentence) > 1:
            continue
        word = words_of_answer[0]
        if (bare or lower_left(word) == ",") and lower_right(word) in _ANSWERING:
            yield slip("although_but", "although_but", word, word)


def _answer_to(sentence: "Span") -> str:
    opening = " ".join(token.lower_ for token in sentence[:2]) + " "
    if opening.startswith(("although ", "even though ")):
        return "but"
    return "so" if opening.startswith(("because ", "since ", "if ")) else ""


def which_for_people(doc: "Doc") -> Iterator[Slip]:
    """*Which* for a person: *the people which live here*."""
    for which in doc:
        noun = left_of(which) if which.lower_ == "which" and which.head.dep_ == "relcl" else None
        if noun is None or noun.tag_ not in {"NN", "NNS"}:
            continue
        if noun.lemma_.lower() in words().people - _OF_BOTH:
            yield slip("who_which", "which_for_people", noun, which, f"{noun.text} who")


def object_after_very_much(doc: "Doc") -> Iterator[Slip]:
    """*Very much* or *very well* between a verb and its object: *I like very much music*."""
    for much in doc:
        if much.lower_ not in {"much", "well"} or lower_left(much) not in {"very", "so"}:
            continue
        verb, after = left_of(much, 2), right_of(much)
        if verb is None or after is None or verb.lemma_.lower() not in _TAKE_OBJECTS:
            continue
        if verb.pos_ == "VERB" and after.tag_ in {"DT", "NN", "NNS", "PRP$", "NNP", "TO", "VBG"}:
            yield slip("word_order", "object_after_very_much", verb, after)


def enough_before_adjective(doc: "Doc") -> Iterator[Slip]:
    """*Enough* before an adjective: *enough good to win*."""
    for enough in doc:
        adjective = right_of(enough) if enough.lower_ == "enough" else None
        if adjective is None or adjective.tag_ != "JJ" or adjective.head.tag_ in {"NN", "NNS"}:
            continue
        following = right_of(adjective)
        if following is None or following.tag_ not in {"NN", "NNS", "JJ"}:
            yield slip("word_order", "enough_first", enough, adjective, f"{adjective.text} {enough.text}")
