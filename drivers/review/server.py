"""The page on which a teacher looks over a batch, as its server asks it."""

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from threading import Event
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from drivers.review.review import LONGEST_FEEDBACK, Review, ReviewedCorrection, ReviewedEssay
from drivers.web.page_application import PageApplication

LARGEST_BODY: Final = 8 * LONGEST_FEEDBACK
"""Bytes: an edited feedback, in letters of any language, spelt out as JSON does."""


class _OnCorrection(BaseModel):
    """A decision that the page sends; ``undo`` takes one back."""

    model_config = ConfigDict(extra="forbid")

    essay: str = Field(max_length=500)
    start: int = Field(ge=0)
    verdict: Literal["accepted", "rejected", "undo"]


class _OnFeedback(BaseModel):
    """Edited feedback that the page sends; without a text, it is the phase's again."""

    model_config = ConfigDict(extra="forbid")

    essay: str = Field(max_length=500)
    text: str | None = Field(max_length=LONGEST_FEEDBACK)


class ReviewPage(PageApplication):
    """Shows the essays of a batch one by one, and takes decisions on them.

    Args:
        html: the page itself.
        students: names by essay id, where known.

    ``finished`` is set once the teacher has said that the handouts can be made.
    """

    def __init__(self, review: Review, html: Callable[[], str], students: Mapping[str, str]) -> None:
        self._review = review
        self._html = html
        self._students = students
        self.finished = Event()

    def page(self) -> str:
        """The page."""
        return self._html()

    def look(self, what: str, query: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The class, or one essay."""
        match what:
            case "class":
                return self._class()
            case "essay":
                return self._essay(query.get("id", ""))
            case _:
                return None

    def act(self, what: str, body: bytes) -> Mapping[str, Any] | None:
        """A decision, whose answer is the essay as it then is; or the end."""
        match what:
            case "correction":
                return self._correction(_OnCorrection.model_validate_json(body))
            case "feedback":
                return self._feedback(_OnFeedback.model_validate_json(body))
            case "finish":
                self.finished.set()
                return {"finished": True}
            case _:
                return None

    def _correction(self, asked: _OnCorrection) -> dict[str, Any]:
        decide = {"accepted": self._review.accept, "rejected": self._review.reject, "undo": self._review.undo}
        decide[asked.verdict](asked.essay, asked.start)
        return self._essay(asked.essay)

    def _feedback(self, asked: _OnFeedback) -> dict[str, Any]:
        if asked.text is None:
            self._review.undo_feedback(asked.essay)
        else:
            self._review.write_feedback(asked.essay, asked.text)
        return self._essay(asked.essay)

    def _class(self) -> dict[str, Any]:
        return {"essays": [self._line(essay) for essay in self._review.essays], "words": self._review.word_list}

    def _line(self, essay: ReviewedEssay) -> dict[str, Any]:
        return {
            "id": essay.essay_id,
            "name": self._students.get(essay.essay_id) or essay.essay_id,
            "open": essay.open,
            "edited": essay.edited is not None,
        }

    def _essay(self, essay_id: str) -> dict[str, Any]:
        essay = self._review.essay(essay_id)
        return {
            **self._line(essay),
            "language": essay.language,
            "parts": _parts(essay.text, essay.corrections),
            "corrections": [_shown(each) for each in essay.corrections],
            "feedback": essay.edited if essay.edited is not None else essay.feedback,
            "mentioned": essay.still_mentioned,
            "words": self._review.word_list,
        }


def _shown(item: ReviewedCorrection) -> dict[str, Any]:
    verdicts = {True: "accepted", False: "rejected", None: ""}
    correction = item.correction
    return {
        "start": correction.start,
        "original": correction.original,
        "replacement": correction.replacement,
        "explanation": correction.explanation,
        "applied": correction.applied,
        "verdict": verdicts[item.accepted],
        "by_word_list": item.by_word_list,
    }


def _parts(text: str, corrections: Sequence[ReviewedCorrection]) -> list[dict[str, Any]]:
    """The text cut at its corrections: what stands between them, and their places."""
    spans = [(0, 0), *((each.correction.start, each.correction.stop) for each in corrections), (len(text), len(text))]
    parts: list[dict[str, Any]] = []
    for (_, stop), (start, end) in pairwise(spans):
        parts.append({"text": text[stop:start]})
        if end > start:
            parts.append({"text": text[start:end], "start": start})
    return [part for part in parts if part["text"]]
