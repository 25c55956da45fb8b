"""The judging page's server: on this machine only, behind an address that nobody can guess."""

import json
import logging
import secrets
import sys
import threading
from collections.abc import Callable, Mapping
from functools import cache
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from importlib.resources import files
from typing import Any, Final
from urllib.parse import parse_qs, quote, urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from actors.phases.cj_assessment.decisions import Winner
from actors.stores.store import StoreError
from drivers.client.errors import RequestError
from drivers.judging.judge_names import one_line
from drivers.judging.pair_dispenser import PairDispenser
from drivers.judging.pending_pairs import NotAJudge, Situation

HOST: Final = "127.0.0.1"
MOST_CONNECTIONS: Final = 64
"""At a time; a page of one judge has two or three."""
_LARGEST_BODY: Final = 10_000
_POLICY: Final = (
    "default-src 'none'; style-src 'nonce-{nonce}'; script-src 'nonce-{nonce}'; connect-src 'self'; img-src data:; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


log = logging.getLogger("essay_pipelines.judging")


class _Decision(BaseModel):
    """What the page sends."""

    model_config = ConfigDict(extra="forbid")

    judge: str = Field(max_length=200)
    ticket: str = Field(max_length=100)
    winner: Winner


class JudgingServer(ThreadingHTTPServer):
    """Serves the pairs of one batch on the loopback interface.

    Other users of the machine can reach the port, but do not know the token in the path; other pages in the browser
    cannot read its answers, and the page itself may load and send nothing elsewhere.

    Raises:
        RequestError: the port is taken or not allowed.
    """

    daemon_threads = True
    request_queue_size = 64

    def __init__(self, dispenser: PairDispenser, port: int = 0) -> None:
        self.dispenser = dispenser
        self.was_visited = False
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
            log.exception("the judging page could not answer")

    def url(self, judge: str = "") -> str:
        """The page's address, for a judge by name."""
        query = f"?name={quote(judge)}" if judge else ""
        return f"http://{HOST}:{self.server_port}/{self.token}/{query}"


class _Handler(BaseHTTPRequestHandler):
    server: JudgingServer
    server_version = "judge"
    sys_version = ""
    protocol_version = "HTTP/1.1"
    timeout = 15

    def do_GET(self) -> None:
        """The page, or the next pair for a judge."""
        match self._asked_for():
            case "":
                self._send_page()
            case "pair":
                judge = parse_qs(urlsplit(self.path).query).get("judge", [""])[0]
                self._send_json(lambda: self._state_for(one_line(judge)))
            case _:
                self._refuse(HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        """A decision; the answer is the next pair."""
        if self._asked_for() != "decision" or self.headers.get_content_type() != "application/json":
            return self._refuse(HTTPStatus.NOT_FOUND)
        length = self.headers.get("Content-Length", "")
        if not length.isdecimal() or int(length) > _LARGEST_BODY:
            return self._refuse(HTTPStatus.REQUEST_ENTITY_TOO_LARGE)
        try:
            decision = _Decision.model_validate_json(self.rfile.read(int(length)))
        except ValidationError:
            return self._refuse(HTTPStatus.BAD_REQUEST)
        return self._send_json(lambda: self._decided(decision))

    def _asked_for(self) -> str | None:
        """What is asked for behind the token; None for those who do not know it, or come by another host's name."""
        parts = urlsplit(self.path).path.split("/", 2)
        port = self.server.server_port
        if self.headers.get("Host") not in {f"{HOST}:{port}", f"localhost:{port}"} or len(parts) != 3:
            return None
        known = secrets.compare_digest(parts[1].encode(), self.server.token.encode())
        return parts[2] if known else None

    def _decided(self, decision: _Decision) -> dict[str, Any]:
        judge = one_line(decision.judge)
        taken = self.server.dispenser.decide(judge, decision.ticket, decision.winner)
        return {**self._state_for(judge), "taken": taken}

    def _state_for(self, judge: str) -> dict[str, Any]:
        pairs = self.server.dispenser
        self.server.was_visited = True
        shown, progress = pairs.next_for(judge), pairs.progress(judge)
        counts = {"decided": progress.decided, "own": progress.own, "most": progress.most}
        if shown is None:
            state = "over" if pairs.situation is Situation.OVER else "wait"
            return {"state": state, "task": pairs.instructions, **counts}
        pair = {"ticket": shown.ticket, "left": shown.left, "right": shown.right}
        return {"state": "pair", "task": pairs.instructions, **counts, **pair}

    def _send_json(self, make: Callable[[], dict[str, Any]]) -> None:
        try:
            status, document = HTTPStatus.OK, make()
        except NotAJudge as refused:
            status, document = HTTPStatus.FORBIDDEN, {"state": "refused", "message": str(refused)}
        except (RequestError, StoreError) as error:
            status, document = HTTPStatus.SERVICE_UNAVAILABLE, {"state": "error", "message": str(error)}
        self._send(status, "application/json", json.dumps(document).encode())

    def _send_page(self) -> None:
        nonce = secrets.token_urlsafe(16)
        page = _page().replace("{{nonce}}", nonce)
        policy = {"Content-Security-Policy": _POLICY.format(nonce=nonce)}
        self._send(HTTPStatus.OK, "text/html; charset=utf-8", page.encode(), policy)

    def _refuse(self, status: HTTPStatus) -> None:
        self.close_connection = True  # what else was sent is not read
        self._send(status, "text/plain; charset=utf-8", status.phrase.encode())

    def _send(self, status: HTTPStatus, kind: str, body: bytes, headers: Mapping[str, str] | None = None) -> None:
        self.send_response(status)
        safe = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Content-Type-Options": "nosniff"}
        for name, value in {"Content-Type": kind, "Content-Length": str(len(body)), **safe, **(headers or {})}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002  (the base class's name)
        """Nothing: a terminal is no place for who judged what."""


@cache
def _page() -> str:
    return files("drivers.judging").joinpath("page.html").read_text(encoding="utf-8")
