"""The spellcheck phase: turns an essay into its corrected text and a list of corrections."""

import time
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from actors.phases.service import EssayTask, Product
from actors.phases.spellcheck.checker import Checked, checker_of
from actors.phases.spellcheck.language import language_of
from actors.phases.spellcheck.options import options_from
from actors.phases.spellcheck.reading import WordList
from contracts.phases import EssayStatus, PhaseName
from contracts.results.spellcheck import SpellcheckResultDataV1, apply_corrections
from contracts.texts import text_storage_id_of

_LISTS_KEPT: Final = 16


class SpellcheckService:
    """Corrects spelling where it is sure, and suggests corrections where it is not.

    A noisy-channel checker (Kernighan, Church and Gale 1990; Brill and Moore 2000). For a word that no list knows, it
    collects the words near it; one log-linear model ranks these, and a second one says how far to trust the first.
    Real words in the place of others are found by rules and, in English, by a model of word sequences (Mays, Damerau
    and Mercer 1991). A language's data is loaded for its first essay and kept.
    """

    name = "spellcheck"
    version = "1.4.1"
    uses: Sequence[PhaseName] = ()

    def __init__(self) -> None:
        self._word_list = lru_cache(maxsize=_LISTS_KEPT)(WordList)

    def process(self, task: EssayTask) -> Product:
        """Check one essay.

        Raises:
            PhaseWorkError: LANGUAGE_NOT_SUPPORTED or INVALID_SETTINGS.
        """
        options = options_from(task.settings.options)
        language = language_of(task.text, task.settings.language)
        checker = checker_of(language)
        started = time.perf_counter()
        terms = self._word_list(options.word_list)
        checked = checker.check(task.text, terms, applied_from=options.min_confidence)
        duration_ms = 1000 * (time.perf_counter() - started)
        return self._product(task, language, checked, duration_ms)

    def _product(self, task: EssayTask, language: str, checked: Checked, duration_ms: float) -> Product:
        corrected = apply_corrections(task.text, checked.corrections)
        changed = corrected != task.text
        result = SpellcheckResultDataV1(
            status=EssayStatus.SPELLCHECKED_SUCCESS,
            original_text_storage_id=task.text_id,
            text_storage_id=text_storage_id_of(corrected) if changed else task.text_id,
            duration_ms=duration_ms,
            producer=self.name,
            producer_version=self.version,
            language=language,
            corrections=checked.corrections,
            words_checked=checked.words_checked,
            words_left_alone=checked.words_left_alone,
        )
        return Product(result, corrected if changed else None)
