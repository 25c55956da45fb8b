"""The spellcheck phase as the engine sees it."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.phases.service import EssayService, PhaseWorkError
from actors.phases.spellcheck import SpellcheckService
from contracts.failures import ErrorCode
from contracts.results.spellcheck import SpellcheckResultDataV1, apply_corrections
from contracts.texts import text_storage_id_of
from tests.phases.spellcheck.conftest import Check

_PIECES = [
    "recieve",
    "teh",
    "their is",
    "a apple",
    "dont",
    "him self",
    "alot",
    "Zxqv",
    "“",
    "’s",
    "\r\n",
    "\t",
    "é",
    "🙂",
]


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300), st.sampled_from(["en", "sv"]))
def test_applying_the_corrections_gives_the_corrected_text_exactly(check: Check, text: str, language: str) -> None:
    """Whatever the Unicode, applying the corrections by their spans to the original gives the corrected text."""
    outcome = check(text, language)
    assert apply_corrections(text, outcome.result.corrections) == outcome.text
    assert all(text[each.start : each.stop] == each.original for each in outcome.result.corrections)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(_PIECES) | st.text(max_size=8), max_size=40))
def test_corrections_are_in_order_and_what_lies_between_stays_byte_for_byte(check: Check, pieces: list[str]) -> None:
    """Spans neither overlap nor go backwards, and the text between them is not touched."""
    text = " ".join(pieces)
    outcome = check(text)
    rest, at = outcome.text, 0
    for each in outcome.result.applied:
        assert each.start >= at
        kept = text[at : each.start] + each.replacement
        assert rest.startswith(kept)
        rest, at = rest[len(kept) :], each.stop
    assert rest == text[at:]


def test_a_changed_text_is_named_by_its_own_id_and_an_unchanged_one_keeps_its_id(check: Check) -> None:
    """The next phase reads the corrected text, or the same one if nothing was wrong."""
    changed, same = check("I recieve it."), check("I receive it.")
    assert changed.result.text_storage_id == text_storage_id_of("I receive it.")
    assert same.result.text_storage_id == same.result.original_text_storage_id


def test_a_result_survives_json(check: Check) -> None:
    """A result is stored and sent as JSON, and comes back equal."""
    result = check("I recieve alot of there letters and its hard to read.").result
    assert SpellcheckResultDataV1.model_validate(json.loads(result.model_dump_json())) == result


def test_the_same_task_gives_the_same_product(check: Check) -> None:
    """Earlier checks do not affect later ones."""
    text = "She definately recieved teh letter tommorow."
    assert check(text).result.corrections == check(text).result.corrections


def test_a_language_that_the_checker_does_not_know_fails_the_essay(check: Check) -> None:
    """The error names the language, which is not guessed."""
    with pytest.raises(PhaseWorkError, match="fr") as failure:
        check("Bonjour tout le monde", "fr")
    assert failure.value.code is ErrorCode.LANGUAGE_NOT_SUPPORTED


def test_an_essay_in_another_language_fails_when_the_language_is_to_be_detected(check: Check) -> None:
    """A long French text is not corrected as if it were English."""
    french = (
        "Les élèves de notre école ont écrit une longue lettre au maire de la ville pour demander un nouveau parc. "
    )
    with pytest.raises(PhaseWorkError) as failure:
        check(french * 3, "auto")
    assert failure.value.code is ErrorCode.LANGUAGE_NOT_SUPPORTED


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("My summer was very nice and I want to tell you about my freinds.", "en"),
        ("Min sommar var väldigt fin och jag vill berätta om mina vänner.", "sv"),
        ("", "en"),
        ("12345 !!", "en"),
    ],
)
def test_the_language_is_detected_for_each_essay(check: Check, text: str, language: str) -> None:
    """With ``auto``, the result has the language in which the essay was checked."""
    assert check(text, "auto").result.language == language


@pytest.mark.parametrize(
    "options", [{"word_list": "Heathcliff"}, {"word_list": [1]}, {"min_confidence": 2}, {"wordlist": []}]
)
def test_options_that_make_no_sense_fail_the_essay(check: Check, options: dict[str, object]) -> None:
    """A wrong option is an error, and never ignored."""
    with pytest.raises(PhaseWorkError) as failure:
        check("A text.", **options)
    assert failure.value.code is ErrorCode.INVALID_SETTINGS


def test_the_service_fulfils_the_protocol_of_phases() -> None:
    """The engine knows the phase only by the protocol."""
    service: EssayService = SpellcheckService()
    assert (service.name, bool(service.version)) == ("spellcheck", True)


@pytest.mark.parametrize(
    "text", ["a" * 100_000, "a-" * 10_000, '"a ' * 10_000, "<a " * 10_000, "\ud800" * 10_000, "a'" * 20_000]
)
def test_a_hostile_text_is_read_in_linear_time(check: Check, text: str) -> None:
    """One giant token, or endless marks, neither crash nor hang the checker."""
    assert check(text).result.applied == ()
