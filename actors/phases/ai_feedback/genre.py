"""Determines a text's genre from the task, from its greeting and farewell, and from its words."""

import re
from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from actors.phases.ai_feedback.body import Frame
from actors.phases.ai_feedback.passage import Passage


class Genre(StrEnum):
    """Genres that call for different feedback."""

    ESSAY = "essay"
    LETTER = "letter"
    REPORT = "report"
    STORY = "story"
    REVIEW = "review"


_ASKED_FOR: Final[Mapping[Genre, re.Pattern[str]]] = {
    Genre.LETTER: re.compile(
        r"\b(?:letter|e-?mail|mail|postcard|brev\w*|insändare|mejl\w*|mail\w*|vykort)\b", re.IGNORECASE
    ),
    Genre.REPORT: re.compile(r"\b(?:report|rapport\w*|utredande text)\b", re.IGNORECASE),
    Genre.REVIEW: re.compile(r"\b(?:review|recension\w*|recensera)\b", re.IGNORECASE),
    Genre.STORY: re.compile(
        r"\b(?:story|tale|narrative|diary|berättelse\w*|novell\w*|saga\w*|dagbok\w*|berätta om)\b", re.IGNORECASE
    ),
}
_OF_REPORTS: Final = re.compile(
    r"\b(?:(?:aim|purpose) of this report|this report|it is recommended|recommendations?|findings"
    r"|syftet med (?:rapporten|undersökningen|laborationen|försöket|arbetet|experimentet)"
    r"|hypotes|felkällor|denna rapport|undersökningen visar)\b",
    re.IGNORECASE,
)
_OF_REVIEWS: Final = re.compile(
    r"\b(?:main characters?|plot|special effects|the author|the director|directed by|novel|chapters?|huvudperson\w*"
    r"|handlingen|författaren|regissören|skådespelar\w*|rollen som|I (?:would )?recommend this|jag rekommenderar)\b",
    re.IGNORECASE,
)
_DONE_IN_STORIES: Final = (
    r"(?:skrek|viskade|sprang|vaknade|smög|ropade|skrattade|stirrade|gömde|hörde (?:han|hon|jag|vi|de)"
    r"|(?:sa|sade|tänkte|svarade|frågade|undrade|öppnade) (?:han|hon|jag|vi|de))"
)
_OF_STORIES: Final = re.compile(
    r"\b(?:once upon a time|one (?:day|night|morning|evening)|suddenly|all of a sudden|det var en gång"
    r"|en (?:dag|natt|kväll)"
    r"|plötsligt|helt plötsligt|(?:he|she|I|they) (?:screamed|shouted|whispered|ran|woke|heard|opened|asked|replied)"
    rf"|(?:han|hon|jag|de) (?:hörde|öppnade|frågade|svarade|sa|tänkte)|{_DONE_IN_STORIES})\b",
    re.IGNORECASE,
)
_DIARY: Final = re.compile(r"\b(?:diary|dagbok)\b", re.IGNORECASE)
_ENOUGH: Final = 3


def genre_of(passage: Passage, instructions: str, frame: Frame, *, argues: bool) -> Genre:
    """The genre of a text. The task has precedence; a text that argues is not a story."""
    for genre, pattern in _ASKED_FOR.items():
        if pattern.search(instructions):
            return genre
    if frame.greeting is not None and _DIARY.search(passage.plain, frame.greeting.start, frame.greeting.end):
        return Genre.STORY
    if frame.greeting is not None or frame.farewell is not None:
        return Genre.LETTER
    text = passage.plain
    if frame.headings >= 2 and _OF_REPORTS.search(text):
        return Genre.REPORT
    if len(set(map(str.lower, _OF_REVIEWS.findall(text)))) >= _ENOUGH:
        return Genre.REVIEW
    told = len(_OF_STORIES.findall(text)) >= _ENOUGH
    return Genre.STORY if told and not argues else Genre.ESSAY
