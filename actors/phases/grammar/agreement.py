"""Rules for the agreement of verbs with their subjects."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from actors.phases.grammar.slip import Slip, slip
from actors.phases.grammar.tokens import (
    auxiliaries,
    finite_of,
    is_joined,
    left_of,
    lower_left,
    lower_right,
    noun_phrase_start,
    number_of,
    right_of,
    stands_in_a_list,
    verbs_with_subjects,
)
from actors.phases.grammar.words import PAST_AS_BASE, is_a_verb, listed, third_person, words

if TYPE_CHECKING:
    from spacy.tokens import Doc, Token

_OF_ONE: Final = {"is": "are", "was": "were", "has": "have", "does": "do"}
_OF_MANY: Final = {"are": "is", "were": "was", "have": "has", "do": "does"}
_CONTRACTED: Final = frozenset({"'s", "'m", "'re", "'ve", "'d", "'ll"})
_ASKING: Final = listed("lets makes made helps helped saw do does did whether should can will would must may")
_CLAUSE_OPENERS: Final = listed("because if that although since while though so then and but")
_EACH_ITS_OWN: Final = listed("my your his her our their the a an")
_SUBJECT_PRONOUNS: Final = listed("i you he she we they")
_TELLING: Final = listed("think believe say know feel hope tell mean see find")
_SKIPPED: Final = listed("so too also always still a lot lots of really very not some only")


def subject_and_verb(doc: "Doc") -> Iterator[Slip]:
    """A verb whose form does not fit its subject: *he go*, *they was*, *the students has*."""
    for subject, verb in verbs_with_subjects(doc):
        finite = finite_of(verb)
        number = _number(subject)
        if not number or finite.i < subject.i or not _is_plain_statement(subject, verb):
            continue
        if _has_a_nearer_subject(finite, subject) or (finite.tag_ == "VB" and not _is_told_of(subject, finite)):
            continue
        if doc[subject.i + 1].tag_ == "VBG":  # students having a choice is good
            continue
        several = number == "one" and stands_in_a_list(subject)
        wrong = (_is_of_many(finite) and not several) if number == "one" else _is_of_one(finite, subject)
        cut_off = any(token.is_punct or _is_another_verb(token) for token in doc[subject.i + 1 : finite.i])
        if wrong and not cut_off and finite.i - subject.i <= 8:
            first = subject if finite.i - subject.i <= 4 else finite
            yield slip("verb_agreement", "subject_verb", first, finite, _mended(finite, number))


def _has_a_nearer_subject(finite: "Token", subject: "Token") -> bool:
    """True if the verb fits the pronoun right before it (*if it you go*), and in *those who know it help*."""
    before, governor = left_of(finite), left_of(subject)
    nearer = before is not None and before.i != subject.i and before.lower_ in _SUBJECT_PRONOUNS
    known = governor is not None and governor.pos_ == "VERB" and governor.dep_ == "relcl"
    return nearer or (known and subject.lower_ == "it")


def _is_another_verb(token: "Token") -> bool:
    """True for a verb between the subject and its verb that does not belong to a description of the subject."""
    return token.tag_ in {"VB", "VBP", "VBZ", "VBD", "MD"} and token.dep_ not in {"relcl", "acl", "aux", "xcomp"}


def noun_and_verb(doc: "Doc") -> Iterator[Slip]:
    """A singular noun with a plain verb right after it, or a plural noun with a verb in *-s*."""
    for subject, verb in verbs_with_subjects(doc):
        finite = finite_of(verb)
        counted = any(child.tag_ in {"CD", "$"} for child in subject.children)
        known = (
            not counted
            and (subject.text.islower() or _opens_as_a_noun(subject))
            and subject.text.isalpha()
            and subject.lower_ not in words().either_number
        )
        if (
            not known
            or not 0 < finite.i - subject.i <= 3
            or is_joined(subject)
            or not _is_plain_statement(subject, verb)
        ):
            continue
        if subject.tag_ == "NN" and finite.tag_ == "VBP" and _is_of_many(finite):
            yield slip("verb_agreement", "noun_and_verb", subject, finite, _mended(finite, "one"))
        if subject.tag_ == "NNS" and finite.tag_ == "VBZ" and _is_of_one(finite, subject):
            yield slip("verb_agreement", "noun_and_verb", subject, finite, _mended(finite, "many"))


def _opens_as_a_noun(subject: "Token") -> bool:
    """True for a common noun capitalised at the start of a sentence: *Society need rules*."""
    return bool(subject.is_sent_start) and subject.lower_ in words().bare_subjects


def name_and_verb(doc: "Doc") -> Iterator[Slip]:
    """A person's name with a plain verb right after it: *Tom come too*, *my brother Tom go to school*."""
    for named, verb in verbs_with_subjects(doc):
        before = left_of(verb)
        called = before is not None and before.dep_ == "appos" and before.head.i == named.i
        person = called and named.i + 1 == verb.i - 1 and named.tag_ == "NN" and named.lower_ in words().people
        subject = before if person and before is not None else named
        known = subject.tag_ == "NNP" and subject.text.istitle() and not subject.lower_.endswith(("s", "iam"))
        one = all(child.tag_ in {"NN", "PRP$"} for child in subject.lefts) and not is_joined(subject)
        come = person and verb.tag_ == "VBD" and verb.lower_ in PAST_AS_BASE and lower_right(verb) in {"to", "too"}
        plain = (verb.tag_ in {"VBP", "VB"} or come) and not auxiliaries(verb) and is_a_verb(verb.lower_)
        if (
            known
            and one
            and plain
            and verb.lower_ not in _OF_MANY
            and verb.i - subject.i == 1
            and _is_plain_statement(subject, verb)
            and not _is_asked_for(verb)
        ):
            yield slip("verb_agreement", "name_and_verb", subject, verb, f"{subject.text} {third_person(verb.lower_)}")


def _is_asked_for(verb: "Token") -> bool:
    """True for the verb in *they suggested that Anna go* and *let Anna go*."""
    return verb.dep_ in {"ccomp", "xcomp"} and verb.head.i < verb.i


def joined_subjects(doc: "Doc") -> Iterator[Slip]:
    """Two persons or things joined by *and*, with a singular verb: *my friends and I was*."""
    for subject, verb in verbs_with_subjects(doc):
        second = next((child for child in subject.children if child.dep_ == "conj"), None)
        finite = finite_of(verb)
        if second is None or not subject.i < second.i < finite.i or finite.i - second.i > 2:
            continue
        for_one = _is_of_one(finite, subject)
        if for_one and _opens_a_clause(noun_phrase_start(subject)) and _are_two(subject, second):
            yield slip("verb_agreement", "joined_subjects", subject, finite, _mended_pair(subject, finite))


def _opens_a_clause(first: "Token") -> bool:
    before = left_of(first)
    return before is None or before.is_punct or before.tag_ in {"CC", "WRB"} or before.lower_ in _CLAUSE_OPENERS


def _are_two(subject: "Token", second: "Token") -> bool:
    """True for two persons, or two nouns with a determiner each; otherwise, both nouns may name one thing."""
    doc = subject.doc
    between = doc[subject.i + 1 : second.i]
    if sum(token.lower_ == "and" for token in between) != 1 or any(token.is_punct for token in between):
        return False
    if any(token.lower_ in {"each", "every", "no"} for token in doc[noun_phrase_start(subject).i : second.i]):
        return False
    return all(_is_person(one) for one in (subject, second)) or all(_is_owned(one) for one in (subject, second))


def _is_person(token: "Token") -> bool:
    return token.tag_ == "PRP" or (token.tag_ in {"NN", "NNS"} and token.lemma_.lower() in words().people)


def _is_owned(token: "Token") -> bool:
    return token.tag_ in {"NN", "NNS"} and lower_left(token) in _EACH_ITS_OWN


def _mended_pair(subject: "Token", finite: "Token") -> str:
    return f"{subject.doc[subject.i : finite.i].text} {_mended(finite, 'many')}"


def one_of_many(doc: "Doc") -> Iterator[Slip]:
    """*One of* or *each of*, with a plural verb: *one of my friends live there*."""
    for subject, verb in verbs_with_subjects(doc):
        finite = finite_of(verb)
        if subject.lower_ not in {"one", "each"} or lower_right(subject) != "of" or not 3 <= finite.i - subject.i <= 6:
            continue
        noun = left_of(finite)
        if noun is not None and noun.tag_ == "NNS" and _is_of_many(finite):
            yield slip("verb_agreement", "one_of_many", subject, finite)


def news_are(doc: "Doc") -> Iterator[Slip]:
    """*News* with a plural verb: *the news are good*."""
    for news in doc:
        verb = right_of(news) if news.lower_ == "news" else None
        alone = lower_left(news) in {"the", "this", "bad", "good", ""}
        if alone and verb is not None and verb.lower_ in {"are", "were"}:
            yield slip("verb_agreement", "news_are", news, verb, f"{news.text} {_OF_MANY[verb.lower_]}")


def second_verb(doc: "Doc") -> Iterator[Slip]:
    """A second verb of the same subject in another form than the first: *he comes and go*."""
    for token in doc:
        first = token.head
        if token.dep_ == "conj" and first.tag_ == "VBZ" and token.tag_ == "VBP" and token.lemma_ != "be":
            own = any(child.dep_ in {"nsubj", "nsubjpass", "expl", "aux"} for child in token.children)
            close = 1 < token.i - first.i <= 6 and lower_left(token) == "and" and token.lower_ not in PAST_AS_BASE
            if close and not own and not auxiliaries(first) and token.lower_ in words().only_verbs:
                yield slip("verb_agreement", "second_verb", token, token, third_person(token.lemma_))


def there_is(doc: "Doc") -> Iterator[Slip]:
    """*There is* before a plural, or *there are* before a singular."""
    for there in doc:
        verb = right_of(there) if there.tag_ == "EX" else None
        if verb is None:
            continue
        if verb.lower_ in {"is", "was", "has"} and (last := _several(verb)) is not None:
            yield slip("there_is", "there_is", there, last, f"{there.text} {_OF_ONE[verb.lower_]}")
        if verb.lower_ in {"are", "were"} and (last := _one(verb) or _uncounted(verb)) is not None:
            yield slip("there_is", "there_are", there, last, f"{there.text} {_OF_MANY[verb.lower_]}")


def _several(verb: "Token") -> "Token | None":
    """The plural noun after *there is*, or the *many*, *several* or *few* before it."""
    after = right_of(verb)
    while after is not None and (after.lower_ in _SKIPPED or after.tag_ in {"JJ", "CD"}):
        if after.lower_ in {"many", "several", "few"} and lower_left(after) != "a":
            return after
        if after.lower_ == "one":
            return None
        after = right_of(after)
    several = after is not None and (after.lower_ == "people" or after.tag_ == "NNS")
    return after if several and after is not None and after.lower_ not in words().either_number else None


def _one(verb: "Token") -> "Token | None":
    after, noun = right_of(verb), right_of(verb, 2)
    if after is None or noun is None or after.lower_ not in {"a", "an", "another", "one"}:
        return None
    plain = noun.tag_ == "NN" and noun.lower_ in words().count and noun.lower_ not in words().either_number
    return noun if plain and not any(child.dep_ in {"conj", "cc"} for child in noun.children) else None


def _uncounted(verb: "Token") -> "Token | None":
    """The uncountable noun in *there are a lot of traffic* or *there are much noise*."""
    after = right_of(verb)
    steps = 4 if after is not None and after.lower_ == "a" else 3 if after is not None and after.lower_ == "lots" else 2
    noun = right_of(verb, steps)
    of_much = _words_between(verb, steps) in {"a lot of", "lots of", "much"}
    return noun if of_much and noun is not None and noun.lower_ in words().uncountable else None


def _words_between(verb: "Token", steps: int) -> str:
    """The words after a verb, up to but not including the one ``steps`` after it, in lower case."""
    return verb.doc[verb.i + 1 : verb.i + steps].text.lower()


def _number(subject: "Token") -> str:
    """A subject's number, empty if uncertain; *who*, *which* and *that* take it from the noun before them."""
    if subject.lower_ not in {"who", "which", "that"} or subject.tag_ not in {"WP", "WDT"}:
        before = left_of(subject)
        told = subject.lower_ == "that" and before is not None and before.lemma_.lower() in _TELLING
        return "" if told else number_of(subject)
    noun = subject.head.head
    directly = subject.head.dep_ == "relcl" and noun.i == subject.i - 1 and noun.tag_ in {"NN", "NNS"}
    if noun.lower_.removesuffix("s") in words().time_units:
        return ""
    one_of = any(word in {"one", "only"} for word in (lower_left(noun, 2), lower_left(noun, 3), lower_left(noun, 4)))
    return "" if not directly or one_of or noun.dep_ == "pobj" else number_of(noun)


def _is_plain_statement(subject: "Token", verb: "Token") -> bool:
    """False for questions, wishes (*that he go*), and what somebody makes, sees or lets somebody do."""
    above = verb.head
    governed = verb.dep_ in {"ccomp", "xcomp", "advcl"} and above.i < verb.i
    if governed and above.lemma_.lower() in words().bare_after | words().wanting:
        return False
    if subject.lower_ == "that" and lower_left(subject) == "now":
        return False
    if "why" in {lower_left(subject, steps) for steps in range(2, 9)}:  # a reason why they have bad grades is
        return False
    near = {lower_left(subject, steps) for steps in range(1, 5)}
    return not near & (_ASKING | (words().bare_after - {"have"}))


def _is_told_of(subject: "Token", finite: "Token") -> bool:
    """True in *he usually bring* and *it just make*, where the parser takes the verb for a base form."""
    between = finite.i - subject.i
    adverb = between == 2 and finite.doc[subject.i + 1].tag_ == "RB"
    return subject.lower_ in {"he", "she", "it"} and (between == 1 or adverb)


def _is_of_many(finite: "Token") -> bool:
    """True for a form that goes with a plural, and never with a singular."""
    if finite.lower_ in _OF_MANY:
        return finite.lower_ != "were" and finite.tag_ in {"VBP", "VB"}
    plain = finite.lower_ == finite.lemma_.lower() and finite.lower_ not in PAST_AS_BASE
    known = finite.text.isalpha() and is_a_verb(finite.lower_) and lower_right(finite) not in {"'s", "’s"}
    return plain and known and finite.tag_ in {"VBP", "VB"} and finite.lower_ not in _CONTRACTED


def _is_of_one(finite: "Token", subject: "Token") -> bool:
    """True for a form that goes with a singular, and never with a plural."""
    if finite.lower_ in _OF_ONE:
        return not (finite.lower_ == "was" and subject.lower_ == "i")
    return finite.tag_ == "VBZ" and finite.lower_.endswith("s") and finite.lower_ not in _CONTRACTED


def _mended(finite: "Token", number: str) -> str:
    table = _OF_MANY if number == "one" else _OF_ONE
    if finite.lower_ in table:
        return table[finite.lower_]
    return third_person(finite.lemma_.lower()) if number == "one" else finite.lemma_.lower()
