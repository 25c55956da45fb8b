"""The findings of a rule of grammar."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from spacy.tokens import Token

_CONTRACTED: Final = ("n't", "n’t", "not")


@dataclass(frozen=True, slots=True)
class Slip:
    """A place that can hardly be right (offsets in the text, in code points).

    ``topic`` is what it is about (such as ``article``), ``rule`` is the rule that found it, and ``suggestion`` is what
    could replace it, empty if that depends on what was meant. A ``doubt`` is too unsure to be shown to anyone: it only
    says that the place is no example of good writing.
    """

    start: int
    end: int
    topic: str
    rule: str
    suggestion: str = ""
    doubt: bool = False


def slip(topic: str, rule: str, first: "Token", last: "Token", suggestion: str = "") -> Slip:
    """A slip from token ``first`` to token ``last``, including a *not* that is attached to it."""
    end = last.idx + len(last.text)
    following = last.doc[last.i + 1] if last.i + 1 < len(last.doc) else None
    if following is not None and following.idx == end and following.lower_ in _CONTRACTED:
        end += len(following.text)
        suggestion = suggestion and suggestion + following.text
    return Slip(first.idx, end, topic, rule, suggestion)
