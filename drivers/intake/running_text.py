"""The running text of a document in XML: what the pupil wrote and everybody sees, in the order of reading.

All running text counts, in tables and text boxes too. Deleted passages stay out, and so do comments, notes and hidden
text, of which the reader is told. Elements are matched without their namespace, so that the transitional and the
strict form of ISO/IEC 29500 are read alike. Paragraphs come out separated by an empty line.
"""

import re
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from enum import IntEnum
from io import BytesIO
from typing import Final
from xml.sax import SAXException
from xml.sax.handler import ContentHandler, feature_namespaces
from xml.sax.xmlreader import AttributesNSImpl

import defusedxml.sax
from defusedxml import DefusedXmlException
from typing_extensions import override

from contracts.failures import ErrorCode
from drivers.intake.model import UnreadableError
from drivers.intake.plain import quoted

PARAGRAPHS: Final = frozenset({"p", "h"})
_MAX_SPACES = 1_000
_NOTHING: Final[Mapping[str, str]] = {}


class Hiding(IntEnum):
    """What hides a piece of text, if anything does. Text can show itself again where its style hides it."""

    NOTHING = 0
    ITS_STYLE = 1
    ITSELF = 2  # or what it stands in


@dataclass(frozen=True, slots=True)
class Markup:
    """How one format writes running text.

    Characters count inside of ``opening`` elements, whatever stands between (a field, a content control), up to one
    of ``closing``. ``marks`` are elements that stand for characters: in ``mark_parents`` if there are any (Word
    defines tab *stops* by elements of the same name), else wherever characters count. ``skipped`` subtrees stay out;
    of those in ``asides`` the reader is told, by this name. ``hides`` is whether an element, among those that are
    open, hides the text around it, or shows it again; the answer is how many levels up, and which of these.
    """

    opening: frozenset[str]
    closing: frozenset[str]
    marks: Mapping[str, str]
    mark_parents: frozenset[str]
    skipped: frozenset[str]
    asides: Mapping[str, str]
    boxes: frozenset[str]
    pictures: frozenset[str]
    hides: "Hides"
    repeats: str = ""
    chunk: str = ""


Hides = Callable[[str, list[str], Mapping[str, str], Collection[str]], tuple[int, Hiding] | None]


class RunningText(ContentHandler):
    """Collects running text. A text box is held back until the paragraph in which it is anchored has ended.

    ``hidden_styles`` are names of styles that hide what they format. ``chunk`` gives the text of a document that is
    embedded in this one.
    """

    def __init__(
        self,
        markup: Markup,
        most_elements: int,
        hidden_styles: Collection[str] = (),
        chunk: Callable[[str], str] | None = None,
    ) -> None:
        super().__init__()
        self._markup = markup
        self._left = most_elements
        self._hidden_styles = hidden_styles
        self._chunk = chunk
        self._skipping: list[str] = []
        self._open: list[str] = [""]
        self._counts: list[bool] = [False]
        self._hidden: list[Hiding] = [Hiding.NOTHING]
        self._texts: list[list[str]] = [[]]
        self._boxes: list[str] = []
        self._aside: defaultdict[str, list[str]] = defaultdict(list)
        self.pictures = 0

    @override
    def startElementNS(self, name: tuple[str | None, str], _qname: str | None, attrs: AttributesNSImpl) -> None:
        self._count_down()
        tag, values = name[1], {key[1]: value for key, value in attrs.items()} if attrs.getLength() else _NOTHING
        if tag in self._markup.skipped:
            self._skipping.append(tag)
        elif tag in self._markup.boxes:
            self._texts.append([])
        elif not self._skipping:
            self._take(tag, values)
        self._open.append(tag)
        self._counts.append(tag in self._markup.opening or (self._counts[-1] and tag not in self._markup.closing))
        within = self._hidden[-1]
        self._hidden.append(Hiding.ITSELF if within and tag in self._markup.boxes else within)
        self._hide(tag, values)

    def _count_down(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise UnreadableError(
                ErrorCode.FILE_TOO_LARGE, "This document has more parts than any essay: ask for it as plain text."
            )

    def _take(self, tag: str, values: Mapping[str, str]) -> None:
        if self._takes_marks() and tag in self._markup.marks:
            self._write(self._markup.marks[tag] * self._times(values))
        elif tag in self._markup.pictures:
            self.pictures += 1
        elif tag == self._markup.chunk and self._chunk is not None:
            self._texts[-1].append(f"{self._chunk(values.get('id', ''))}\n\n")

    def _takes_marks(self) -> bool:
        parents = self._markup.mark_parents
        return self._open[-1] in parents if parents else self._counts[-1]

    def _times(self, values: Mapping[str, str]) -> int:
        times = values.get(self._markup.repeats, "1")
        return min(int(times[:6]), _MAX_SPACES) if times.isdecimal() else 1

    def _hide(self, tag: str, values: Mapping[str, str]) -> None:
        found = self._markup.hides(tag, self._open, values, self._hidden_styles)
        if found is None:
            return
        levels, by = found
        for place in (max(-1 - levels, -len(self._hidden)), -1):
            before = self._hidden[place]
            self._hidden[place] = by if by is Hiding.NOTHING and before is Hiding.ITS_STYLE else max(before, by)

    @override
    def endElementNS(self, _name: tuple[str | None, str], _qname: str | None) -> None:
        tag = self._open.pop()
        self._counts.pop()
        self._hidden.pop()
        if tag in self._markup.skipped:
            self._aside[self._skipping[0]].append(" ")
            self._skipping.pop()
        elif tag in self._markup.boxes:
            self._boxes.append("".join(self._texts.pop()))
        elif tag in PARAGRAPHS and not self._skipping:
            self._texts[-1].append("\n\n")
            self._place_boxes()

    def _place_boxes(self) -> None:
        if len(self._texts) == 1:
            self._texts[0].extend(self._boxes)
            self._boxes.clear()

    @override
    def characters(self, content: str) -> None:
        if self._counts[-1]:
            self._write(content)

    def _write(self, content: str) -> None:
        if self._skipping:
            self._aside[self._skipping[0]].append(content)
        elif self._hidden[-1]:
            self._aside[""].append(content)
        else:
            self._texts[-1].append(content)

    def text(self) -> str:
        """All that was collected."""
        return re.sub(r"\n{3,}", "\n\n", "".join([*self._texts[0], *self._boxes])).strip()

    def notes(self) -> list[str]:
        """What was left out, and what of it a reader should know."""
        named = [("", "hidden text was left out"), *self._markup.asides.items()]
        texts = [(what, " ".join("".join(self._aside[tag]).split())) for tag, what in named]
        notes = [f"{what}: {quoted(text)}" for what, text in texts if text]
        if self.pictures:
            notes.append(f"there are {self.pictures} pictures in it: what is written there was not read")
        return notes


def parse(xml: bytes, handler: ContentHandler) -> None:
    """Read XML, without what a document from a stranger must not do.

    Raises:
        UnreadableError: it is damaged, or a trap.
    """
    parser = defusedxml.sax.make_parser()
    parser.setFeature(feature_namespaces, True)
    parser.setContentHandler(handler)
    try:
        parser.parse(BytesIO(xml))
    except (SAXException, DefusedXmlException, LookupError, ValueError) as error:
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE, "This document is damaged and cannot be read: ask for it again."
        ) from error
