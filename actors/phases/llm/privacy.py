"""Replaces names by placeholders before a text leaves the machine, and restores them afterwards.

Hidden are:

- the names of a class list, in any letter case, without their accents, and in the genitive, even where they are
  written as ordinary words (hope, mark, will), since the letters alone cannot tell the two apart
- the words of the file's name that are names or unknown words
- words that a dictionary knows only with a capital letter, even where they are written without it
- words with a capital letter inside a sentence, and capitalised words that no dictionary knows
- what the text says somebody is called
- mail and web addresses, telephone numbers, handles.

This hides too much rather than too little (Paris becomes a placeholder as well); days, months, languages and the like
are kept. A name has the same placeholder throughout.

Not hidden, if written in lower case: a name that is in no list and is also an ordinary word, where nothing says that it
is a person; and a listed name that is a function word (My, So, Du).
"""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Final

from hunspell import Hunspell
from wordfreq import zipf_frequency

from actors.phases.llm.contacts import contacts_in
from actors.phases.llm.introductions import introduced_in, is_somebody, names_that_are_words
from actors.phases.spellcheck.letters import base_form
from actors.phases.spellcheck.lexicon import load_lexicon, swedish_dictionary

_WORD: Final = re.compile(r"(?:[^\W\d_][\u0300-\u036f]*)+(?:[-'’](?:[^\W\d_][\u0300-\u036f]*)+)*")
_OPENS_SENTENCE: Final = re.compile(r"(?:\A|[.!?…:;\"“”'(\n•-])\s*\Z")
_POSSESSIVE: Final = re.compile(r"['’]s\Z")
_PLACEHOLDER: Final = re.compile(r"\[NAME(\d+)\]")
_KEPT: Final = frozenset(
    (
        "i", "i'm", "i've", "i'll", "i'd", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday",
        "sunday", "january", "february", "march", "april", "may", "june", "july", "august", "september",
        "october", "november", "december", "english", "swedish", "spanish", "french", "german", "christmas",
        "easter", "internet", "tv", "ok", "god", "mom", "dad", "mum", "mother", "father", "prime", "minister",
        "president", "american", "americans", "british", "european", "chinese", "japanese", "italian", "russian",
        "mr", "mrs", "ms", "dr", "i'am", "sweden", "america", "europe", "mondays", "fridays", "saturdays", "sundays",
        "los", "las", "de", "al", "le", "di", "del", "new", "my", "if", "love", "nice", "news", "cd", "labour", "grey",
    )
)  # fmt: skip
_OF_FILES: Final = frozenset(
    (
        "assignment", "class", "copy", "del", "doc", "document", "dokument", "draft", "english", "engelska", "essay",
        "exam", "final", "homework", "inlämning", "klass", "kopia", "new", "ny", "page", "paper", "part", "prov",
        "row", "sample", "school", "slutversion", "student", "svenska", "swedish", "task", "test", "text", "the",
        "uppgift", "uppsats", "utkast", "vecka", "version", "week", "writing",
    )
)  # fmt: skip
"""Words that stand beside a name in file names."""
_OMITTED: Final = "[...]"
_TOO_COMMON: Final = 5.0
"""From this Zipf frequency on, a word of a file's name is an ordinary word; so is a listed name if not ``strict``."""
_OF_GRAMMAR: Final = frozenset(
    (
        "a", "an", "the", "i", "me", "my", "you", "he", "she", "it", "we", "us", "they", "to", "so", "do", "go", "no",
        "or", "of", "in", "on", "at", "as", "is", "be", "by", "if", "up", "am", "are", "was", "and", "for", "de", "du",
        "den", "det", "en", "ett", "vi", "ni", "jag", "han", "hon", "att", "på", "av", "till", "som", "för", "med",
        "om", "så", "nu", "men", "när", "och", "var", "ha", "kan", "ska", "van", "von", "der", "af", "al", "el", "la",
        "le", "da", "di", "del", "dos", "das", "bin",
    )
)  # fmt: skip
"""Function words that are parts of listed names (My, So, de): hidden only where they have a capital letter."""
_SHORTEST_LISTED: Final = 2
_SHORTEST_GENITIVE: Final = 2
_LONGEST_NAME: Final = 60
_BEFORE: Final = 8


@dataclass(frozen=True, slots=True)
class Hidden:
    """A text without names, and the way back. ``places`` are the replaced spans in both texts, in order."""

    text: str
    original: str
    places: tuple[tuple[int, int, int, int], ...]
    names: tuple[str, ...]

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """The span in the original of a span of the hidden text; it includes all of a placeholder that it touches."""
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
        """Put the names back into the model's words; a placeholder that was never given is removed."""
        return _PLACEHOLDER.sub(self._name, text)

    def _name(self, match: re.Match[str]) -> str:
        number = int(match.group(1)[:9])
        return self.names[number - 1] if 1 <= number <= len(self.names) else ""


class Placeholders:
    """Hides the names of one essay in all texts that are sent with it.

    Args:
        text: the essay and everything else that is sent; the names that it contains are collected here.
        language: ``en`` or ``sv``.
        listed: names of a class list, hidden wherever they stand.
        suspected: possible names (words of a file's name), hidden where they are not used as ordinary words.
        strict: hide a listed name that is also a very common word (will) even where it is in lower case.
    """

    def __init__(
        self,
        text: str,
        language: str,
        listed: Iterable[str] = (),
        suspected: Iterable[str] = (),
        *,
        strict: bool = True,
    ) -> None:
        self._listed = frozenset(_parts(listed))
        self._suspected = frozenset(_parts(suspected))
        self._strict = strict
        self._words = _Words(language)
        self._length_of_names: dict[str, int] = {}
        self._zipf = partial(zipf_frequency, lang=language)
        self._names: dict[str, int] = {}
        self._shown: list[str] = []
        introduced = list(introduced_in(text))
        self._called = frozenset(base for base, is_certain in introduced if is_certain)
        rare = {word for word in self._suspected & names_that_are_words() if self._zipf(word) < _TOO_COMMON}
        self._called |= rare
        self._found = frozenset([*self._names_in(text), *(base for base, _ in introduced)])

    def hide(self, text: str, left_out: Sequence[tuple[int, int]] = ()) -> Hidden:
        """``text`` with placeholders ``[NAME1]``, ``[NAME2]`` and so on, numbered by first occurrence.

        The spans ``left_out`` (in order) become ``[...]``.
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
        addresses = list(contacts_in(text))
        # Anything that looks like a placeholder is hidden as well, so that nothing in a text can pass for one.
        forged = [match.span() for match in _PLACEHOLDER.finditer(text)]
        words = (span for match in _WORD.finditer(text) if (span := self._name_in(match)))
        end = 0
        for span in sorted([*left_out, *addresses, *forged, *words], key=lambda span: (span[0], -span[1])):
            if span[0] >= end:
                yield span
                end = span[1]

    def _name_in(self, match: re.Match[str]) -> tuple[int, int] | None:
        """The span of the name in a word, if it is one; each distinct word is looked up once."""
        word = match.group()
        if word not in self._length_of_names:
            self._length_of_names[word] = self._length_of_name(word)
        length = self._length_of_names[word]
        return (match.start(), match.start() + length) if length else None

    def _length_of_name(self, word: str) -> int:
        """The length of the name without a genitive ending; 0 if the word is not a name."""
        ending = _POSSESSIVE.search(word)
        stem = word[: ending.start()] if ending else word
        forms = (stem, stem[:-1]) if stem[-1] in "sS" and len(stem) > _SHORTEST_GENITIVE else (stem,)
        for is_name in (self._is_listed, self._is_met, self._is_only_a_name):
            for form in forms:
                if is_name(form, stem):
                    return len(form)
        return 0

    def _is_listed(self, word: str, _: str) -> bool:
        base = base_form(word)
        if self._listed.isdisjoint(_folded_parts(base)):
            return False
        is_plain = base in _OF_GRAMMAR if self._strict else self._zipf(base) >= _TOO_COMMON
        return not is_plain or self._is_used_as_name(word)

    def _is_met(self, word: str, _: str) -> bool:
        """True for a name found in the text, or a suspected one."""
        base = base_form(word)
        if base in self._called and base not in _OF_GRAMMAR:
            return True
        met = base in self._found or not self._suspected.isdisjoint(_folded_parts(base))
        return met and self._is_used_as_name(word)

    def _is_only_a_name(self, word: str, whole: str) -> bool:
        """True by the dictionaries. ``less`` is not taken for the genitive of Les."""
        base = base_form(word)
        return (
            base not in _KEPT and self._words.is_only_a_name(base) and (word == whole or not self._is_ordinary(whole))
        )

    def _is_used_as_name(self, word: str) -> bool:
        return word[0].isupper() or not self._words.knows(base_form(word))

    def _is_ordinary(self, word: str) -> bool:
        base = base_form(word)
        return base in _KEPT or self._words.knows(base)

    def _names_in(self, text: str) -> Iterator[str]:
        for match in _WORD.finditer(text):
            stem = _POSSESSIVE.sub("", match.group())
            base = base_form(stem)
            if stem[0].isupper() and base not in _KEPT and self._is_name(text, match.start(), base, stem):
                yield base

    def _is_name(self, text: str, start: int, base: str, stem: str) -> bool:
        """True for a capital inside a sentence, and at its start for a known name or a word unknown without capital."""
        inside = _OPENS_SENTENCE.search(text[max(0, start - _BEFORE) : start]) is None
        return inside or not self._words.knows(base) or is_somebody(text, base, start + len(stem))


def names_in_file_name(file_name: str) -> list[str]:
    """Words of a file's name or an essay's id that may be names (``Anna_Berg-essay``, ``anna-berg-2``)."""
    words = _WORD.findall(file_name.replace("_", " ").replace("-", " "))
    return [word for word in words if base_form(word) not in _OF_FILES]


def _parts(names: Iterable[str]) -> Iterator[str]:
    for name in names:
        for match in _WORD.finditer(name.replace("_", " ")):
            base = _folded(base_form(match.group()))
            if len(base) >= _SHORTEST_LISTED:
                yield base
                yield from (part for part in re.split(r"[-']", base) if len(part) > _SHORTEST_LISTED)


def _folded_parts(base: str) -> set[str]:
    return {_folded(part) for part in (base, *re.split(r"[-']", base))}


def _folded(base: str) -> str:
    """Without accents and rings, as in file names and in hasty writing."""
    return base if base.isascii() else unicodedata.normalize("NFKD", base).encode("ascii", "ignore").decode() or base


class _Words:
    """Knows a language's ordinary words. Names are looked up in both languages' dictionaries: each has its own."""

    def __init__(self, language: str) -> None:
        self._knows, self._own, self._dictionaries = _dictionaries(language)

    def knows(self, base: str) -> bool:
        """True if the word is right without a capital letter."""
        return self._knows(base) and not self.is_only_a_name(base)

    def is_only_a_name(self, base: str) -> bool:
        """True if the word is right only with a capital letter, as names, days, months and peoples are."""
        if not 1 < len(base) <= _LONGEST_NAME or _spells(self._own, base):
            return False
        capital = base.capitalize()
        return any(_spells(one, capital) and not _spells(one, base) for one in self._dictionaries)


def _spells(dictionary: Hunspell, word: str) -> bool:
    """True if the word is right; False if the dictionary's encoding does not have its letters."""
    try:
        return bool(dictionary.spell(word))
    except UnicodeEncodeError:
        return False


@cache
def _dictionaries(language: str) -> tuple[Callable[[str], bool], Hunspell, tuple[Hunspell, Hunspell]]:
    """A check of the language's words (for English the spelling checker's), its dictionary, and both dictionaries."""
    english, swedish = Hunspell("en_US"), swedish_dictionary()
    if language == "sv":
        return partial(_spells, swedish), swedish, (english, swedish)
    return load_lexicon(language).knows, english, (english, swedish)
