"""Names do not leave the machine, and are put back in their places afterwards."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.phases.llm.introductions import names_that_are_words
from actors.phases.llm.privacy import Placeholders, names_in_file_name
from actors.phases.spellcheck.letters import base_form
from tests.phases.llm.planted import CLASS, ESSAYS, Planted

NAMES = ("Anna Svensson", "Mohammed Al-Rashid", "Zoë", "Will Baker", "O'Connor")
TEXT = """My name is Fatima and I live in Gothenburg with my friend anna. Mohammed's brother plays football with Zoë.
Al-Rashid told us that Will will come. Write to fatima.k@example.com or call 070-123 45 67. I like English."""


def test_listed_names_are_hidden_whatever_their_case() -> None:
    """They are hidden even if the student writes them in small letters."""
    hidden = Placeholders(TEXT, "en", NAMES).hide(TEXT).text.lower()
    assert not any(name in hidden for name in ("anna", "svensson", "mohammed", "rashid", "zoë"))


def test_names_are_found_without_a_list() -> None:
    """A name is hidden if it is introduced, or has a capital letter inside a sentence."""
    hidden = Placeholders(TEXT, "en").hide(TEXT).text
    assert not any(name in hidden for name in ("Fatima", "Gothenburg", "Zoë", "Mohammed"))


def test_addresses_and_numbers_are_hidden() -> None:
    """Mail addresses and telephone numbers identify people, too."""
    hidden = Placeholders(TEXT, "en").hide(TEXT).text
    assert "example.com" not in hidden
    assert "123 45" not in hidden


def test_ordinary_words_stay() -> None:
    """I, weekdays and languages are not names."""
    text = "On Monday I had an English lesson. The teacher was kind. However, it rained."
    assert Placeholders(text, "en").hide(text).text == text


def test_a_name_in_a_sentence_beginning_is_hidden() -> None:
    """No Swedish word is spelt Svensson, and no English one Fatima."""
    assert Placeholders("Svensson kom sent.", "sv").hide("Svensson kom sent.").text == "[NAME1] kom sent."
    assert Placeholders("Svensson came late.", "en").hide("Svensson came late.").text == "[NAME1] came late."


@pytest.mark.parametrize(
    ("text", "hidden"),
    [
        ("Annas bok är röd.", "[NAME1]s bok är röd."),
        ("Bos bok och bos inte.", "[NAME1]s bok och [NAME1]s inte."),
        ("We took Annas bike and ANNA’s.", "We took [NAME1]s bike and [NAME1]’s."),
        ("Asa and ostlund came.", "[NAME1] and [NAME2] came."),
        ("A\u030asa came.", "[NAME1] came."),
    ],
    ids=["Swedish", "short", "English", "no accents", "decomposed"],
)
def test_a_listed_name_is_hidden_in_every_form(text: str, hidden: str) -> None:
    """In the genitive of both languages, and written without its special letters."""
    language = "sv" if "bok" in text else "en"
    assert Placeholders(text, language, ("Anna Ek", "Bo Ek", "Åsa Östlund")).hide(text).text == hidden


def test_a_name_that_is_nothing_else_is_hidden_without_a_list_and_a_capital() -> None:
    """The dictionary has it only with a capital letter."""
    assert Placeholders("my friend emma runs", "en").hide("my friend emma runs").text == "my friend [NAME1] runs"
    assert Placeholders("min vän lars springer", "sv").hide("min vän lars springer").text == "min vän [NAME1] springer"


@pytest.mark.parametrize("text", ["the class was less happy, thus a loss of gas", "on monday, in english, i won"])
def test_words_that_look_like_the_genitive_of_a_name_stay(text: str) -> None:
    """Without its last letter, less is the name Les."""
    assert Placeholders(text, "en").hide(text).text == text


def test_a_word_of_the_files_name_is_hidden_where_it_is_used_as_a_name() -> None:
    """An essay's id is in small letters, so the text must show which of its words are names."""
    text = "Hope and asa hope that Berg came to school."
    suspected = names_in_file_name("hope-berg-asa-school-essay")
    assert (
        Placeholders(text, "en", (), suspected).hide(text).text
        == "[NAME1] and [NAME2] hope that [NAME3] came to school."
    )


def test_names_come_back() -> None:
    """A model's comment on [NAME1] has the name again; an unknown number becomes nothing."""
    hidden = Placeholders("I met Fatima and Zoë.", "en").hide("I met Fatima and Zoë.")
    assert hidden.restored("[NAME1] and [NAME2] and [NAME99]") == "Fatima and Zoë and "


def test_an_essay_cannot_forge_a_placeholder() -> None:
    """[NAME1] in an essay is hidden like a name, so it comes back as it was written."""
    text = "I met [NAME1] and Fatima."
    hidden = Placeholders(text, "en").hide(text)
    assert hidden.restored(hidden.text) == text


def test_the_file_name_gives_names_away() -> None:
    """Anna_Berg-essay is by Anna Berg."""
    assert names_in_file_name("Anna_Berg-essay_2") == ["Anna", "Berg"]
    assert names_in_file_name("anna-berg-uppsats-2") == ["anna", "berg"]


@given(st.text(max_size=200), st.lists(st.sampled_from(NAMES), max_size=3))
def test_hiding_and_restoring_gives_the_text_back(text: str, names: list[str]) -> None:
    """Any text, with its names restored, is the same apart from the letter case of a repeated name."""
    hidden = Placeholders(text, "en", names).hide(text)
    assert hidden.restored(hidden.text).casefold().replace("’", "'") == text.casefold().replace("’", "'")


@given(st.text(st.sampled_from("Anna Zoë bird. "), max_size=80))
def test_places_lead_back_to_the_original(text: str) -> None:
    """The whole hidden text maps to the whole original, and so does each part between names."""
    hidden = Placeholders(text, "en", NAMES).hide(text)
    assert hidden.original_span(0, len(hidden.text)) == (0, len(text))
    for start, end, first, last in hidden.places:
        assert hidden.original_span(start, end) == (first, last)


@pytest.mark.parametrize("text", ["A" * 50_000, "Anna " * 10_000, "a@" * 20_000, "1 " * 20_000, "[NAME1]" * 5_000])
def test_monotonous_texts_are_hidden_in_no_time(text: str) -> None:
    """No pattern takes quadratic time."""
    Placeholders(text, "en", NAMES).hide(text)


@pytest.mark.parametrize("planted", ESSAYS, ids=lambda planted: planted.text[:40])
def test_what_leads_to_somebody_is_not_sent(planted: Planted) -> None:
    """Numbers in any form, handles, listed names in small letters, nicknames, introduced names."""
    sent = Placeholders(planted.text, planted.language, CLASS).hide(planted.text).text.lower()
    assert [secret for secret in planted.secrets if secret.lower() in sent] == []


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Our 3.5 km walk in 2009, 2010 and 2011 cost 1,000,000 crowns on the 21st, in the 1990s.", "en"),
        ("A 20-year-old had an mp3 of 10kg and 50% of the covid19 and co2.", "en"),
        ("he said that i hope you will mark my words.", "en"),
        ("my friend will come and my brother drew a horse.", "en"),
        ('She said "yes" and then "help" again.', "en"),
        ("vi hade en vilja att leva ett gott liv.", "sv"),
    ],
)
def test_quantities_and_words_of_nobody_stay(text: str, language: str) -> None:
    """Words that may be names are ordinary words unless the class list has them."""
    assert Placeholders(text, language).hide(text).text == text


def test_a_listed_word_may_be_left_where_that_is_asked_for() -> None:
    """By default it is hidden; otherwise the most common words are hidden only as names."""
    text = "i will come, and Will came."
    assert Placeholders(text, "en", ["Will"]).hide(text).text == "i [NAME1] come, and [NAME1] came."
    assert Placeholders(text, "en", ["Will"], strict=False).hide(text).text == "i will come, and [NAME1] came."


def test_a_listed_word_of_grammar_is_hidden_as_a_name_only() -> None:
    """A text without my and so would be unreadable."""
    text = "so my friend My So came."
    assert Placeholders(text, "en", ["My So"]).hide(text).text == "so my friend [NAME1] [NAME2] came."


def test_every_listed_name_that_is_a_word_is_one_in_its_list() -> None:
    """The list has base forms."""
    assert {name for name in names_that_are_words() if name != base_form(name)} == set()
