"""The separate process that reads files from strangers."""

import io
import threading
from collections.abc import Iterator

import openpyxl
import psutil
import pytest

from contracts.failures import ErrorCode
from drivers.intake.kinds import Kind
from drivers.intake.model import Limits, UnreadableError
from drivers.intake.reading_process import ReadingProcess
from tests.drivers.intake.files import SENTENCE, docx, paragraph


@pytest.fixture(params=["copied", "started"])
def process(request: pytest.FixtureRequest) -> Iterator[ReadingProcess]:
    """A forked process, and one that is started afresh because this one has two threads."""
    stop = threading.Event()
    other = threading.Thread(target=stop.wait)
    if request.param == "started":
        other.start()
    with ReadingProcess(Limits(seconds=1, elements=10**9)) as reading:  # only the time may stop it, on any machine
        yield reading
    stop.set()
    if other.is_alive():
        other.join()


def slow(seconds: float) -> bytes:
    """An RTF file that takes about this long: a hundred thousand words take a second."""
    return rb"{\rtf1 " + rb"\b1 x" * int(seconds * 400_000) + b"}"


def test_a_file_is_read_and_a_refusal_comes_back_as_one(process: ReadingProcess) -> None:
    """The result is the same as if it were read in this process."""
    assert process.document(Kind.DOCX, docx(paragraph(SENTENCE))).text == SENTENCE
    with pytest.raises(UnreadableError) as refusal:
        process.document(Kind.DOCX, b"PK\3\4 no archive")
    assert refusal.value.code is ErrorCode.CORRUPT_FILE


def test_a_file_that_takes_too_long_is_given_up_and_the_next_one_read(process: ReadingProcess) -> None:
    """Half a megabyte once took a minute, while the class waited."""
    with pytest.raises(UnreadableError, match="was given up") as refusal:
        process.document(Kind.RTF, slow(9))
    assert refusal.value.code is ErrorCode.FILE_TOO_LARGE
    assert process.document(Kind.DOCX, docx(paragraph(SENTENCE))).text == SENTENCE


def test_nothing_is_left_running() -> None:
    """Its process ends with it."""
    before = set(psutil.Process().children())
    with ReadingProcess(Limits()) as process:
        process.document(Kind.DOCX, docx(paragraph(SENTENCE)))
        assert len(set(psutil.Process().children()) - before) == 1
    assert set(psutil.Process().children()) <= before


def workbook(rows: int) -> bytes:
    """A sheet with this many rows."""
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet()
    for number in range(rows):
        sheet.append([str(number)])
    book.save(stream := io.BytesIO())
    return stream.getvalue()


def text_or_refusal(process: ReadingProcess, kind: Kind, data: bytes) -> str:
    """What the student's teacher sees of it."""
    try:
        return process.document(kind, data).text
    except UnreadableError as refused:
        return str(refused)


BOX = "<w:p><w:r><w:txbxContent><w:p><w:r><w:t>{}</w:t></w:r></w:p></w:txbxContent></w:r></w:p>"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (Kind.DOCX, docx("".join(BOX.format(number * 7919 % 10_007) for number in range(3_000)))),
        (Kind.RTF, rb"{\rtf1 " + b"\\" * 100_000),
        (Kind.RTF, rb"{\rtf1 " + b"{" * 100_000),
        (Kind.HTML, b"<html>" + b"<div>" * 100_000),
        (Kind.HTML, b"<html>" + b"<a" * 100_000),
    ],
)
def test_what_was_made_to_take_long_is_refused_by_the_number_of_its_parts(kind: Kind, data: bytes) -> None:
    """It is refused before its time is up."""
    with ReadingProcess(Limits(elements=10_000)) as process:
        assert "seconds" not in text_or_refusal(process, kind, data)


def test_a_workbook_of_too_many_rows_is_refused_before_it_is_read() -> None:
    """A million rows took the library a minute and a half."""
    with ReadingProcess(Limits(table_rows=1_000)) as process, pytest.raises(UnreadableError) as refusal:
        process.sheets(workbook(1_100))
    assert refusal.value.code is ErrorCode.FILE_TOO_LARGE
