"""What cannot be read, and why."""

import os
import time
import zipfile
from pathlib import Path

import openpyxl
import pytest

from contracts.failures import ErrorCode
from drivers.intake import Limits, read_essays
from tests.drivers.intake.files import SENTENCE, docx, encrypted_pdf, odt, paragraph, pdf, read_one, reason, zipped


@pytest.mark.parametrize(
    "data",
    [
        b"{\\rtf1 " + rb"{\field{\*\fldinst{HYPERLINK " * 20_000,
        rb"{\rtf1 {\fonttbl \f1\fcharset1" + b"a" * 200_000,
        rb"{\rtf1 {\fonttbl " + rb"\f1" * 100_000 + b"}",
    ],
)
def test_a_hostile_rtf_file_is_read_in_linear_time(tmp_path: Path, data: bytes) -> None:
    """The library's regular expressions for links and fonts took minutes on a megabyte of such text."""
    started = time.thread_time()
    assert read_one(tmp_path, "a.rtf", data).text is None
    assert time.thread_time() - started < 5


@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"])
def test_a_workbook_with_a_broken_part_is_a_corrupt_file(tmp_path: Path, part: str) -> None:
    """The library's XML parser has errors of its own, which once went uncaught."""
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
        ("a.zip", zipped({}), ErrorCode.EMPTY_CONTENT),
        ("a.txt", b"\xff" * 500, ErrorCode.BINARY_CONTENT),
        ("a.txt", bytes(range(1, 256)), ErrorCode.BINARY_CONTENT),
        ("a.txt", b"\x89PNG\r\n\x1a\n" + bytes(range(1, 31)) * 9, ErrorCode.SCAN_WITHOUT_TEXT),
        ("a.jpg", b"\xff\xd8\xff", ErrorCode.SCAN_WITHOUT_TEXT),
        ("a.docx", b"\xff\xd8\xff", ErrorCode.SCAN_WITHOUT_TEXT),
        ("a.heic", b"\0\0\0\x18ftypheic", ErrorCode.SCAN_WITHOUT_TEXT),
        ("a.gdoc", b'{"url": "https://docs.example/"}', ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.exe", b"MZ\x90\0\3\0\0\0\4" * 99, ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.txt", b"MZ\x90\0\3\0\0\0\4" * 99, ErrorCode.BINARY_CONTENT),
        ("a.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.csv", b"name,points\nAnna,3\n", ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.pptx", zipped({"[Content_Types].xml": "", "ppt/presentation.xml": ""}), ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.epub", zipped({"mimetype": "application/epub+zip", "a.txt": "a"}), ErrorCode.UNKNOWN_FILE_TYPE),
        (
            "a.ods",
            zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": ""}),
            ErrorCode.UNKNOWN_FILE_TYPE,
        ),
        ("a.jar", zipped({"a.txt": "a"}), ErrorCode.UNKNOWN_FILE_TYPE),
        ("a.docx", zipped({"a.txt": "a"}), ErrorCode.CORRUPT_FILE),
        (
            "a.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"),
            ErrorCode.ENCRYPTED_FILE,
        ),
        ("a.odt", odt("", manifest="<encryption-data/>"), ErrorCode.ENCRYPTED_FILE),
        ("a.odt", zipped({"encrypted-package": "x", "META-INF/manifest.xml": ""}), ErrorCode.ENCRYPTED_FILE),
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
    """Nothing that was handed in is lost, and the reason is one that a teacher can act on."""
    entry = read_one(tmp_path, name, data)
    assert reason(entry) is code
    assert entry.failure is not None
    assert entry.failure.message.endswith(".")


def test_a_workbook_with_a_cell_far_out_is_refused_in_time(tmp_path: Path) -> None:
    """The library pads each row up to its last cell, so a small file could stand for billions of cells."""
    openpyxl.Workbook().save(tmp_path / "a.xlsx")
    with zipfile.ZipFile(tmp_path / "a.xlsx") as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    rows = b"".join(b'<row r="%d"><c r="XFD%d"><v>%d</v></c></row>' % (n, n, n * n) for n in range(1, 5_000))
    sheet = b'<worksheet xmlns="%s"><sheetData>%s</sheetData></worksheet>' % (
        b"http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        rows,
    )
    data = zipped(members | {"xl/worksheets/sheet1.xml": sheet})
    assert reason(read_one(tmp_path, "a.xlsx", data)) is ErrorCode.FILE_TOO_LARGE


def test_an_xml_entity_bomb_is_not_expanded(tmp_path: Path) -> None:
    """Entities that multiply (the billion laughs) are refused before they are expanded."""
    entities = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]>'
    entry = read_one(tmp_path, "a.docx", zipped({"word/document.xml": f"{entities}<x>&b;</x>"}))
    assert reason(entry) is ErrorCode.CORRUPT_FILE


def test_a_file_larger_than_any_essay_is_refused_not_cut(tmp_path: Path) -> None:
    """A truncated text would be judged as if it were whole."""
    limits = Limits(file_bytes=1_000)
    assert reason(read_one(tmp_path, "a.txt", b"word " * 1_000, limits)) is ErrorCode.FILE_TOO_LARGE


def test_ten_megabytes_of_one_word_are_refused(tmp_path: Path) -> None:
    """No phase should spend half a minute on it; a megabyte is strange, too, but still a text."""
    assert reason(read_one(tmp_path, "a.txt", b"a" * 10_000_000)) is ErrorCode.FILE_TOO_LARGE
    assert len(read_one(tmp_path, "a.txt", b"a" * 1_000_000).text or "") == 1_000_000


def test_a_giant_cell_is_refused_and_the_rest_of_the_table_read(tmp_path: Path) -> None:
    """The limit is on one essay, not on the class."""
    (tmp_path / "a.csv").write_bytes(b"name,text\nAnna," + b"a" * 3_000_000 + b"\nBo,Fine\n")
    anna, bo = read_essays([tmp_path])
    assert (reason(anna), bo.text) == (ErrorCode.FILE_TOO_LARGE, "Fine")


def test_a_table_may_be_larger_than_an_essays_file(tmp_path: Path) -> None:
    """A national exam of 30,000 essays is a hundred megabytes."""
    (tmp_path / "a.csv").write_text("text\n" + f"{SENTENCE}\n" * 100, encoding="utf-8")
    assert len(read_essays([tmp_path], limits=Limits(file_bytes=1_000))) == 100


def test_a_pipe_is_reported_and_not_waited_for(tmp_path: Path) -> None:
    """Opening a pipe would block until something writes to it."""
    os.mkfifo(tmp_path / "a.txt")
    (entry,) = read_essays([tmp_path])
    assert reason(entry) is ErrorCode.FILE_UNREADABLE
