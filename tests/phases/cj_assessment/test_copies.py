"""What texts share: the same sentences, or the same content in other words."""

from collections.abc import Sequence

from actors.phases.cj_assessment.copies import MeasuredSentence, copied

OWN = (
    "garden apple sweet autumn basket ladder uncle",
    "sister football strong goal winter team shoe",
    "train late father angry platform ticket clock",
)
SOURCE = (
    "library early morning student quiet book shelf",
    "river flood spring village bridge water boat",
    "baker bread warm street smell window oven",
    "doctor patient night hospital tired coffee bed",
    "king queen castle wall tower horse gate",
    "cat mouse barn owl hay dog yard",
)
REWORDED = (
    "library early dawn student quiet volume shelf",
    "river flood spring hamlet bridge stream boat",
    "baker loaf warm street aroma window oven",
    "doctor patient evening clinic tired coffee bed",
)


def text(*sentences: str) -> list[MeasuredSentence]:
    """A text of these sentences, all of whose words are content words."""
    return [{"words": said.split(), "content": said.split(), "rates": {}} for said in sentences]


def found(*texts: Sequence[str]) -> list[set[int]]:
    """The sentences of each text that count for nobody."""
    return copied([text(*sentences) for sentences in texts])


def test_a_passage_in_other_words_is_a_copy() -> None:
    """With a third of its words changed, it counts for neither text; the writer's own sentences do."""
    assert found((*OWN, *REWORDED), SOURCE, ("moon star sky dark cloud",)) == [{3, 4, 5, 6}, {0, 1, 2, 3}, set()]


def test_a_copy_is_seen_between_sentences_of_ones_own() -> None:
    """Even if every other sentence is the writer's own."""
    between = (*OWN, "moon star sky dark cloud rain wind")
    mixed = [sentence for pair in zip(REWORDED, between, strict=True) for sentence in pair]
    assert found(mixed, SOURCE) == [{0, 2, 4, 6}, {0, 1, 2, 3}]


def test_a_text_that_is_nearly_all_of_what_is_shared_keeps_it() -> None:
    """The other text has grown from it."""
    assert found((*OWN, *REWORDED), REWORDED) == [{3, 4, 5, 6}, set()]


def test_one_sentence_that_is_alike_is_no_copy() -> None:
    """Writers on one subject say much the same here and there."""
    assert found((*OWN, REWORDED[0]), SOURCE) == [set(), set()]


def test_what_many_have_is_how_the_class_writes() -> None:
    """For example if all answer the same questions in similar words."""
    texts = [[f"{sentence} {name}" for sentence in SOURCE] for name in ("anna", "bo", "cia", "dan", "eva")]
    assert found(*texts) == [set()] * 5


def test_texts_without_a_sentence_have_nothing_to_share() -> None:
    """An empty class shares nothing either."""
    assert found((), ()) == [set(), set()]
    assert found() == []
