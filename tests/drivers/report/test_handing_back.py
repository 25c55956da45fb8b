"""Feedback goes back to the learning platform that the essays came from."""

from pathlib import Path
from zipfile import ZipFile

from drivers.intake.platforms import submission_of
from drivers.report.writing import write_pages
from tests.drivers.report.batches import batch, essay


def test_handouts_are_packed_as_the_platform_takes_them_up(tmp_path: Path) -> None:
    """Each has the number that its essay came with."""
    files = [
        "8b.zip/Anna Berg_12345_assignsubmission_onlinetext/onlinetext.html",
        "8b.zip/Bo Ek_12346_assignsubmission_file/essay.docx",
        "dahlcia_LATE_4711_98765_essay.docx",
        "dan.docx",
    ]
    texts = {str(number): ("Text.", "Text.") for number in range(len(files))}
    results = batch(*(essay(str(number), file=file) for number, file in enumerate(files)))
    written = {path.name: path for path in write_pages(results, texts, tmp_path)}
    with ZipFile(written["feedback-moodle.zip"]) as moodle, ZipFile(written["feedback-canvas.zip"]) as canvas:
        assert moodle.namelist() == [
            "Anna Berg_12345_assignsubmission_file_/feedback.docx",
            "Bo Ek_12346_assignsubmission_file_/feedback.docx",
        ]
        assert canvas.namelist() == ["dahlcia_LATE_4711_98765_feedback.docx"]
        people = [found.person for name in moodle.namelist() if (found := submission_of(name))]
    assert people == ["12345", "12346"]


def test_a_class_from_a_folder_has_no_archive(tmp_path: Path) -> None:
    """No platform would import it."""
    written = write_pages(batch(essay("a", file="a.docx")), {"a": ("Text.", "Text.")}, tmp_path)
    assert not any(path.suffix == ".zip" for path in written)
