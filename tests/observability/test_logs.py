"""Log lines, for people and as JSON."""

import json
import logging
from collections.abc import Iterator
from uuid import UUID

import pytest

from actors.core.effects import Publish
from actors.observability.logs import FORMAT_VARIABLE, log, log_published, set_up_logging
from contracts import ErrorCode, ErrorDetail, EssayStatus, PhaseName
from contracts.event_payloads import EssayPhaseCompletedV1
from contracts.events import ProcessingEvent

CORRELATION = UUID("4f3c1a52-8a35-5d0e-9f5a-2f6f3f1f7d10")


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    before = (root.handlers[:], root.level, log.level)
    yield
    root.handlers[:], root.level, log.level = before


def _failed(message: str) -> Publish:
    return _completed(EssayStatus.NLP_FAILED, ErrorDetail(error_code=ErrorCode.SERVICE_ERROR, message=message))


def _completed(status: EssayStatus, error: ErrorDetail | None = None) -> Publish:
    data = EssayPhaseCompletedV1(
        batch_id="8b",
        essay_id="emil",
        phase_name=PhaseName.NLP,
        status=status,
        text_storage_id="t",
        error=error,
        correlation_id=CORRELATION,
    )
    return Publish(ProcessingEvent.ESSAY_NLP_COMPLETED, "key", "8b", data, "emil")


def test_a_line_for_people_is_of_keys_and_values(capsys: pytest.CaptureFixture[str]) -> None:
    """Values with spaces are quoted."""
    set_up_logging()
    log_published(_failed("It did not work."))
    line = capsys.readouterr().err
    assert " WARNING event=essay.nlp.completed batch=8b essay=emil phase=nlp status=nlp_failed" in line
    assert ' error="It did not work." ' in line


@pytest.mark.parametrize(
    ("message", "shown"),
    [
        ("a\nb", r'"a\nb"'),
        ("a\u2028b\u2029c\x85d", r'"a\u2028b\u2029c\u0085d"'),
        ('say "x" y', r'"say \"x\" y"'),
        ('x"', r'"x\""'),
        ("C:\\temp", r'"C:\\temp"'),
        ("\x1b[31mred", r'"\u001b[31mred"'),
        ("a\u202eb", r'"a\u202eb"'),
        ("batch=9c", '"batch=9c"'),
        ("", '""'),
        ("Åke's", "Åke's"),
        ("It did not work.", '"It did not work."'),
    ],
)
def test_what_a_failure_says_cannot_be_taken_for_a_line_or_a_pair(
    message: str, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """One event is one line of pairs, whatever an exception's text contains; harmless text is left as it is."""
    set_up_logging()
    log_published(_failed(message))
    line = capsys.readouterr().err.removesuffix("\n")
    assert line.splitlines() == [line]
    assert line.partition(" error=")[2] == f"{shown} correlation_id={CORRELATION}"


def test_each_essay_has_a_line_for_each_phase_that_it_has_come_through(capsys: pytest.CaptureFixture[str]) -> None:
    """If a batch's essays share a process, this is how to find one in its log."""
    set_up_logging()
    log_published(_completed(EssayStatus.NLP_SUCCESS))
    assert (
        " INFO event=essay.nlp.completed batch=8b essay=emil phase=nlp status=nlp_success " in capsys.readouterr().err
    )


def test_as_json_each_line_is_an_object_with_the_same_facts(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """One event is one line, even if a message has line breaks, quotation marks or any other characters."""
    monkeypatch.setenv(FORMAT_VARIABLE, "json")
    set_up_logging()
    log_published(_failed('Line\nbreak, "quotes" and å\u2028.'))
    line = json.loads(capsys.readouterr().err)
    assert line["error"] == 'Line\nbreak, "quotes" and å\u2028.'
    assert (line["level"], line["batch"], line["essay"], line["phase"]) == ("WARNING", "8b", "emil", "nlp")
    assert UUID(line["correlation_id"]) == CORRELATION


def test_as_json_a_librarys_warning_has_its_message_and_its_exception(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Messages that are not our events are not lost."""
    monkeypatch.setenv(FORMAT_VARIABLE, "json")
    set_up_logging()
    try:
        dict[str, int]()["not there"]
    except KeyError:
        logging.getLogger("library").warning("%s is odd", "this", exc_info=True)
    line = json.loads(capsys.readouterr().err)
    assert line["message"] == "this is odd"
    assert "KeyError: 'not there'" in line["exception"]
