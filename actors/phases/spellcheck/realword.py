"""Words of the language that are not the ones meant: there and their, its and it's, a and an.

Only where the company a word keeps is strong evidence. The rules are data (``data/realword-<language>.toml``); the
article depends on how the next word sounds.
"""

import re
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
_PLACES: Final = {"before2": -2, "before": -1, "after": 1, "after2": 2}
_JOIN_REASON: Final = "“{original}” is written as one word: “{replacement}”."


@dataclass(frozen=True, slots=True)
class Mistaken:
    """A word (or two, to be joined) that stands for another: places ``first`` to ``last``, and what was meant."""

    first: int
    last: int
    replacement: str
    why: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Condition:
    """What must, or must not, stand ``offset`` words away: words, endings, or the edge of a clause."""

    offset: int
    words: frozenset[str]
    endings: tuple[str, ...]
    wanted: bool

    def holds(self, neighbour: str) -> bool:
        """True when the neighbour fits."""
        found = neighbour in self.words or (neighbour.endswith(self.endings) if len(neighbour) > 4 else False)
        return found is self.wanted


@dataclass(frozen=True, slots=True)
class Rule:
    """One confusion with the company in which it is sure."""

    to: str
    why: str
    confidence: float
    conditions: tuple[Condition, ...]

    def holds(self, neighbour: Callable[[int], str]) -> bool:
        """True when every neighbour fits; ``neighbour`` gives the word at an offset."""
        return all(condition.holds(neighbour(condition.offset)) for condition in self.conditions)


class Confusions:
    """The rules of a language, by the word they correct; joins by their two words."""

    def __init__(self, data: Mapping[str, Any]) -> None:
        sets: Mapping[str, str] = data.get("sets", {})
        self._rules: dict[str, list[Rule]] = {}
        for rule in data.get("rule", ()):
            self._rules.setdefault(rule["word"], []).append(_rule(rule, rule["to"], rule["why"], sets))
        self._joins: dict[str, Rule] = {}
        for join in data.get("join", ()):
            for pair in join["words"].split(", "):
                self._joins[pair] = _rule(join, join.get("to", pair.replace(" ", "")), _JOIN_REASON, sets)

    def find(self, words: Sequence[Word], left_alone: frozenset[int]) -> Iterator[Mistaken]:
        """The mistaken words among ``words``, in order."""
        for place, word in enumerate(words):
            if place in left_alone or word.is_hyphenated:
                continue
            for rule in self._rules.get(word.base, ()):
                if rule.holds(lambda offset, place=place: _neighbour(words, place, offset)):  # type: ignore[misc]
                    yield Mistaken(place, place, rule.to, rule.why, rule.confidence)
                    break
            else:
                yield from self._joined(words, place, left_alone)

    def _joined(self, words: Sequence[Word], place: int, left_alone: frozenset[int]) -> Iterator[Mistaken]:
        after = place + 1
        if after >= len(words) or after in left_alone or not words[after].follows_closely:
            return
        rule = self._joins.get(f"{words[place].base} {words[after].base}")
        if rule and not words[after].is_hyphenated and rule.holds(lambda offset: _neighbour(words, after, offset)):
            yield Mistaken(place, after, rule.to, rule.why, rule.confidence)


def _neighbour(words: Sequence[Word], place: int, offset: int) -> str:
    """The word ``offset`` places away, if only white space lies between; else the edge that does."""
    step = 1 if offset > 0 else -1
    for _ in range(abs(offset)):
        if not 0 <= place + step < len(words):
            return _SENTENCE_EDGE
        later = words[max(place, place + step)]
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
def load_confusions(language: str) -> Confusions:
    """The rules of ``en``; other languages have none."""
    path = files(__package__) / "data" / f"realword-{language}.toml"
    return Confusions(tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {})


_CONSONANT_SOUND: Final = re.compile(r"eu|ew|one|once|ouija|u(?:ni(?!n|m)|s[aeu]|sin|t[eio]|r[aeiou]|bi|k|fo)")
_SILENT_H: Final = re.compile(r"h(?:our|onest|ono|eir)")
_EITHER: Final = re.compile(r"h(?:istor|otel|abitu|yster|orrif|erb|allucin|ilar|umble)|u(?:h|mm)")


def article_for(word: str) -> str | None:
    """``a`` or ``an`` before ``word``, by its sound; None where usage is divided or the spelling does not tell."""
    if _EITHER.match(word) or not word.isascii() or len(word) < 3:
        return None
    if word[0] in "aeiou":
        return "a" if _CONSONANT_SOUND.match(word) else "an"
    return "an" if _SILENT_H.match(word) else "a"


def wrong_articles(
    words: Sequence[Word], left_alone: frozenset[int], zipf: Callable[[str], float]
) -> Iterator[Mistaken]:
    """Places where ``a`` stands for ``an`` or the other way round, before an ordinary word.

    Very frequent words seldom follow an article: there ``a`` may be a letter (*plan a is*) and ``an`` a typing error
    for *and*.
    """
    for place, word in enumerate(words[:-1]):
        after = words[place + 1]
        if not _is_article(words, place) or place + 1 in left_alone or not after.follows_closely:
            continue
        right = article_for(after.base) if after.text.islower() and _opens_noun_phrase(after.base, zipf) else None
        if right and right != word.base:
            sound = "vowel" if right == "an" else "consonant"
            why = f"“{after.text}” begins with a {sound} sound: “{right} {after.text}”."
            yield Mistaken(place, place, right, why, _CONFIDENCE)


def _is_article(words: Sequence[Word], place: int) -> bool:
    word = words[place]
    if word.base not in {"a", "an"} or word.is_hyphenated or word.is_protected or word.is_upper:
        return False
    if word.is_capitalised and not word.opens_sentence:
        return False
    return place == 0 or not word.follows_closely or words[place - 1].base not in _LETTERED


def _opens_noun_phrase(word: str, zipf: Callable[[str], float]) -> bool:
    return _ORDINARY[0] <= zipf(word) <= _ORDINARY[1] and word not in _NO_NOUN_PHRASE


_ORDINARY: Final = (3.0, 6.35)
_LETTERED: Final = frozenset(("vitamin", "plan", "type", "grade", "class", "group", "part", "section", "option"))
_NO_NOUN_PHRASE: Final = frozenset(
    (
        *("about", "after", "again", "all", "also", "although", "always", "am", "among", "and", "any", "are", "as"),
        *("at", "be", "because", "been", "before", "being", "but", "by", "could", "did", "does", "even", "ever"),
        *("every", "for", "from", "had", "has", "have", "her", "here", "him", "his", "how", "if", "in", "into", "is"),
        *("its", "many", "may", "me", "might", "most", "much", "must", "never", "no", "not", "of", "often", "on"),
        *("only", "or", "our", "over", "should", "some", "such", "than", "that", "the", "their", "them", "then"),
        *("there", "these", "they", "this", "those", "though", "to", "under", "unless", "until", "upon", "us", "was"),
        *("were", "what", "when", "where", "whether", "which", "while", "who", "whose", "why", "with", "without"),
    )
)
