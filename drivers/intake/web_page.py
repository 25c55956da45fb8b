"""Web pages (.html), as learning platforms and office programs save them: what is on the page, as paragraphs."""

import re
from typing import Final

from lxml import etree

from contracts.failures import ErrorCode
from drivers.intake.encodings import decode
from drivers.intake.model import Document, Limits, UnreadableError
from drivers.intake.plain import quoted

_PARAGRAPHS: Final = frozenset({
    "address", "article", "aside", "blockquote", "body", "caption", "center", "dd", "div", "dl", "dt", "fieldset",
    "figcaption", "figure", "footer", "form", "h1", "h2", "h3", "h4", "h5", "h6", "header", "hr", "li", "main", "nav",
    "ol", "p", "pre", "section", "table", "td", "th", "tr", "ul",
})  # fmt: skip
_SKIPPED: Final = frozenset({
    "button", "datalist", "head", "math", "noscript", "object", "script", "select", "style", "svg", "template", "del",
})  # fmt: skip
_EMPTY: Final = frozenset({"br", "hr", "img", "input", "meta", "link", "wbr", "col", "area", "base", "embed", "source"})
_HIDDEN: Final = re.compile(
    r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*[01](\.\d+)?(px|pt)?\s*(;|$)|opacity\s*:\s*0(\.0+)?\s*(;|$)|"
    r"(?<![-\w])color\s*:\s*(white|#fff(fff)?|rgb\(\s*255\s*,\s*255\s*,\s*255\s*\))\s*(;|$)",
    re.IGNORECASE,
)
_DECLARED: Final = re.compile(rb"charset\s*=\s*[\"']?\s*([\w.:-]{3,20})", re.IGNORECASE)
_HEAD = 2_048
_SPACES: Final = re.compile(r"[ \t\r\n\f\u200b]+")


class _Page:
    """Implements lxml's target of a parser: it is told of each element and each piece of text, in order."""

    def __init__(self, most_elements: int) -> None:
        self.title: list[str] = []
        self.hidden: list[str] = []
        self.pictures = 0
        self._text: list[str] = []
        self._left = most_elements
        self._open: list[str] = []
        self._skipping = 0
        self._hiding = 0

    def start(self, tag: str | bytes, attrib: dict[str | bytes, str | bytes]) -> None:
        tag = str(tag)
        self._left -= 1
        if self._left < 0:
            raise UnreadableError(ErrorCode.FILE_TOO_LARGE, "This page has more parts than any essay.")
        if tag in _PARAGRAPHS:
            self._text.append("\n\n")
        elif tag == "br":
            self._text.append("\n")
        self.pictures += tag == "img" and not self._skipping
        if tag in _EMPTY:
            return
        hides = "hidden" in attrib or _HIDDEN.search(str(attrib.get("style", ""))[:_HEAD]) is not None
        self._open.append(tag)
        self._skipping += bool(self._skipping or tag in _SKIPPED)
        self._hiding += bool(self._hiding or hides)

    def end(self, tag: str | bytes) -> None:
        if tag in _PARAGRAPHS:
            self._text.append("\n\n")
        if tag not in _EMPTY and self._open:
            self._open.pop()
            self._skipping = max(self._skipping - 1, 0)
            self._hiding = max(self._hiding - 1, 0)

    def data(self, data: str | bytes) -> None:
        data = str(data)
        if self._open and self._open[-1] == "title":
            self.title.append(data)
        elif not self._skipping:
            where = self.hidden if self._hiding else self._text
            where.append(data if "pre" in self._open else _SPACES.sub(" ", data))

    def comment(self, text: str | bytes) -> None:
        pass

    def close(self) -> str:
        text = re.sub(r" *\n *", "\n", "".join(self._text))
        return re.sub(r"\n{3,}", "\n\n", re.sub(r" {2,}", " ", text)).strip()


def read_web_page(data: bytes, limits: Limits) -> Document:
    """What is written on a page; hidden text and pictures are left out and said. ``title`` is the page's own.

    Raises:
        UnreadableError: it is no page, has more parts than any essay, or is a picture only.
    """
    page = _Page(limits.elements)
    parser = etree.HTMLParser(target=page, no_network=True, huge_tree=False)
    try:
        text = str(etree.fromstring(_decoded(data), parser))
    except (etree.LxmlError, ValueError, AssertionError) as error:
        raise UnreadableError(ErrorCode.CORRUPT_FILE, "This page is damaged: ask for the text itself.") from error
    if not text and page.pictures:
        raise UnreadableError(
            ErrorCode.SCAN_WITHOUT_TEXT,
            "There is a photo or a scan on this page, and no text: ask for the text itself.",
        )
    return Document(text, tuple(_notes(page)), title=" ".join("".join(page.title).split()))


def _decoded(data: bytes) -> str:
    """By what the page says itself, where that is so."""
    declared = _DECLARED.search(data[:_HEAD])
    if declared is not None:
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeError):
            pass
    return decode(data).text


def _notes(page: _Page) -> list[str]:
    hidden = " ".join("".join(page.hidden).split())
    notes = [f"hidden text was left out: {quoted(hidden)}"] if hidden else []
    if page.pictures:
        notes.append(f"there are {page.pictures} pictures on it: what is written there was not read")
    return notes
