"""What may have been meant in a span of a text: the step before a correction."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from actors.phases.spellcheck.letters import base_form
from contracts.results.spellcheck import CorrectionKind


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may have been meant in a span of the text: the base forms of the candidates, the best first.

    ``why`` is a sentence for the student, with ``{original}`` and ``{replacement}`` in it. If ``is_only_said``, the
    proposal is shown and never changes the text, however sure it is.
    """

    start: int
    stop: int
    candidates: Sequence[str]
    kind: CorrectionKind
    confidence: float
    why: str = ""
    is_only_said: bool = False


def agreed(text: str, proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals, where the same correction of the same misspelling has its highest confidence everywhere."""
    best: dict[tuple[str, str], float] = {}
    keys = [
        (base_form(text[each.start : each.stop]), each.candidates[0] if each.candidates else "") for each in proposals
    ]
    for key, proposal in zip(keys, proposals, strict=True):
        best[key] = max(proposal.confidence, best.get(key, 0.0))
    for key, proposal in zip(keys, proposals, strict=True):
        yield replace(proposal, confidence=best[key])


def without_overlaps(proposals: Sequence[Proposal]) -> Iterator[Proposal]:
    """The proposals in the order of the text, without overlaps.

    Of overlapping proposals the first one stays; of those that start in the same place, one that is only shown, else
    the surest.
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
