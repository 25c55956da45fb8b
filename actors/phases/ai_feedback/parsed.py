"""Evidence from the rules of grammar; for English, over a parse, if the extra ``[parse]`` is installed."""

from collections.abc import Iterator

from actors.phases.ai_feedback.lessons import lesson_book
from actors.phases.ai_feedback.passage import Extent, Passage
from actors.phases.grammar import Slip, slips_of, swedish
from actors.phases.nlp.parsing import is_installed, parsed_end, trees
from contracts.results.ai_feedback import EvidenceItem, EvidenceSource


def grammar_slips(passage: Passage) -> Iterator[tuple[Slip, Extent]]:
    """The slips and doubts in a text, each with its place; none if there is no parser."""
    if not is_installed():
        return
    end = parsed_end(passage.plain)
    paragraphs = [Extent(one.start, min(one.end, end)) for one in passage.paragraphs if one.start < end]
    parsed = trees([passage.plain[one.start : one.end] for one in paragraphs])
    for paragraph, tree in zip(paragraphs, parsed, strict=True):
        for slip in slips_of(tree):
            yield slip, Extent(paragraph.start + slip.start, paragraph.start + slip.end)


def swedish_evidence(passage: Passage) -> Iterator[EvidenceItem | Extent]:
    """The slips in a Swedish text, and the places in doubt."""
    for slip in swedish.slips_of(passage.plain):
        place = Extent(slip.start, slip.end)
        yield place if slip.doubt else parse_evidence(passage, slip, place, "sv")


def parse_evidence(passage: Passage, slip: Slip, place: Extent, language: str = "en") -> EvidenceItem:
    """A slip as evidence for the lesson of its topic."""
    lesson = lesson_book(language).lessons[slip.topic]
    return EvidenceItem(
        start=place.start,
        end=place.end,
        quote=passage.text[place.start : place.end],
        topic=lesson.key,
        trait=lesson.trait,
        source=EvidenceSource.PARSER,
        rule=slip.rule,
        suggestions=(slip.suggestion,) if slip.suggestion else (),
    )
