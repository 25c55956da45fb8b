"""Which encoding a text is in: its byte order mark tells, or else which one makes its letters language."""

import codecs
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise
from typing import Final

from contracts.failures import ErrorCode
from drivers.intake.language import is_language, known_words
from drivers.intake.model import Document, UnreadableError

# The longer marks first: UTF-32's begins with UTF-16's.
_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32-le", "UTF-32"),
    (codecs.BOM_UTF32_BE, "utf-32-be", "UTF-32"),
    (codecs.BOM_UTF8, "utf-8", "UTF-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le", "UTF-16"),
    (codecs.BOM_UTF16_BE, "utf-16-be", "UTF-16"),
)
# Of two that are as good, the first: what Windows, old Macs and DOS wrote in Western Europe, then further east.
_WESTERN: Final = {
    "cp1252": "Windows-1252", "mac_roman": "Mac Roman", "cp850": "DOS (code page 850)", "cp437": "DOS (code page 437)",
    "cp865": "DOS (code page 865)", "iso8859-15": "ISO 8859-15", "cp1250": "Windows-1250", "cp1254": "Windows-1254",
    "cp1257": "Windows-1257", "iso8859-2": "ISO 8859-2", "cp852": "DOS (code page 852)", "mac_latin2": "Mac Latin 2",
}  # fmt: skip
_EAST_ASIAN: Final = ("cp932", "euc_jp", "gb18030", "big5", "cp949", "utf-16-le", "utf-16-be")
_FURTHER: Final = (
    "cp1251",
    "koi8-r",
    "iso8859-5",
    "cp866",
    "mac_cyrillic",
    "cp1253",
    "iso8859-7",
    "cp1256",
    "cp1255",
    "cp874",
)
_COMMON_CHINESE: Final = frozenset(
    "的一是不了在人有我他这這个個们們中来來上大为為和国國地到以说說时時要就出会會可也你对對生能而子那得于着下自之年过過发發后後作里用道行所然家种事成方多去都同学學很好天去友每文"
)
_MOST_EAST_ASIAN = 0.25  # of the characters are marks of such a text, whose rest are any of ten thousand
_ONE_BLOCK = 0.8
_MOST_CONTROLS, _ALLOWED_CONTROLS = 0.03, 3
_CONTROLS: Final = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_HIGH: Final = bytes(range(0x80, 0x100))
_MOST_HIGH = 0.3  # of the bytes of a text in Latin letters; with more it is in another script, or no text
_PROBE = 65_536
_MANY_NULS = 0.02  # of the bytes: a text in UTF-16 has them after its spaces at least
_IN_WORD: Final = r"[^\s\x00-\x2c\x2e\x2f\x3a-\x40\x5b-\x60\x7b-\x7e]"
_WORD_OR_SIGNS: Final = re.compile(rf"{_IN_WORD}+")
_PUNCTUATION: Final = frozenset("“”‘’„‚«»‹›–—…•·§°€£¿¡´\u00a0²³½©®™")
_COMMON: Final = frozenset("åäöéèêëüïçñøæßáíóúàâîôûÅÄÖÉØÆÜ")
_KNOWN, _LETTER, _COMMON_LETTER, _SIGN, _WRONG = 3.0, 1.0, 0.5, 0.5, -2.0
_TWICE: Final = re.compile(r"[ÃÂâ][\u0080-\u00bf\u20ac\u201a-\u203a\u0152-\u0178\u02c6\u02dc\u2122]")


def decode(data: bytes) -> Document:
    """Decode text, and say so where it is not in UTF-8.

    Raises:
        UnreadableError: the bytes are not text, in any encoding that is known.
    """
    text, name = _decoded(data)
    if _is_binary(text):
        raise UnreadableError(
            ErrorCode.BINARY_CONTENT,
            "This file holds no text (it may be a picture or a program): ask for the essay again.",
        )
    return Document(text, () if name == "UTF-8" else (f"read as {name}",))


def _is_binary(text: str) -> bool:
    controls = len(_CONTROLS.findall(text[:_PROBE]))
    return controls > max(_MOST_CONTROLS * min(len(text), _PROBE), _ALLOWED_CONTROLS)


def _decoded(data: bytes) -> tuple[str, str]:
    for mark, codec, name in _MARKS:
        if data.startswith(mark):
            return data[len(mark) :].decode(codec, "replace"), name
    if data.count(0) > _MANY_NULS * len(data) and (wide := _wide(data)):
        return wide
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return _damaged_utf8(data) or _by_language(data)
    if _is_binary(text) and (east_asian := _east_asian_codec(data)):
        return data.decode(east_asian, "replace"), east_asian.upper()
    return _once(text)


def _wide(data: bytes) -> tuple[str, str] | None:
    """UTF-16 or UTF-32 without a mark: on which side of the letters the zeros stand tells the order of the bytes."""
    zeros = [data[place::4].count(0) for place in range(4)]
    most = 0.9 * len(data) / 4
    if min(zeros[2:]) > most or min(zeros[:2]) > most:
        codec = "utf-32-le" if min(zeros[2:]) > most else "utf-32-be"
    else:
        codec = "utf-16-le" if zeros[1] + zeros[3] > zeros[0] + zeros[2] else "utf-16-be"
    text = data[: len(data) // 2 * 2].decode(codec, "replace")
    strange = text.count("\0") + text.count("\ufffd")
    if strange > max(_MOST_CONTROLS * len(text), 1) or not _of_one_block(text):
        return None
    return text, f"{codec[:6].upper()} without a mark"


def _of_one_block(text: str) -> bool:
    """Whether its letters are of one alphabet; read in the wrong way, they are from all over Unicode."""
    blocks = Counter(ord(letter) >> 8 for letter in text if letter > "\x7f" or letter.isalpha())
    return not blocks or max(blocks.values()) >= _ONE_BLOCK * blocks.total()


def _once(text: str) -> tuple[str, str]:
    """A text that some program took for Windows-1252 and turned into UTF-8 once more."""
    if _TWICE.search(text):
        try:
            return text.encode("cp1252").decode("utf-8"), "UTF-8, which was encoded twice"
        except UnicodeError:
            pass
    return text, "UTF-8"


def _damaged_utf8(data: bytes) -> tuple[str, str] | None:
    """A file that is UTF-8 but for a few bytes: in another encoding, all of its letters would be wrong."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = len(text) - len(text.encode("ascii", "ignore")) - broken
    return (text, f"UTF-8, of which {broken} characters are damaged") if sound > broken else None


def _by_language(data: bytes) -> tuple[str, str]:
    if east_asian := _east_asian_codec(data):
        return data.decode(east_asian, "replace"), east_asian.upper()
    high = len(data) - len(data.translate(None, _HIGH))
    best = best_codec(data) if high <= _MOST_HIGH * len(data) else None
    if best is not None:
        return data.decode(best, "replace"), _WESTERN[best]
    if further := _other_script(data):
        return further
    raise UnreadableError(
        ErrorCode.BINARY_CONTENT,
        "This file is in an encoding that is not known, or holds no text: save it as .docx, or as text in UTF-8.",
    )


def best_codec(data: bytes) -> str | None:
    """The encoding of Latin letters in which these bytes are best; None where they are good in none."""
    scored = [(_score(data, codec), -place, codec) for place, codec in enumerate(_WESTERN)]
    score, _, codec = max(scored)
    return codec if score > 0 else None


def _score(data: bytes, codec: str) -> float:
    text = data[:_PROBE].decode(codec, "replace")
    words = [word for word in _WORD_OR_SIGNS.findall(text) if not word.isascii()]
    known = known_words(tuple(word.casefold().strip("-") for word in words))
    return sum(_of_word(word) for word in words) + _KNOWN * known


@cache
def _of_word(word: str) -> float:
    """How likely this is a word: letters among letters, signs at its ends, capitals at its beginning."""
    around = zip(f" {word}", word, f"{word[1:]} ", strict=False)
    changes = sum(one.islower() and other.isupper() for one, other in pairwise(word))
    return sum(_of_letter(*letters) for letters in around) + _WRONG * changes


def _of_letter(before: str, letter: str, after: str) -> float:
    if letter < "\x80":
        return 0.0
    by_digit, inside = before.isdigit() or after.isdigit(), not before.isspace() and not after.isspace()
    if letter.isalpha() and letter not in "ªº":
        return 0.0 if by_digit else _LETTER + (_COMMON_LETTER if letter in _COMMON else 0.0)
    if letter in _PUNCTUATION and (by_digit or not inside):
        return _LETTER if by_digit else _SIGN
    return _SIGN / 2 if letter in "’'–—-\u00ad" else _WRONG


def _other_script(data: bytes) -> tuple[str, str] | None:
    """Texts in other alphabets, by a statistical guess among the encodings that they come in."""
    from charset_normalizer import from_bytes  # noqa: PLC0415  (a third of a second, which few files need)

    guess = from_bytes(data[:_PROBE], cp_isolation=list(_FURTHER), threshold=0.15).best()
    if guess is None or not guess.languages or not is_language(str(guess)):
        return None
    return data.decode(guess.encoding, "replace"), guess.encoding.upper().replace("_", "-")


def _east_asian_codec(data: bytes) -> str | None:
    shares = [(_east_asian_share(data[:_PROBE], codec), -place, codec) for place, codec in enumerate(_EAST_ASIAN)]
    share, _, codec = max(shares)
    return codec if share > _MOST_EAST_ASIAN else None


@cache
def _marks_east_asian(letter: str) -> bool:
    if "\uac00" <= letter <= "\ud7a3":
        return len(letter.encode("euc_kr", "ignore")) == 2  # of eleven thousand syllables, those that are used
    return "\u3041" <= letter <= "\u30ff" or letter in _COMMON_CHINESE


def _east_asian_share(data: bytes, codec: str) -> float:
    """Of the characters beyond ASCII, those that each such text has: kana, syllables, punctuation, common words."""
    high = [letter for letter in data.decode(codec, "replace") if letter > "\x7f"]
    wrong = sum(letter == "\ufffd" or "\ue000" <= letter <= "\uf8ff" for letter in high)
    marks = sum(map(_marks_east_asian, high))
    return marks / len(high) if high and wrong <= 1 else 0.0


def names_decoded(names: Sequence[bytes]) -> list[str]:
    """The names of files in an old archive, which does not say in which encoding they are; all are in the same."""
    together = b"\n".join(names)
    codec = next(_name_codecs(together))
    return [name.decode(codec, "replace") for name in names]


def _name_codecs(together: bytes) -> Iterator[str]:
    yield from (codec for codec in ("utf-8", "cp932", "gb18030", "cp949") if _are_names_in(together, codec))
    yield best_codec(together) or "cp437"


def _are_names_in(data: bytes, codec: str) -> bool:
    """Whether names can be read so; Western ones, read as East Asian, have Latin letters among the others."""
    try:
        names = data.decode(codec)
    except UnicodeDecodeError:
        return False
    return codec == "utf-8" or not any(
        (one > "\x7f" and other.isascii() and other.isalpha()) or (one.isascii() and one.isalpha() and other > "\x7f")
        for one, other in pairwise(names)
    )
