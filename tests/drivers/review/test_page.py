"""The page on which a teacher reviews a class: what it shows, and what it allows."""

import json
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

import pytest

from drivers.client.batch import Batch
from drivers.report.page import review_page
from drivers.review.review import LONGEST_FEEDBACK
from drivers.review.review_page import ReviewPage
from drivers.web.guard import LARGEST_BODY, only
from drivers.web.page_address import PageAddress
from drivers.web.page_server import PageServer
from tests.drivers.review.classes import BATCH, CLASS, at, reviewed_class

TOKEN = "of-the-teacher"  # noqa: S105  (for a test)


@pytest.fixture
def batch() -> Batch:
    """A class that is ready for review."""
    return reviewed_class()


@pytest.fixture
def review_page_of(batch: Batch) -> ReviewPage:
    """The class's page."""
    return ReviewPage(batch.review(), lambda: review_page(BATCH, "en", LONGEST_FEEDBACK), {"anna": "Anna Berg"})


@pytest.fixture
def server(review_page_of: ReviewPage) -> Iterator[PageServer]:
    """The page, being served."""
    with PageServer(review_page_of.app, only(TOKEN), PageAddress()) as served:
        yield served


def asked(server: PageServer, path: str, body: Any = None, **headers: str) -> tuple[int, Any]:
    """The answer to a request, which is a POST if it has a body."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=10)
    data = None if body is None else json.dumps(body)
    kind = {} if body is None else {"Content-Type": "application/json"}
    connection.request("GET" if body is None else "POST", path, data, {**kind, **headers})
    response = connection.getresponse()
    content = response.read().decode()
    return response.status, json.loads(
        content
    ) if response.headers.get_content_type() == "application/json" else content


def base(server: PageServer) -> str:
    """The path of the page."""
    return urlsplit(server.url(TOKEN)).path


def test_the_page_shows_who_has_something_to_be_looked_over(server: PageServer) -> None:
    """By name, if it is known; a failed essay has nothing to review."""
    _, found = asked(server, f"{base(server)}class")
    assert [(line["name"], line["open"], line["edited"]) for line in found["essays"]] == [
        ("Anna Berg", 2, False),
        ("bo", 3, False),
    ]


def test_a_decision_is_answered_with_the_essay_as_it_then_is(server: PageServer) -> None:
    """A decision is undone in the same way."""
    decision = {"essay": "anna", "start": at("anna", "Hogwarts"), "verdict": "rejected"}
    _, essay = asked(server, f"{base(server)}correction", decision)
    assert [item["verdict"] for item in essay["corrections"]] == ["", "rejected"]
    assert (essay["open"], essay["words"]) == (1, ["Hogwarts"])
    assert "".join(part["text"] for part in essay["parts"]) == CLASS["anna"]
    _, essay = asked(server, f"{base(server)}correction", {**decision, "verdict": "undo"})
    assert [item["verdict"] for item in essay["corrections"]] == ["", ""]


def test_feedback_is_edited_and_given_back(server: PageServer) -> None:
    """Without a text, the phase's own feedback comes back."""
    _, essay = asked(server, f"{base(server)}feedback", {"essay": "anna", "text": "Bra!"})
    assert (essay["feedback"], essay["edited"]) == ("Bra!", True)
    _, essay = asked(server, f"{base(server)}feedback", {"essay": "anna", "text": None})
    assert (essay["feedback"], essay["edited"]) == ("Write friend, not frend.", False)


def test_the_teacher_says_when_the_handouts_can_be_made(server: PageServer, review_page_of: ReviewPage) -> None:
    """They cannot be made before that."""
    assert not review_page_of.finished.is_set()
    assert asked(server, f"{base(server)}finish", {}) == (200, {"finished": True})
    assert review_page_of.finished.is_set()


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("correction", {"essay": "anna", "start": 999, "verdict": "accepted"}, 503),
        ("correction", {"essay": "anna", "start": 9, "verdict": "perhaps"}, 400),
        ("feedback", {"essay": "anna", "text": "x" * (LONGEST_FEEDBACK + 1)}, 400),
        ("feedback", {"essay": "anna", "text": "x" * LARGEST_BODY}, 413),
        ("essay?id=zoe", None, 503),
        ("nothing", None, 404),
        ("nothing", {}, 404),
    ],
)
def test_what_cannot_be_done_is_refused(server: PageServer, path: str, body: Any, status: int) -> None:
    """Nothing of it is kept: the class and all its essays stay as they were."""
    pages = [f"{base(server)}{page}" for page in ("class", *(f"essay?id={essay}" for essay in CLASS))]
    before = [asked(server, page) for page in pages]
    assert asked(server, f"{base(server)}{path}", body)[0] == status
    assert [asked(server, page) for page in pages] == before


def test_nobody_gets_in_without_the_token_or_by_another_hosts_name(server: PageServer) -> None:
    """They can neither look nor decide."""
    assert asked(server, "/guess/class")[0] == 404
    assert asked(server, f"{base(server)}class", Host="evil.example")[0] == 404
    decision = {"essay": "anna", "start": 9, "verdict": "accepted"}
    assert asked(server, "/guess/correction", decision)[0] == 404


def test_a_teacher_decides_in_a_browser(browser: Any, server: PageServer, batch: Batch) -> None:
    """By clicks alone; the page's own policy blocks no part of it, and decisions are shown at once."""
    page, said = browser.new_context().new_page(), list[str]()
    page.on("console", lambda message: said.append(message.text))
    page.goto(server.url(TOKEN))
    page.get_by_role("button", name="Reject: Hogwarts").click()
    page.locator("#words", has_text="Hogwarts").wait_for()
    page.get_by_role("button", name="Accept: frend").click()
    page.get_by_label("Feedback to the student").fill("Well done, Anna.")
    page.get_by_role("button", name="Save").click()
    page.locator("#saved", has_text="Saved.").wait_for()
    page.get_by_role("button", name="Undo: frend").click()
    page.get_by_text("still open: 1").wait_for()
    decided = batch.review().essay("anna")
    assert [each.accepted for each in decided.corrections] == [None, False]
    assert (decided.edited, said) == ("Well done, Anna.", [])
