"""From the lines of printed pages to paragraphs."""

import pytest

from drivers.intake.hyphens import Joiner
from drivers.intake.pdf_layout import printed_text
from drivers.intake.pdf_lines import Glyph, Line, lines_of

WIDTH = 6.0  # of each letter
HEIGHT = 12.0
LEADING = 14.0
FULL = "all of these words fill one whole line of it"


def page(*texts: str, top: float = 700, left: float = 50) -> list[Line]:
    """Lines below each other, with letters of equal width."""
    return [line(text, top - LEADING * number, left) for number, text in enumerate(texts)]


def line(text: str, baseline: float, left: float = 50, height: float = HEIGHT) -> Line:
    """One printed line."""
    first = text.partition(" ")[0]
    return Line(text, left, left + WIDTH * len(text), baseline, height, WIDTH * len(first))


def glyphs(text: str, left: float = 50, baseline: float = 700) -> list[Glyph]:
    """A text with letters of equal width; a space is a gap."""
    places = enumerate(text)
    return [Glyph(letter, left + WIDTH * n, left + WIDTH * (n + 1), baseline, HEIGHT) for n, letter in places]


def test_a_paragraph_goes_on_over_the_page() -> None:
    """Neither a page break nor the end of a column ends a paragraph."""
    pages = [page(FULL, "and the last one of the page is full as well"), page("so it goes on here.", top=710)]
    assert printed_text(pages).paragraphs == (
        f"{FULL} and the last one of the page is full as well so it goes on here.",
    )


def test_what_repeats_at_the_edges_of_pages_is_no_text() -> None:
    """Running heads, feet and page numbers belong to the paper."""
    pages = [
        [line("Maja Nord 8B", 780), *page(f"{letter} {FULL}", f"{FULL} {letter}"), line(f"Page {number} of 2", 40)]
        for number, letter in ((1, "a"), (2, "b"))
    ]
    found = printed_text(pages)
    assert found.paragraphs == (f"a {FULL} {FULL} a b {FULL} {FULL} b",)
    assert found.heads == ("Maja Nord 8B", "Page 1 of 2", "Page 2 of 2")


@pytest.mark.parametrize("number", ["1", "Page 1 of 1", "- 1 -", "Sida 1", "1/1", "1 (1)", "Seite 1 von 1"])
def test_a_page_number_is_known_on_a_single_page(number: str) -> None:
    """A single page repeats nothing by which it could be found."""
    assert printed_text([[*page(FULL, "and an end."), line(number, 40)]]).paragraphs == (f"{FULL} and an end.",)


def test_a_line_of_the_text_that_comes_twice_is_no_running_head() -> None:
    """A refrain has a different place on each page."""
    pages = [page("Oh my love", FULL, FULL), page(FULL, "Oh my love", FULL)]
    assert " ".join(printed_text(pages).paragraphs).count("Oh my love") == 2


def test_a_single_page_names_the_line_that_may_be_its_head() -> None:
    """Comparing the class's files tells whether it is."""
    assert printed_text([page("Maja Nord class 8B", FULL)]).top_line == "Maja Nord class 8B"


def test_a_short_line_a_gap_and_an_indent_end_a_paragraph() -> None:
    """The next word would have fitted on a short line, so its end is on purpose."""
    short = printed_text([page("Dear Sir,", FULL, "and an end.", "A new one")])
    assert short.paragraphs == ("Dear Sir,", f"{FULL} and an end.", "A new one")
    gap = printed_text([[line(FULL, 700), line(FULL, 686), line(FULL, 662), line(FULL, 648)]])
    assert gap.paragraphs == (f"{FULL} {FULL}",) * 2
    indent = printed_text([[line(FULL, 700), line(FULL, 686), line(FULL[:40], 672, left=70), line(FULL, 658)]])
    assert len(indent.paragraphs) == 2


def test_a_title_in_larger_type_is_a_paragraph_of_its_own() -> None:
    """It may even be as wide as the lines below."""
    assert printed_text([[line(FULL, 720, height=18), *page(FULL)]]).paragraphs == (FULL, FULL)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        ("a per-", "son", "a person"),
        ("det var be-", "stämt", "det var bestämt"),
        ("alla oväders-", "dagar", "alla ovädersdagar"),
        ("a well-", "known man", "a well-known man"),
        ("en kollo-", "plats", "en kollo-plats"),
        ("the Anglo-", "Saxons", "the Anglo-Saxons"),
        ("a per\u00ad", "son", "a person"),
        ("a per\u2010", "son", "a person"),
        ("from 8-", "10 years", "from 8-10 years"),
        ("one word", "more", "one word more"),
        ("it was -", "as always", "it was - as always"),
    ],
)
def test_a_divided_word_is_joined_and_a_true_hyphen_kept(first: str, second: str, joined: str) -> None:
    """A word list decides, and how the document writes the word elsewhere."""
    assert Joiner([first, second]).join(first, second) == joined


def test_the_document_itself_tells_first_whether_a_word_has_a_hyphen() -> None:
    """The student's own spelling is kept."""
    assert Joiner(["an e-", "mail", "my e-mail"]).join("an e-", "mail") == "an e-mail"
    assert Joiner(["the kolla-", "platsen", "kollaplatsen"]).join("the kolla-", "platsen") == "the kollaplatsen"


def test_an_accent_that_is_printed_over_a_letter_is_put_onto_it() -> None:
    """TeX's old fonts have no ä; a capital letter's accent comes after the word."""
    low = [*glyphs("h"), Glyph("¨", 56, 62, 700, HEIGHT), *glyphs("ar", 56)]
    assert [found.text for found in lines_of(low)] == ["här"]
    high = [*glyphs("Oster"), Glyph("¨", 50, 56, 703, HEIGHT)]
    assert [found.text for found in lines_of(high)] == ["Öster"]
    beside = glyphs("a ¨b")
    assert [found.text for found in lines_of(beside)] == ["a ¨b"]


def test_a_gap_between_letters_is_a_space() -> None:
    """Some programs write no spaces, and some write one and then move back over it."""
    apart = [*glyphs("one"), *glyphs("two", 50 + 3 * WIDTH + 3)]
    assert [found.text for found in lines_of(apart)] == ["one two"]
    taken_back = [*glyphs("nev "), *glyphs("er", 50 + 3 * WIDTH)]
    assert [found.text for found in lines_of(taken_back)] == ["never"]


def test_ligatures_of_fonts_without_a_table_of_characters_are_letters() -> None:
    """They have the codes of ASCII control characters, which would be removed."""
    assert [found.text for found in lines_of(glyphs("\x1crst o\x1bers"))] == ["first offers"]
