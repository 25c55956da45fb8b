"""Language of chats and of speech (``u``, ``thx``, ``coulda``), which is pointed out and never changed."""

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

from actors.phases.spellcheck.proposal import Proposal
from actors.phases.spellcheck.tokens import Word
from contracts.results.spellcheck import CorrectionKind

_CONFIDENCE: Final = 0.45
_WITH_NUMBER: Final = re.compile(r"(?<!\w)(?:[a-zåäö]+\d[a-zåäö\d]*|\d[a-zåäö]+)(?!\w)", re.IGNORECASE)
_ALONE_BESIDE: Final = re.compile(r"[\s.,!?;:]?")


@dataclass(frozen=True, slots=True)
class Informal:
    """The informal words of a language: their meanings as ``meaning|kind``, and a sentence for the student by kind."""

    meanings: dict[str, str]
    sentences: dict[str, str]

    def find(self, text: str, words: Sequence[Word]) -> Iterator[Proposal]:
        """Yield a proposal for each informal word of a text."""
        for word in words:
            if word.base in self.meanings and self._stands_alone(text, word):
                yield self._proposal(word.base, word.start, word.stop)
        for match in _WITH_NUMBER.finditer(text):
            if match[0].lower() in self.meanings:
                yield self._proposal(match[0].lower(), match.start(), match.end())

    def _stands_alone(self, text: str, word: Word) -> bool:
        """False for the letters in *u = 3* and *r.*, for names, hyphenated words and parts of addresses or mark-up."""
        if word.is_protected or word.is_hyphenated or (word.is_capitalised and not word.opens_sentence):
            return False
        before, after = text[max(word.start - 1, 0) : word.start], text[word.stop : word.stop + 1]
        is_letter = len(word.base) == 1
        return not is_letter or (before in {"", " ", "\n"} and after == " " and text[word.stop + 1 :][:1].isalpha())

    def _proposal(self, word: str, start: int, stop: int) -> Proposal:
        meaning, _, kind = self.meanings[word].partition("|")
        why = self.sentences[kind or "chat"]
        return Proposal(start, stop, [meaning], CorrectionKind.NON_WORD, _CONFIDENCE, why, is_only_said=True)


@cache
def load_informal(language: str) -> Informal:
    """The informal words of ``en`` or ``sv``."""
    data = tomllib.loads((files(__package__) / "data" / f"informal-{language}.toml").read_text(encoding="utf-8"))
    meanings = {word: f"{meaning}|{kind}" for kind in data["sentences"] for word, meaning in data[kind].items()}
    return Informal(meanings, data["sentences"])
