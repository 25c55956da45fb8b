"""What kind of file something is: by its first bytes where they tell, else by its name."""

import re
from collections.abc import Collection
from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final
from zipfile import ZipFile

from contracts.failures import ErrorCode
from drivers.intake.model import UnreadableError
from drivers.intake.zips import EMPTY_ZIP_MARK, ZIP_MARK, open_zip, read_member


class Kind(StrEnum):
    """The kinds of file that are read."""

    PLAIN = "plain"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    HTML = "html"
    CSV = "csv"
    XLSX = "xlsx"
    ZIP = "zip"
    PICTURES = "pictures"
    """A photo or a scanned PDF, where pictures are asked for."""


READ_TYPES: Final = ".txt, .md, .docx, .odt, .rtf, .pdf, .html, .csv, .xlsx, .zip"
_PLAIN_ENDINGS: Final = frozenset({".txt", ".text", ".md", ".markdown", ""})
_HTML_ENDINGS: Final = frozenset({".html", ".htm", ".xhtml"})
_PICTURES: Final = re.compile(
    rb"\xff\xd8\xff|\x89PNG\r\n|GIF8[79]a|BM.{4}\0{4}|II\*\0|MM\0\*|RIFF.{4}WEBP|.{4}ftyp(heic|heix|mif1|avif|msf1)",
    re.DOTALL,
)
_PAGE: Final = re.compile(
    rb"(\xef\xbb\xbf)?\s*(<\?xml[^>]{0,200}>\s*)?(<!--.{0,500}?-->\s*)?<(!doctype\s+html|html)\b",
    re.IGNORECASE | re.DOTALL,
)
_LINKS: Final = frozenset({".gdoc", ".gsheet", ".gslides", ".url", ".webloc", ".lnk", ".desktop"})
TABLE_ENDINGS: Final = frozenset({".csv", ".tsv"})
# Word in a browser calls its main part document2.xml.
WORD_PART: Final = re.compile(r"word/document\d*\.xml")
_BOOK_PART: Final = re.compile(r"xl/workbook\d*\.xml")
_ARCHIVE_ENDINGS: Final = frozenset({".zip", ""})
_ZIPPED_OTHERS: Final = frozenset({"[Content_Types].xml", "Index/Document.iwa", "META-INF/container.xml"})
_TYPE_MEMBER: Final = "mimetype"  # by which OpenDocument files and electronic books say what they are
_ODF_TEXT: Final = b"application/vnd.oasis.opendocument.text"
_LONGEST_TYPE = 200
_BEGINNING = 1_024
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word before 2007, and the envelope of a protected new file
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
# These endings are documents and archives: when their first bytes say otherwise, the file is broken.
_BY_CONTENT_ONLY: Final = frozenset({".docx", ".odt", ".rtf", ".pdf", ".xlsx", ".zip"})


def kind_of(name: str, data: bytes) -> Kind:
    """The kind of the file ``name`` with the content ``data`` (not empty).

    Raises:
        UnreadableError: it is of no kind that is read.
    """
    ending = PurePosixPath(name).suffix.casefold()
    if data.startswith((ZIP_MARK, EMPTY_ZIP_MARK)):
        return _zipped_kind(data, ending)
    if b"%PDF-" in data[:_BEGINNING]:
        return Kind.PDF
    if data.startswith(b"{\\rtf"):
        return Kind.RTF
    if data.startswith(_OLE):
        raise _old_office(data)
    if _PICTURES.match(data[:_BEGINNING]):
        raise UnreadableError(
            ErrorCode.SCAN_WITHOUT_TEXT, "This is a photo or a scan: ask for the text, as a file from a program."
        )
    if _PAGE.match(data[:_BEGINNING]) and ending not in _PLAIN_ENDINGS:
        return Kind.HTML
    return _kind_by_name(ending)


def _zipped_kind(data: bytes, ending: str) -> Kind:
    with open_zip(data) as archive:
        names = set(archive.namelist())
        if "encrypted-package" in names:  # the whole document in one, as OpenDocument 1.4 has it
            raise _protected()
        known = _zipped_document(archive, names)
    if known is not None:
        return known
    if names & _ZIPPED_OTHERS:
        raise _unknown()
    return Kind.ZIP if ending in _ARCHIVE_ENDINGS else _kind_by_name(ending, archive=True)


def _zipped_document(archive: ZipFile, names: Collection[str]) -> Kind | None:
    if any(WORD_PART.fullmatch(name) for name in names):
        return Kind.DOCX
    if any(_BOOK_PART.fullmatch(name) for name in names):
        return Kind.XLSX
    if _TYPE_MEMBER not in names:
        return None
    if read_member(archive, _TYPE_MEMBER, _LONGEST_TYPE).startswith(_ODF_TEXT):
        return Kind.ODT
    raise _unknown()


def _kind_by_name(ending: str, *, archive: bool = False) -> Kind:
    if ending in _PLAIN_ENDINGS and not archive:
        return Kind.PLAIN
    if ending in TABLE_ENDINGS and not archive:
        return Kind.CSV
    if ending in _HTML_ENDINGS and not archive:
        return Kind.HTML
    if ending in _LINKS:
        raise UnreadableError(
            ErrorCode.UNKNOWN_FILE_TYPE, "This file is only a link to a text elsewhere: ask for the text itself."
        )
    if ending in _BY_CONTENT_ONLY:
        raise UnreadableError(ErrorCode.CORRUPT_FILE, f"This is not a working {ending} file: ask for it again.")
    raise _unknown()


def _protected() -> UnreadableError:
    return UnreadableError(ErrorCode.ENCRYPTED_FILE, "This file is protected with a password: ask for it without one.")


def _unknown() -> UnreadableError:
    return UnreadableError(
        ErrorCode.UNKNOWN_FILE_TYPE,
        f"This type of file is not read. What is read: {READ_TYPES}. Save it as one of these.",
    )


def _old_office(data: bytes) -> UnreadableError:
    if _ENCRYPTED_PACKAGE in data:
        return _protected()
    return UnreadableError(ErrorCode.UNKNOWN_FILE_TYPE, "This is an old Office file (.doc): save it as .docx or .pdf.")
