"""What may have been meant in a span of a text, before it becomes a correction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from actors.phases.spellcheck.letters import base_form
from contracts.results.spellcheck import CorrectionKind


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may have been meant in a span of the text: the base forms of the candidates, the best first.

    ``why`` is a sentence for the pupil, with ``{original}`` and ``{replacement}`` in it. What ``is_only_said`` never
    changes the text, however sure it is.
    """

    start: int
    stop: int
    candidates: Sequence[str]
    kind: CorrectionKind
    confidence: float
    why: str = ""
    is_only_said: bool = False


def agreed(text: str, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals of a text, with one confidence where the same misspelling has the same correction."""
    best: dict[tuple[str, str], float] = {}
    keys = [
        (base_form(text[each.start : each.stop]), each.candidates[0] if each.candidates else "") for each in proposals
    ]
    for key, proposal in zip(keys, proposals, strict=True):
        best[key] = max(proposal.confidence, best.get(key, 0.0))
    for key, proposal in zip(keys, proposals, strict=True):
        yield replace(proposal, confidence=best[key])


def without_overlaps(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals in the order of the text; of those that overlap the first, and in one place the surest.

    What is only said goes before what would be changed there.
    """
    end = 0
    for proposal in sorted(proposals, key=lambda each: (each.start, not each.is_only_said, -each.confidence)):
        if proposal.candidates and proposal.start >= end:
            yield proposal
            end = proposal.stop


def written_like(original: str, replacement: str) -> str:
    """``replacement`` in the letter case of ``original``, and with its kind of apostrophe."""
    if "’" in original:
        replacement = replacement.replace("'", "’")
    if len(original) > 1 and original.isupper():
        return replacement.upper()
    if original[0].isupper():
        return replacement[0].upper() + replacement[1:]
    return replacement
