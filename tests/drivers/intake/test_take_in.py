"""Taking in a class: versions, copies, doubts, and files that are not essays."""

import os
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from drivers.client.errors import RequestError
from drivers.intake import (
    Answer,
    DoubtKind,
    IntakeReport,
    Question,
    Why,
    intake_notes,
    keep_all,
    nobody_to_ask,
    take_in,
)
from tests.drivers.intake import pdfs
from tests.drivers.intake.files import SENTENCE, docx, paragraph, zipped

OTHER = "My grandmother lives in a red house by the lake, where we swim and fish every single summer of our lives."
TASK = "Write an article about your town. Your text should be at least 200 words. Remember to use paragraphs."


Files = Mapping[str, str | bytes]


def folder(at: Path, files: Files) -> Path:
    """A folder with these files, each modified a minute after the one before."""
    for number, (name, content) in enumerate(files.items()):
        path = at / "class" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        os.utime(path, (1_700_000_000 + 60 * number,) * 2)
    return at / "class"


def class_of(at: Path, *names: str) -> Path:
    """A class list with these names."""
    path = at / "list.csv"
    path.write_text("\n".join(["name", *names]), encoding="utf-8")
    return path


def files_of(report: IntakeReport) -> list[str]:
    """The files of the essays."""
    return [essay.file for essay in report.essays]


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("Mia Nyström.txt", "Mia Nyström (1).txt"),
        ("Mia Nyström (1).txt", "Mia Nyström (2).txt"),
        ("mia.txt", "mia v2.txt"),
        ("mia_v1.txt", "mia_v2.txt"),
        ("mia.txt", "mia final.txt"),
        ("mia - kopia.txt", "mia - slutlig.txt"),
    ],
)
def test_the_newest_version_is_taken_and_the_earlier_one_said(tmp_path: Path, earlier: str, later: str) -> None:
    """A student hands in an essay again, with a few words more."""
    report = take_in([folder(tmp_path, {later: f"{SENTENCE} And more.", earlier: SENTENCE})])
    assert files_of(report) == [later]
    assert [(left.file, left.why, left.instead) for left in report.left_out] == [
        (earlier, Why.EARLIER_VERSION, later)
    ]  # fmt: skip
    assert f"Left out: {earlier}: an earlier version of {later}." in report.warnings()


def test_a_version_that_was_written_anew_is_known_by_the_class_list(tmp_path: Path) -> None:
    """The two texts have nothing in common but the student's name."""
    files = {"Mia Nyström.txt": SENTENCE, "Mia Nyström (1).txt": OTHER}
    assert len(take_in([folder(tmp_path, files)]).essays) == 2
    report = take_in([tmp_path / "class"], class_list=class_of(tmp_path, "Mia Nyström"))
    assert (files_of(report), dict(report.students)) == (["Mia Nyström (1).txt"], {"mia-nystrom-1": "Mia Nyström"})


def test_numbered_files_of_a_class_are_no_versions(tmp_path: Path) -> None:
    """Scanners and Windows name files like that."""
    texts = [SENTENCE, OTHER, "We were cold in the mountains. It snowed for days, and nobody came to find us there."]
    files = {f"essay{mark}.txt": text for mark, text in zip(("", " (1)", " (2)"), texts, strict=True)}
    assert len(take_in([folder(tmp_path, files)]).essays) == 3


def test_without_a_mark_the_file_that_was_changed_last_is_taken(tmp_path: Path) -> None:
    """The class list tells that both are by the same student."""
    files: Files = {"Mia Nyström.txt": SENTENCE, "essay mia nyström.docx": docx(paragraph(f"{SENTENCE} And more."))}
    report = take_in([folder(tmp_path, files)], class_list=class_of(tmp_path, "Mia Nyström"))
    assert files_of(report) == ["essay mia nyström.docx"]


def test_several_essays_of_one_pupil_that_are_no_versions_are_a_doubt(tmp_path: Path) -> None:
    """Only the teacher can tell which of them counts."""
    files = {"Mia Nyström.txt": SENTENCE, "mia nyström dikt.txt": OTHER}
    report = take_in([folder(tmp_path, files)], class_list=class_of(tmp_path, "Mia Nyström"))
    assert (len(report.essays), dict(report.students)) == (2, {})
    (doubt,) = report.doubts
    assert (doubt.kind, len(doubt.files)) == (DoubtKind.SEVERAL_OF_ONE_STUDENT, 2)


MOODLE = "Anna Berg_12345_assignsubmission"


def test_a_moodle_download_is_read_with_its_pupils(tmp_path: Path) -> None:
    """A line typed beside the file, and a picture, belong to what was handed in."""
    members: Files = {
        f"{MOODLE}_onlinetext/onlinetext.html": "<html><body><p>See the file!</p></body></html>",
        f"{MOODLE}_file/essay.docx": docx(paragraph(SENTENCE)),
        f"{MOODLE}_file/photo.jpg": b"\xff\xd8\xff",
        "Bo Ek_12346_assignsubmission_onlinetext/onlinetext.html": f"<p>{OTHER}</p>",
    }
    report = take_in([folder(tmp_path, {"8b.zip": zipped(members)}) / "8b.zip"])
    assert [(essay.text, essay.student) for essay in report.essays] == [(SENTENCE, "Anna Berg"), (OTHER, "Bo Ek")]
    assert [left.why for left in report.left_out] == [Why.PART_OF_ANOTHER] * 2


def test_a_canvas_download_is_matched_by_the_gradebooks_numbers(tmp_path: Path) -> None:
    """“Points Possible” is not a student, and a title that Canvas puts above a typed text is not the student's."""
    gradebook = tmp_path / "grades.csv"
    gradebook.write_text(
        "Student,ID,SIS User ID,SIS Login ID,Section,Essay (77)\n    Points Possible,,,,,10\n"
        '"Berg, Anna",4711,a1,anna.berg,8B,\n"Ek, Bo",4712,b1,bo.ek,8B,\n"Student, Test",4713,,x,8B,\n',
        encoding="utf-8",
    )
    title = "Essay: Bo Ek"
    page = f"<html><head><title>{title}</title></head><body><h1>{title}</h1><div>{OTHER}</div></body></html>"
    members: Files = {"x_4711_98765_essay-1.docx": docx(paragraph(SENTENCE)), "ekbo_LATE_4712_text.html": page}
    report = take_in([folder(tmp_path, {"sub.zip": zipped(members)})], class_list=gradebook)
    texts = {report.students[essay.essay_id]: essay.text for essay in report.essays}
    assert texts == {"Anna Berg": SENTENCE, "Bo Ek": OTHER}
    assert (report.names, report.without) == (("Anna Berg", "Bo Ek"), ())


def test_pupils_folders_are_named_after_them(tmp_path: Path) -> None:
    """What follows the dot is a last name, not a file extension."""
    files = {"anna.berg/essay.docx": docx(paragraph(SENTENCE)), "bo.ek/essay.docx": docx(paragraph(OTHER))}
    report = take_in([folder(tmp_path, files)], class_list=class_of(tmp_path, "Anna Berg", "Anna Ek", "Bo Ek"))
    assert sorted(report.students.values()) == ["Anna Berg", "Bo Ek"]
    assert report.without == ("Anna Ek",)


def test_an_essay_that_is_another_and_a_sentence_is_noticed(tmp_path: Path) -> None:
    """It may be a copy, or written together; that is for the teacher to ask."""
    report = take_in([folder(tmp_path, {"anna.txt": f"{OTHER} {SENTENCE}", "bo.txt": f"{OTHER} {SENTENCE} Yes."})])
    (copy,) = report.copies
    assert ({copy.essay_id, copy.other}, copy.shared > 0.9) == ({"anna", "bo"}, True)
    assert any("is nearly the same as" in warning for warning in report.warnings())


def answering(answer: Answer) -> tuple[list[Question], object]:
    """A function that always gives this answer, and a list of the questions it was asked."""
    asked: list[Question] = []

    def ask(question: Question) -> Answer:
        asked.append(question)
        return answer

    return asked, ask


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("uppgift.docx", docx(paragraph(TASK))),
        ("read this.txt", TASK),
        ("klasslista.txt", "Anna Berg\nBo Ek\nCia Dahl\nDan Falk\n"),
        ("marks.csv", "name,mark\nAnna Berg,A\nBo Ek,B\n"),
    ],
)
def test_what_is_plainly_no_essay_is_asked_about(tmp_path: Path, name: str, content: str | bytes) -> None:
    """Otherwise a task sheet would be ranked among the essays, and get a handout."""
    place = folder(tmp_path, {"anna.txt": SENTENCE, "bo.txt": OTHER, name: content})
    asked, ask = answering(Answer.LEAVE_OUT)
    report = take_in([place], ask=ask)  # type: ignore[arg-type]
    assert [question.files for question in asked] == [(name,)]
    assert (files_of(report), [left.file for left in report.left_out]) == (["anna.txt", "bo.txt"], [name])
    assert len(take_in([place], ask=keep_all).essays) == 3
    assert take_in([place]).doubts[0].files == (name,)
    with pytest.raises(RequestError, match=f"{name} looks like .*--ignore.*--all-files"):
        take_in([place], ask=nobody_to_ask)


def test_an_essay_that_says_what_one_should_do_is_no_task(tmp_path: Path) -> None:
    """Students write about school, and give advice."""
    advice = f"{SENTENCE} You should remember to be kind. Explain why you are sad, and describe how it was."
    assert not take_in([folder(tmp_path, {"task about school.txt": advice, "bo.txt": OTHER})]).doubts


def test_far_more_files_than_names_are_asked_about(tmp_path: Path) -> None:
    """Probably the wrong folder was given."""
    files = {f"{number}.txt": f"{SENTENCE} {number}" for number in range(20)}
    place, names = folder(tmp_path, files), class_of(tmp_path, "Anna Berg", "Bo Ek")
    with pytest.raises(RequestError, match="20 files, and 2 names"):
        take_in([place], class_list=names, ask=nobody_to_ask)


def test_a_folder_of_a_programs_files_is_asked_about_before_it_is_read(tmp_path: Path) -> None:
    """Thousands of system files were once read as essays."""
    files = {f"{number}.so": b"\x7fELF" for number in range(40)} | {"anna.txt": SENTENCE}
    _, ask = answering(Answer.LEAVE_OUT)
    report = take_in([folder(tmp_path, files)], ask=ask)  # type: ignore[arg-type]
    assert (files_of(report), len(report.left_out)) == (["anna.txt"], 40)
    assert len([warning for warning in report.warnings() if "Left out" in warning]) == 1


def test_a_head_that_the_classs_files_share_is_left_out_of_a_single_page(tmp_path: Path) -> None:
    """Within one page, nothing tells it from a title."""
    body = ["This is the first full line of the essay, which goes on for a while and then", "it ends."]
    files = {f"{name}.pdf": pdfs.pages([[f"{name} class 8B Park School", *body]]) for name in ("Maja Nord", "Bo Ek")}
    report = take_in([folder(tmp_path, files)])
    assert {(essay.text or "").partition(" first")[0] for essay in report.essays} == {"This is the"}
    assert "left out as running head: “Bo Ek class 8B Park School”" in report.essays[0].notes


def test_what_was_noticed_is_kept_with_the_results_and_forgotten_with_a_student(tmp_path: Path) -> None:
    """The notes are full of names."""
    files = {"anna berg.txt": SENTENCE, "anna berg (1).txt": f"{SENTENCE} And more.", "bo ek.txt": OTHER}
    report = take_in([folder(tmp_path, files)], class_list=class_of(tmp_path, "Anna Berg", "Bo Ek", "Cia Dahl"))
    intake_notes.keep(tmp_path, "8b", report)
    kept = intake_notes.kept(tmp_path, "8b")
    assert (kept["without_essay"], len(kept["left_out"]), kept["warnings"]) == (["Cia Dahl"], 1, report.warnings())
    intake_notes.forget(tmp_path, "8b", {"anna-berg-1", "anna berg (1).txt", "Anna Berg"})
    assert "anna" not in (tmp_path / "intake.json").read_text(encoding="utf-8").casefold()
    assert intake_notes.kept(tmp_path, "8b")["without_essay"] == ["Cia Dahl"]
    intake_notes.forget(tmp_path, "8b")
    assert not (tmp_path / "intake.json").exists()


def test_names_in_an_archive_of_an_old_program_are_pupils_names(tmp_path: Path) -> None:
    """Windows packs names in a DOS encoding, without saying so."""
    path = tmp_path / "8b.zip"
    with zipfile.ZipFile(path, "w") as archive:
        for name in ("Åsa Öberg.txt", "Jörgen Ek.txt"):
            archive.writestr(name, f"{SENTENCE} {name}")
    data = path.read_bytes()
    for name in ("Åsa Öberg.txt", "Jörgen Ek.txt"):
        data = data.replace(name.encode(), name.encode("cp850").ljust(len(name.encode()), b"_"))
    path.write_bytes(data.replace(b"\x00\x08", b"\x00\x00"))
    assert {essay.file.partition("/")[2].partition(".")[0] for essay in take_in([path]).essays} == {
        "Åsa Öberg",
        "Jörgen Ek",
    }
