"""What is read, from every kind of file."""

import os
import time
import unicodedata
import zipfile
from pathlib import Path

import openpyxl
import pytest

from contracts.failures import ErrorCode
from drivers.intake import Intake, Limits, read_essays, sample_assignment, sample_paths
from drivers.intake.pdf import unwrap
from drivers.mistakes import UserMistake
from tests.drivers.intake.files import docx, encrypted_pdf, odt, paragraph, pdf, zipped

SENTENCE = "I think the town should build a skate park, because there is nothing to do."


def read_one(folder: Path, name: str, data: bytes, limits: Limits | None = None) -> Intake:
    """The only entry of a folder with one file."""
    (folder / name).write_bytes(data)
    (entry,) = read_essays([folder], limits=limits or Limits())
    return entry


def reason(entry: Intake) -> ErrorCode:
    """Why an essay failed."""
    assert entry.text is None
    assert entry.failure is not None
    return entry.failure.error_code


def test_the_bundled_class_is_twelve_readable_essays_of_different_length() -> None:
    """The sample is what a new user tries first: every essay has 80 to 300 words."""
    essays = read_essays(sample_paths())
    words = [len((essay.text or "").split()) for essay in essays]
    assert len(essays) == 12
    assert min(words) >= 80
    assert max(words) <= 300
    assert max(words) > 2 * min(words)
    assert "town council" in sample_assignment()


@pytest.mark.parametrize(
    ("data", "note"),
    [
        ("Åsa är här".encode(), ()),
        (b"\xef\xbb\xbf" + "Åsa är här".encode(), ()),
        ("Åsa är här".encode("utf-16"), ("read as UTF-16",)),
        ("Åsa är här".encode("cp1252"), ("read as Windows-1252",)),
        (unicodedata.normalize("NFD", "Åsa är här").encode(), ()),
    ],
)
def test_a_text_is_read_right_in_every_usual_encoding(tmp_path: Path, data: bytes, note: tuple[str, ...]) -> None:
    """Byte order mark, else strict UTF-8, else Windows-1252; letters come out composed."""
    entry = read_one(tmp_path, "a.txt", data)
    assert (entry.text, entry.notes) == ("Åsa är här", note)


def test_line_ends_of_all_systems_become_one(tmp_path: Path) -> None:
    """Positions in a text must not depend on the system it was written on."""
    assert read_one(tmp_path, "a.txt", b"one\r\ntwo\rthree\n").text == "one\ntwo\nthree\n"


def test_a_word_file_is_read_with_its_tables_and_text_boxes_and_each_passage_once(tmp_path: Path) -> None:
    """A text box is written twice in the file, and a deleted passage is still in it: one text counts."""
    box = "<w:txbxContent>" + paragraph("In a box.") + "</w:txbxContent>"
    body = (
        f"<w:p><w:r><w:t>Before </w:t></w:r><w:r><Choice>{box}</Choice><Fallback>{box}</Fallback></w:r>"
        "<w:r><w:t>and after.</w:t></w:r></w:p>"
        f"<w:tbl><w:tr><w:tc>{paragraph('In a table.')}</w:tc></w:tr></w:tbl>"
        "<w:p><w:pPr><w:tabs><w:tab/></w:tabs></w:pPr><w:del><w:r><w:delText>gone</w:delText></w:r></w:del>"
        "<w:r><w:t>a</w:t><w:tab/><w:t>b</w:t><w:br/><w:t>c</w:t></w:r></w:p>"
    )
    entry = read_one(tmp_path, "a.docx", docx(body))
    assert entry.text == "Before and after.\n\nIn a box.\n\nIn a table.\n\na\tb\nc"


def test_an_opendocument_text_is_read_in_the_order_of_its_words(tmp_path: Path) -> None:
    """Text before, in and after a span is one sentence; comments are not the pupil's text."""
    body = (
        "<text:h>Title</text:h><text:p>One <text:span>two</text:span> three<office:annotation><text:p>Hm!</text:p>"
        '</office:annotation>.<text:s text:c="2"/>Four</text:p>'
        "<table:table><table:table-cell><text:p>Cell</text:p></table:table-cell></table:table>"
    )
    assert read_one(tmp_path, "a.odt", odt(body)).text == "Title\n\nOne two three.  Four\n\nCell"


def test_an_rtf_file_is_read_with_its_letters(tmp_path: Path) -> None:
    """Letters beyond ASCII are escaped in RTF, in two ways."""
    data = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 \'c5sa \u228?r h\'e4r\par Next}"
    assert (read_one(tmp_path, "a.rtf", data).text or "").strip() == "Åsa är här\n\nNext"


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1 " + rb"{\field{\*\fldinst{HYPERLINK " * 20_000,
        rb"{\rtf1 {\fonttbl \f1\fcharset1" + b"a" * 200_000,
        rb"{\rtf1 {\fonttbl " + rb"\f1" * 100_000 + b"}",
    ],
)
def test_a_hostile_rtf_file_is_read_in_linear_time(tmp_path: Path, data: bytes) -> None:
    """The library's expressions for links and fonts took minutes on a megabyte of such text."""
    started = time.process_time()
    assert read_one(tmp_path, "a.rtf", data).text is None
    assert time.process_time() - started < 5


def test_the_text_of_a_link_is_read_without_its_address(tmp_path: Path) -> None:
    """Nobody wrote the address."""
    data = rb'{\rtf1 See {\field{\*\fldinst{HYPERLINK "http://example.org"}}{\fldrslt{this page}}} now.}'
    assert read_one(tmp_path, "a.rtf", data).text == "See this page now."


def test_a_pdf_is_read_as_paragraphs(tmp_path: Path) -> None:
    """The lines of a page are no lines of the text; a hyphen at a line's end belongs to its compound."""
    lines = [
        "My title",
        "This is the first line of a very well-",
        "known essay, which goes on and on to",
        "this line, and then it ends here.",
        "A new paragraph begins, and it goes on.",
    ]
    entry = read_one(tmp_path, "a.pdf", pdf(lines))
    assert (entry.text or "").split("\n\n") == [
        "My title",
        (
            "This is the first line of a very well-known essay, which goes on and on to this line, "
            "and then it ends here. A new paragraph begins, and it goes on."
        ),
    ]


def test_a_short_line_ends_a_paragraph_of_a_pdf() -> None:
    """The next word would have fitted into it, so the line was ended on purpose."""
    page = "Dear Sir,\nI write to you because of the park that\nwas closed.\nIt is a pity for all of the young people."
    assert unwrap(page).count("\n\n") == 2


def test_letters_joined_by_a_typesetter_are_single_letters_again(tmp_path: Path) -> None:
    """PDF files keep the joined forms, with which half of the words would be misspelt."""
    assert read_one(tmp_path, "a.txt", "waﬄes, ﬁsh and oﬀers".encode()).text == "waffles, fish and offers"


def test_a_pdf_behind_an_empty_password_is_read(tmp_path: Path) -> None:
    """Many files are protected against changes only, and open for everybody."""
    assert SENTENCE in (read_one(tmp_path, "a.pdf", encrypted_pdf([SENTENCE], "")).text or "")


def test_an_archive_gives_an_entry_for_each_essay_in_it(tmp_path: Path) -> None:
    """What systems leave in archives is not an essay; one protected or empty member does not hide the others."""
    data = zipped(
        {
            "class/anna.txt": SENTENCE,
            "class/bo.docx": docx(paragraph("Bo's text")),
            "class/empty.txt": "",
            "__MACOSX/class/._anna.txt": "x",
            "class/~$bo.docx": "x",
            "class/.DS_Store": "x",
            "class/more.zip": zipped({"cia.md": "Cia's text"}),
        }
    )
    entries = read_one_archive(tmp_path, data)
    assert {entry.file: entry.text for entry in entries} == {
        "class.zip/class/anna.txt": SENTENCE,
        "class.zip/class/bo.docx": "Bo's text",
        "class.zip/class/empty.txt": None,
        "class.zip/class/more.zip/cia.md": "Cia's text",
    }


def read_one_archive(folder: Path, data: bytes) -> list[Intake]:
    """The entries of one archive."""
    (folder / "class.zip").write_bytes(data)
    return read_essays([folder / "class.zip"])


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_a_table_gives_an_entry_for_each_row(tmp_path: Path, separator: str) -> None:
    """The heading names the column of texts and the pupils; commas within the essays are no separators."""
    rows = [["student", "text"], ["Anna", f'"{SENTENCE}\nYes, really; yes."'], ["Bo", '""']]
    (tmp_path / "a.csv").write_text("\n".join(separator.join(row) for row in rows), encoding="utf-8")
    anna, bo = read_essays([tmp_path])
    assert (anna.essay_id, anna.file, anna.student) == ("a-row-2", "a.csv/row 2", "Anna")
    assert anna.text == f"{SENTENCE}\nYes, really; yes."
    assert (reason(bo), bo.student) == (ErrorCode.EMPTY_CONTENT, "Bo")


def test_a_workbook_gives_an_entry_for_each_row(tmp_path: Path) -> None:
    """Where no heading says so, the column of long texts is the one with the essays."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (["Namn", "Fråga 1"], ["Anna", SENTENCE * 3], [None, None], ["Bo", SENTENCE * 4]):
        sheet.append(row)
    book.save(tmp_path / "answers.xlsx")
    anna, bo = read_essays([tmp_path])
    assert (anna.student, anna.text, bo.file) == ("Anna", SENTENCE * 3, "answers.xlsx/row 4")


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_workbook_with_a_broken_part_is_a_corrupt_file(tmp_path: Path, part: str) -> None:
    """The library's XML parser has errors of its own, which once went through."""
    openpyxl.Workbook().save(tmp_path / "whole.xlsx")
    with zipfile.ZipFile(tmp_path / "whole.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    (tmp_path / "whole.xlsx").unlink()
    assert reason(read_one(tmp_path, "a.xlsx", zipped(members | {part: b"<a b=\xff>"}))) is ErrorCode.CORRUPT_FILE


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("a.txt", b"", ErrorCode.EMPTY_CONTENT),
        ("a.txt", " \n\t\u200b\ufeff\n".encode(), ErrorCode.EMPTY_CONTENT),
        ("a.docx", docx(paragraph(" ")), ErrorCode.EMPTY_CONTENT),
        ("a.zip", zipped({"__MACOSX/x.txt": "x"}), ErrorCode.EMPTY_CONTENT),
        ("a.txt", b"text\0text", ErrorCode.BINARY_CONTENT),
        ("a.txt", bytes(range(1, 256)), ErrorCode.BINARY_CONTENT),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(1, 31)) * 9, ErrorCode.BINARY_CONTENT),
        ("a.jpg", b"\xff\xd8\xff", ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.csv", b"name,points\nAnna,3\n", ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.pptx", zipped({"ppt/presentation.xml": ""}), ErrorCode.UNKNOWN_FILE_TYPE),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            ErrorCode.ENCRYPTED_FILE,
        ),
        ("a.odt", odt("", manifest="<encryption-data/>"), ErrorCode.ENCRYPTED_FILE),
        ("a.pdf", encrypted_pdf([SENTENCE], "secret"), ErrorCode.ENCRYPTED_FILE),
        ("a.pdf", pdf([], picture=True), ErrorCode.SCAN_WITHOUT_TEXT),
        ("a.pdf", pdf([]), ErrorCode.EMPTY_CONTENT),
        ("a.pdf", b"%PDF-1.7\nnothing", ErrorCode.CORRUPT_FILE),
        ("a.docx", b"no archive", ErrorCode.CORRUPT_FILE),
        ("a.docx", docx(paragraph(SENTENCE))[:-40], ErrorCode.CORRUPT_FILE),
        ("a.docx", docx("<w:p>"), ErrorCode.CORRUPT_FILE),
        ("a.docx", zipped({"word/document.xml": "<?xml version='1.0' encoding='UVF-8'?><a/>"}), ErrorCode.CORRUPT_FILE),
        ("a.docx", zipped({"word/document.xml": b" " * 50_000_000}), ErrorCode.ARCHIVE_BOMB),
        ("a.zip", zipped({"a.txt": b"a" * 20_000_000}), ErrorCode.ARCHIVE_BOMB),
        ("a.zip", zipped({"b.zip": zipped({"c.zip": zipped({"d.txt": "d"})})}), ErrorCode.ARCHIVE_BOMB),
    ],
)
def test_an_unreadable_file_is_an_entry_with_its_reason(
    tmp_path: Path, name: str, data: bytes, code: ErrorCode
) -> None:
    """Nothing that was handed in vanishes, and the reason is one that a teacher can act on."""
    entry = read_one(tmp_path, name, data)
    assert reason(entry) is code
    assert entry.failure is not None
    assert entry.failure.message.endswith(".")


def test_an_xml_entity_bomb_is_not_expanded(tmp_path: Path) -> None:
    """Entities that multiply (the billion laughs) are refused before they are expanded."""
    entities = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    entry = read_one(tmp_path, "a.docx", zipped({"word/document.xml": f"{entities}<x>&b;</x>"}))
    assert reason(entry) is ErrorCode.CORRUPT_FILE


def test_a_file_larger_than_any_essay_is_refused_not_cut(tmp_path: Path) -> None:
    """A limit says so; a text cut short would be judged as if it were whole."""
    limits = Limits(file_bytes=1_000)
    assert reason(read_one(tmp_path, "a.txt", b"word " * 1_000, limits)) is ErrorCode.FILE_TOO_LARGE


def test_ten_megabytes_of_one_word_are_read(tmp_path: Path) -> None:
    """A giant token is strange, but it is a text; what to make of it is for the phases to say."""
    entry = read_one(tmp_path, "a.txt", b"a" * 10_000_000)
    assert len(entry.text or "") == 10_000_000


def test_a_pipe_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    """Opening a pipe would block until somebody writes to it."""
    os.mkfifo(tmp_path / "a.txt")
    (entry,) = read_essays([tmp_path])
    assert reason(entry) is ErrorCode.FILE_UNREADABLE


def test_the_same_text_handed_in_twice_is_found_and_said(tmp_path: Path) -> None:
    """Both stay entries; which pupil wrote it is for the teacher to find out."""
    for name in ("anna.txt", "bo.md"):
        (tmp_path / name).write_text(SENTENCE, encoding="utf-8")
    anna, bo = read_essays([tmp_path])
    assert (anna.duplicate_of, bo.duplicate_of) == (None, "anna")
    assert "the same text as anna.txt" in bo.notes


def test_a_file_reached_in_two_ways_is_one_essay(tmp_path: Path) -> None:
    """A folder and a file in it may both be given; there is one entry for each essay."""
    (tmp_path / "anna.txt").write_text(SENTENCE, encoding="utf-8")
    (entry,) = read_essays([tmp_path, tmp_path / "anna.txt"])
    assert entry.notes == ("found in two ways, read once",)


def test_folders_are_read_in_natural_order_without_what_is_hidden_or_ignored(tmp_path: Path) -> None:
    """Order and ids depend on the names alone: essay 2 comes before essay 10."""
    for name in ("essay10.txt", "essay2.txt", "sub/essay1.txt", ".hidden.txt", ".git/x.txt", "~$a.docx", "task.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(name, encoding="utf-8")
    entries = read_essays([tmp_path], ignore=[tmp_path / "task.txt"])
    assert [entry.file for entry in entries] == ["essay2.txt", "essay10.txt", "sub/essay1.txt"]


def test_a_missing_path_and_an_empty_folder_are_the_users_mistakes(tmp_path: Path) -> None:
    """The message says what to do instead."""
    with pytest.raises(UserMistake, match="check the spelling"):
        read_essays([tmp_path / "nowhere"])
    with pytest.raises(UserMistake, match="put the essays into it"):
        read_essays([tmp_path])
