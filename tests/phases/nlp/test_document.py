"""How a text is split into paragraphs, sentences and words."""

import time

import pytest

from actors.phases.nlp import measure
from actors.phases.nlp.document import Document, words_of


def sentences_of(text: str, language: str = "en") -> list[str]:
    """The sentences as they are in the text."""
    return [sentence.text for sentence in Document(text, language).sentences]


def test_an_apostrophe_belongs_to_its_word_and_a_hyphen_divides() -> None:
    """Word boundaries are those of Unicode's UAX #29."""
    assert words_of("It's a well-known dog's life") == ["it's", "a", "well", "known", "dog's", "life"]


def test_typographic_apostrophes_are_apostrophes() -> None:
    """A word processor's quotation marks do not change words."""
    assert Document("I don’t", "en").words == Document("I don't", "en").words == ["i", "don't"]


def test_numbers_are_no_words_but_words_may_have_digits() -> None:
    """A word has at least one letter."""
    assert words_of("In 2019 the 1st of 3,000 won 4x4") == ["in", "the", "1st", "of", "won", "4x4"]


def test_composed_and_decomposed_letters_are_the_same_word() -> None:
    """Words are compared in NFC, whether a letter and its accent are one character or two."""
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
    """A mark before white space ends a sentence, and so does a full stop without a space; abbreviations do not."""
    assert len(sentences_of(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("“Where are you?” she asked. I ran.", 2),
        ('"Where are you?" Anna asked.', 1),
        ('"Where are you?" She asked.', 1),
        ("“Stop!” my mother shouted. “I am here.”", 2),
        ('She cried, "Help!" and ran.', 1),
        ("Where are you? she asked.", 1),
        ('"Go." She said that she was tired.', 2),
        ('"No." "Yes."', 2),
        ("I like cats (and dogs!) very much.", 1),
    ],
)
def test_what_somebody_says_is_part_of_the_sentence_that_says_so(text: str, count: int) -> None:
    """Speech and parentheses end with their own mark, but the sentence around them goes on."""
    assert len(sentences_of(text)) == count


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("It was ... strange. Yes.", 2),
        ("I was… scared.", 1),
        ("Well... I think so.", 1),
        ("He left... I cried.", 2),
        ("i like it. it is good. what can i do? i like it", 4),
    ],
)
def test_a_pause_does_not_end_a_sentence(text: str, count: int) -> None:
    """An ellipsis before a small letter is a pause; a full stop there is by a writer without capitals."""
    assert len(sentences_of(text)) == count


def test_an_abbreviation_that_closes_a_sentence_does_so_before_a_capital() -> None:
    """*etc.*, *p.m.* and *f.Kr.* may end a sentence; *no.* is an abbreviation only before a number."""
    assert len(sentences_of("I woke at 5 p.m. They talked etc. The end.")) == 3
    assert len(sentences_of("See no. 5 and say no. Then go.")) == 2
    assert len(sentences_of("År 50 f.Kr. kom romarna. Det var 20 e.Kr. Sedan dog han.", "sv")) == 3


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("Jag gillar bl. a. äpplen, ev. Päron, t. ex. Kiwi och d. v. s. mer. Slut.", 2),
        ("– Var är du? frågade hon. Jag sprang.", 2),
        ("Det pågår fr. o. m. maj. Vi åt m.m. Sedan gick vi.", 3),
        ("Vad? Jag vet inte.", 2),
    ],
)
def test_swedish_abbreviations_and_speech_end_no_sentence(text: str, count: int) -> None:
    """Abbreviations may contain spaces; speech after a dash needs no quotation marks."""
    assert len(sentences_of(text, "sv")) == count


def test_an_address_is_one_word_and_ends_no_sentence() -> None:
    """An URL with its query, a mail address or a bare domain; the sentence's full stop is not part of it."""
    text = "Visit www.Google.com or https://x.org/a-b?c=d. Then write to anna.b@x.se or read svt.se."
    assert len(sentences_of(text)) == 2
    assert words_of(text) == [
        "visit", "www.google.com", "or", "https://x.org/a-b?c=d", "then", "write", "to", "anna.b@x.se", "or", "read",
        "svt.se",
    ]  # fmt: skip


def test_swedish_abbreviations_do_not_end_a_sentence() -> None:
    """Each language has its own abbreviations."""
    assert len(sentences_of("Jag gillar frukt, t.ex. Äpplen och bl.a. Päron. Det är gott.", "sv")) == 2


def test_blank_lines_divide_paragraphs_and_single_line_ends_then_do_not() -> None:
    """A text wrapped at a fixed width keeps its paragraphs."""
    paragraphs = Document("One line\nand its rest. More.\n\nTwo.", "en").paragraphs
    assert [len(paragraph) for paragraph in paragraphs] == [2, 1]


def test_without_blank_lines_a_line_that_ends_a_sentence_ends_a_paragraph() -> None:
    """Many essays have one line per paragraph."""
    assert len(Document("First one.\nSecond one.\nThird one is\nwrapped.", "en").paragraphs) == 3


@pytest.mark.parametrize("newline", ["\r\n", "\r", "\n"])
def test_line_ends_of_all_systems_are_the_same(newline: str) -> None:
    """Windows, old Macs and Unix each have their own."""
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
    "addresses": "www.a.b" * 60_000,
    "an address that never ends": "http://" + "a/" * 200_000,
    "at signs": "a@" * 200_000,
    "abbreviations": "t. ex. " * 60_000,
    "speech": '"A!" a ' * 60_000,
}


@pytest.mark.parametrize("text", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("part", [5, pytest.param(1, marks=pytest.mark.slow)])
def test_no_text_takes_more_than_its_share_of_time(text: str, part: int) -> None:
    """Every step is linear: when ordering combining marks was not, this took minutes.

    The clock is this thread's, because other threads load their dictionaries meanwhile.
    """
    started = time.thread_time()
    measure(text[: len(text) // part], "en")
    assert time.thread_time() - started < 20 / part
