"""A page made of questions and actions, each answered with JSON, as an application to be served."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any, Protocol

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from actors.stores.store import StoreError
from drivers.client.errors import RequestError
from drivers.web.guard import page_of


class PageApplication(Protocol):
    """What a page shows and takes.

    ``look`` and ``act`` may raise ``RequestError`` and ``StoreError``, which the page is told, and pydantic's
    ``ValidationError`` for a body that is none of theirs.
    """

    def page(self) -> str:
        """The page, in HTML; ``{{nonce}}`` stands where its style and script carry that of the answer."""
        ...

    def look(self, what: str, query: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The answer to a question; None: there is nothing of this name."""
        ...

    def act(self, what: str, body: bytes) -> Mapping[str, Any] | None:
        """The answer once what the page sends (JSON) has been done; None: there is nothing of this name."""
        ...


def served(application: PageApplication) -> Starlette:
    """The application, as ``PageServer`` takes it."""

    def page(request: Request) -> Response:
        return page_of(application.page(), request)

    def look(request: Request) -> Response:
        return answered(lambda: application.look(request.path_params["what"], dict(request.query_params)))

    async def act(request: Request) -> Response:
        body = await request.body()
        return await run_in_threadpool(answered, lambda: application.act(request.path_params["what"], body))

    return Starlette(routes=[Route("/", page), Route("/{what}", look), Route("/{what}", act, methods=["POST"])])


def answered(make: Callable[[], Mapping[str, Any] | None]) -> Response:
    """What is made, or why it cannot be, as JSON."""
    try:
        document = make()
    except ValidationError:
        return Response(status_code=HTTPStatus.BAD_REQUEST)
    except (RequestError, StoreError) as error:
        return JSONResponse({"state": "error", "message": str(error)}, HTTPStatus.SERVICE_UNAVAILABLE)
    return Response(status_code=HTTPStatus.NOT_FOUND) if document is None else JSONResponse(document)
