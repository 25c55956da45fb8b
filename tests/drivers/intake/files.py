"""Small files of every kind, written by hand so that the tests need no office software."""

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

from pypdf import PdfReader, PdfWriter

from contracts.failures import ErrorCode
from drivers.intake import Intake, Limits, read_essays

SENTENCE = "I think the town should build a skate park, because there is nothing to do."
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """An archive of these members."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return stream.getvalue()


def docx(body: str) -> bytes:
    """A Word file with this XML in its body."""
    return zipped({"word/document.xml": f'<w:document xmlns:w="{_W}"><w:body>{body}</w:body></w:document>'})


def paragraph(text: str) -> str:
    """A Word paragraph of one run."""
    return f"<w:p><w:r><w:t>{text}</w:t></w:r></w:p>"


def odt(body: str, manifest: str = "<manifest/>") -> bytes:
    """An OpenDocument text with this XML as its text."""
    spaces = (
        'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0"'
    )
    text = f"<office:body><office:text>{body}</office:text></office:body>"
    return zipped(
        {
            "mimetype": "application/vnd.oasis.opendocument.text",
            "content.xml": f"<office:document-content {spaces}>{text}</office:document-content>",
            "META-INF/manifest.xml": manifest,
        }
    )


def pdf(lines: list[str], *, picture: bool = False) -> bytes:
    """A PDF of one page with these lines of text, or with nothing but a picture."""
    shown = b"".join(b"(%s) Tj T* " % line.encode("cp1252") for line in lines)
    content = b"q 100 0 0 100 0 0 cm /Im1 Do Q" if picture else b"BT /F1 12 Tf 14 TL 50 750 Td " + shown + b"ET"
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
            b" /Resources << /Font << /F1 5 0 R >> /XObject << %s >> >> >>" % (b"/Im1 6 0 R" if picture else b"")
        ),
        b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
        (
            b"<< /Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8"
            b" /Length 1 >>\nstream\n\x00\nendstream"
        ),
    ]
    return _assembled(objects)


def _assembled(objects: list[bytes]) -> bytes:
    made, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, start=1):
        places.append(len(made))
        made += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return (
        made
        + head
        + table
        + b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, len(made))
    )


def encrypted_pdf(lines: list[str], password: str) -> bytes:
    """A PDF that opens only with ``password``."""
    writer = PdfWriter(clone_from=PdfReader(io.BytesIO(pdf(lines))))
    writer.encrypt(password, owner_password="owner", algorithm="RC4-128")  # noqa: S106
    stream = io.BytesIO()
    writer.write(stream)
    return stream.getvalue()


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
