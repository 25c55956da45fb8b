"""The readers of documents, by kind, and the one function that reads any of them."""

from collections.abc import Callable, Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

from contracts.failures import ErrorCode
from drivers.intake.encodings import decode
from drivers.intake.kinds import Kind, kind_of
from drivers.intake.model import Document, Limits, UnreadableError

# By module and function: the libraries behind them load slowly, and most classes have one kind of file.
_READERS: Final[Mapping[Kind, tuple[str, str]]] = MappingProxyType(
    {
        Kind.ODT: ("wordprocessor", "read_odt"),
        Kind.RTF: ("rtf", "read_rtf"),
        Kind.PDF: ("pdf", "read_pdf"),
        Kind.HTML: ("web_page", "read_web_page"),
        Kind.PICTURES: ("pictures", "read_pages"),
    }
)


def read_document(kind: Kind, data: bytes, limits: Limits) -> Document:
    """The text of one document.

    Raises:
        UnreadableError: it gives none.
    """
    if kind is Kind.PLAIN:
        return decode(data)
    if kind is Kind.DOCX:
        from drivers.intake.wordprocessor import read_docx  # noqa: PLC0415  (for a class of PDF files it is not needed)

        return read_docx(data, limits, lambda name, part: _chunk(name, part, limits))
    module, function = _READERS[kind]
    read: Callable[[bytes, Limits], Document] = getattr(import_module(f"drivers.intake.{module}"), function)
    return read(data, limits)


def _chunk(name: str, data: bytes, limits: Limits) -> str:
    """A document within a document, which has none within itself."""
    kind = kind_of(name, data)
    if kind in {Kind.ZIP, Kind.CSV, Kind.XLSX}:
        raise UnreadableError(ErrorCode.UNKNOWN_FILE_TYPE, "It is no text.")
    if kind is Kind.DOCX:
        from drivers.intake.wordprocessor import read_docx  # noqa: PLC0415

        return read_docx(data, limits).text
    return read_document(kind, data, limits).text
