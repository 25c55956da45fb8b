"""A picture of handwriting among essays whose text phases read."""

from contracts.failures import ErrorCode
from contracts.scans import scan_of
from drivers.client.engine import Engine
from drivers.intake import Intake


def test_a_picture_fails_alone_in_a_phase_that_reads_texts_and_is_no_text_in_what_is_written() -> None:
    """It fails with a reason for the teacher."""
    scan = Intake("anna", "anna.jpg", scan_of([b"\xff\xd8\xff a page"]))
    with Engine.open("memory://", runtime="local") as engine:
        batch = engine.submit("b", [scan, Intake("bo", "bo.txt", "A text of a few words.")], pipeline="nlp")
        result = batch.result()
        assert [essay.essay_id for essay in result.failed] == ["anna"]
        assert result.failed[0].failure is not None
        assert result.failed[0].failure.error_code is ErrorCode.SCAN_WITHOUT_TEXT
        assert "only people can judge it" in result.failed[0].failure.message
