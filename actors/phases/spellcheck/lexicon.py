"""The words of a language: which spellings are right, how frequent they are, and which may be proposed."""

import gzip
from bisect import bisect_left
from collections.abc import Iterable
from functools import cached_property, lru_cache
from importlib.metadata import PackageNotFoundError, distribution
from importlib.resources import files
from itertools import islice, takewhile
from pathlib import Path
from typing import Final, Protocol

from hunspell import Hunspell

from actors.phases.spellcheck.letters import base_form

LISTED_TERM_ZIPF: Final = 4.5
"""The frequency given to a word of the teacher's list (Zipf: log10 of occurrences per billion words)."""

LANGUAGES_KEPT: Final = 4
"""Lexicons kept in memory. One takes some 80 MB; English, Swedish and the detection stay below 250 MB."""

_UNSEEN_ZIPF: Final = 1.0
_LONGEST_CHECKED: Final = 60
_CONTRACTED: Final = frozenset({"s", "d", "ll", "ve", "re"})
_PREFIXES: Final = ("un", "re", "non", "pre", "anti", "over", "under", "out", "mis", "inter", "super", "semi", "multi")
_SUFFIXES: Final = (
    "ness",
    "less",
    "like",
    "ish",
    "er",
    "ers",
    "ee",
    "ees",
    "able",
    "wise",
    "hood",
    "ship",
    "ism",
    "ist",
)
_SHORTEST_BASE: Final = 4
_BASE_ZIPF: Final = 2.5
_COMMON_ZIPF: Final = 3.5
_REGION_FLAGS: Final = {"en-US": ("u", "g"), "en-GB": ("g", "u")}


class Dictionary(Protocol):
    """Decides on words that are in no list: above all, compounds."""

    def spell(self, word: str) -> bool:
        """True when ``word`` is spelt right."""
        ...


class Lexicon:
    """The words of one language, or of one region's spelling.

    Look-ups take a word in lower case with plain apostrophes (``letters.base_form``).
    """

    def __init__(
        self, rows: Iterable[tuple[str, float, str]], dictionary: Dictionary | None = None, *, region: str = ""
    ) -> None:
        self._forms: dict[str, str] = {}
        self._zipf: dict[str, float] = {}
        self._only_capitalised: set[str] = set()
        self._never_proposed: set[str] = set()
        self._dictionary = dictionary
        self._own, self._other = _REGION_FLAGS.get(region, ("", ""))
        self._of_own_region: set[str] = set()
        self._of_other_region: set[str] = set()
        for word, zipf, flags in rows:
            self._add(word, zipf, flags)
        shortened = (word for word in self._forms if "'" in word[1:-1])
        self._contractions = {word.replace("'", ""): word for word in shortened if self.zipf(word) >= _COMMON_ZIPF}

    def _add(self, word: str, zipf: float, flags: str) -> None:
        key = base_form(word)
        self._zipf[key] = max(zipf, self._zipf.get(key, 0.0))
        if "x" in flags or (key in self._forms and word != key):
            return
        if self._other and self._other in flags:
            self._of_other_region.add(key)
            return
        if self._own and self._own in flags:
            self._of_own_region.add(key)
        self._forms[key] = word
        (self._only_capitalised.add if "c" in flags else self._only_capitalised.discard)(key)
        if "r" in flags:
            self._never_proposed.add(key)

    def knows(self, word: str, *, capitalised: bool = False) -> bool:
        """True if ``word`` is right as it stands (``capitalised``: it was written with a capital letter)."""
        if word in self._forms:
            return capitalised or word not in self._only_capitalised
        stem, _, ending = word.rpartition("'")
        if stem and ending in _CONTRACTED:
            return self.knows(stem, capitalised=True) or (ending == "d" and f"{stem}ed" in self._forms)
        return self._dictionary_knows(word, capitalised=capitalised)

    def derives(self, word: str) -> bool:
        """True if ``word`` can be made from a listed one with a productive prefix or suffix: ``reorganizee``."""
        begun = (word[len(prefix) :] for prefix in _PREFIXES if word.startswith(prefix))
        return self.adds_suffix(word) or any(
            self._is_base(stem)
            for stem in (*begun, *(f"{stem}e" for stem in self._stems(word)), *self._stems_in_y(word))
        )

    def adds_suffix(self, word: str) -> bool:
        """True if ``word`` is a listed word plus a productive suffix, with no letter of either changed: ``leakers``."""
        return any(map(self._is_base, self._stems(word)))

    def _stems(self, word: str) -> list[str]:
        return [word[: -len(suffix)] for suffix in _SUFFIXES if word.endswith(suffix)]

    def _stems_in_y(self, word: str) -> list[str]:
        return [f"{stem[:-1]}y" for stem in self._stems(word) if stem.endswith("i")]

    def _is_base(self, stem: str) -> bool:
        return len(stem) >= _SHORTEST_BASE and self.zipf(stem) >= _BASE_ZIPF and stem in self._forms

    def _dictionary_knows(self, word: str, *, capitalised: bool) -> bool:
        if self._dictionary is None or not 1 < len(word) <= _LONGEST_CHECKED:
            return False
        return self._dictionary.spell(word) or (capitalised and self._dictionary.spell(word.capitalize()))

    @property
    def makes_compounds(self) -> bool:
        """True for a language whose compounds no list can hold, so that a dictionary decides on them."""
        return self._dictionary is not None

    def is_of_other_region(self, word: str) -> bool:
        """True if ``word`` is right only in the English of the other region."""
        return word in self._of_other_region

    def is_of_own_region(self, word: str) -> bool:
        """True if ``word`` is right only in this region's English."""
        return word in self._of_own_region

    def contraction(self, word: str) -> str | None:
        """The contraction that has lost its apostrophe in ``word``: ``doesn't`` for ``doesnt``; else None."""
        return self._contractions.get(word)

    def zipf(self, word: str) -> float:
        """The Zipf frequency of ``word``, misspelt or not; 1.0 for a right word that was never seen, 0.0 for others."""
        return self._zipf.get(word, 0.0) or (_UNSEEN_ZIPF if word in self._forms else 0.0)

    def seen_zipf(self, word: str) -> float:
        """The Zipf frequency of ``word`` in running text, misspelt or not; 0.0 if it has none."""
        return self._zipf.get(word, 0.0)

    def form(self, word: str) -> str:
        """``word`` as it should be written: ``English`` for ``english``."""
        return self._forms.get(word, word)

    def opens_longer_word(self, start: str, letters: int) -> bool:
        """True if a frequent word is ``start`` and at least ``letters`` more letters: ``intr`` may abbreviate it."""
        place = bisect_left(self._frequent, start)
        longer = takewhile(lambda word: word.startswith(start), islice(self._frequent, place, None))
        return any(len(word) >= len(start) + letters for word in longer)

    @cached_property
    def _frequent(self) -> list[str]:
        return sorted(word for word in self._forms if self._zipf.get(word, 0.0) >= _COMMON_ZIPF)

    def proposable(self) -> list[str]:
        """All words that may be proposed as a correction."""
        return [word for word in self._forms if word not in self._never_proposed]


@lru_cache(maxsize=LANGUAGES_KEPT)
def load_lexicon(language: str) -> Lexicon:
    """The lexicon of ``en`` (American and British), ``en-US``, ``en-GB`` or ``sv``; all phases of a process share it.

    Raises:
        RuntimeError: the Swedish dictionary is not installed.
    """
    base = language.partition("-")[0]
    path = files(__package__) / "data" / f"words-{base}.txt.gz"
    lines = gzip.decompress(path.read_bytes()).decode("utf-8").splitlines()
    rows = (line.split("\t") for line in lines if not line.startswith("#"))
    parsed = ((word, int(zipf) / 100, flags) for word, zipf, flags in rows)
    return Lexicon(parsed, swedish_dictionary() if base == "sv" else None, region=language)


def swedish_dictionary() -> Hunspell:
    """The dictionary of the package ``hunspell-sv``, wherever it was installed.

    Raises:
        RuntimeError: it is not installed.
    """
    return Hunspell("sv_SE", hunspell_data_dir=str(swedish_dictionary_folder()))


def swedish_dictionary_folder() -> Path:
    """The folder with the files of the package ``hunspell-sv``.

    Raises:
        RuntimeError: it is not installed.
    """
    try:
        installed = distribution("hunspell-sv").files or []
    except PackageNotFoundError as error:
        raise RuntimeError("Swedish needs the package hunspell-sv, which is not installed") from error
    affixes = next((file for file in installed if file.name == "sv_SE.aff"), None)
    if affixes is None:
        raise RuntimeError("The package hunspell-sv is installed without its file sv_SE.aff")
    return Path(str(affixes.locate())).resolve().parent
