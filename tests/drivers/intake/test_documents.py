"""What is read from one document of each kind."""

import io
import unicodedata
import zipfile
from pathlib import Path

import pytest
from pypdf import PdfWriter

from tests.drivers.intake.files import SENTENCE, docx, encrypted_pdf, odt, paragraph, pdf, read_one, zipped


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
    """A byte order mark decides, else strict UTF-8, else Windows-1252; letters come out composed."""
    entry = read_one(tmp_path, "a.txt", data)
    assert (entry.text, entry.notes) == ("Åsa är här", note)


def test_a_damaged_byte_does_not_make_every_letter_wrong(tmp_path: Path) -> None:
    """A file in UTF-8 apart from one byte is read as UTF-8, with a note."""
    entry = read_one(tmp_path, "a.txt", "Åsa är här".encode() + b"\xe5")
    assert (entry.text, entry.notes) == ("Åsa är här\ufffd", ("read as UTF-8, of which 1 characters are damaged",))


def test_line_ends_of_all_systems_become_one(tmp_path: Path) -> None:
    """Positions in a text must not depend on the system on which it was written."""
    assert read_one(tmp_path, "a.txt", b"one\r\ntwo\rthree\n").text == "one\ntwo\nthree\n"


def test_a_word_file_is_read_with_its_tables_and_text_boxes_and_each_passage_once(tmp_path: Path) -> None:
    """The file has a text box twice, and deleted passages still: the box counts once, the rest not at all."""
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
    """Text before, in and after a span is one sentence; comments are not the student's text."""
    body = (
        "<text:h>Title</text:h><text:p>One <text:span>two</text:span> three<office:annotation><text:p>Hm!</text:p>"
        '</office:annotation>.<text:s text:c="2"/>Four</text:p>'
        "<table:table><table:table-cell><text:p>Cell</text:p></table:table-cell></table:table>"
    )
    assert read_one(tmp_path, "a.odt", odt(body)).text == "Title\n\nOne two three.  Four\n\nCell"


def test_fields_and_controls_of_an_opendocument_text_are_text_and_what_describes_a_picture_is_not(
    tmp_path: Path,
) -> None:
    """Whatever element surrounds words within a paragraph, they are on the page."""
    body = (
        "<text:p>On <text:date>1 May</text:date> <text:control>we <text:span>won</text:span></text:control>"
        "<draw:frame><draw:title>Picture 1</draw:title></draw:frame>.</text:p>"
    )
    assert read_one(tmp_path, "a.odt", odt(body)).text == "On 1 May we won."


def test_a_word_file_from_the_browser_is_read(tmp_path: Path) -> None:
    """Word in a browser gives the main part another name."""
    with zipfile.ZipFile(io.BytesIO(docx(paragraph(SENTENCE)))) as archive:
        data = zipped({"[Content_Types].xml": "", "word/document2.xml": archive.read("word/document.xml")})
    assert read_one(tmp_path, "a.docx", data).text == SENTENCE


def test_a_page_that_is_a_picture_among_pages_of_text_is_mentioned(tmp_path: Path) -> None:
    """Half of an essay may be a photograph."""
    writer = PdfWriter()
    for page in (pdf([SENTENCE] * 9), pdf([], picture=True)):
        writer.append(io.BytesIO(page))
    stream = io.BytesIO()
    writer.write(stream)
    assert (
        "page 2 is a picture: what is written there was not read"
        in read_one(tmp_path, "a.pdf", stream.getvalue()).notes
    )


def test_what_was_deleted_and_the_marks_of_lists_and_cells_are_no_text_of_an_rtf_file(tmp_path: Path) -> None:
    """This is as in other formats; after a backslash, such a word is the student's."""
    data = (
        rb"{\rtf1 {\listtext \bullet\tab}One {\deleted gone}two.\par {\trowd A\cell B\cell\row}\par "
        rb"C:\\cell\\deleted}"
    )
    assert read_one(tmp_path, "a.rtf", data).text == "One two.\n\nA\n\nB\n\nC:\\cell\\deleted"


def test_an_rtf_file_is_read_with_its_letters(tmp_path: Path) -> None:
    """RTF escapes letters beyond ASCII in two ways."""
    data = rb"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Arial;}}\f0 \'c5sa \u228?r h\'e4r\par Next}"
    assert (read_one(tmp_path, "a.rtf", data).text or "").strip() == "Åsa är här\n\nNext"


def test_the_text_of_a_link_is_read_without_its_address(tmp_path: Path) -> None:
    """Nobody wrote the address."""
    data = rb'{\rtf1 See {\field{\*\fldinst{HYPERLINK "http://example.org"}}{\fldrslt{this page}}} now.}'
    assert read_one(tmp_path, "a.rtf", data).text == "See this page now."


def test_a_pdf_is_read_as_paragraphs(tmp_path: Path) -> None:
    """The lines of a page are not lines of the text; a hyphen at the end of a line belongs to its compound."""
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
        "This is the first line of a very well-known essay, which goes on and on to this line, and then it ends here.",
        "A new paragraph begins, and it goes on.",
    ]


def test_letters_joined_by_a_typesetter_are_single_letters_again(tmp_path: Path) -> None:
    """PDF files keep ligatures, with which half of the words would look misspelt."""
    assert read_one(tmp_path, "a.txt", "waﬄes, ﬁsh and oﬀers".encode()).text == "waffles, fish and offers"


def test_a_pdf_behind_an_empty_password_is_read(tmp_path: Path) -> None:
    """Many files are protected only against changes, and open for everybody."""
    assert SENTENCE in (read_one(tmp_path, "a.pdf", encrypted_pdf([SENTENCE], "")).text or "")
