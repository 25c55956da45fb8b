"""The spellcheckers that are compared, behind a common interface of two questions."""

from collections.abc import Callable, Sequence
from importlib.resources import files
from typing import Protocol

from hunspell import Hunspell

from actors.phases.spellcheck.checker import Checker
from actors.phases.spellcheck.lexicon import swedish_dictionary


class Engine(Protocol):
    """A spellchecker: is this a word, and which words may have been meant? Words are in lower case."""

    name: str

    def knows(self, word: str, *, capitalised: bool = True) -> bool:
        """True when ``word`` is right, in one letter case or another."""
        ...

    def suggest(self, word: str, before: str | None = None, after: str | None = None) -> Sequence[str]:
        """What may have been meant, the best first."""
        ...


class Ours:
    """This project's checker, with the weights that ship."""

    name = "this checker"

    def __init__(self, language: str) -> None:
        self.checker = Checker(language)

    def knows(self, word: str, *, capitalised: bool = True) -> bool:
        """True when ``word`` is right, in one letter case or another."""
        return self.checker.lexicon.knows(word, capitalised=capitalised)

    def suggest(self, word: str, before: str | None = None, after: str | None = None) -> Sequence[str]:
        """What may have been meant, the best first."""
        del before, after
        return [candidate.word for candidate in self.checker.candidates(word)]


class HunspellEngine:
    """Hunspell 1.7, through chunspell, with its own American dictionary or hunspell-sv."""

    def __init__(self, language: str) -> None:
        self.name = f"Hunspell ({'sv_SE' if language == 'sv' else 'en_US'})"
        self._hunspell = swedish_dictionary() if language == "sv" else Hunspell("en_US")

    def knows(self, word: str, *, capitalised: bool = True) -> bool:
        """True when ``word`` is right, in one letter case or another."""
        del capitalised
        return bool(self._hunspell.spell(word) or self._hunspell.spell(word.capitalize()))

    def suggest(self, word: str, before: str | None = None, after: str | None = None) -> Sequence[str]:
        """What may have been meant, the best first."""
        del before, after
        return [suggestion.lower() for suggestion in self._hunspell.suggest(word)]


class SymSpellEngine:
    """symspellpy with its own 82,765 words and edit distance 2."""

    name = "symspellpy"

    def __init__(self) -> None:
        from symspellpy import SymSpell, Verbosity  # noqa: PLC0415 - it may be absent

        self._symspell = SymSpell(max_dictionary_edit_distance=2)
        self._symspell.load_dictionary(str(files("symspellpy") / "frequency_dictionary_en_82_765.txt"), 0, 1)
        self._closest = Verbosity.ALL

    def knows(self, word: str, *, capitalised: bool = True) -> bool:
        """True when ``word`` is right, in one letter case or another."""
        del capitalised
        return word in self._symspell.words

    def suggest(self, word: str, before: str | None = None, after: str | None = None) -> Sequence[str]:
        """What may have been meant, the best first."""
        del before, after
        return [item.term for item in self._symspell.lookup(word, self._closest, max_edit_distance=2)]


class PySpellCheckerEngine:
    """pyspellchecker (Norvig's method) with its own English list."""

    name = "pyspellchecker"

    def __init__(self) -> None:
        from spellchecker import SpellChecker  # noqa: PLC0415 - it may be absent

        self._checker = SpellChecker()

    def knows(self, word: str, *, capitalised: bool = True) -> bool:
        """True when ``word`` is right, in one letter case or another."""
        del capitalised
        return word in self._checker

    def suggest(self, word: str, before: str | None = None, after: str | None = None) -> Sequence[str]:
        """What may have been meant, the best first."""
        del before, after
        found = self._checker.candidates(word) or set()
        return sorted(found, key=lambda candidate: (-self._checker.word_usage_frequency(candidate), candidate))


def engines(language: str) -> tuple[list[Engine], list[str]]:
    """The engines for a language that are installed, ours first, and the names of those that are not."""
    makers: list[tuple[str, Callable[[], Engine]]] = [("Hunspell", lambda: HunspellEngine(language))]
    if language == "en":
        makers += [("symspellpy", SymSpellEngine), ("pyspellchecker", PySpellCheckerEngine)]
    found: list[Engine] = [Ours(language)]
    absent = []
    for name, make in makers:
        try:
            found.append(make())
        except ImportError:
            absent.append(name)
    return found, absent
