"""The spellcheck phase as the engine sees it."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from actors.phases.service import EssayTask, PhaseSettings, PhaseWorkError, Product
from actors.phases.spellcheck import SpellcheckService
from contracts.failures import ErrorCode
from contracts.results.spellcheck import SpellcheckResultDataV1, apply_corrections
from contracts.texts import text_storage_id_of

SERVICE = SpellcheckService()


def check(text: str, language: str = "en", **options: object) -> tuple[Product, SpellcheckResultDataV1]:
    """Run the phase on one text."""
    product = SERVICE.process(
        EssayTask("essay", text_storage_id_of(text), text, PhaseSettings(language, options=options))
    )
    assert isinstance(product.result, SpellcheckResultDataV1)
    return product, product.result


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=300))
def test_applying_the_corrections_gives_the_corrected_text_exactly(text: str) -> None:
    """Applying the corrections to the original by their spans gives the corrected text, whatever the Unicode."""
    product, result = check(text)
    assert apply_corrections(text, result.corrections) == (text if product.text is None else product.text)
    assert all(text[each.start : each.stop] == each.original for each in result.corrections)


def test_a_word_that_occurs_twice_is_corrected_both_times() -> None:
    """Corrections go by span, not by string."""
    product, _ = check("I recieve what you recieve.")
    assert product.text == "I receive what you receive."


def test_an_unknown_language_fails_the_essay_with_a_reason() -> None:
    """A language that the checker does not know is refused, not guessed."""
    with pytest.raises(PhaseWorkError) as failure:
        check("Bonjour tout le monde", "fr")
    assert failure.value.code is ErrorCode.LANGUAGE_NOT_SUPPORTED
