"""Word (.docx) and OpenDocument (.odt) files, read as what they are: zip archives of XML."""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesNSImpl
from zipfile import ZipFile

from typing_extensions import override

from contracts.failures import ErrorCode
from drivers.intake.kinds import WORD_PART
from drivers.intake.model import Document, Limits, UnreadableError
from drivers.intake.plain import quoted
from drivers.intake.running_text import PARAGRAPHS, Hiding, Markup, RunningText, parse
from drivers.intake.zips import open_zip, read_member

_OFF: Final = frozenset({"0", "false", "off", "none"})
_WHITE: Final = frozenset({"ffffff", "#ffffff"})
_COLOURED_GROUND: Final = re.compile(
    rb'<w:shd [^>]{0,200}w:fill="(?!auto|FFFFFF)|<w:(?:highlight|background) ', re.IGNORECASE
)
_SMALLEST = 5  # half points: letters of 2.5 points and below are there for a program to read
_NOT_IN_TEXT: Final = "left out of the running text"


def _hides_in_word(
    tag: str, opened: list[str], values: Mapping[str, str], hidden_styles: Collection[str]
) -> tuple[int, Hiding] | None:
    """Of a run by its own properties, or of a run or a paragraph by its style, which a run may undo."""
    value = values.get("val", "").casefold()
    if tag in {"rStyle", "pStyle"}:
        return (2, Hiding.ITS_STYLE) if values.get("val") in hidden_styles else None
    if opened[-2:-1] != ["rPr"] or opened[-3:-2] != ["r"]:
        return None
    if tag == "vanish":
        return 2, Hiding.NOTHING if value in _OFF else Hiding.ITSELF
    tiny = tag == "sz" and value.isdecimal() and int(value[:6]) <= _SMALLEST
    return (2, Hiding.ITSELF) if tiny or (tag == "color" and value in _WHITE) else None


def _hides_on_colours(
    tag: str, opened: list[str], values: Mapping[str, str], hidden_styles: Collection[str]
) -> tuple[int, Hiding] | None:
    """In a document with coloured grounds, on which white can be read."""
    return None if tag == "color" else _hides_in_word(tag, opened, values, hidden_styles)


def _hides_in_odf(
    tag: str, _opened: list[str], values: Mapping[str, str], hidden_styles: Collection[str]
) -> tuple[int, Hiding] | None:
    if tag in {"hidden-text", "hidden-paragraph"}:
        return int(tag == "hidden-paragraph"), Hiding.ITSELF
    hidden = values.get("style-name") in hidden_styles or (tag == "section" and values.get("display") == "none")
    return (0, Hiding.ITSELF) if hidden and tag in {"p", "h", "span", "section", "a"} else None


_DOCX: Final = Markup(
    opening=frozenset({"t"}),
    closing=frozenset(),
    marks={"tab": "\t", "ptab": "\t", "br": "\n", "cr": "\n", "noBreakHyphen": "-"},
    mark_parents=frozenset({"r"}),
    # A text box is written twice, for new programs and (Fallback) for old ones.
    skipped=frozenset({"del", "moveFrom", "Fallback"}),
    asides={},
    boxes=frozenset({"txbxContent"}),
    pictures=frozenset({"blip", "imagedata"}),
    hides=_hides_in_word,
    chunk="altChunk",
)
_ODT: Final = Markup(
    opening=PARAGRAPHS,
    closing=frozenset({"frame", "g", "custom-shape"}),  # a picture's title is not written by its pupil
    marks={"s": " ", "tab": "\t", "line-break": "\n"},
    mark_parents=frozenset(),
    skipped=frozenset({"annotation", "tracked-changes", "note", "forms", "ruby-text"}),
    asides={"note": f"footnotes are {_NOT_IN_TEXT}", "annotation": f"comments are {_NOT_IN_TEXT}"},
    boxes=frozenset({"text-box"}),
    pictures=frozenset({"image"}),
    hides=_hides_in_odf,
    repeats="c",
)
_WORDS_ASIDES: Final = {
    "word/footnotes.xml": "footnotes", "word/endnotes.xml": "endnotes", "word/comments.xml": "comments",
}  # fmt: skip
_ODF_CONTENT: Final = re.compile(r"content\.xml")

ReadChunk = Callable[[str, bytes], str]


def read_docx(data: bytes, limits: Limits, read_chunk: ReadChunk | None = None) -> Document:
    """The running text of a Word file. ``read_chunk`` reads a document that is embedded in it.

    Raises:
        UnreadableError: it is damaged, protected, too large, or a picture only.
    """
    with open_zip(data) as archive:
        part = _part(archive, WORD_PART)
        styles = _StylesOfWord()
        _parse_if_there(archive, "word/styles.xml", styles, limits)
        chunks = _Chunks(archive, part, limits, read_chunk)
        content = read_member(archive, part, limits.part_bytes)
        markup = replace(_DOCX, hides=_hides_on_colours) if _COLOURED_GROUND.search(content) else _DOCX
        collected = RunningText(markup, limits.elements, styles.hidden(), chunks.read)
        parse(content, collected)
        notes = [note for part, what in _WORDS_ASIDES.items() if (note := _aside(archive, part, what, limits))]
    return _document(collected, [*chunks.notes, *notes])


def read_odt(data: bytes, limits: Limits) -> Document:
    """The running text of an OpenDocument file.

    Raises:
        UnreadableError: it is damaged, protected, too large, or a picture only.
    """
    with open_zip(data) as archive:
        if b"encryption-data" in read_member(archive, "META-INF/manifest.xml", limits.part_bytes):
            raise UnreadableError(
                ErrorCode.ENCRYPTED_FILE, "This file is protected with a password: ask for it without one."
            )
        styles = _StylesOfOdf()
        _parse_if_there(archive, "styles.xml", styles, limits)
        content = read_member(archive, _part(archive, _ODF_CONTENT), limits.part_bytes)
        parse(content, styles)
        collected = RunningText(_ODT, limits.elements, styles.hidden())
        parse(content, collected)
    return _document(collected, [])


def _document(collected: RunningText, notes: list[str]) -> Document:
    text = collected.text()
    if not text and collected.pictures:
        raise UnreadableError(
            ErrorCode.SCAN_WITHOUT_TEXT,
            "There is a photo or a scan in this document, and no text: ask for the text itself.",
        )
    return Document(text, (*collected.notes(), *notes))


def _part(archive: ZipFile, name: re.Pattern[str]) -> str:
    return min(filter(name.fullmatch, archive.namelist()), default="")


def _parse_if_there(archive: ZipFile, part: str, handler: ContentHandler, limits: Limits) -> None:
    if part in archive.namelist():
        parse(read_member(archive, part, limits.part_bytes), handler)


def _aside(archive: ZipFile, part: str, what: str, limits: Limits) -> str:
    collected = RunningText(_DOCX, limits.elements)
    _parse_if_there(archive, part, collected, limits)
    text = " ".join(collected.text().split())
    return f"{what} are {_NOT_IN_TEXT}: {quoted(text)}" if text else ""


class _Chunks:
    """Documents within a Word file, which some programs embed instead of writing Word's own markup."""

    def __init__(self, archive: ZipFile, part: str, limits: Limits, read_chunk: ReadChunk | None) -> None:
        self._archive, self._limits, self._read_chunk = archive, limits, read_chunk
        self._targets = _Targets()
        self._folder = PurePosixPath(part).parent
        _parse_if_there(archive, f"{self._folder}/_rels/{PurePosixPath(part).name}.rels", self._targets, limits)
        self.notes: list[str] = []

    def read(self, relation: str) -> str:
        """The text of one; that it cannot be read is a note."""
        target = self._targets.by_id.get(relation, "")
        name = target.lstrip("/") if target.startswith("/") else f"{self._folder}/{target}"
        if self._read_chunk is None:
            return ""
        try:
            return self._read_chunk(name, read_member(self._archive, name, self._limits.part_bytes))
        except UnreadableError as reason:
            self.notes.append(f"a part of this document ({PurePosixPath(name).name}) was not read: {reason.message}")
            return ""


class _Targets(ContentHandler):
    """The files that a part of a Word file refers to, by the ids of its references."""

    def __init__(self) -> None:
        super().__init__()
        self.by_id: dict[str, str] = {}

    @override
    def startElementNS(self, _name: tuple[str | None, str], _qname: str | None, attrs: AttributesNSImpl) -> None:
        values = {key[1]: value for key, value in attrs.items()}
        self.by_id[values.get("Id", "")] = values.get("Target", "")


class _Styles(ContentHandler):
    """Which styles hide what they format, themselves or by the style that they are based on."""

    def __init__(self) -> None:
        super().__init__()
        self._style = ""
        self._hiding: set[str] = set()
        self._showing: set[str] = set()
        self._parents: dict[str, str] = {}

    @override
    def endElementNS(self, name: tuple[str | None, str], _qname: str | None) -> None:
        if name[1] == "style":
            self._style = ""

    def hidden(self) -> frozenset[str]:
        """Their names."""
        return frozenset(style for style in {*self._hiding, *self._parents} if self._hides(style))

    def _hides(self, style: str) -> bool:
        seen: set[str] = set()
        while style and style not in seen and style not in self._showing:
            if style in self._hiding:
                return True
            seen.add(style)
            style = self._parents.get(style, "")
        return False


class _StylesOfWord(_Styles):
    @override
    def startElementNS(self, name: tuple[str | None, str], _qname: str | None, attrs: AttributesNSImpl) -> None:
        values = {key[1]: value for key, value in attrs.items()}
        match name[1]:
            case "style":
                self._style = values.get("styleId", "")
            case "basedOn":
                self._parents[self._style] = values.get("val", "")
            case "vanish":
                shows = values.get("val", "").casefold() in _OFF
                (self._showing if shows else self._hiding).add(self._style)
            case _:
                pass


class _StylesOfOdf(_Styles):
    @override
    def startElementNS(self, name: tuple[str | None, str], _qname: str | None, attrs: AttributesNSImpl) -> None:
        values = {key[1]: value for key, value in attrs.items()}
        if name[1] == "style":
            self._style = values.get("name", "")
            self._parents[self._style] = values.get("parent-style-name", "")
        elif name[1] == "text-properties":
            white = values.get("color", "").casefold() in _WHITE and "background-color" not in values
            if values.get("display") == "none" or white:
                self._hiding.add(self._style)
