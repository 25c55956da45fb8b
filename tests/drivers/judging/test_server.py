"""The page's server: who gets in, and what it answers."""

import json
import socket
import struct
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import Any
from urllib.parse import quote, urlsplit

import pytest

from drivers.client.errors import RequestError
from drivers.judging.judge_names import one_line
from drivers.judging.server import HOST, MOST_CONNECTIONS, JudgingServer
from tests.drivers.judging.classes import class_of, dispenser_of, until_asked

JSON = {"Content-Type": "application/json"}


@pytest.fixture
def server() -> Iterator[JudgingServer]:
    """A page for a class of six."""
    engine = class_of(6)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    served = JudgingServer(dispenser)
    threading.Thread(target=served.serve_forever, daemon=True).start()
    yield served
    served.shutdown()
    served.server_close()


def asked(server: JudgingServer, path: str, body: Any = None, **headers: str) -> tuple[HTTPResponse, Any]:
    """The answer to a request: to a POST where there is a body."""
    connection = HTTPConnection("127.0.0.1", server.server_port, timeout=10)
    data = json.dumps(body) if isinstance(body, dict) else body
    connection.request("GET" if body is None else "POST", path, data, {**(JSON if body else {}), **headers})
    response = connection.getresponse()
    content = response.read().decode()
    return response, json.loads(content) if response.headers.get_content_type() == "application/json" else content


def base(server: JudgingServer) -> str:
    """The path of the page."""
    return urlsplit(server.url()).path


def test_the_page_loads_nothing_from_elsewhere_and_may_send_nothing_there(server: JudgingServer) -> None:
    """Self-contained, and held to it by its policy; its scripts carry the answer's own nonce."""
    response, page = asked(server, base(server))
    policy = response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "connect-src 'self'" in policy
    nonce = policy.split("script-src 'nonce-")[1].split("'")[0]
    assert page.count(f'nonce="{nonce}"') == 2
    assert "http:" not in page
    assert "https:" not in page
    assert response.headers["Cache-Control"] == "no-store"


def test_a_decision_is_answered_with_the_next_pair(server: JudgingServer) -> None:
    """And counted."""
    _, first = asked(server, f"{base(server)}pair?judge=eva")
    assert (first["state"], first["decided"], first["most"], first["task"]) == ("pair", 0, 30, "Say it.")
    decision = {"judge": "eva", "ticket": first["ticket"], "winner": "left"}
    _, second = asked(server, f"{base(server)}decision", decision)
    assert (second["state"], second["taken"], second["decided"], second["own"]) == ("pair", True, 1, 1)
    assert second["ticket"] != first["ticket"]


def test_nothing_sent_to_a_page_names_an_essay_or_a_pupil(server: JudgingServer) -> None:
    """Neither ids nor keys nor names."""
    _, answer = asked(server, f"{base(server)}pair?judge=eva")
    assert "Anna" not in json.dumps(answer, ensure_ascii=False)
    assert set(answer) == {"state", "task", "decided", "own", "most", "ticket", "left", "right"}


def test_without_the_token_there_is_nothing(server: JudgingServer) -> None:
    """Other users of the machine can reach the port, and learn nothing, and decide nothing."""
    for path in ("/", "/pair?judge=eva", f"/{'x' * 32}/pair?judge=eva", "//", "/%C3%A9/"):
        response, content = asked(server, path)
        assert response.status == 404
        assert "quality" not in str(content)
    response, _ = asked(server, "/wrong/decision", {"judge": "eva", "ticket": "t", "winner": "left"})
    assert response.status == 404


def test_another_hosts_name_is_refused(server: JudgingServer) -> None:
    """A page elsewhere whose name was made to lead here gets no answer (DNS rebinding)."""
    response, _ = asked(server, f"{base(server)}pair?judge=eva", Host="evil.example")
    assert response.status == 404


def test_it_listens_on_this_machine_only(server: JudgingServer) -> None:
    """Pupils' texts are not served to the network."""
    assert server.server_address[0] == "127.0.0.1"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"judge": "eva", "ticket": "t", "winner": "best"}, 400),
        ({"judge": "eva", "ticket": "t"}, 400),
        ({"judge": "eva", "ticket": "t", "winner": "left", "share": 1}, 400),
        ("[]", 400),
        ("{" * 500, 400),
        ("\ud83d".encode("utf-8", "surrogatepass"), 400),
        ("x" * 20_000, 413),
    ],
)
def test_nonsense_is_refused(server: JudgingServer, body: Any, status: int) -> None:
    """Whatever is sent, the server says what is wrong with it and goes on."""
    response, _ = asked(server, f"{base(server)}decision", body)
    assert response.status == status
    _, answer = asked(server, f"{base(server)}pair?judge=eva")
    assert answer["state"] == "pair"


def test_a_form_of_another_page_is_refused(server: JudgingServer) -> None:
    """What a browser sends across sites without asking is no JSON."""
    decision = json.dumps({"judge": "eva", "ticket": "t", "winner": "left"})
    response, _ = asked(server, f"{base(server)}decision", decision, **{"Content-Type": "text/plain"})
    assert response.status == 404


def test_a_name_that_cannot_judge_is_refused_with_the_reason(server: JudgingServer) -> None:
    """The page shows it beside the question for the name."""
    response, answer = asked(server, f"{base(server)}pair?judge=%20")
    assert response.status == 403
    assert answer["state"] == "refused"
    assert "name" in answer["message"]


def test_a_ticket_that_is_not_open_is_no_error(server: JudgingServer) -> None:
    """The answer says that it was not taken, and shows what is next."""
    _, answer = asked(server, f"{base(server)}decision", {"judge": "eva", "ticket": "old", "winner": "tie"})
    assert (answer["state"], answer["taken"]) == ("pair", False)


def test_a_port_that_is_taken_is_a_mistake_with_a_word(server: JudgingServer) -> None:
    """No traceback."""
    with pytest.raises(RequestError, match="cannot be used"):
        JudgingServer(server.dispenser, server.server_port)


def test_a_connection_that_breaks_says_nothing_on_the_terminal(
    server: JudgingServer, capfd: pytest.CaptureFixture[str]
) -> None:
    """A browser that is closed resets its connections; that is ordinary."""
    for _ in range(5):
        broken = socket.create_connection((HOST, server.server_port))
        broken.sendall(
            f"GET {base(server)}pair?judge=eva HTTP/1.1\r\nHost: {HOST}:{server.server_port}\r\n\r\n".encode()
        )
        broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        broken.close()
    assert asked(server, base(server))[0].status == 200
    assert capfd.readouterr() == ("", "")


def test_one_connection_too_many_is_closed_and_the_next_is_served(server: JudgingServer) -> None:
    """Whoever opens connections and says nothing takes up no more threads than there may be."""
    before = threading.active_count()
    idle = [socket.create_connection((HOST, server.server_port)) for _ in range(MOST_CONNECTIONS + 20)]
    idle[-1].settimeout(10)
    assert idle[-1].recv(1) == b""
    assert threading.active_count() - before <= MOST_CONNECTIONS
    for connection in idle:
        connection.close()
    for _ in range(100):
        with suppress(OSError, HTTPException):
            if asked(server, base(server))[0].status == 200:
                return
        time.sleep(0.1)
    pytest.fail("the page is not served again")


@pytest.mark.parametrize("name", ["Eva\nLind", "Eva\x1b]52;c;AAAA\x07", "\u202eEva", "Ev\u200ba", " Eva  Lind "])
def test_a_judges_name_is_one_harmless_line(server: JudgingServer, name: str) -> None:
    """It is shown in reports and on terminals: what steers these, or is not seen, becomes a space."""
    shown = asked(server, f"{base(server)}pair?judge={quote(name)}")[1]
    decided = {"judge": name, "ticket": shown["ticket"], "winner": "left"}
    assert asked(server, f"{base(server)}decision", decided)[1]["taken"]
    assert one_line(name).isprintable()
    assert server.dispenser.progress(one_line(name)).own == 1
