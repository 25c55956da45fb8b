"""The guard in front of a page: who gets in, what may be sent, and what every answer contains."""

import json
import logging
from typing import Any

import pytest
from starlette.testclient import TestClient

from drivers.web.guard import LARGEST_BODY, Guard
from tests.drivers.web.pages import TOKEN, page

NAMES = {TOKEN: "eva", "a" * 32: "ali"}


@pytest.fixture
def client() -> TestClient:
    """A client of a page that two people may see."""
    guard = Guard(page(), NAMES.get, {"judge.example:8443"})
    return TestClient(guard, "https://judge.example:8443", raise_server_exceptions=False)


def test_a_token_says_who_asks(client: TestClient) -> None:
    """Visitors cannot claim to be somebody else."""
    assert client.get(f"/{TOKEN}/who").json() == {"who": "eva"}
    assert client.get(f"/{'a' * 32}/who?who=eva").json() == {"who": "ali"}


@pytest.mark.parametrize(
    "path", ["/", "//", "/who", f"/{TOKEN}", "/x/who", f"/{TOKEN[:-1]}/who", "/%C3%A9/who", "//who"]
)
def test_without_a_token_there_is_nothing(client: TestClient, path: str) -> None:
    """Neither a page nor a hint whether there is one."""
    answer = client.get(path)
    assert (answer.status_code, answer.text) == (404, "Not Found")
    assert client.post(path, json={}).status_code == 404


@pytest.mark.parametrize("host", ["evil.example", "judge.example", "judge.example:80", ""])
def test_another_hosts_name_is_refused(client: TestClient, host: str) -> None:
    """A page elsewhere whose name was made to lead here gets no answer (DNS rebinding)."""
    assert client.get(f"/{TOKEN}/who", headers={"Host": host}).status_code == 404
    assert client.get(f"/{TOKEN}/who", headers={"Host": "JUDGE.example:8443"}).status_code == 200


@pytest.mark.parametrize("path", ["", "who", "nothing", "fails"])
def test_every_answer_keeps_to_itself(client: TestClient, path: str) -> None:
    """No cache may store it, no site may frame or read it, and no other site learns its address."""
    headers = client.get(f"/{TOKEN}/{path}").headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert "Access-Control-Allow-Origin" not in headers


def test_a_script_runs_by_the_answers_own_nonce(client: TestClient) -> None:
    """No two answers have the same nonce."""
    answers = [client.get(f"/{TOKEN}/") for _ in range(2)]
    nonces = [each.headers["Content-Security-Policy"].split("script-src 'nonce-")[1].split("'")[0] for each in answers]
    assert nonces[0] != nonces[1]
    assert answers[0].text == f'<script nonce="{nonces[0]}"></script>'


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 404),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 404),
        ({}, 404),
        ({"Content-Type": "application/json; charset=utf-8"}, 200),
        ({"Content-Type": "application/json", "Content-Length": str(LARGEST_BODY + 1)}, 413),
        ({"Content-Type": "application/json", "Content-Length": "9" * 5000}, 413),
        ({"Content-Type": "application/json", "Content-Length": "²"}, 413),
        ({"Content-Type": "application/json", "Content-Length": "-1"}, 413),
    ],
)
def test_only_json_of_a_bounded_size_is_read(client: TestClient, headers: dict[str, str], status: int) -> None:
    """A browser does not send JSON across sites without asking, and the size bounds the memory."""
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    answer = client.post(f"/{TOKEN}/said", content=json.dumps({"a": 1}), headers=raw)
    assert answer.status_code == status


def test_what_is_sent_without_its_size_is_not_read(client: TestClient) -> None:
    """It might never end."""
    answer = client.post(f"/{TOKEN}/said", content=iter([b"{", b"}"]), headers={"Content-Type": "application/json"})
    assert answer.status_code == 413


def test_what_a_page_breaks_on_is_logged_and_not_shown(client: TestClient, caplog: pytest.LogCaptureFixture) -> None:
    """A traceback may contain a student's words."""
    with caplog.at_level(logging.ERROR, "essay_pipelines.web"):
        answer: Any = client.get(f"/{TOKEN}/fails")
    assert answer.status_code == 500
    assert "secret" not in answer.text
    assert "secret" in caplog.text
