"""Metrics from dependency trees, if the extra ``[parse]`` is installed."""

import time

import pytest

from actors.phases.nlp import Unmeasured, parsing
from actors.phases.nlp.document import Document
from actors.phases.nlp.families.syntax import ENTITIES, PARSED_DIVERSITY, SYNTAX
from actors.phases.nlp.measuring import measure_document
from actors.phases.nlp.parsing import LONGEST_TEXT, parse
from actors.phases.nlp.trees import TreeCounts

pytestmark = pytest.mark.skipif(not parsing.is_installed(), reason="the extra [parse] is not installed")

FAMILIES = (SYNTAX, PARSED_DIVERSITY, ENTITIES)


def counts_of(text: str) -> TreeCounts:
    """The counts from an English text's dependency trees."""
    counts = parse(text, "en").counts
    assert counts is not None
    return counts


@pytest.mark.parametrize(
    ("text", "clauses", "dependent", "t_units"),
    [
        ("The dog barked.", 1, 0, 1),
        ("The dog barked and the cat ran away.", 2, 0, 2),
        ("The dog barked because the cat ran away.", 2, 1, 1),
        ("I think that she knows that he left.", 3, 2, 1),
        ("The man who lives here is old.", 2, 1, 1),
        ("She wants to go home.", 1, 0, 1),
        ("What a day!", 0, 0, 1),
    ],
)
def test_clauses_and_t_units_are_those_of_hunt(text: str, clauses: int, dependent: int, t_units: int) -> None:
    """A clause has a subject and a finite verb; a T-unit is a main clause with its dependent clauses."""
    counts = counts_of(text)
    assert (counts.clauses, counts.dependent_clauses, counts.t_units) == (clauses, dependent, t_units)


def test_a_passive_is_counted_once() -> None:
    """A verb with its auxiliary and its subject is one passive."""
    assert counts_of("The house was built by them. They live there.").passives == 1


def test_names_are_found_with_their_kind() -> None:
    """Named entities have OntoNotes' labels."""
    entities = counts_of("John Smith lives in Paris.").entities
    assert [(entity.text, entity.label) for entity in entities] == [("John Smith", "PERSON"), ("Paris", "GPE")]


def test_the_quickened_pipeline_says_what_the_model_as_shipped_says() -> None:
    """Tags, parts of speech, lemmas, morphology, trees and names are equal, word for word."""
    import spacy

    from actors.phases.nlp.parsing import trees, with_names
    from actors.phases.nlp.pipeline import MODEL

    text = (
        "There is a man who I'm going to meet. She has done what she does, and that's what matters to everyone. "
        "Many Swedish pupils don't do homework on Mondays. But it is easy, isn't it? Let's not be sad!\n\n"
        "In 2019 I gave Anna Berg ten dollars. What had they been doing? He gonna be late for the third time today."
    )
    shipped, ours = spacy.load(MODEL)(text), with_names(trees([text])[0])
    for one, other in zip(shipped, ours, strict=True):
        assert (one.tag_, one.pos_, one.dep_, one.head.i) == (other.tag_, other.pos_, other.dep_, other.head.i)
        assert (one.lemma_, str(one.morph)) == (other.lemma_, str(other.morph))
    assert [(e.text, e.label_) for e in shipped.ents] == [(e.text, e.label_) for e in ours.ents]


def test_paragraphs_that_are_parsed_at_once_have_the_trees_that_each_has_alone() -> None:
    """A sentence's tree does not depend on its neighbours."""
    paragraphs = ["We was late.", "A man who lives here, and whom I know, sings. It is nice of him!", "", "Home."]
    alone = [parsing.trees([one])[0] for one in paragraphs]
    for one, other in zip(parsing.trees(paragraphs), alone, strict=True):
        assert [(word.tag_, word.dep_, word.head.i, word.lemma_) for word in one] == [
            (word.tag_, word.dep_, word.head.i, word.lemma_) for word in other
        ]


def test_every_metric_of_a_parsed_text_has_a_value() -> None:
    """A text of some length lacks no metric."""
    text = "The old man, whom I had met before, sat down because he was very tired. Then we talked about London. " * 5
    measures = measure_document(Document(text, "en", parse=parse(text, "en")), FAMILIES)
    assert [name for name, value in measures.items() if isinstance(value, Unmeasured)] == []


@pytest.mark.parametrize("text", ["", " ", "?", "\n\n", "😀", "a", "\ud800 b"])
def test_a_text_of_nearly_nothing_can_be_parsed(text: str) -> None:
    """Metrics have values or reasons, and nothing divides by zero."""
    measures = measure_document(Document(text, "en", parse=parse(text, "en")), FAMILIES)
    assert all(isinstance(value, Unmeasured | float) for value in measures.values())


def test_a_long_chain_of_clauses_does_not_take_quadratic_time() -> None:
    """However long the chain, each tree is asked once whether a conjunct is dependent."""
    text = "and I go " * 2_000
    started = time.thread_time()
    counts_of(text)
    assert time.thread_time() - started < 20


@pytest.mark.parametrize("token", ["'", "«»", "\x00", "x.", "https://x.y/z?"])
def test_a_giant_token_does_not_hang_the_parser(token: str) -> None:
    """Parsers strip punctuation off a token character by character, so giant tokens are cut up before."""
    started = time.thread_time()
    parse(token * 3_000, "en")
    assert time.thread_time() - started < 20


def test_a_text_too_long_for_the_parser_says_so() -> None:
    """Unlike metrics without a model, a parse has a limit."""
    assert "longer than" in parse("a " * LONGEST_TEXT, "en").lacking_because
    assert "words and marks" in parse("a-" * (LONGEST_TEXT // 2), "en").lacking_because
