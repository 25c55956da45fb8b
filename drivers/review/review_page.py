"""The web application for the page on which a teacher reviews a batch."""

from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus
from itertools import pairwise
from threading import Event
from typing import Any, Final, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actors.stores.store import StoreError
from drivers.client.errors import RequestError
from drivers.review.review import LONGEST_FEEDBACK, Review, ReviewedCorrection, ReviewedEssay
from drivers.web.guard import page_of

_VERDICTS: Final = {True: "accepted", False: "rejected", None: ""}


class _Sent(BaseModel):
    """A message from the page."""

    model_config = ConfigDict(extra="forbid")


class _OnCorrection(_Sent):
    """A decision on a correction, or the undoing of one."""

    essay: str = Field(max_length=500)
    start: int = Field(ge=0)
    verdict: Literal["accepted", "rejected", "undo"]


class _OnFeedback(_Sent):
    """Edited feedback. Without a text, the phase's own is restored."""

    essay: str = Field(max_length=500)
    text: str | None = Field(max_length=LONGEST_FEEDBACK)


_SentT = TypeVar("_SentT", bound=_Sent)


class ReviewPage:
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
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/class", lambda _: _answer(self._class)),
                Route("/essay", lambda request: _answer(lambda: self._essay(request.query_params.get("id", "")))),
                Route("/correction", self._correction, methods=["POST"]),
                Route("/feedback", self._feedback, methods=["POST"]),
                Route("/finish", self._finish, methods=["POST"]),
            ]
        )

    def _page(self, request: Request) -> Response:
        return page_of(self._html(), request)

    async def _correction(self, request: Request) -> Response:
        def decide(sent: _OnCorrection) -> dict[str, Any]:
            decided = {"accepted": self._review.accept, "rejected": self._review.reject, "undo": self._review.undo}
            decided[sent.verdict](sent.essay, sent.start)
            return self._essay(sent.essay)

        return await _said(request, _OnCorrection, decide)

    async def _feedback(self, request: Request) -> Response:
        def write(sent: _OnFeedback) -> dict[str, Any]:
            if sent.text is None:
                self._review.undo_feedback(sent.essay)
            else:
                self._review.write_feedback(sent.essay, sent.text)
            return self._essay(sent.essay)

        return await _said(request, _OnFeedback, write)

    def _finish(self, _request: Request) -> Response:
        self.finished.set()
        return JSONResponse({"finished": True})

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


async def _said(request: Request, model: type[_SentT], do: Callable[[_SentT], dict[str, Any]]) -> Response:
    """The answer once what was sent is done, in a thread: the store may take its time."""
    try:
        sent = model.model_validate_json(await request.body())
    except ValidationError:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    return await run_in_threadpool(_answer, lambda: do(sent))


def _answer(make: Callable[[], dict[str, Any]]) -> Response:
    try:
        return JSONResponse(make())
    except (RequestError, StoreError) as error:
        return JSONResponse({"state": "error", "message": str(error)}, HTTPStatus.SERVICE_UNAVAILABLE)


def _shown(item: ReviewedCorrection) -> dict[str, Any]:
    correction = item.correction
    return {
        "start": correction.start,
        "original": correction.original,
        "replacement": correction.replacement,
        "explanation": correction.explanation,
        "applied": correction.applied,
        "verdict": _VERDICTS[item.accepted],
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
