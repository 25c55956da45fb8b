"""The NLP phase: computes the metrics of one essay."""

import time
from importlib import metadata
from typing import Final

from actors.phases.nlp import parsing
from actors.phases.nlp.document import Document
from actors.phases.nlp.languages import Detection, detect, likeliest_supported
from actors.phases.nlp.lexicon import LANGUAGES
from actors.phases.nlp.measuring import base_language, measure_document
from actors.phases.nlp.metric import Unmeasured
from actors.phases.service import EssayTask, PhaseWorkError, Product
from contracts.failures import ErrorCode
from contracts.phases import EssayStatus, PhaseName
from contracts.results.nlp import DetectedLanguage, NLPResultDataV1
from contracts.results.spellcheck import SpellcheckResultDataV1, SpellingCorrection

_OWN_VERSION: Final = "3"
_SHAPED_BY: Final = ("wordfreq", "cefrpy", "py3langid")
_DECIMALS: Final = 6


class NLPService:
    """Measures an essay in English or Swedish: every metric of ``METRICS``, or the reason why it has no value.

    ``settings.language`` is ``en``, ``en-GB``, ``sv``... or ``auto``. With the option ``parse`` (the default),
    sentences are parsed if a parser is installed, which is sixteen times the work. The text is not changed.
    """

    name = "nlp-metrics"
    uses = (PhaseName.SPELLCHECK,)

    def __init__(self) -> None:
        packages = [f"{name}{metadata.version(name)}" for name in _SHAPED_BY]
        self.version = "-".join([_OWN_VERSION, *packages, parsing.version()])

    def process(self, task: EssayTask) -> Product:
        """Measure one essay.

        Raises:
            PhaseWorkError: the essay is in a language without metrics, or an option is unknown or wrong.
        """
        started = time.perf_counter()
        detection = detect(task.text)
        document = _document_of(task, _language_of(task, detection))
        measures = measure_document(document)
        return Product(
            NLPResultDataV1(
                status=EssayStatus.NLP_SUCCESS,
                original_text_storage_id=task.text_id,
                text_storage_id=task.text_id,
                duration_ms=1000 * (time.perf_counter() - started),
                producer=self.name,
                producer_version=self.version,
                language=document.language,
                detected=detection and DetectedLanguage(language=detection.language, probability=detection.probability),
                metrics={n: None if isinstance(m, Unmeasured) else round(m, _DECIMALS) for n, m in measures.items()},
                entities=document.parse.counts.entities if document.parse.counts else (),
                reasons={name: m.reason for name, m in measures.items() if isinstance(m, Unmeasured)},
            )
        )


def _document_of(task: EssayTask, language: str) -> Document:
    wanted = task.settings.options.get("parse", True)
    if not isinstance(wanted, bool):
        raise PhaseWorkError(ErrorCode.INVALID_SETTINGS, f"the option 'parse' is true or false, not {wanted!r}")
    parse = parsing.parse(task.text, language) if wanted else parsing.NOT_ASKED_FOR
    return Document(task.text, language, corrections=_corrections_of(task), parse=parse)


def _language_of(task: EssayTask, detection: Detection | None) -> str:
    asked = task.settings.language
    if asked != "auto":
        return _supported(asked)
    if detection is None:
        return likeliest_supported(task.text)
    return _supported(detection.language) if detection.is_foreign else detection.supported


def _supported(language: str) -> str:
    try:
        return base_language(language)
    except ValueError as error:
        raise PhaseWorkError(
            ErrorCode.LANGUAGE_NOT_SUPPORTED, str(error), language=language, supported=list(LANGUAGES)
        ) from error


def _corrections_of(task: EssayTask) -> tuple[SpellingCorrection, ...] | None:
    spelling = task.earlier.get(PhaseName.SPELLCHECK)
    return spelling.corrections if isinstance(spelling, SpellcheckResultDataV1) else None
