"""A page's server on this machine only, behind an address that nobody can guess.

What the page shows and takes is the business of its application; who gets in, how much may be sent, and what the page
may load are the same for every page.
"""

import json
import logging
import secrets
import sys
import threading
from collections.abc import Mapping
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Final, Protocol
from urllib.parse import parse_qsl, quote, urlsplit

from pydantic import ValidationError

from actors.stores.store import StoreError
from drivers.client.errors import RequestError

HOST: Final = "127.0.0.1"
MOST_CONNECTIONS: Final = 64
"""At a time; a page of one person has two or three."""
POLICY: Final = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""The page's own style and script, and answers of its own server: nothing from elsewhere, nothing to elsewhere."""
HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}

log = logging.getLogger("essay_pipelines.pages")


class PageRefusal(Exception):
    """The application does not do what the page asks; ``document`` is the answer, which says why."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        super().__init__(document)
        self.document = document


class PageApplication(Protocol):
    """What a page shows and takes.

    ``look`` and ``act`` may raise ``PageRefusal``, ``RequestError`` and ``StoreError``, which the page is told, and
    pydantic's ``ValidationError`` for a body that is none of theirs.
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


class PrivatePageServer(ThreadingHTTPServer):
    """Serves an application on the loopback interface.

    Other users of the machine can reach the port, but do not know the token in the path; other pages in the browser
    cannot read its answers, and the page itself may load and send nothing elsewhere.

    Args:
        port: 0 takes any that is free.
        largest_body: bytes that the page may send at once.

    Raises:
        RequestError: the port is taken or not allowed.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, application: PageApplication, port: int = 0, largest_body: int = 10_000) -> None:
        self.application = application
        self.largest_body = largest_body
        self._free = threading.BoundedSemaphore(MOST_CONNECTIONS)
        self.token = secrets.token_urlsafe(24)
        try:
            super().__init__((HOST, port), _Handler)
        except OSError as error:
            raise RequestError(f"Port {port} cannot be used: {error.strerror}. Choose another.") from None

    def process_request(self, request: Any, client_address: Any) -> None:
        """Serve a connection in a thread of its own; one too many is closed, before anything is read."""
        if self._free.acquire(blocking=False):
            super().process_request(request, client_address)
        else:
            self.shutdown_request(request)

    def process_request_thread(self, request: Any, client_address: Any) -> None:
        """Serve a connection, to its end."""
        try:
            super().process_request_thread(request, client_address)
        finally:
            self._free.release()

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002  (the base class's)
        """Say nothing on the terminal: a connection that breaks is ordinary."""
        if not isinstance(sys.exception(), OSError):
            log.exception("the page could not answer")

    def url(self, name: str = "") -> str:
        """The page's address, for somebody by name."""
        query = f"?name={quote(name)}" if name else ""
        return f"http://{HOST}:{self.server_port}/{self.token}/{query}"


class _Handler(BaseHTTPRequestHandler):
    server: PrivatePageServer
    server_version = "page"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 15

    def do_GET(self) -> None:
        """The page, or the answer to one of its questions."""
        what = self._asked_for()
        if what == "":
            self._send_page()
        elif what is None:
            self._refuse(HTTPStatus.NOT_FOUND)
        else:
            self._answer(what, None)

    def do_POST(self) -> None:
        """What the page sends."""
        what = self._asked_for()
        if not what or self.headers.get_content_type() != "application/json":
            return self._refuse(HTTPStatus.NOT_FOUND)
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > self.server.largest_body:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        return self._answer(what, self.rfile.read(int(length)))

    def _asked_for(self) -> str | None:
        """What is asked for behind the token; None for those who do not know it, or come by another host's name."""
        parts = urlsplit(self.path).path.split("/", 2)
        port = self.server.server_port
        if self.headers.get("Host") not in {f"{HOST}:{port}", f"localhost:{port}"} or len(parts) != 3:
            return None
        known = secrets.compare_digest(parts[1].encode(), self.server.token.encode())
        return parts[2] if known else None

    def _answer(self, what: str, body: bytes | None) -> None:
        application, status = self.server.application, HTTPStatus.OK
        document: Mapping[str, Any] | None
        try:
            document = application.look(what, self._query()) if body is None else application.act(what, body)
        except ValidationError:
            return self._refuse(HTTPStatus.BAD_REQUEST)
        except PageRefusal as refused:
            status, document = HTTPStatus.FORBIDDEN, refused.document
        except (RequestError, StoreError) as error:
            status, document = HTTPStatus.SERVICE_UNAVAILABLE, {"state": "error", "message": str(error)}
        if document is None:
            return self._refuse(HTTPStatus.NOT_FOUND)
        return self._send(status, "application/json", json.dumps(document).encode())

    def _query(self) -> Mapping[str, str]:
        return dict(parse_qsl(urlsplit(self.path).query))

    def _send_page(self) -> None:
        nonce = secrets.token_urlsafe(16)
        page = self.server.application.page().replace("{{nonce}}", nonce)
        policy = {"Content-Security-Policy": POLICY.format(nonce=nonce)}
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", page.encode(), policy)

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True  # what else was sent is not read
        self._send(status, "text/plain; charset=utf-8", status.phrase.encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        basic = {"Content-Type": kind, "Content-Length": str(len(body))}
        for name, value in {**basic, **HEADERS, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
        """Nothing: a terminal is no place for who did what on a page."""
