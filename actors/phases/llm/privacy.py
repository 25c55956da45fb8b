"""Names become placeholders before a text leaves the machine, and come back after.

Hidden are: the names of a class list and of the file's name (in any case of letters), words that are known as names
or not known at all when written with a capital letter, words with a capital letter inside a sentence, what follows
"my name is", and addresses of mail, web and telephone. That hides too much rather than too little (Paris, too, becomes
a placeholder); days, months, languages and the like stay. The same name has the same placeholder throughout.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from wordfreq import zipf_frequency

from actors.phases.spellcheck.letters import base_form
from actors.phases.spellcheck.lexicon import load_lexicon, swedish_dictionary

_WORD: Final = re.compile(r"[^\W\d_]+(?:[-'’][^\W\d_]+)*")
_ADDRESS: Final = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+|https?://\S{1,300}|www\.\S{1,300}|(?<!\w)@\w{2,40}"
    r"|(?<![\w+])\+?\d(?:[ -]?\d){6,14}(?!\w)"
)
_INTRODUCED: Final = re.compile(
    r"\b(?:my name(?: is|'s)|i am called|call me|jag heter|mitt namn är|(?:mr|mrs|ms|miss|dr)\.?)\s+"
    r"([^\W\d_]+(?:\s+(?=[A-ZÅÄÖ])[^\W\d_]+)?)",
    re.IGNORECASE,
)
_OPENS_SENTENCE: Final = re.compile(r"(?:\A|[.!?…:;\"“”'(\n•-])\s*\Z")
_POSSESSIVE: Final = re.compile(r"['’]s\Z")
_PLACEHOLDER: Final = re.compile(r"\[NAME(\d+)\]")
_KEPT: Final = frozenset(
    (
        "i", "i'm", "i've", "i'll", "i'd", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday", "january", "february", "march", "april", "may", "june", "july", "august", "september",
        "october", "november", "december", "english", "swedish", "spanish", "french", "german", "christmas",
        "easter", "internet", "tv", "ok", "god", "mom", "dad", "mum", "mother", "father", "prime", "minister",
        "president",
    )
)  # fmt: skip
_OMITTED: Final = "[...]"
_TOO_COMMON: Final = 5.0
"""Zipf frequency from which a listed name (Will, Mark) is hidden only where it has its capital letter."""
_SHORTEST_LISTED: Final = 2
_BEFORE: Final = 8


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text without names, and the way back. ``places`` are the replaced parts of both texts, in order."""

    text: str
    original: str
    places: tuple[tuple[int, int, int, int], ...]
    names: tuple[str, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Where a part of the hidden text stands in the original; a placeholder counts whole."""
        return self._back(start, at_end=False), self._back(end, at_end=True)

    def _back(self, offset: int, *, at_end: bool) -> int:
        shift = 0
        for start, end, first, last in self.places:
            if end <= offset:
                shift = last - end
            elif start < offset:
                return last if at_end else first
            else:
                break
        return offset + shift

    def restored(self, text: str) -> str:
        """Words of the model with the names put back; a placeholder that was never given is left out."""
        return _PLACEHOLDER.sub(self._name, text)

    def _name(self, match: re.Match[str]) -> str:
        number = int(match.group(1)[:9])
        return self.names[number - 1] if 1 <= number <= len(self.names) else ""


class Placeholders:
    """Hides the names of one essay in all texts that go out with it."""

    def __init__(self, text: str, language: str, listed: Iterable[str] = ()) -> None:
        self._listed = frozenset(_parts(listed))
        self._known = _known_words(language)
        self._zipf = partial(zipf_frequency, lang=language)
        self._names: dict[str, int] = {}
        self._shown: list[str] = []
        self._found = frozenset(self._names_in(text))

    def hide(self, text: str, left_out: Sequence[tuple[int, int]] = ()) -> Hidden:
        """``text`` with placeholders, ``[NAME1]`` and on, numbered in the order in which they are first met.

        The parts ``left_out`` (in order) become ``[...]``.
        """
        pieces: list[str] = []
        places: list[tuple[int, int, int, int]] = []
        at = length = 0
        omitted = frozenset(left_out)
        for start, end in self._spans(text, left_out):
            placeholder = _OMITTED if (start, end) in omitted else self._placeholder(text[start:end])
            pieces += [text[at:start], placeholder]
            length += start - at
            places.append((length, length + len(placeholder), start, end))
            length, at = length + len(placeholder), end
        return Hidden("".join([*pieces, text[at:]]), text, tuple(places), tuple(self._shown))

    def _placeholder(self, name: str) -> str:
        number = self._names.setdefault(base_form(name), len(self._names) + 1)
        if number > len(self._shown):
            self._shown.append(name)
        return f"[NAME{number}]"

    def _spans(self, text: str, left_out: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
        addresses = [match.span() for match in _ADDRESS.finditer(text)]
        # What looks like a placeholder already is hidden as well, so that nothing in a text can pass for one.
        forged = [match.span() for match in _PLACEHOLDER.finditer(text)]
        words = (span for match in _WORD.finditer(text) if (span := self._name_in(match)))
        end = 0
        for span in sorted([*left_out, *addresses, *forged, *words], key=lambda span: (span[0], -span[1])):
            if span[0] >= end:
                yield span
                end = span[1]

    def _name_in(self, match: re.Match[str]) -> tuple[int, int] | None:
        """The part of a word that is a name: without a possessive ending."""
        start = match.start()
        ending = _POSSESSIVE.search(match.group())
        stem = match.group()[: ending.start()] if ending else match.group()
        base = base_form(stem)
        listed = not self._listed.isdisjoint([base, *re.split(r"[-']", base)])
        in_any_case = listed and self._zipf(base) < _TOO_COMMON
        hidden = in_any_case or ((listed or base in self._found) and (stem[0].isupper() or not self._known(base)))
        return (start, start + len(stem)) if hidden else None

    def _names_in(self, text: str) -> Iterator[str]:
        for match in _INTRODUCED.finditer(text):
            yield from map(base_form, match.group(1).split())
        for match in _WORD.finditer(text):
            stem = _POSSESSIVE.sub("", match.group())
            base = base_form(stem)
            if stem[0].isupper() and base not in _KEPT and self._is_name(text, match.start(), base):
                yield base

    def _is_name(self, text: str, start: int, base: str) -> bool:
        """A capital letter inside a sentence, or at its beginning on a word that is not known without one."""
        inside = _OPENS_SENTENCE.search(text[max(0, start - _BEFORE) : start]) is None
        return inside or not self._known(base)


def names_in_file_name(file_name: str) -> list[str]:
    """What may be a name in a file's name or an essay's id: its words with a capital letter (``Anna_Berg-essay``)."""
    return [word for word in _WORD.findall(file_name.replace("_", " ").replace("-", " ")) if word[0].isupper()]


def _parts(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for match in _WORD.finditer(name.replace("_", " ")):
            base = base_form(match.group())
            if len(base) >= _SHORTEST_LISTED:
                yield base
                yield from (part for part in re.split(r"[-']", base) if len(part) > _SHORTEST_LISTED)


@cache
def _known_words(language: str) -> Callable[[str], bool]:
    """What tells whether a word is right in lower case. The Swedish list has names in it; Hunspell has few."""
    return swedish_dictionary().spell if language == "sv" else load_lexicon(language).knows
