"""What kind of file something is: by its first bytes where they tell, else by its name."""

from enum import StrEnum
from pathlib import PurePosixPath
from typing import Final

from contracts.failures import ErrorCode
from drivers.intake.model import UnreadableError
from drivers.intake.zips import ZIP_MARK, open_zip


class Kind(StrEnum):
    """The kinds of file that are read."""

    PLAIN = "plain"
    DOCX = "docx"
    ODT = "odt"
    RTF = "rtf"
    PDF = "pdf"
    CSV = "csv"
    XLSX = "xlsx"
    ZIP = "zip"


READ_TYPES: Final = ".txt, .md, .docx, .odt, .rtf, .pdf, .csv, .xlsx, .zip"
_PLAIN_ENDINGS: Final = frozenset({".txt", ".text", ".md", ".markdown", ""})
_TABLE_ENDINGS: Final = frozenset({".csv", ".tsv"})
_ZIPPED_KINDS: Final = {"word/document.xml": Kind.DOCX, "xl/workbook.xml": Kind.XLSX, "content.xml": Kind.ODT}
_ZIPPED_OTHERS: Final = frozenset({"ppt/presentation.xml", "Index/Document.iwa"})
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # Word before 2007, and the envelope of a protected new file
_ENCRYPTED_PACKAGE: Final = "EncryptedPackage".encode("utf-16-le")
# These endings are documents and archives: when their first bytes say otherwise, the file is broken.
_BY_CONTENT_ONLY: Final = frozenset({".docx", ".odt", ".rtf", ".pdf", ".xlsx", ".zip"})


def kind_of(name: str, data: bytes) -> Kind:
    """The kind of the file ``name`` with the content ``data`` (not empty).

    Raises:
        UnreadableError: it is of no kind that is read.
    """
    if data.startswith(ZIP_MARK):
        return _zipped_kind(data)
    if b"%PDF-" in data[:1024]:
        return Kind.PDF
    if data.startswith(b"{\\rtf"):
        return Kind.RTF
    if data.startswith(_OLE):
        raise _old_office(data)
    return _kind_by_name(PurePosixPath(name).suffix.casefold())


def _zipped_kind(data: bytes) -> Kind:
    with open_zip(data) as archive:
        names = set(archive.namelist())
    if names & _ZIPPED_OTHERS:
        raise _unknown()
    return next((kind for part, kind in _ZIPPED_KINDS.items() if part in names), Kind.ZIP)


def _kind_by_name(ending: str) -> Kind:
    if ending in _PLAIN_ENDINGS:
        return Kind.PLAIN
    if ending in _TABLE_ENDINGS:
        return Kind.CSV
    if ending in _BY_CONTENT_ONLY:
        raise UnreadableError(ErrorCode.CORRUPT_FILE, f"This is not a working {ending} file: ask for it again.")
    raise _unknown()


def _unknown() -> UnreadableError:
    return UnreadableError(
        ErrorCode.UNKNOWN_FILE_TYPE,
        f"This type of file is not read. What is read: {READ_TYPES}. Save it as one of these.",
    )


def _old_office(data: bytes) -> UnreadableError:
    if _ENCRYPTED_PACKAGE in data:
        return UnreadableError(
            ErrorCode.ENCRYPTED_FILE, "This file is protected with a password: ask for it without one."
        )
    return UnreadableError(ErrorCode.UNKNOWN_FILE_TYPE, "This is an old Office file (.doc): save it as .docx or .pdf.")
