"""Rich Text Format files, read token by token in one pass: what a pupil wrote, and nothing of what surrounds it."""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from contracts.failures import ErrorCode
from drivers.intake.model import Document, Limits, UnreadableError
from drivers.intake.plain import quoted

_TOKEN: Final = re.compile(
    r"\\([a-zA-Z]{1,32})(-?\d{1,9})? ?|\\'([0-9a-fA-F]{2})|\\([^a-zA-Z])|([{}])|[\r\n\x00]+|([^\\{}\r\n\x00]+)"
)
_CHARACTERS: Final = {
    "par": "\n\n", "sect": "\n\n", "page": "\n\n", "cell": "\n\n", "nestcell": "\n\n", "row": "\n\n", "line": "\n",
    "tab": "\t", "emdash": "—", "endash": "–", "lquote": "‘", "rquote": "’", "ldblquote": "“", "rdblquote": "”",
    "bullet": "•", "emspace": " ", "enspace": " ", "qmspace": " ",
}  # fmt: skip
_SYMBOLS: Final = {"\\": "\\", "{": "{", "}": "}", "~": "\u00a0", "_": "-", "\n": "\n\n", "\r": "\n\n"}
# Groups whose text is none of the document's; what begins with \* is skipped as well, where it is not known.
_SKIPPED: Final = frozenset({
    "colortbl", "deleted", "falt", "fldinst", "fonttbl", "footer", "footerf", "footerl", "footerr", "header", "headerf",
    "headerl", "headerr", "info", "listtext", "object", "pict", "pntext", "pn", "result", "revtbl", "rxe", "shprslt",
    "stylesheet", "tc", "template", "txe", "xe", "filetbl", "listtable", "listoverridetable",
})  # fmt: skip
_ASIDES: Final = {"footnote": "footnotes", "annotation": "comments"}
_READ_ALL_THE_SAME: Final = frozenset({"shptxt"})  # the text of a box, within a group that is not for old programs
_CHARSETS: Final = {
    77: "mac_roman", 128: "cp932", 129: "cp949", 134: "gb18030", 136: "big5", 161: "cp1253", 162: "cp1254",
    163: "cp1258", 177: "cp1255", 178: "cp1256", 186: "cp1257", 204: "cp1251", 222: "cp874", 238: "cp1250",
}  # fmt: skip
_CODE_PAGES: Final = {10000: "mac_roman", 65001: "utf-8", 936: "gb18030"}
_MOST_DEPTH = 10_000
_SMALLEST = 5  # half points


@dataclass(frozen=True, slots=True)
class _State:
    """What holds within a group. ``where`` is the table of fonts or colours, "skip", or an aside's name."""

    where: str = ""
    font: int = 0
    hidden: bool = False
    characters_of_unicode: int = 1


class _Reader:
    def __init__(self) -> None:
        self.text: list[str] = []
        self.asides: defaultdict[str, list[str]] = defaultdict(list)
        self.pictures = 0
        self._state = _State()
        self._groups: list[_State] = []
        self._code_page = "cp1252"
        self._fonts: dict[int, str] = {}
        self._white: set[int] = set()
        self._colours: list[dict[str, int]] = [{}]
        self._bytes = bytearray()
        self._to_skip = 0
        self._starred = False

    def read(self, source: str, most_tokens: int) -> None:
        for number, found in enumerate(_TOKEN.finditer(source)):
            if number > most_tokens:
                raise UnreadableError(ErrorCode.FILE_TOO_LARGE, "This document has more parts than any essay.")
            self._token(*found.groups())
        self._flush()

    def _token(
        self, word: str | None, number: str | None, byte: str | None, symbol: str | None, brace: str | None,
        plain: str | None,
    ) -> None:  # fmt: skip
        if byte is not None:
            self._byte(int(byte, 16))
            return
        self._flush()
        if word is not None:
            self._word(word, int(number) if number else None)
        elif symbol is not None:
            self._symbol(symbol)
        elif brace is not None:
            self._brace(brace)
        elif plain is not None:
            self._plain(plain)

    def _byte(self, byte: int) -> None:
        if self._to_skip:
            self._to_skip -= 1
        else:
            self._bytes.append(byte)

    def _flush(self) -> None:
        """Bytes that stand together may be one letter together."""
        if self._bytes:
            codec = self._fonts.get(self._state.font, self._code_page)
            self._write(bytes(self._bytes).decode(codec, "replace"))
            self._bytes.clear()

    def _symbol(self, symbol: str) -> None:
        if symbol == "*":
            self._starred = True
        elif self._to_skip:
            self._to_skip -= 1
        else:
            self._write(_SYMBOLS.get(symbol, ""))

    def _brace(self, brace: str) -> None:
        self._to_skip, self._starred = 0, False
        if brace == "{":
            if len(self._groups) > _MOST_DEPTH:
                raise UnreadableError(ErrorCode.CORRUPT_FILE, "This document is nested too deeply to be one.")
            self._groups.append(self._state)
        elif self._groups:
            self._state = self._groups.pop()

    def _plain(self, text: str) -> None:
        skipped = min(self._to_skip, len(text))
        self._to_skip -= skipped
        if self._state.where == "colortbl":
            self._colours.extend({} for _ in range(text.count(";")))
        self._write(text[skipped:])

    def _write(self, text: str) -> None:
        where = "hidden text" if self._state.hidden and not self._state.where else self._state.where
        (self.asides[where] if where else self.text).append(text)

    def _word(self, word: str, number: int | None) -> None:
        starred, self._starred = self._starred, False
        if word in _CHARACTERS:
            if self._to_skip:
                self._to_skip -= 1
            else:
                self._write(_CHARACTERS[word])
        elif word == "u" and number is not None:
            self._write(chr(number % 65_536))
            self._to_skip = self._state.characters_of_unicode
        elif word in _READ_ALL_THE_SAME:
            self._state = replace(self._state, where="")
        elif word in _SKIPPED or word in _ASIDES or (starred and word != "shppict"):
            self._enter(word)
        else:
            self._property(word, number)

    def _enter(self, word: str) -> None:
        if word == "pict" and self._state.where in {"", "shppict"}:
            self.pictures += 1
        if self._state.where in {"", "hidden text"}:
            self._state = replace(self._state, where=word)

    def _property(self, word: str, number: int | None) -> None:
        if self._state.where == "colortbl" and word in {"red", "green", "blue"}:
            self._colour(word, number or 0)
        change = _PROPERTIES.get(word)
        if change is not None:
            self._state = change(self._state, 1 if number is None else number)
        elif word == "fcharset" and number in _CHARSETS:
            self._fonts[self._state.font] = _CHARSETS[number]
        elif word in {"ansicpg", "mac", "pc"}:
            self._code_page = _codec({"mac": 10000, "pc": 437}.get(word, number or 1252))
        elif word in {"cf", "fs"}:
            hidden = number in self._white if word == "cf" else 0 < (number or 0) <= _SMALLEST
            self._state = replace(self._state, hidden=hidden)
        elif word == "bin" and number:
            self._to_skip = number

    def _colour(self, word: str, number: int) -> None:
        place = len(self._colours) - 1
        self._colours[place][word] = number
        if set(self._colours[place].values()) == {255} and len(self._colours[place]) == 3:
            self._white.add(place)
        else:
            self._white.discard(place)


_PROPERTIES: Final[dict[str, Callable[[_State, int], _State]]] = {
    "f": lambda state, number: replace(state, font=number),
    "v": lambda state, number: replace(state, hidden=number != 0),
    "plain": lambda state, _: replace(state, hidden=False, font=0),
    "uc": lambda state, number: replace(state, characters_of_unicode=max(number, 0)),
}


def _codec(page: int) -> str:
    name = _CODE_PAGES.get(page, f"cp{page}")
    try:
        "".encode(name)
    except LookupError:
        return "cp1252"
    return name


def read_rtf(data: bytes, limits: Limits) -> Document:
    """The running text of an RTF file, its paragraphs separated by an empty line.

    Raises:
        UnreadableError: it has more parts than any essay, or is a picture only.
    """
    reader = _Reader()
    # RTF is ASCII by its definition; a stray byte beyond it is what Windows would show.
    reader.read(data.decode("cp1252", "replace"), limits.elements * 3)
    text = re.sub(r"[^\S\n]*\n\s*\n\s*", "\n\n", "".join(reader.text)).strip()
    text = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if not text and reader.pictures:
        raise UnreadableError(
            ErrorCode.SCAN_WITHOUT_TEXT,
            "There is a photo or a scan in this document, and no text: ask for the text itself.",
        )
    return Document(text, tuple(_notes(reader)))


def _notes(reader: _Reader) -> list[str]:
    named = [("hidden text", "hidden text was left out")]
    named += [(aside, f"{what} are left out of the running text") for aside, what in _ASIDES.items()]
    texts = [(what, " ".join("".join(reader.asides[aside]).split())) for aside, what in named]
    notes = [f"{what}: {quoted(text)}" for what, text in texts if text]
    if reader.pictures:
        notes.append(f"there are {reader.pictures} pictures in it: what is written there was not read")
    return notes
