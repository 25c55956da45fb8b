"""One loaded service for all tests of the phase."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from actors.phases.service import EssayTask, PhaseSettings
from actors.phases.spellcheck import SpellcheckService
from contracts.results.spellcheck import SpellcheckResultDataV1
from contracts.texts import text_storage_id_of


@dataclass(frozen=True)
class Outcome:
    """What the phase made of a text: the new text, and the result."""

    text: str
    result: SpellcheckResultDataV1


Check = Callable[..., Outcome]


@pytest.fixture(scope="session")
def check() -> Check:
    """Run the phase on a text: ``check(text, language, **options)``."""
    service = SpellcheckService()

    def run(text: str, language: str = "en", **options: object) -> Outcome:
        task = EssayTask("essay", text_storage_id_of(text), text, PhaseSettings(language, options=options))
        product = service.process(task)
        assert isinstance(product.result, SpellcheckResultDataV1)
        return Outcome(text if product.text is None else product.text, product.result)

    return run
