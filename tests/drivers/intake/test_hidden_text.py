"""Text in a document that is not the student's running text: left out, and reported."""

from pathlib import Path

import pytest

from contracts.failures import ErrorCode
from tests.drivers.intake.files import SENTENCE, docx, odt, paragraph, read_one, reason, zipped

_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

HIDING_AND_SHOWING = (
    f'<w:styles xmlns:w="{_W}"><w:style w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
    '<w:style w:styleId="B"><w:basedOn w:val="A"/><w:rPr><w:vanish w:val="0"/></w:rPr></w:style></w:styles>'
)
SHOWN_AGAIN = '<w:r><w:rPr><w:vanish w:val="0"/></w:rPr><w:t>Shown again too.</w:t></w:r>'


def run(properties: str, text: str = "secret") -> str:
    """A Word paragraph with a run of these properties between two ordinary ones."""
    hidden = f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"
    return f"<w:p><w:r><w:t>Shown </w:t></w:r>{hidden}<w:r><w:t>too.</w:t></w:r></w:p>"


def word(body: str, **parts: str) -> bytes:
    """A Word file with further parts."""
    document = f'<w:document xmlns:w="{_W}" xmlns:r="{_R}"><w:body>{body}</w:body></w:document>'
    return zipped({"word/document.xml": document, **{f"word/{name}": part for name, part in parts.items()}})


@pytest.mark.parametrize(
    "properties", ["<w:vanish/>", '<w:vanish w:val="1"/>', '<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>']
)
def test_hidden_text_of_a_word_file_is_left_out_and_said(tmp_path: Path, properties: str) -> None:
    """Nobody sees it on the page."""
    entry = read_one(tmp_path, "a.docx", docx(run(properties)))
    assert (entry.text, entry.notes) == ("Shown too.", ("hidden text was left out: “secret”",))


@pytest.mark.parametrize("properties", ['<w:vanish w:val="0"/>', '<w:color w:val="FF0000"/>', '<w:sz w:val="16"/>'])
def test_what_only_looks_otherwise_is_read(tmp_path: Path, properties: str) -> None:
    """Small or red text is visible, and so is text marked as not hidden."""
    assert read_one(tmp_path, "a.docx", docx(run(properties, "small "))).text == "Shown small too."


def test_white_on_a_dark_ground_is_read(tmp_path: Path) -> None:
    """It is visible."""
    body = run('<w:color w:val="FFFFFF"/><w:shd w:val="clear" w:fill="000000"/>', "bright ")
    assert read_one(tmp_path, "a.docx", docx(body)).text == "Shown bright too."


def test_a_style_may_hide_what_it_formats(tmp_path: Path) -> None:
    """So may a style based on one that does."""
    styles = (
        f'<w:styles xmlns:w="{_W}"><w:style w:styleId="A"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="B"><w:basedOn w:val="A"/></w:style></w:styles>'
    )
    entry = read_one(tmp_path, "a.docx", word(run('<w:rStyle w:val="B"/>'), **{"styles.xml": styles}))
    assert (entry.text, entry.notes) == ("Shown too.", ("hidden text was left out: “secret”",))


@pytest.mark.parametrize(
    "body",
    [
        run('<w:rStyle w:val="A"/><w:vanish w:val="0"/>', "again "),
        run('<w:rStyle w:val="B"/>', "again "),
        f'<w:p><w:pPr><w:pStyle w:val="A"/></w:pPr>{SHOWN_AGAIN}</w:p>',
    ],
)
def test_what_a_style_hides_may_be_shown_again(tmp_path: Path, body: str) -> None:
    """Either the text itself says so, or a style based on the hiding one."""
    entry = read_one(tmp_path, "a.docx", word(body, **{"styles.xml": HIDING_AND_SHOWING}))
    assert (entry.text, entry.notes) == ("Shown again too.", ())


@pytest.mark.parametrize("other", ['<w:color w:val="FFFFFF"/>', '<w:sz w:val="2"/>'])
@pytest.mark.parametrize("order", [1, -1])
def test_what_nobody_can_see_is_not_shown_by_saying_so(tmp_path: Path, other: str, order: int) -> None:
    """White or tiny text stays hidden, in whatever order its properties stand."""
    properties = "".join([other, '<w:rStyle w:val="A"/><w:vanish w:val="0"/>'][::order])
    entry = read_one(tmp_path, "a.docx", word(run(properties), **{"styles.xml": HIDING_AND_SHOWING}))
    assert (entry.text, entry.notes) == ("Shown too.", ("hidden text was left out: “secret”",))


def test_a_text_box_in_hidden_text_is_hidden_whatever_its_text_says(tmp_path: Path) -> None:
    """Word does not draw a box whose place is hidden."""
    box = f"<w:txbxContent><w:p>{SHOWN_AGAIN}</w:p></w:txbxContent>"
    body = f'{paragraph("Shown.")}<w:p><w:r><w:rPr><w:rStyle w:val="A"/></w:rPr>{box}</w:r></w:p>'
    entry = read_one(tmp_path, "a.docx", word(body, **{"styles.xml": HIDING_AND_SHOWING}))
    assert (entry.text, entry.notes) == ("Shown.", ("hidden text was left out: “Shown again too.”",))


def test_hidden_text_of_an_opendocument_file_is_left_out_and_said(tmp_path: Path) -> None:
    """It may be in white, or its style or its section is not displayed; white on a dark ground is read."""
    body = (
        '<text:p>Shown <text:span text:style-name="H">secret </text:span>'
        '<text:span text:style-name="W">white </text:span><text:span text:style-name="D">too.</text:span></text:p>'
        '<text:section text:display="none"><text:p>hidden</text:p></text:section>'
    )
    looks = {
        "H": 'text:display="none"',
        "W": 'fo:color="#ffffff"',
        "D": 'fo:color="#ffffff" fo:background-color="#000000"',
    }
    styles = "".join(
        f'<style:style style:name="{name}"><style:text-properties {look}/></style:style>'
        for name, look in looks.items()
    )
    content = f'<d xmlns:text="urn:t" xmlns:style="urn:s" xmlns:fo="urn:f">{styles}{body}</d>'
    data = zipped(
        {"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": content, "META-INF/manifest.xml": "<m/>"}
    )
    entry = read_one(tmp_path, "a.odt", data)
    assert (entry.text, entry.notes) == ("Shown too.", ("hidden text was left out: “secret white hidden”",))


def test_hidden_text_of_an_rtf_file_is_left_out_and_said(tmp_path: Path) -> None:
    """It may be marked as hidden, or white."""
    data = rb"{\rtf1 {\colortbl;\red255\green255\blue255;}Shown {\v secret }{\cf1 white }{\v0 too.}\par}"
    entry = read_one(tmp_path, "a.rtf", data)
    assert (entry.text, entry.notes) == ("Shown too.", ("hidden text was left out: “secret white”",))


@pytest.mark.parametrize(
    ("part", "one", "name"),
    [("footnotes", "footnote", "footnotes"), ("endnotes", "endnote", "endnotes"), ("comments", "comment", "comments")],
)
def test_notes_and_comments_of_a_word_file_are_named(tmp_path: Path, part: str, one: str, name: str) -> None:
    """A footnote is the student's, but not part of the running text; a comment may be anybody's."""
    notes = f'<w:{part} xmlns:w="{_W}"><w:{one}>{paragraph("See the book.")}</w:{one}></w:{part}>'
    entry = read_one(tmp_path, "a.docx", word(paragraph(SENTENCE), **{f"{part}.xml": notes}))
    assert (entry.text, entry.notes) == (SENTENCE, (f"{name} are left out of the running text: “See the book.”",))


@pytest.mark.parametrize(("group", "name"), [(r"\footnote", "footnotes"), (r"\*\annotation", "comments")])
def test_footnotes_and_comments_of_an_rtf_file_are_named(tmp_path: Path, group: str, name: str) -> None:
    """They stand in the middle of the text, which goes on after them."""
    entry = read_one(tmp_path, "a.rtf", rb"{\rtf1 Text{%s See the book.} goes on.}" % group.encode())
    assert (entry.text, entry.notes) == (
        "Text goes on.",
        (f"{name} are left out of the running text: “See the book.”",),
    )


@pytest.mark.parametrize(
    ("element", "name"),
    [("<text:note>{}</text:note>", "footnotes"), ("<office:annotation>{}</office:annotation>", "comments")],
)
def test_footnotes_and_comments_of_an_opendocument_file_are_named(tmp_path: Path, element: str, name: str) -> None:
    """They stand in the middle of the text, which goes on after them."""
    aside = element.format("<text:p>See the book.</text:p>")
    entry = read_one(tmp_path, "a.odt", odt(f"<text:p>Text{aside} goes on.</text:p>"))
    assert (entry.text, entry.notes) == (
        "Text goes on.",
        (f"{name} are left out of the running text: “See the book.”",),
    )


@pytest.mark.parametrize(
    ("name", "chunk"),
    [("a.html", "<html><p>In a page.</p></html>"), ("a.txt", "In a page."), ("a.rtf", r"{\rtf1 In a page.}")],
)
def test_a_document_within_a_document_is_read(tmp_path: Path, name: str, chunk: str) -> None:
    """Some programs write a Word file as a frame around a page of their own."""
    links = f'<Relationships><Relationship Id="r1" Target="{name}"/></Relationships>'
    body = f'{paragraph("Before.")}<w:altChunk r:id="r1"/>{paragraph("After.")}'
    data = word(body, **{"_rels/document.xml.rels": links, name: chunk})
    assert read_one(tmp_path, "a.docx", data).text == "Before.\n\nIn a page.\n\nAfter."


def test_a_missing_part_is_said(tmp_path: Path) -> None:
    """The rest is read."""
    entry = read_one(tmp_path, "a.docx", word(f'{paragraph("Before.")}<w:altChunk r:id="r1"/>'))
    assert entry.text == "Before."
    assert "was not read" in entry.notes[0]


def test_a_photo_in_a_document_is_a_scan_and_pictures_beside_a_text_are_said(tmp_path: Path) -> None:
    """Students photograph their handwriting, and insert it in Word."""
    assert reason(read_one(tmp_path, "a.docx", docx("<w:p><w:r><a:blip/></w:r></w:p>".replace("a:", "w:")))) is (
        ErrorCode.SCAN_WITHOUT_TEXT
    )
    entry = read_one(tmp_path, "a.docx", docx(f"{paragraph(SENTENCE)}<w:p><w:r><w:blip/></w:r></w:p>"))
    assert (entry.text, "there are 1 pictures in it" in entry.notes[0]) == (SENTENCE, True)


def test_where_a_word_may_be_divided_is_no_letter(tmp_path: Path) -> None:
    """With a soft hyphen in it, a spelling checker would take a word for another one."""
    assert (
        read_one(tmp_path, "a.txt", "un\u00adbe\u00adliev\u00adable \u200bthings".encode()).text
        == "unbelievable things"
    )
