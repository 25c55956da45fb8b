"""What is read from web pages."""

from pathlib import Path

import pytest

from contracts.failures import ErrorCode
from tests.drivers.intake.files import read_one, reason


def test_a_page_is_read_as_the_paragraphs_that_it_shows(tmp_path: Path) -> None:
    """Style, scripts and the document's title are left out."""
    page = (
        "<html><head><title>Essay</title><style>p{color:red}</style></head><body><script>alert(1)</script>"
        "<h1>My town</h1><p>One   <b>bold</b>\nline.<br>Next</p><ul><li>a</li><li>b</li></ul>"
        "<table><tr><td>x</td><td>y</td></tr></table></body></html>"
    )
    entry = read_one(tmp_path, "a.html", page.encode())
    assert entry.text == "My town\n\nOne bold line.\nNext\n\na\n\nb\n\nx\n\ny"


@pytest.mark.parametrize(
    "hidden",
    [
        "<span style='display:none'>secret</span>",
        "<span style='font-size: 0'>secret</span>",
        "<span style='color: #FFFFFF'>secret</span>",
        "<div hidden>secret</div>",
    ],
)
def test_hidden_text_of_a_page_is_left_out_and_said(tmp_path: Path, hidden: str) -> None:
    """It may be there for a program to read."""
    entry = read_one(tmp_path, "a.html", f"<html><body><p>Shown {hidden}too.</p></body></html>".encode())
    assert "secret" not in (entry.text or "")
    assert entry.notes == ("hidden text was left out: “secret”",)


@pytest.mark.parametrize("codec", ["utf-8", "cp1252", "utf-16"])
def test_a_page_is_read_in_the_encoding_that_it_names(tmp_path: Path, codec: str) -> None:
    """Office programs still write Windows-1252."""
    page = f"<html><head><meta charset={codec}></head><body><p>Åsa är här och väntar på våren.</p></body></html>"
    assert read_one(tmp_path, "a.htm", page.encode(codec)).text == "Åsa är här och väntar på våren."


def test_a_page_of_pictures_is_a_scan_and_pictures_beside_a_text_are_said(tmp_path: Path) -> None:
    """What is written in a picture is not read."""
    assert reason(read_one(tmp_path, "a.html", b"<html><img src='a.jpg'></html>")) is ErrorCode.SCAN_WITHOUT_TEXT
    entry = read_one(tmp_path, "a.html", b"<html><p>Text</p><img src='a.jpg'></html>")
    assert "there are 1 pictures on it" in entry.notes[0]


def test_a_page_by_another_name_is_a_page(tmp_path: Path) -> None:
    """Some platforms name an exported page like a Word file."""
    assert read_one(tmp_path, "a.doc", b"<html><body><p>Text</p></body></html>").text == "Text"
