"""What stands before every page: who gets in, what a request may be, and what an answer always says."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Collection
from http import HTTPStatus
from typing import Any, Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from drivers.web.tokens import is_same

VisitorOf = Callable[[str], str | None]
"""Who comes with a token: a name, which may be empty; None for a token that nobody has."""

LARGEST_BODY: Final = 100_000
BODY_SECONDS: Final = 15.0
_POLICY: Final = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; "
    "img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
_ALWAYS: Final = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

log = logging.getLogger("essay_pipelines.web")


class Guard:
    """ASGI middleware: serves ``app`` behind a token, to browsers that call this host by a name of its own.

    The first part of the path is the token; behind it the application's paths begin. What is sent is JSON of a bounded
    size. A page may load and send nothing elsewhere, and runs only what carries the answer's nonce (``page_of``).
    """

    def __init__(self, app: ASGIApp, visitor_of: VisitorOf, hosts: Collection[str]) -> None:
        self._app = app
        self._visitor_of = visitor_of
        self._hosts = hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or refuse it."""
        if scope["type"] != "http":
            return
        nonce = secrets.token_urlsafe(16)
        answer = _Answer(send, nonce)
        try:
            await self._serve({**scope, "nonce": nonce}, receive, answer)
        except Exception:
            log.exception("a page could not be served")
            if not answer.has_begun:
                await _refusal(HTTPStatus.INTERNAL_SERVER_ERROR)(scope, receive, answer)

    async def _serve(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = Headers(scope=scope)
        token, found = self._visitor(scope["path"], headers)
        if found is None:
            return await _refusal(HTTPStatus.NOT_FOUND)(scope, receive, send)
        if scope["method"] == "POST":
            if (refused := _refused_body(headers)) is not None:
                return await _refusal(refused)(scope, receive, send)
            try:
                receive = await _read(receive)
            except TimeoutError:
                return await _refusal(HTTPStatus.REQUEST_TIMEOUT)(scope, receive, send)
        scope = {**scope, "root_path": f"{scope.get('root_path', '')}/{token}", "visitor": found}
        return await self._app(scope, receive, send)

    def _visitor(self, path: str, headers: Headers) -> tuple[str, str | None]:
        parts = path.split("/", 2)
        if headers.get("host", "").lower() not in self._hosts or len(parts) != 3 or not parts[1]:
            return "", None
        return parts[1], self._visitor_of(parts[1])


def only(token: str, visitor: str = "") -> VisitorOf:
    """One token, for one visitor."""
    return lambda given: visitor if is_same(given, token) else None


def visitor_in(request: Request) -> str:
    """Who asks."""
    return str(request.scope["visitor"])


def page_of(html: str, request: Request) -> HTMLResponse:
    """A page, with the answer's nonce where it has ``{{nonce}}``: its own styles and scripts."""
    return HTMLResponse(html.replace("{{nonce}}", request.scope["nonce"]))


class _Answer:
    """Sends an answer with what every answer says."""

    def __init__(self, send: Send, nonce: str) -> None:
        self._send = send
        self._policy = _POLICY.format(nonce=nonce)
        self.has_begun = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            self.has_begun = True
            headers = MutableHeaders(raw=list(message.get("headers", [])))
            headers.update({**_ALWAYS, "Content-Security-Policy": self._policy})
            message = {**message, "headers": headers.raw}
        await self._send(message)


def _refused_body(headers: Headers) -> HTTPStatus | None:
    """Why what is sent is not read. A form of another site is no JSON; its size is said beforehand, and bounded."""
    if headers.get("content-type", "").partition(";")[0].strip().lower() != "application/json":
        return HTTPStatus.NOT_FOUND
    length = headers.get("content-length", "")
    if not (length.isascii() and length.isdecimal()) or len(length) > 9 or int(length) > LARGEST_BODY:
        return HTTPStatus.REQUEST_ENTITY_TOO_LARGE
    return None


async def _read(receive: Receive) -> Receive:
    """Read what is sent, while it comes; the application then gets it at once."""
    body, more = b"", True
    async with asyncio.timeout(BODY_SECONDS):
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message["type"] == "http.request" and message.get("more_body", False)
    whole: list[Message] = [{"type": "http.request", "body": body, "more_body": False}]

    async def receive_whole() -> Message:
        return whole.pop() if whole else await receive()

    return receive_whole


def _refusal(status: HTTPStatus) -> Response:
    """An answer that tells nothing; what else was sent is not read."""
    headers: dict[str, Any] = {"Connection": "close"}
    return PlainTextResponse(status.phrase, status, headers)
