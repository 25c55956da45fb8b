"""A small page behind a guard."""

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from drivers.web.guard import page_of, visitor_in

TOKEN = "t" * 32


def _page(request: Request) -> Response:
    return page_of('<script nonce="{{nonce}}"></script>', request)


def _who(request: Request) -> Response:
    return JSONResponse({"who": visitor_in(request)})


async def _said(request: Request) -> Response:
    return JSONResponse({"said": len(await request.body()), "who": visitor_in(request)})


def _fails(request: Request) -> Response:
    raise RuntimeError(f"secret of {request.url}")


def page() -> Starlette:
    """A page that says who asks, and how much was sent."""
    routes = [Route("/", _page), Route("/who", _who), Route("/said", _said, methods=["POST"]), Route("/fails", _fails)]
    return Starlette(routes=routes)
