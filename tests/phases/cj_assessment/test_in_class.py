"""What counts of a text beside its class: what is on the subject, new, and the writer's own."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from actors.phases.cj_assessment.features import SLIPS, measure_of
from actors.phases.cj_assessment.in_class import features_in_class
from actors.phases.nlp import parsing
from drivers.lab.evaluate import tricks
from tests.phases.cj_assessment.cohorts import cohort_of

OPINIONS = (
    "Phones disturb the lesson when they ring and the teacher has to wait.",
    "Pupils who look at their phones do not listen to the teacher.",
    "A phone in class makes it easy to cheat in a test.",
    "With a phone we can look up words and find information quickly.",
    "Some parents want to call their children at school during the day.",
    "In my school the teacher collects all phones before the lesson begins.",
    "When phones are forbidden, pupils talk to each other in the break.",
    "A good rule would be to use phones only when the teacher allows it.",
    "My friend got worse marks because he played games on his phone in class.",
    "Teachers could use phones for a quiz, which makes the lesson more fun.",
)
VOYAGE = (
    "The old boat lay behind the farm, and my grandfather painted its mast with care.",
    "We waited for the wind, hoisted the sails and steered between the islands.",
    "High waves rolled over the deck, and salt water burnt in our eyes.",
    "In the evening we grilled fresh fish on the beach under a clear sky.",
    "Seals slept on the rocks, and an eagle circled over the forest.",
    "At night the rain drummed on our tent until the storm moved away.",
)


NAMES = ("Anna", "Bo", "Cilla", "David", "Eva", "Fredrik", "Gun", "Hugo")


ORDERS = (
    (3, 5, 6, 1, 7),
    (0, 1, 2, 8, 4),
    (3, 6, 0, 9, 8),
    (7, 6, 9, 4, 1),
    (4, 8, 6, 3, 7),
    (1, 4, 9, 6, 0),
    (5, 3, 1, 8, 9),
    (8, 3, 2, 4, 0),
)
"""No two of them have more than two in the same order, so no text resembles a copy of another."""


def classmates(count: int = 8) -> list[str]:
    """Texts of five opinions each, in words of their own."""
    return [
        " ".join(f"{OPINIONS[place][:-1]}, says {name}." for place in order)
        for name, order in zip(NAMES[:count], ORDERS, strict=False)
    ]


def features(texts: Sequence[str]) -> list[dict[str, float]]:
    """The features of a class."""
    measures: list[dict[str, Any]] = [
        measure_of(task) for task in cohort_of({f"{n:02}": t for n, t in enumerate(texts)})
    ]
    return features_in_class(measures)


def measured_alone(text: str) -> list[dict[str, Any]]:
    """The measured sentences of one text."""
    (task,) = cohort_of({"alone": text})
    sentences: list[dict[str, Any]] = measure_of(task)["sentences"]
    return sentences


def test_a_passage_on_another_matter_is_set_aside() -> None:
    """Six sentences on sailing after five on phones add no words, and are most of what is set aside."""
    texts = classmates()
    own, *_ = features(texts)
    mixed, *_ = features([f"{texts[0]} {' '.join(VOYAGE)}", *texts[1:]])
    assert own["set_aside_percent"] == 0
    assert mixed["set_aside_percent"] > 40
    assert mixed["topic_words_log"] == pytest.approx(own["topic_words_log"], abs=0.2)


def test_a_text_on_another_matter_says_nothing_on_this_one() -> None:
    """It is left whole, since it has nothing else, but has hardly any content on the topic."""
    stray, *others = features([" ".join(VOYAGE), *classmates()])
    assert stray["topic_content_log"] < min(other["topic_content_log"] for other in others) - 0.5


def test_one_example_of_ones_own_does_not_stray() -> None:
    """A sentence on something that nobody else mentions belongs to the text around it."""
    texts = classmates()
    found, *_ = features([f"{texts[0]} My uncle once dropped his phone into the harbour of Malmö.", *texts[1:]])
    assert found["set_aside_percent"] == 0


def test_what_is_said_again_in_other_words_counts_once() -> None:
    """The same content words in another order add nothing new."""
    texts = classmates()
    again = "The teacher has to wait when phones ring, and the lesson is disturbed by phones."
    own, *_ = features(texts)
    repeated, *_ = features([f"{texts[0]} {again} {again.replace('has to', 'must')}", *texts[1:]])
    assert repeated["topic_words_log"] - own["topic_words_log"] < 0.25


def test_a_copied_essay_counts_for_its_writer_alone() -> None:
    """Sentences that two texts share are set aside in the one that has others besides."""
    texts = classmates(4)
    copier, *_, source = features([f"{VOYAGE[0]} {OPINIONS[0]} {texts[1]}", *texts])
    assert copier["set_aside_percent"] > 40
    assert source["set_aside_percent"] == 0


def test_sentences_that_two_texts_share_count_for_neither() -> None:
    """Copying a part of another text does not make a text longer."""
    own, *others = classmates()
    source = " ".join(reversed(OPINIONS))
    alone, *_ = features([own, source, *others])
    copier, *_ = features([f"{own} {OPINIONS[1]} {OPINIONS[4]} {OPINIONS[7]}", source, *others])
    assert copier["topic_words_log"] == pytest.approx(alone["topic_words_log"], abs=0.05)


def test_a_connective_before_a_sentence_is_no_word_more() -> None:
    """“Moreover” and “in addition” neither lengthen nor enrich a text."""
    texts = classmates()
    linked = "Moreover, " + texts[0].replace(". ", ". In addition, ")
    plain, *_ = features(texts)
    found, *_ = features([linked, *texts[1:]])
    assert found["topic_words_log"] == pytest.approx(plain["topic_words_log"], abs=0.02)


def test_sentences_that_take_up_each_other_cohere_more_than_in_another_order() -> None:
    """Neighbouring sentences should share more words than sentences farther apart."""
    pairs = [
        ("The library opens early.", "The library has many books."),
        ("My sister plays football.", "Football made my sister strong."),
        ("Our garden is full of apples.", "Apples from the garden are sweet."),
        ("Trains are often late.", "Late trains annoy my father."),
        ("The river floods in spring.", "When the river floods, we stay home."),
    ]
    ordered = " ".join(one for pair in pairs for one in pair)
    apart = " ".join([*(one for one, _ in pairs), *(other for _, other in pairs)])
    first, second, *_ = features([ordered, apart, *classmates(3)])
    assert first["coherence_z"] > second["coherence_z"]


def test_errors_are_those_of_the_worst_passage() -> None:
    """Adding correct sentences does not make the errors of the others look rarer."""
    weak = "Teh phons disturbb the leson. Pupills dont lissen to teh techer. A fone makes it eesy to cheet in a tesst."
    texts = classmates()
    before, *_ = features([f"{weak} {weak.replace('.', ' todday.')}", *texts])
    after, *_ = features([f"{weak} {weak.replace('.', ' todday.')} {' '.join(OPINIONS[:6])}", *texts])
    assert after["unknown_words_per_100_words"] > 0.7 * before["unknown_words_per_100_words"]


def test_phrases_that_fit_any_essay_hardly_count() -> None:
    """Spread among the writer's own sentences, they add little on the topic and little length."""
    texts = classmates()
    fillers = ("There are two sides to every coin.", "Nobody can know what tomorrow will bring.", "We live only once.")
    own, *_ = features(texts)
    found, *_ = features([tricks.between(texts[0], fillers), *texts[1:]])
    assert found["topic_content_log"] == pytest.approx(own["topic_content_log"], abs=0.05)
    assert found["topic_words_log"] == pytest.approx(own["topic_words_log"], abs=0.1)


def test_a_list_says_nothing_on_the_matter() -> None:
    """Words on the topic in a row, with nothing between them, are no content."""
    texts = classmates()
    listed = "Phones teachers lessons pupils schools parents messages rules tests friends calls breaks distraction."
    own, *_ = features(texts)
    found, *_ = features([f"{texts[0]} {listed}", *texts[1:]])
    assert found["topic_content_log"] == pytest.approx(own["topic_content_log"], abs=0.02)


def test_a_sentence_of_words_that_any_essay_has_says_nothing() -> None:
    """Announcements and summaries do not lengthen a text."""
    texts = classmates()
    empty = "In this essay I will discuss this important topic in detail, and show several different points of view."
    own, *_ = features(texts)
    found, *_ = features([f"{empty} {texts[0]}", *texts[1:]])
    assert found["topic_words_log"] == pytest.approx(own["topic_words_log"], abs=0.05)


def test_what_is_quoted_at_length_is_not_the_writers() -> None:
    """A few quoted words count; a long quotation is left out."""
    long = " ".join(OPINIONS[5:8])
    said = [sentence["words"] for sentence in measured_alone(f'{OPINIONS[0]} She wrote: "{long}"')]
    assert len(said) == 2
    assert len([*measured_alone(f'{OPINIONS[0]} She said: "{OPINIONS[5]}"')]) == 2


def test_one_slip_in_a_short_text_says_less_than_its_rate() -> None:
    """In so few words, the rate of misspellings is drawn towards what is usual in the class."""
    short, *_ = features(["Phones disturb the leson when they ring at school.", *classmates()])
    assert 0 < short["unknown_words_per_100_words"] < 6


@pytest.mark.skipif(not parsing.is_installed(), reason="grammar is seen by the parser")
def test_what_lies_beyond_the_parse_has_no_rate_of_slips() -> None:
    """A very long text is parsed only at its beginning; the rest is not assumed to be right."""
    nouns = sorted({word.strip(".,").lower() for sentence in (*OPINIONS, *VOYAGE) for word in sentence.split()})
    drawn = np.random.default_rng(1).choice(nouns, (400, 8))
    (task,) = cohort_of({"long": " ".join(f"{' '.join(words).capitalize()}." for words in drawn)})
    rates = [sentence["rates"] for sentence in measure_of(task)["sentences"]]
    assert SLIPS in rates[0]
    assert SLIPS not in rates[-1]
    assert rates[0].keys() - {SLIPS} == rates[-1].keys()


def test_an_empty_class_has_no_features() -> None:
    """Neither has a text without sentences."""
    assert features_in_class([]) == []
    assert features_in_class([{"language": "en"}]) == [{}]
