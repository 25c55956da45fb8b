"""All rules for English, in order."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Final

from actors.phases.grammar import (
    adverbs,
    agreement,
    articles,
    clauses,
    doubts,
    nouns,
    objects,
    punctuation,
    questions,
    sequence,
    tense,
    verbs,
)
from actors.phases.grammar.slip import Slip

if TYPE_CHECKING:
    from spacy.tokens import Doc

RULES: Final[tuple[Callable[["Doc"], Iterable[Slip]], ...]] = (
    articles.bare_singular,
    articles.missing_the,
    articles.of_without_the,
    articles.a_superlative,
    articles.such_without_a,
    nouns.singular_after_many,
    nouns.plural_after_one,
    nouns.singular_where_several,
    nouns.number_before_noun,
    nouns.uncountable,
    verbs.after_modal,
    verbs.after_to,
    verbs.perfect,
    verbs.be_with_plain_verb,
    verbs.ing_form,
    verbs.infinitive,
    verbs.not_without_do,
    tense.since_and_for,
    tense.present_for,
    tense.past_time,
    tense.will_in_time_clause,
    tense.would_in_if_clause,
    tense.progressive_without_be,
    agreement.subject_and_verb,
    agreement.noun_and_verb,
    agreement.second_verb,
    agreement.joined_subjects,
    agreement.one_of_many,
    agreement.news_are,
    agreement.there_is,
    clauses.double_subject,
    clauses.missing_subject,
    clauses.starts_with_is,
    clauses.opener_without_subject,
    clauses.indirect_question,
    clauses.because_of_clause,
    clauses.although_but,
    clauses.which_for_people,
    clauses.object_after_very_much,
    clauses.enough_before_adjective,
    adverbs.adjective_for_adverb,
    adverbs.adjective_before_adjective,
    adverbs.adverb_for_adjective,
    adverbs.work_hardly,
    adverbs.very_before_verb,
    adverbs.adverb_before_object,
    adverbs.opens_with_always,
    adverbs.adjective_after_noun,
    objects.missing_object,
    objects.given_nothing,
    objects.double_negative,
    objects.what_for_which,
    objects.friend_of_me,
    objects.each_others,
    objects.owner_without_apostrophe,
    questions.statement_order,
    questions.asked_noun_phrase,
    questions.do_and_modal,
    sequence.one_step_back,
    sequence.present_after_past_clause,
    agreement.name_and_verb,
    punctuation.comma_after_opener,
    punctuation.comma_after_clause,
    doubts.not_one_sentence,
    doubts.odd_agreement,
    doubts.comma_before_that,
)


def slips_of(doc: "Doc") -> list[Slip]:
    """What the rules find in a parsed text, in order of place."""
    return sorted((found for rule in RULES for found in rule(doc)), key=lambda one: (one.start, one.end))
