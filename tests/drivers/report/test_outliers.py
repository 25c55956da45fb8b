"""Essays far from the rest of their class."""

from typing import Any

import pytest

from contracts.results.nlp import DetectedLanguage
from drivers.report.languages import words_of
from drivers.report.outliers import modified_z, outliers
from drivers.report.page import class_page
from drivers.report.pictures import ClassPlots
from drivers.report.view import ClassView, class_view
from tests.drivers.report.batches import batch, essay, metrics

EVEN = [200, 205, 210, 215, 220, 225, 230, 235, 240]


def class_of(*more: dict[str, Any], **measures: float) -> ClassView:
    """A class of nine similar essays and some more; ``measures`` are those of an extra essay named odd."""
    essays = [
        essay(f"e{number}", nlp=metrics(words_count=words, mtld=60 + number, words_per_sentence=14 + number))
        for number, words in enumerate(EVEN)
    ]
    odd = [essay("odd", nlp=metrics(**measures))] if measures else []
    return class_view(batch(*essays, *odd, *more), {})


def seen(view: ClassView, language: str = "en") -> dict[str, list[tuple[str, str]]]:
    """The essays worth a look, by reason, with what was found."""
    groups = outliers(view, words_of(language))
    return {group.reason: [(each.essay.essay_id, each.found) for each in group.essays] for group in groups}


def test_an_even_class_has_nothing_to_look_at() -> None:
    """Outliers are exceptions."""
    assert seen(class_of()) == {}


@pytest.mark.parametrize(
    ("length", "reason"),
    [
        (50, "Far shorter; half of the class write 218 words or more"),
        (900, "Far longer; half of the class write 222 words or less"),
    ],
)
def test_an_essay_of_quite_another_length_is_worth_a_look(length: int, reason: str) -> None:
    """A quarter of the median is far shorter in every class, and four times the median far longer."""
    assert seen(class_of(words_count=length)) == {reason: [("odd", str(length))]}


def test_half_the_length_is_worth_a_look_where_the_others_are_alike() -> None:
    """In a class of very different lengths, it is not unusual."""
    assert list(seen(class_of(words_count=100))) == ["Far shorter; half of the class write 218 words or more"]
    uneven = [essay(f"e{n}", nlp=metrics(words_count=words)) for n, words in enumerate((80, 120, 200, 320, 500))]
    assert seen(class_view(batch(*uneven), {})) == {}


def test_an_essay_in_another_language_is_named_with_it_and_kept_out_of_the_medians() -> None:
    """Its measures follow the rules of another language."""
    other = metrics(words_count=60)
    other["detected"] = DetectedLanguage(language="sv", probability=0.99).model_dump(mode="json")
    assert seen(class_of(essay("anna", nlp=other))) == {"In another language than the class": [("anna", "Swedish")]}
    assert seen(class_of(essay("anna", nlp=other)), "sv") == {"På ett annat språk än klassen": [("anna", "svenska")]}


def test_a_measure_far_from_the_class_is_told_with_its_value_and_the_median() -> None:
    """Only measures that matter by themselves are reported, and only if they are far off."""
    found = seen(class_of(words_count=220, mtld=62, words_per_sentence=60))
    assert found == {
        "Sentence length (words) far from the class, whose median is 18.5": [("odd", "60")],
    }
    assert seen(class_of(words_count=220, mtld=62, words_per_sentence=25)) == {}


def test_a_short_essay_is_told_for_its_length_alone() -> None:
    """Other measures of fewer than fifty words are unusual only because there are so few."""
    found = seen(class_of(words_count=30, mtld=200, words_per_sentence=30))
    assert list(found) == ["Far shorter; half of the class write 218 words or more"]


def test_in_a_class_of_four_nothing_is_unusual() -> None:
    """Four values have no middle to be far from."""
    few = [essay(f"e{n}", nlp=metrics(words_count=words)) for n, words in enumerate((200, 210, 220, 20))]
    assert seen(class_view(batch(*few), {})) == {}


def test_modified_z_scores_are_those_of_iglewicz_and_hoaglin() -> None:
    """0.6745 (x - median) / MAD: one far value cannot hide itself; if more than half are equal, nothing is far."""
    assert modified_z([1.0, 2.0, 3.0, 4.0, 100.0])[-1] == pytest.approx(0.6745 * 97)
    assert modified_z([1.0, 1.0, 1.0, 1.0, 9.0]) == [0.0] * 5


def test_the_page_links_who_is_worth_a_look() -> None:
    """A teacher can go from the reason to the essay; a page on an even class has no such section."""
    page = class_page(class_of(words_count=50), ClassPlots(), [])
    assert '<a href="#essay-10"><bdi>odd</bdi> (50)</a>' in page
    assert "Worth a look" not in class_page(class_of(), ClassPlots(), [])
