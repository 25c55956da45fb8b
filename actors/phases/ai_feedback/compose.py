"""Turns findings into words: the student's text, and the points that it consists of.

Everything between the language's quotation marks in the student's text is a slice of the essay, and nothing else is
between them. Which of several wordings is used depends only on a seed, so that an essay always gets the same text.
"""

import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from actors.phases.ai_feedback.findings import EssayReading, Finding, merged
from actors.phases.ai_feedback.lessons import Frame
from actors.phases.ai_feedback.passage import Extent, Passage
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource, Quotation, Strength, WorkPoint

_BEFORE: Final = 5
_AFTER: Final = 3
"""Words before and after a short place that are quoted with it: ``one of the most important thing`` needs five."""
_FEWEST_ALONE: Final = 4
_MOST_QUOTES: Final = 3
_MOST_LOOKED_AT: Final = 50
_LONGEST_QUOTE: Final = 220
_QUOTABLE: Final = re.compile(r"[^\ud800-\udfff]+")
"""The characters that can be quoted: all but surrogates."""


@dataclass(frozen=True, slots=True)
class Chooser:
    """Chooses between wordings by a seed: without randomness, and differently for each text."""

    seed: str

    def one_of(self, options: Sequence[str], what: str) -> str:
        """One of the options, always the same for this seed and this ``what``."""
        return options[int(self.share(what) * len(options))]

    def share(self, what: str) -> float:
        """A number from 0 up to but not including 1, always the same for this seed and this ``what``."""
        digest = hashlib.sha256(f"{self.seed}|{what}".encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest[:8]) / 2**64


def quotation(passage: Passage, extent: Extent) -> Quotation:
    """The words of an extent without a closing full stop, cut if they are longer than anyone would quote.

    Lone surrogates cannot be written to a file, so the longest part without any is quoted.
    """
    said = passage.text[extent.start : min(extent.end, extent.start + _LONGEST_QUOTE)]
    part = max(_QUOTABLE.finditer(said), key=lambda found: len(found[0]))
    quote = part[0].rstrip(".") or part[0]
    start = extent.start + part.start()
    return Quotation(start=start, end=start + len(quote), quote=quote)


def in_context(passage: Passage, extent: Extent) -> Extent:
    """The extent with a few words on either side, within its sentence."""
    for sentence, words in zip(passage.sentences, passage.words_by_sentence, strict=True):
        if sentence.start <= extent.start < sentence.end:
            before = [word.start for word in words if word.end <= extent.start][-_BEFORE:]
            after = [word.end for word in words if word.start >= extent.end][:_AFTER]
            return Extent(min([extent.start, *before]), max([extent.end, *after]))
    return extent


def strength(reading: EssayReading, finding: Finding, chooser: Chooser, *, again: bool = False) -> Strength:
    """A praise with its quotations, or, if none is shown, with the part of the text (``again``: the same part)."""
    praise = reading.book.praises[finding.topic]
    if not finding.shown:
        places = reading.book.frame.places_again if again else reading.book.frame.places
        plain = chooser.one_of(praise.plain, finding.topic).format(where=places[part_of(reading, finding)])
        return Strength(topic=praise.key, trait=praise.trait, comment=plain[:1].upper() + plain[1:])
    quotations = tuple(quotation(reading.passage, extent) for extent in finding.extents)
    comment = chooser.one_of(praise.comments, finding.topic)
    frame = reading.book.frame
    filled = comment.format(quote=_quoted(frame, quotations[0]), quotes=_listed(frame, quotations))
    return Strength(topic=praise.key, trait=praise.trait, comment=filled, quotations=quotations)


def part_of(reading: EssayReading, finding: Finding) -> int:
    """The index of the part of the prose that a finding's first place is in."""
    places = reading.book.frame.places
    begins, ends = reading.sentences[0].start, reading.sentences[-1].end
    share = (finding.extents[0].start - begins) / max(1, ends - begins)
    return max(0, min(int(share * len(places)), len(places) - 1))


def work_point(reading: EssayReading, finding: Finding, chooser: Chooser) -> WorkPoint:
    """A lesson about a finding, with quotations that show it, and an example of the same pattern."""
    lesson = reading.book.lessons[finding.topic]
    case = lesson.case_of(finding.rule)
    return WorkPoint(
        topic=lesson.key,
        trait=lesson.trait,
        title=(case.title if case else "") or lesson.title,
        comment=lesson.comment.format(count=finding.count),
        quotations=_shown(reading.passage, finding),
        rule=(case.rule if case else "") or lesson.rule,
        example=chooser.one_of(case.examples if case else lesson.examples, lesson.key + ".example"),
        next_step=chooser.one_of((case.next_steps if case else ()) or lesson.next_steps, lesson.key + ".step"),
        occurrences=finding.count,
    )


def _shown(passage: Passage, finding: Finding) -> tuple[Quotation, ...]:
    """Up to three quotations, with different words if possible; overlapping ones become one."""
    first_of_each: dict[str, Extent] = {}
    for extent in finding.extents[:_MOST_LOOKED_AT]:
        first_of_each.setdefault(passage.lowered(extent), extent)
    in_turn = dict.fromkeys([*first_of_each.values(), *finding.extents[:_MOST_QUOTES]])
    chosen = sorted([*in_turn][:_MOST_QUOTES], key=lambda extent: extent.start)
    whole = [extent if _stands_alone(passage, extent) else in_context(passage, extent) for extent in chosen]
    quotations = [quotation(passage, extent) for extent in merged(whole)]
    return tuple({one.quote: one for one in quotations}.values())


def _stands_alone(passage: Passage, extent: Extent) -> bool:
    """True for four words or more that do not end just before what they are about: there is a lot of."""
    words = [*passage.words_in(extent)]
    return len(words) >= _FEWEST_ALONE and passage.lowered(words[-1]) not in {"of", "av"}


def student_text(
    reading: EssayReading,
    strengths: Sequence[Strength],
    points: Sequence[WorkPoint],
    evidence: Sequence[EvidenceItem],
    chooser: Chooser,
) -> str:
    """The complete text for the student, without markup."""
    frame = reading.book.frame
    praise = [one.comment for one in strengths] or [chooser.one_of(frame.fresh_start, "start")]
    able = any(reading.book.is_challenge(point.topic) for point in points[:1])
    heading = frame.challenge_heading if able else frame.work_heading
    lines = [frame.strengths_heading, *(f"• {comment}" for comment in praise), "", heading]
    for number, point in enumerate(points, start=1):
        lines += [*_point_lines(frame, number, point, evidence), ""]
    if not points:
        lines += [_nothing_to_show(reading), ""]
    closing = [chooser.one_of(frame.challenge_closings if able else frame.closings, "close")] if points[1:] else []
    return "\n".join([*lines, *closing]).strip() + "\n"


def _nothing_to_show(reading: EssayReading) -> str:
    frame = reading.book.frame
    short = reading.word_count < 60
    return frame.short_text.format(count=reading.word_count) if short else frame.nothing_found


def _point_lines(frame: Frame, number: int, point: WorkPoint, evidence: Sequence[EvidenceItem]) -> list[str]:
    spelling = [item for item in evidence if item.topic == point.topic and _is_shown(item, point)]
    lead = frame.as_corrected if any(item.as_written is not None for item in spelling) else frame.you_wrote
    lines = [f"{number}. {point.title}", f"{lead}: {_listed(frame, point.quotations)}."]
    lines += _spelling_line(frame, spelling)
    remark = point.comment or (frame.more.format(count=point.occurrences) if point.occurrences > 3 else "")
    lines += [remark] if remark else []
    lines += [f"{frame.rule}: {point.rule}", f"{frame.example}: {point.example}"]
    return [*lines, f"{frame.next_step}: {point.next_step}"]


def _is_shown(item: EvidenceItem, point: WorkPoint) -> bool:
    return item.source is EvidenceSource.SPELLCHECK and any(
        one.start <= item.start and item.end <= one.end for one in point.quotations
    )


def _spelling_line(frame: Frame, spelling: Sequence[EvidenceItem]) -> list[str]:
    """The misspelt words, each with its right spelling."""
    pairs = dict.fromkeys(pair for item in spelling if (pair := _spelling_pair(frame, item)))
    return [", ".join(pairs) + "."] if pairs else []


def _spelling_pair(frame: Frame, item: EvidenceItem) -> str:
    if item.as_written is not None:
        return frame.spelling_was.format(right=item.quote, wrong=item.as_written)
    return frame.spelling_now.format(wrong=item.quote, right=item.suggestions[0]) if item.suggestions else ""


def _quoted(frame: Frame, one: Quotation) -> str:
    return f"{frame.quote_open}{one.quote}{frame.quote_close}"


def _listed(frame: Frame, quotations: Sequence[Quotation]) -> str:
    return ", ".join(_quoted(frame, one) for one in quotations)
