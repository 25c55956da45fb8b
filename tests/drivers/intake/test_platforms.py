"""What file paths from a learning platform reveal."""

import pytest

from drivers.intake.platforms import Platform, submission_of

MOODLE = "8b.zip/Anna Berg_12345_assignsubmission"


@pytest.mark.parametrize(
    ("file", "platform", "person", "name"),
    [
        (f"{MOODLE}_file_/essay.docx", Platform.MOODLE, "12345", "Anna Berg"),
        (f"{MOODLE}_file/essay.docx", Platform.MOODLE, "12345", "Anna Berg"),
        (f"{MOODLE}_file_essay.docx", Platform.MOODLE, "12345", "Anna Berg"),
        (f"{MOODLE}_onlinetext/onlinetext.html", Platform.MOODLE, "12345", "Anna Berg"),
        ("Participant 77_77_assignsubmission_file_/essay.docx", Platform.MOODLE, "77", ""),
        ("bergannasofia_4711_98765_essay.docx", Platform.CANVAS, "4711", ""),
        ("bergannasofia_LATE_4711_98765_my_essay-1.docx", Platform.CANVAS, "4711", ""),
        ("bergannasofia_4711_text.html", Platform.CANVAS, "4711", ""),
        ("anon_aB3xY_98765_essay.docx", Platform.CANVAS, "aB3xY", ""),
        ("Essay_1_aberg_attempt_2026-05-01-12-30-00_essay.docx", Platform.BLACKBOARD, "aberg", ""),
        ("Anna Berg/Version 2/essay.docx", Platform.TEAMS, "Anna Berg", ""),
    ],
)
def test_the_pupil_stands_in_the_path(file: str, platform: Platform, person: str, name: str) -> None:
    """At least by a number, which the platform's class list maps to a name."""
    found = submission_of(file)
    assert found is not None
    assert (found.platform, found.person, found.name) == (platform, person, name)


@pytest.mark.parametrize("file", ["anna_berg.docx", "essay_2.docx", "Anna Berg (1).docx", "8b/anna_1_2.docx"])
def test_other_names_are_left_to_the_class_list(file: str) -> None:
    """Many names have an underscore and a number."""
    assert submission_of(file) is None
