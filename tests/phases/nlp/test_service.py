"""The NLP phase as the engine sees it."""

import pytest

from actors.phases.nlp import METRICS, NLPService, parsing
from actors.phases.service import EssayTask, PhaseSettings, PhaseWorkError
from contracts.failures import ErrorCode
from contracts.phases import EssayStatus, PhaseName
from contracts.results.nlp import NLPResultDataV1
from contracts.results.spellcheck import CorrectionKind, SpellcheckResultDataV1, SpellingCorrection

ENGLISH = "I like to read books when it is raining outside, because there is nothing else to do then. " * 3
SWEDISH = "Jag tycker om att läsa böcker när det regnar ute, eftersom det inte finns något annat att göra. " * 3
GERMAN = "Ich lese gerne Bücher, wenn es draußen regnet, weil es dann nichts anderes zu tun gibt. " * 3


def task(
    text: str, language: str = "auto", *, spelling: SpellcheckResultDataV1 | None = None, parse: object = False
) -> EssayTask:
    """A task for one essay, without a parse unless it is asked for."""
    settings = PhaseSettings(language=language, options={"parse": parse})
    return EssayTask("essay-01", "sha256-1", text, settings, {PhaseName.SPELLCHECK: spelling} if spelling else {})


def result_of(essay: EssayTask) -> NLPResultDataV1:
    """The service's result."""
    result = NLPService().process(essay).result
    assert isinstance(result, NLPResultDataV1)
    return result


def spelling_with(*kinds: CorrectionKind, applied: bool = True) -> SpellcheckResultDataV1:
    """A spellcheck result with one error of each kind."""
    corrections = tuple(
        SpellingCorrection(
            start=place, stop=place + 1, original="x", replacement="y", candidates=("y",), kind=kind, confidence=0.9,
            explanation="", applied=applied,
        )
        for place, kind in enumerate(kinds)
    )  # fmt: skip
    return SpellcheckResultDataV1(
        status=EssayStatus.SPELLCHECKED_SUCCESS, original_text_storage_id="a", text_storage_id="b", producer="p",
        producer_version="1", corrections=corrections,
    )  # fmt: skip


def test_the_result_has_every_metric_and_leaves_the_text_alone() -> None:
    """It has all metrics by name, and the next phase works on the same text."""
    result = result_of(task(ENGLISH))
    assert list(result.metrics) == list(METRICS)
    assert (result.status, result.text_storage_id) == (EssayStatus.NLP_SUCCESS, "sha256-1")
    assert result.producer_version == NLPService().version


def test_a_result_survives_its_own_json() -> None:
    """The stored result equals the one that was found."""
    result = result_of(task(ENGLISH))
    assert NLPResultDataV1.model_validate_json(result.model_dump_json()) == result


def test_a_null_without_a_reason_is_no_result() -> None:
    """Whatever is missing has a reason."""
    data = result_of(task(ENGLISH)).model_dump()
    with pytest.raises(ValueError, match="nulls and reasons do not match"):
        NLPResultDataV1.model_validate(data | {"reasons": {}})


@pytest.mark.parametrize(("text", "language"), [(ENGLISH, "en"), (SWEDISH, "sv"), ("Hej på dig!", "sv")])
def test_the_language_is_detected_where_the_batch_says_auto(text: str, language: str) -> None:
    """A short text gets the likelier of the supported languages."""
    assert result_of(task(text)).language == language


@pytest.mark.parametrize("essay", [task(GERMAN), task(ENGLISH, "de")], ids=["detected", "asked for"])
def test_another_language_fails_with_its_reason(essay: EssayTask) -> None:
    """English metrics say nothing about German."""
    with pytest.raises(PhaseWorkError) as failure:
        NLPService().process(essay)
    assert failure.value.code is ErrorCode.LANGUAGE_NOT_SUPPORTED
    assert failure.value.details["language"] == "de"


def test_the_batch_decides_the_language_and_the_result_says_what_it_looks_like() -> None:
    """A Swedish essay in an English batch is measured as English, but the result has its detected language."""
    result = result_of(task(SWEDISH, "en-GB"))
    assert result.language == "en"
    assert result.detected is not None
    assert result.detected.language == "sv"


@pytest.mark.parametrize("text", ["", "   ", "?", "12", "\ud800"])
def test_a_text_of_nearly_nothing_is_a_result_and_not_a_crash(text: str) -> None:
    """Everything but counts is null, with reasons."""
    assert result_of(task(text)).metrics["words_count"] == 0


def test_accuracy_comes_from_the_spellcheck_phase() -> None:
    """Errors are per 100 words, by kind; one that was only pointed out is an error, but not a correction."""
    result = result_of(task("one two three four five", "en", spelling=spelling_with(CorrectionKind.NON_WORD)))
    assert result.metrics["spelling_errors_per_100_words"] == 20
    assert result.metrics["spelling_non_word_per_100_words"] == 20
    assert result.metrics["spelling_real_word_per_100_words"] == 0
    unsure = spelling_with(CorrectionKind.REAL_WORD, applied=False)
    assert result_of(task("one two three four", "en", spelling=unsure)).metrics["spelling_corrected_per_100_words"] == 0


def test_without_the_spellcheck_phase_accuracy_is_null() -> None:
    """Unknown errors are not the same as no errors."""
    result = result_of(task(ENGLISH))
    assert result.metrics["spelling_errors_per_100_words"] is None
    assert result.reasons["spelling_errors_per_100_words"] == "the spellcheck phase did not run before"


def test_a_parse_that_was_not_asked_for_leaves_its_metrics_null() -> None:
    """The option ``parse`` turns parsing off."""
    assert result_of(task(ENGLISH)).reasons["clauses_per_sentence"] == "no parse was asked for"


def test_swedish_says_that_it_has_no_parser() -> None:
    """There is no Swedish model."""
    assert "Swedish" in result_of(task(SWEDISH, parse=True)).reasons["clauses_per_sentence"]


def test_without_the_extra_the_metrics_of_syntax_say_where_it_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    """The parser is optional: metrics that need it are null, and the others are there."""
    monkeypatch.setattr(parsing, "_MODEL", "a_model_that_is_not_installed")
    result = result_of(task(ENGLISH, parse=True))
    assert "[parse]" in result.reasons["clauses_per_sentence"]
    assert result.metrics["lix"] is not None
    assert result.producer_version.endswith("noparser")


def test_an_option_that_means_nothing_is_refused() -> None:
    """Settings are checked before any work."""
    with pytest.raises(PhaseWorkError) as failure:
        NLPService().process(task(ENGLISH, parse="sometimes"))
    assert failure.value.code is ErrorCode.INVALID_SETTINGS
