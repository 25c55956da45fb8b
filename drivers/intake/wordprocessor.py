"""Word (.docx) and OpenDocument (.odt) files, read as what they are: zip archives of XML.

All running text counts, in tables and text boxes too; deleted passages, comments, footnotes and page headers are not
the pupil's running text and stay out. Elements are matched without their namespace, so that the transitional and the
strict form of ISO/IEC 29500 are read alike. Paragraphs come out separated by an empty line.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from io import BytesIO
from typing import Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

import defusedxml.sax
from defusedxml import DefusedXmlException

from contracts.failures import ErrorCode
from drivers.intake.kinds import WORD_PART
from drivers.intake.model import Document, Limits, UnreadableError
from drivers.intake.zips import open_zip, read_member

_ODF_TEXT: Final = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"


@dataclass(frozen=True, slots=True)
class _Markup:
    """How one format writes running text.

    Characters count inside of ``opening`` elements, whatever stands between (a field, a content control), up to one
    of ``closing``. ``marks`` are elements that stand for characters: in ``mark_parents`` if there are any (Word
    defines tab *stops* by elements of the same name), else wherever characters count. ``skipped`` subtrees stay out.
    """

    part: re.Pattern[str]
    opening: frozenset[str]
    closing: frozenset[str]
    marks: Mapping[str, str]
    mark_parents: frozenset[str]
    skipped: frozenset[str]
    boxes: frozenset[str]


_DOCX: Final = _Markup(
    part=WORD_PART,
    opening=frozenset({"t"}),
    closing=frozenset(),
    marks={"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
    mark_parents=frozenset({"r"}),
    # A text box is written twice, for new programs and (Fallback) for old ones.
    skipped=frozenset({"del", "moveFrom", "Fallback"}),
    boxes=frozenset({"txbxContent"}),
)
_PARAGRAPHS: Final = frozenset({"p", "h"})
_ODT: Final = _Markup(
    part=re.compile(r"content\.xml"),
    opening=_PARAGRAPHS,
    closing=frozenset({"frame", "g", "custom-shape"}),  # a picture's title is not written by its pupil
    marks={"s": " ", "tab": "\t", "line-break": "\n"},
    mark_parents=frozenset(),
    skipped=frozenset({"annotation", "tracked-changes", "note", "forms", "ruby-text"}),
    boxes=frozenset({"text-box"}),
)
_MAX_SPACES = 1_000


class _RunningText(ContentHandler):
    """Collects running text. A text box is held back until the paragraph in which it is anchored has ended."""

    def __init__(self, markup: _Markup) -> None:
        super().__init__()
        self._markup = markup
        self._skipping = 0
        self._open: list[str] = [""]
        self._counts: list[bool] = [False]
        self._texts: list[list[str]] = [[]]
        self._boxes: list[str] = []

    def startElementNS(self, name: tuple[str | None, str], _qname: str | None, attrs: AttributesNSImpl) -> None:  # noqa: N802
        tag = name[1]
        if tag in self._markup.skipped:
            self._skipping += 1
        elif tag in self._markup.boxes:
            self._texts.append([])
        elif not self._skipping and self._takes_marks():
            self._texts[-1].append(self._mark(tag, attrs))
        self._open.append(tag)
        self._counts.append(tag in self._markup.opening or (self._counts[-1] and tag not in self._markup.closing))

    def _takes_marks(self) -> bool:
        parents = self._markup.mark_parents
        return self._open[-1] in parents if parents else self._counts[-1]

    def _mark(self, tag: str, attrs: AttributesNSImpl) -> str:
        times = str(attrs.get((_ODF_TEXT, "c"), "1"))
        return self._markup.marks.get(tag, "") * (min(int(times), _MAX_SPACES) if times.isdecimal() else 1)

    def endElementNS(self, _name: tuple[str | None, str], _qname: str | None) -> None:  # noqa: N802
        tag = self._open.pop()
        self._counts.pop()
        if tag in self._markup.skipped:
            self._skipping -= 1
        elif tag in self._markup.boxes:
            self._boxes.append("".join(self._texts.pop()))
        elif tag in _PARAGRAPHS and not self._skipping:
            self._texts[-1].append("\n\n")
            self._place_boxes()

    def _place_boxes(self) -> None:
        if len(self._texts) == 1:
            self._texts[0].extend(self._boxes)
            self._boxes.clear()

    def characters(self, content: str) -> None:
        if not self._skipping and self._counts[-1]:
            self._texts[-1].append(content)

    def text(self) -> str:
        return re.sub(r"\n{3,}", "\n\n", "".join([*self._texts[0], *self._boxes])).strip()


def read_docx(data: bytes, limits: Limits) -> Document:
    """The running text of a Word file.

    Raises:
        UnreadableError: it is damaged, protected or too large.
    """
    return Document(_running_text(data, _DOCX, limits))


def read_odt(data: bytes, limits: Limits) -> Document:
    """The running text of an OpenDocument file.

    Raises:
        UnreadableError: it is damaged, protected or too large.
    """
    with open_zip(data) as archive:
        if b"encryption-data" in read_member(archive, "META-INF/manifest.xml", limits.part_bytes):
            raise UnreadableError(
                ErrorCode.ENCRYPTED_FILE, "This file is protected with a password: ask for it without one."
            )
    return Document(_running_text(data, _ODT, limits))


def _running_text(data: bytes, markup: _Markup, limits: Limits) -> str:
    with open_zip(data) as archive:
        part = min(filter(markup.part.fullmatch, archive.namelist()), default="")
        xml = read_member(archive, part, limits.part_bytes)
    collected = _RunningText(markup)
    parser = defusedxml.sax.make_parser()
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(collected)
    try:
        parser.parse(BytesIO(xml))
    except (SAXException, DefusedXmlException, LookupError, ValueError) as error:
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE, "This document is damaged and cannot be read: ask for it again."
        ) from error
    return collected.text()
