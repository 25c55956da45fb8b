"""The example that forwards outcomes to a webhook."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.error import HTTPError

import pytest

from drivers import Engine, ProcessingEvent, topic_name
from drivers.guides.examples import forward_to_webhook
from drivers.testing import scripted
from tests.drivers.examples.forwarding import assert_at_least_once_in_order, forward_and_kill

TOPICS = {topic_name(event) for event in forward_to_webhook.TOPICS}


class Receiver(ThreadingHTTPServer):
    """Receives events on loopback; it refuses every third request for the moment."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.requests = 0
        self.taken: list[tuple[str, str]] = []
        self.keys: list[str] = []
        self.refuses = False
        self.lock = threading.Lock()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hooks"

    def answer_to(self, body: bytes, key: str) -> int:
        """The status for a request; the event is accepted only with 204."""
        with self.lock:
            self.requests += 1
            if self.refuses:
                return 422
            if self.requests % 3 == 0:
                return 503
            envelope = json.loads(body)
            self.taken.append((envelope["data"]["batch_id"], envelope["event_id"]))
            self.keys.append(key)
            return 204


class _Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(self.server.answer_to(body, self.headers["Idempotency-Key"]))
        self.end_headers()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  (the protocol's)
        """Keep the terminal clean."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A webhook."""
    server = Receiver()
    serving = threading.Thread(target=server.serve_forever, args=(0.05,))
    serving.start()
    yield server
    server.shutdown()
    serving.join()
    server.server_close()


def test_whatever_kills_the_forwarder_every_outcome_arrives_in_order(tmp_path: Path, receiver: Receiver) -> None:
    """At least once; a repeat has its original's id, also in the header that receivers check."""
    sent = forward_and_kill(
        tmp_path / "school.db",
        "forward_to_webhook",
        receiver.url,
        lambda: len(set(receiver.taken)),
        lambda event: event.event_type in TOPICS,
    )
    assert len(sent) == 3 * (2 + 1)
    assert_at_least_once_in_order(receiver.taken, sent, lambda event: event.batch_id)
    assert receiver.keys == [event_id for _, event_id in receiver.taken]


def test_an_event_that_the_receiver_refuses_ends_the_forwarder_and_comes_again(
    tmp_path: Path, receiver: Receiver
) -> None:
    """It must neither be skipped nor tried for ever: somebody has to look."""
    store = tmp_path / "school.db"
    with Engine.open(store, runtime="local", services={"nlp": scripted("nlp")}) as engine:
        engine.submit("8a", {"anna": "A text."}, pipeline="nlp").result()
        outcome, *_ = engine.events(topics=[ProcessingEvent.ELS_BATCH_PHASE_OUTCOME])
    receiver.refuses = True
    with pytest.raises(HTTPError, match="422"):
        forward_to_webhook.main(str(store), receiver.url)
    receiver.refuses = False
    with Engine.reader(store) as reader:
        first = next(iter(reader.events(topics=forward_to_webhook.TOPICS, cursor="webhook")))
    assert first.event_id == outcome.event_id


def test_a_token_goes_with_each_event(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, receiver: Receiver) -> None:
    """It comes from the environment, because others can see the command line."""
    monkeypatch.setenv("WEBHOOK_TOKEN", "s3cret")
    seen: list[str | None] = []
    monkeypatch.setattr(_Handler, "do_POST", lambda handler: _note_and_refuse(handler, seen))
    with Engine.open(tmp_path / "school.db", runtime="local", services={"nlp": scripted("nlp")}) as engine:
        engine.submit("8a", {"anna": "A text."}, pipeline="nlp").result()
    with pytest.raises(HTTPError, match="403"):
        forward_to_webhook.main(str(tmp_path / "school.db"), receiver.url)
    assert seen == ["Bearer s3cret"]


def _note_and_refuse(handler: BaseHTTPRequestHandler, seen: list[str | None]) -> None:
    handler.rfile.read(int(handler.headers["Content-Length"]))
    seen.append(handler.headers["Authorization"])
    handler.send_response(403)
    handler.end_headers()
