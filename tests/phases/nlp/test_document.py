"""How a text is cut into paragraphs, sentences and words."""

import time

import pytest

from actors.phases.nlp import measure
from actors.phases.nlp.document import Document, words_of


def sentences_of(text: str, language: str = "en") -> list[str]:
    """The sentences as they stand in the text."""
    return [sentence.text for sentence in Document(text, language).sentences]


def test_an_apostrophe_belongs_to_its_word_and_a_hyphen_divides() -> None:
    """Word boundaries are those of Unicode's UAX #29."""
    assert words_of("It's a well-known dog's life") == ["it's", "a", "well", "known", "dog's", "life"]


def test_typographic_apostrophes_are_apostrophes() -> None:
    """A word processor's quotes change no word."""
    assert Document("I don’t", "en").words == Document("I don't", "en").words == ["i", "don't"]


def test_numbers_are_no_words_but_words_may_have_digits() -> None:
    """A word has at least one letter."""
    assert words_of("In 2019 the 1st of 3,000 won 4x4") == ["in", "the", "1st", "of", "won", "4x4"]


def test_composed_and_decomposed_letters_are_the_same_word() -> None:
    """Texts are compared in NFC: a letter and its accent may come as one character or two."""
    assert Document("cafe\u0301", "en").words == Document("caf\u00e9", "en").words


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Dr. Smith met Mrs. Jones at 5 p.m. yesterday. They talked.", 2),
        ("J. K. Rowling wrote it. I read it.", 2),
        ("So did I. He did not.", 2),
        ("Was he there? No. Then he lied.", 3),
        ("What?! No... Yes!", 3),
        ('He said "Go." Then he left.', 2),
        ("I went home.Then I slept.", 2),
        ("It cost 3.50 in all.", 1),
        ("no full stop at all", 1),
        ("... ?! --", 0),
    ],
)
def test_a_sentence_ends_at_its_mark_and_not_at_an_abbreviation(text: str, count: int) -> None:
    """Marks before white space end a sentence, as does a full stop without its space; abbreviations do not."""
    assert len(sentences_of(text)) == count


def test_swedish_abbreviations_do_not_end_a_sentence() -> None:
    """Each language has its own abbreviations."""
    assert len(sentences_of("Jag gillar frukt, t.ex. Äpplen och bl.a. Päron. Det är gott.", "sv")) == 2


def test_blank_lines_divide_paragraphs_and_single_line_ends_then_do_not() -> None:
    """A text that is wrapped at a width keeps its paragraphs."""
    paragraphs = Document("One line\nand its rest. More.\n\nTwo.", "en").paragraphs
    assert [len(paragraph) for paragraph in paragraphs] == [2, 1]


def test_without_blank_lines_a_line_that_ends_a_sentence_ends_a_paragraph() -> None:
    """Many essays have one line per paragraph."""
    assert len(Document("First one.\nSecond one.\nThird one is\nwrapped.", "en").paragraphs) == 3


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_line_ends_of_all_systems_are_the_same(newline: str) -> None:
    """Windows, old Macs and Unix."""
    assert len(Document(newline.join(["One.", "", "Two."]), "en").paragraphs) == 2


HOSTILE = {
    "one giant token": "a" * 500_000,
    "digits": "1" * 500_000,
    "marks of two classes": "a" + "\u0316\u0301" * 50_000,
    "terminators": "!" * 500_000 + "x",
    "terminators and letters": "!x" * 100_000,
    "quotes after a stop": 'a."' + '"' * 500_000 + "x",
    "spaces before a mark": ("a" + " " * 500) * 500 + ",",
    "spaces": "a" + " " * 500_000 + "b",
    "line ends": "a.\n \n" * 50_000,
    "tabs at line ends": "a.\t\t\t\t" * 50_000,
    "apostrophes": "a" + "'" * 500_000 + "a",
    "letters and apostrophes": "a'" * 200_000,
    "dots between letters": "a." * 200_000,
    "lone surrogates": "\ud800 a " * 10_000,
    "pictures": "😀" * 300_000,
    "capitals": "Aa " * 100_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
def test_no_text_takes_more_than_its_share_of_time(text: str) -> None:
    """Every step is linear: where one was not (ordering of combining marks), this took minutes."""
    started = time.process_time()
    measure(text, "en")
    assert time.process_time() - started < 5
