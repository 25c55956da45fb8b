"""An OpenAI-compatible endpoint on loopback that answers as scripted: well, badly, late, or not at all."""

import json
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Step = Callable[[BaseHTTPRequestHandler], None]


class Endpoint:
    """A server and its requests. Each request takes the script's next step; the last step is repeated."""

    def __init__(self, script: Sequence[Step]) -> None:
        self.script = list(script)
        self.bodies: list[dict[str, Any]] = []
        self.headers: list[dict[str, str]] = []
        self.paths: list[str] = []
        self.times: list[float] = []
        self._lock = threading.Lock()

    def next_step(self, path: str, body: bytes, headers: dict[str, str]) -> Step:
        with self._lock:
            self.paths.append(path)
            self.bodies.append(json.loads(body))
            self.headers.append(headers)
            self.times.append(time.monotonic())
            return self.script[min(len(self.bodies), len(self.script)) - 1]

    @property
    def sent(self) -> str:
        return json.dumps(self.bodies, ensure_ascii=False)


@contextmanager
def serving(*script: Step) -> Iterator[tuple[str, Endpoint]]:
    """A running endpoint: its URL, and what it has received."""
    endpoint = Endpoint(script)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            try:
                endpoint.next_step(self.path, body, dict(self.headers))(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Keep the log quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/v1", endpoint
    finally:
        server.shutdown()
        server.server_close()


def completion(content: str, read: int = 300, written: int = 100) -> bytes:
    """A chat completion in the form of OpenAI's API."""
    choice = {"index": 0, "finish_reason": "stop", "message": {"role": "assistant", "content": content}}
    usage = {"prompt_tokens": read, "completion_tokens": written, "total_tokens": read + written}
    answer = {"id": "c", "object": "chat.completion", "created": 1, "model": "m", "choices": [choice], "usage": usage}
    return json.dumps(answer).encode()


def says(content: str) -> Step:
    """Answers with this content."""
    return answers(200, completion(content))


def status(code: int, **headers: str) -> Step:
    """Answers with an error and headers."""
    return answers(code, b'{"error": {"message": "no"}}', headers)


def nonsense() -> Step:
    """Answers 200 with something other than JSON."""
    return answers(200, b"<html>oops")


def huge(size: int) -> Step:
    """Answers with far more than was asked for."""
    return answers(200, completion("x" * size))


def hang(seconds: float) -> Step:
    """Stays silent for a while."""

    def step(handler: BaseHTTPRequestHandler) -> None:
        time.sleep(seconds)
        answers(200, completion("{}"))(handler)

    return step


def cut_off(content: str) -> Step:
    """Announces a whole answer, and breaks off in the middle."""

    def step(handler: BaseHTTPRequestHandler) -> None:
        body = completion(content)
        handler.send_response(200)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body[: len(body) // 2])
        handler.wfile.flush()
        handler.connection.close()

    return step


def answers(code: int, body: bytes, headers: dict[str, str] | None = None) -> Step:
    """Answers with a status, a body and headers."""

    def step(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(code)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        for name, value in (headers or {}).items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)

    return step
