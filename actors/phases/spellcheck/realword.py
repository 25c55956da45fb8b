"""Rules for real words that are mistaken for others: there and their, its and it's.

A rule applies only where the neighbouring words are strong evidence. The rules are data
(``data/realword-<language>.toml``).
"""

import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

from actors.phases.spellcheck.tokens import Word

_CONFIDENCE: Final = 0.9
_EDGE: Final = "^"
_SENTENCE_EDGE: Final = "^^"
_NUMBER: Final = "#"
_PLACES: Final = {"before2": -2, "before": -1, "after": 1, "after2": 2}
_JOIN_REASON: Final = "“{original}” is written as one word: “{replacement}”."


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A word that stands for another, or two words to be joined: places ``first`` to ``last``, and what was meant."""

    first: int
    last: int
    replacement: str
    why: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Condition:
    """What must stand ``offset`` words away, or must not: words, endings, or the edge of a clause."""

    offset: int
    words: frozenset[str]
    endings: tuple[str, ...]
    wanted: bool

    def holds(self, neighbour: str) -> bool:
        """True if the neighbour fits."""
        found = neighbour in self.words or (neighbour.endswith(self.endings) if len(neighbour) > 4 else False)
        return found is self.wanted


@dataclass(frozen=True, slots=True)
class Rule:
    """One confusion, with the conditions under which it is sure."""

    to: str
    why: str
    confidence: float
    conditions: tuple[Condition, ...]

    def holds(self, neighbour: Callable[[int], str]) -> bool:
        """True if every neighbour fits; ``neighbour`` gives the word at an offset."""
        return all(condition.holds(neighbour(condition.offset)) for condition in self.conditions)


class Confusions:
    """The rules of a language, by the word they correct; rules that join two words are kept by the pair."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        sets: Mapping[str, str] = data.get("sets", {})
        self._rules: dict[str, list[Rule]] = {}
        for rule in data.get("rule", ()):
            pairs = [pair.split(">") for pair in rule["words"].split(", ")] if "words" in rule else []
            for word, to in pairs or [(rule["word"], rule["to"])]:
                self._rules.setdefault(word, []).append(_rule(rule, to, rule["why"], sets))
        self._joins: dict[str, Rule] = {}
        for join in data.get("join", ()):
            for pair in join["words"].split(", "):
                self._joins[pair] = _rule(
                    join, join.get("to", pair.replace(" ", "")), join.get("why", _JOIN_REASON), sets
                )

        self._openers: Final = frozenset(pair.partition(" ")[0] for pair in self._joins)

    def find(self, words: Sequence[Word], left_alone: frozenset[int]) -> Iterator[Mistaken]:
        """Yield the mistaken words among ``words``, in order."""
        for place, word in enumerate(words):
            if (place in left_alone and not self._is_lone_letter(word)) or word.is_hyphenated:
                continue
            for rule in self._rules.get(word.base, ()):
                if rule.holds(lambda offset, place=place: _neighbour(words, place, offset)):  # type: ignore[misc]
                    yield Mistaken(place, place, rule.to, rule.why, rule.confidence)
                    break
            else:
                yield from self._joined(words, place, left_alone)

    def _is_lone_letter(self, word: Word) -> bool:
        """True for a letter that opens a pair to be joined (*i* in *i bland*) or stands for a word (*å* for *och*)."""
        stands_for_one = word.base in self._rules and not word.is_capitalised
        return len(word.base) == 1 and not word.is_protected and (word.base in self._openers or stands_for_one)

    def _joined(self, words: Sequence[Word], place: int, left_alone: frozenset[int]) -> Iterator[Mistaken]:
        after = place + 1
        if after >= len(words) or after in left_alone or not words[after].follows_closely:
            return
        rule = self._joins.get(f"{words[place].base} {words[after].base}")
        if rule and not words[after].is_hyphenated and rule.holds(lambda offset: _neighbour(words, after, offset)):
            yield Mistaken(place, after, rule.to, rule.why, rule.confidence)


def _neighbour(words: Sequence[Word], place: int, offset: int) -> str:
    """The word ``offset`` places away, if only white space lies between; else a mark for the number or edge there."""
    step = 1 if offset > 0 else -1
    for _ in range(abs(offset)):
        if not 0 <= place + step < len(words):
            return _SENTENCE_EDGE
        later = words[max(place, place + step)]
        if later.follows_number:
            return _NUMBER
        if not later.follows_in_clause:
            return _SENTENCE_EDGE if later.opens_sentence else _EDGE
        place += step
    return words[place].base


def _rule(data: Mapping[str, Any], to: str, why: str, sets: Mapping[str, str]) -> Rule:
    conditions = tuple(
        _condition(data[prefix + name], offset, sets, wanted=not prefix)
        for name, offset in _PLACES.items()
        for prefix in ("", "not_")
        if prefix + name in data
    )
    return Rule(to, why, data.get("confidence", _CONFIDENCE), conditions)


def _condition(listed: str, offset: int, sets: Mapping[str, str], *, wanted: bool) -> Condition:
    words: set[str] = set()
    waiting = listed.split()
    while waiting:
        word = waiting.pop()
        if word.startswith("@"):
            waiting += sets[word[1:]].split()
        else:
            words.add(word)
    endings = tuple(word[1:] for word in words if word.startswith("*"))
    words |= {_SENTENCE_EDGE} if _EDGE in words else set()
    return Condition(offset, frozenset(words), endings, wanted)


@cache
def confusion_data(language: str) -> Mapping[str, Any]:
    """The contents of a language's file of confused words; empty if there is no file."""
    path = files(__package__) / "data" / f"realword-{language}.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}


def load_confusions(language: str) -> Confusions:
    """The rules of a language."""
    return Confusions(confusion_data(language))
