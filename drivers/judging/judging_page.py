"""The web application for the page on which people judge."""

import asyncio
from collections import Counter
from collections.abc import Callable
from functools import cache
from http import HTTPStatus
from typing import Any, Final, Literal, TypeVar

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response, StreamingResponse
from starlette.routing import Route

from actors.phases.cj_assessment.decisions import Winner
from actors.stores.store import StoreError
from contracts.scans import SCAN_MEDIA_TYPE, is_scan, pages_of
from drivers.client.errors import RequestError
from drivers.judging.judge_links import ANYBODY
from drivers.judging.judge_names import one_line
from drivers.judging.pair_dispenser import PairDispenser
from drivers.judging.pending_pairs import NotAJudge, Situation
from drivers.judging.shown import Shown
from drivers.report.languages import primary, words_of
from drivers.web.guard import page_of, visitor_in

_SIGN_OF_LIFE_SECONDS: Final = 20.0
"""What stands between a page and this program forgets connections on which nothing is said."""
_NO_WINNER: Final = "none"


class _Sent(BaseModel):
    """What the page sends. ``judge`` is who says it, where the link does not."""

    model_config = ConfigDict(extra="forbid")

    judge: str = Field(default="", max_length=200)


class _AboutPair(_Sent):
    ticket: str = Field(max_length=100)


class _Decision(_AboutPair):
    winner: Winner | Literal["none"]


_SentT = TypeVar("_SentT", bound=_Sent)


class JudgingPage:
    """The pairs of one batch, for whoever the guard before it lets in.

    A link that names its judge speaks for that judge alone; by one for anybody, people say who they are.
    """

    def __init__(self, dispenser: PairDispenser) -> None:
        self._dispenser = dispenser
        self._present = Counter[str]()
        self.was_visited = False
        self.app = Starlette(
            routes=[
                Route("/", self._page),
                Route("/pair", self._pair),
                Route("/picture", self._picture),
                Route("/presence", self._presence),
                Route("/decision", self._decision, methods=["POST"]),
                Route("/skip", self._skip, methods=["POST"]),
                Route("/undo", self._undo, methods=["POST"]),
            ]
        )

    def _page(self, request: Request) -> Response:
        return page_of(_html(primary(self._dispenser.pending.language), visitor_in(request)), request)

    def _pair(self, request: Request) -> Response:
        return self._answer(lambda: self._state_for(_judge(request, request.query_params.get("judge", ""))))

    def _picture(self, request: Request) -> Response:
        """A page of a scan, of a pair that lies before who asks."""
        asked = request.query_params
        judge, number = _judge(request, asked.get("judge", "")), asked.get("page", "")
        text = self._dispenser.content(judge, asked.get("ticket", ""), asked.get("side", ""))
        pages = pages_of(text or "")
        if not number.isascii() or not number.isdecimal() or len(number) > 4 or int(number) >= len(pages):
            return Response(status_code=HTTPStatus.NOT_FOUND)
        return Response(pages[int(number)], media_type=SCAN_MEDIA_TYPE)

    async def _presence(self, request: Request) -> Response:
        """Open as long as the page is: when it is closed, its pair is given back."""
        judge = _judge(request, request.query_params.get("judge", ""))
        headers = {"X-Accel-Buffering": "no"}  # a proxy would keep it to itself
        return StreamingResponse(self._while_present(judge), media_type="text/event-stream", headers=headers)

    async def _while_present(self, judge: str) -> Any:
        self._present[judge] += 1
        try:
            while True:
                yield "retry: 500\n: here\n\n"
                await asyncio.sleep(_SIGN_OF_LIFE_SECONDS)
        finally:
            self._present[judge] -= 1
            if not self._present[judge]:
                self._dispenser.leave(judge)

    async def _decision(self, request: Request) -> Response:
        def decide(sent: _Decision, judge: str) -> dict[str, Any]:
            winner = None if sent.winner == _NO_WINNER else Winner(sent.winner)
            return {"taken": self._dispenser.decide(judge, sent.ticket, winner)}

        return await self._said(request, _Decision, decide)

    async def _skip(self, request: Request) -> Response:
        def skip(sent: _AboutPair, judge: str) -> dict[str, Any]:
            self._dispenser.skip(judge, sent.ticket)
            return {}

        return await self._said(request, _AboutPair, skip)

    async def _undo(self, request: Request) -> Response:
        def undo(_: _Sent, judge: str) -> dict[str, Any]:
            return {"undone": self._dispenser.undo(judge)}

        return await self._said(request, _Sent, undo)

    async def _said(
        self, request: Request, model: type[_SentT], act: Callable[[_SentT, str], dict[str, Any]]
    ) -> Response:
        """Carry out the page's message, and answer with its outcome and the next pair."""
        try:
            sent = model.model_validate_json(await request.body())
        except ValidationError:
            return Response(status_code=HTTPStatus.BAD_REQUEST)
        judge = _judge(request, sent.judge)
        return await run_in_threadpool(self._answer, lambda: {**act(sent, judge), **self._state_for(judge)})

    def _answer(self, make: Callable[[], dict[str, Any]]) -> Response:
        try:
            return JSONResponse(make())
        except NotAJudge as refused:
            return JSONResponse({"state": "refused", "message": str(refused)}, HTTPStatus.FORBIDDEN)
        except (RequestError, StoreError) as error:
            return JSONResponse({"state": "error", "message": str(error)}, HTTPStatus.SERVICE_UNAVAILABLE)

    def _state_for(self, judge: str) -> dict[str, Any]:
        pairs = self._dispenser
        self.was_visited = True
        shown, progress, pending = pairs.next_for(judge), pairs.progress(judge), pairs.pending
        state = {
            "judge": judge,
            "task": pending.instructions,
            "language": primary(pending.language),
            "corrected": pending.corrected,
            "decided": progress.decided,
            "own": progress.own,
            "most": progress.most,
            "can_undo": pairs.can_undo(judge),
        }
        if shown is None:
            return {"state": "over" if pending.situation is Situation.OVER else "wait", **state}
        return {"state": "pair", **state, **_as_sent(shown)}


def _as_sent(shown: Shown) -> dict[str, Any]:
    said = (shown.said or _NO_WINNER) if shown.is_again else ""
    sides = {"left": shown.left, "right": shown.right}
    return {
        "ticket": shown.ticket,
        "said": said,
        **{side: "" if is_scan(text) else text for side, text in sides.items()},
        "pages": {side: len(pages_of(text)) for side, text in sides.items()},
    }


def _judge(request: Request, said: str) -> str:
    """Who judges: the link says it, or, where it is for anybody, they themselves.

    Nobody speaks in another's name.
    """
    named = visitor_in(request)
    return one_line(said) if named == ANYBODY else named


@cache
def _html(language: str, judge: str) -> str:
    made = Environment(
        loader=PackageLoader("drivers.judging", ""),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        undefined=StrictUndefined,
    )
    made.policies["ext.i18n.trimmed"] = True
    words = words_of(language)
    made.install_gettext_translations(words.translations, newstyle=True)  # type: ignore[attr-defined]
    nonce = Markup("{{nonce}}")  # each answer has its own
    return made.get_template("page.html").render(language=words.language, judge=judge, nonce=nonce)
