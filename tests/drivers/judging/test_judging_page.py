"""The judging page as an application: what it answers, to whom, and in whose name."""

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from starlette.testclient import TestClient

from actors.phases.cj_assessment.decisions import Winner
from contracts.scans import scan_of
from drivers.client.engine import Engine
from drivers.intake import Intake
from drivers.judging.judge_names import one_line
from drivers.judging.judging_page import JudgingPage
from drivers.judging.pair_dispenser import PairDispenser
from drivers.web.guard import Guard
from tests.drivers.judging.classes import class_of, class_with, dispenser_of, until_asked

HOST = "judge.example"
Ask = Callable[..., Any]


class Desk:
    """A page, and what the holders of its links send."""

    def __init__(self, engine: Engine) -> None:
        self.dispenser = dispenser_of(engine)
        until_asked(engine, self.dispenser)
        people = {"anybody": "", "eva-link": "eva", "ali-link": "ali"}
        self._client = TestClient(Guard(JudgingPage(self.dispenser).app, people.get, {HOST}), f"https://{HOST}")

    def get(self, path: str, link: str = "anybody") -> Any:
        """The answer to a GET request."""
        return self._client.get(f"/{link}/{path}")

    def pair(self, judge: str = "eva") -> Any:
        """The pair for a judge who gives this name."""
        return self.get(f"pair?judge={judge}").json()

    def post(self, path: str, link: str = "anybody", **sent: Any) -> Any:
        """The answer to a POST request."""
        return self._client.post(f"/{link}/{path}", json=sent)


@pytest.fixture
def desk() -> Desk:
    """A page for a class of six."""
    return Desk(class_of(6))


def test_the_page_loads_nothing_from_elsewhere(desk: Desk) -> None:
    """It is self-contained: its scripts and styles have the answer's own nonce."""
    answer = desk.get("")
    nonce = answer.headers["Content-Security-Policy"].split("script-src 'nonce-")[1].split("'")[0]
    assert answer.text.count(f'nonce="{nonce}"') == 2
    assert "{{" not in answer.text
    assert "http:" not in answer.text
    assert "https:" not in answer.text


def test_a_decision_is_answered_with_the_next_pair(desk: Desk) -> None:
    """The decision is counted."""
    first = desk.pair()
    assert (first["state"], first["decided"], first["most"], first["task"]) == ("pair", 0, 30, "Say it.")
    second = desk.post("decision", judge="eva", ticket=first["ticket"], winner="left").json()
    assert (second["state"], second["taken"], second["decided"], second["own"]) == ("pair", True, 1, 1)
    assert second["ticket"] != first["ticket"]


def test_nothing_sent_to_a_page_names_an_essay_or_a_pupil(desk: Desk) -> None:
    """It has neither ids nor keys nor names."""
    answer = desk.pair()
    assert "Anna" not in json.dumps(answer, ensure_ascii=False)
    said = {"state", "judge", "task", "language", "corrected", "decided", "own", "most", "can_undo"}
    assert set(answer) == {*said, "ticket", "left", "right", "pages", "said"}


def test_a_link_speaks_for_its_judge_alone(desk: Desk) -> None:
    """Whatever name is sent, nobody decides in another's name, or sees another's pair."""
    mine, theirs = desk.get("pair?judge=ali", "eva-link").json(), desk.get("pair", "ali-link").json()
    assert (mine["judge"], theirs["judge"]) == ("eva", "ali")
    assert mine["ticket"] != theirs["ticket"]
    stolen = desk.post("decision", "eva-link", judge="ali", ticket=theirs["ticket"], winner="left").json()
    assert (stolen["taken"], stolen["judge"]) == (False, "eva")
    assert desk.post("decision", "eva-link", judge="ali", ticket=mine["ticket"], winner="left").json()["taken"]
    assert (desk.dispenser.progress("eva").own, desk.dispenser.progress("ali").own) == (1, 0)


def test_undo_shows_the_last_pair_again_and_the_new_decision_counts(desk: Desk) -> None:
    """It shows the earlier decision, which stands until a new one is made."""
    first = desk.pair()
    assert not first["can_undo"]
    assert desk.post("decision", judge="eva", ticket=first["ticket"], winner="left").json()["can_undo"]
    again = desk.post("undo", judge="eva").json()
    assert (again["ticket"], again["left"], again["said"], again["own"]) == (first["ticket"], first["left"], "left", 1)
    changed = desk.post("decision", judge="eva", ticket=again["ticket"], winner="none").json()
    assert (changed["taken"], changed["said"], changed["own"]) == (True, "", 1)
    assert desk.post("undo", judge="eva").json()["said"] == "none"


def test_a_pair_that_is_skipped_comes_back_when_there_is_no_other(desk: Desk) -> None:
    """It is not decided meanwhile."""
    shown = [desk.pair()]
    while (answer := desk.post("skip", judge="eva", ticket=shown[-1]["ticket"]).json())["left"] != shown[0]["left"]:
        shown.append(answer)
    assert len({each["left"] for each in shown}) == len(shown) == 3
    assert desk.dispenser.progress("eva").decided == 0


def test_a_pair_that_is_skipped_goes_to_somebody_else_meanwhile(desk: Desk) -> None:
    """Whoever skipped it does not get it back while it lies before another judge."""
    skipped = desk.pair()
    shown = desk.post("skip", judge="eva", ticket=skipped["ticket"]).json()
    assert skipped["left"] in {desk.pair(judge)["left"] for judge in ("ali", "bo")}
    assert desk.post("decision", judge="eva", ticket=shown["ticket"], winner="left").json()["state"] == "wait"


def test_who_cannot_judge_a_pair_leaves_it_undecided(desk: Desk) -> None:
    """It counts as made, nobody is asked for it again, and it says nothing about either essay."""
    first = desk.pair()
    answer = desk.post("decision", judge="eva", ticket=first["ticket"], winner="none").json()
    assert (answer["taken"], answer["own"]) == (True, 1)
    (value,) = desk.dispenser._store.pieces(desk.dispenser._pending.cohort_key).values()
    assert (value["winner"], value["judge"]) == (None, "eva")


@pytest.mark.parametrize(
    "sent",
    [
        {"judge": "eva", "ticket": "t", "winner": "best"},
        {"judge": "eva", "ticket": "t"},
        {"judge": "eva", "ticket": "t", "winner": None},
        {"judge": "eva", "ticket": "t", "winner": "left", "share": 1},
        {"judge": "e" * 300, "ticket": "t", "winner": "left"},
    ],
)
def test_nonsense_is_refused(desk: Desk, sent: dict[str, Any]) -> None:
    """The page still works afterwards."""
    assert desk.post("decision", **sent).status_code == 400
    assert desk.pair()["state"] == "pair"


@pytest.mark.parametrize("content", [b"[]", b"{" * 500, b"\xed\xa0\xbd", b""])
def test_what_is_no_json_is_refused(desk: Desk, content: bytes) -> None:
    """The status is 400, whatever was sent."""
    answer = desk._client.post("/anybody/decision", content=content, headers={"Content-Type": "application/json"})
    assert answer.status_code == 400


def test_a_name_that_cannot_judge_is_refused_with_the_reason(desk: Desk) -> None:
    """The page shows it beside the question for the name."""
    answer = desk.get("pair?judge=%20")
    assert (answer.status_code, answer.json()["state"]) == (403, "refused")
    assert "name" in answer.json()["message"]


def test_a_ticket_that_is_not_open_is_no_error(desk: Desk) -> None:
    """The answer says that the decision did not count, and shows what is next."""
    answer = desk.post("decision", judge="eva", ticket="old", winner="tie").json()
    assert (answer["state"], answer["taken"]) == ("pair", False)


@pytest.mark.parametrize("name", ["Eva\nLind", "Eva\x1b]52;c;AAAA\x07", "\u202eEva", "Ev\u200ba", " Eva  Lind "])
def test_a_judges_name_is_one_harmless_line(desk: Desk, name: str) -> None:
    """It is shown in reports and on terminals, so control and invisible characters become spaces."""
    shown = desk._client.get("/anybody/pair", params={"judge": name}).json()
    assert desk.post("decision", judge=name, ticket=shown["ticket"], winner="left").json()["taken"]
    assert one_line(name).isprintable()
    assert desk.dispenser.progress(one_line(name)).own == 1


@pytest.mark.parametrize(("language", "question"), [("en", "Which essay is better?"), ("sv", "Vilken text är bättre?")])
def test_the_page_speaks_the_classs_language(language: str, question: str) -> None:
    """The page declares its language, and each text's, for screen readers."""
    desk = Desk(class_of(2, language=language))
    page = desk.get("").text
    assert f'<html lang="{language}">' in page
    assert f'<h1 id="question" tabindex="-1">{question}</h1>' in page
    assert desk.pair()["language"] == language


def test_where_nobody_said_it_the_language_is_that_of_the_texts() -> None:
    """A Swedish class is not asked in English."""
    text = "När jag var liten bodde vi på landet, och det var långt till skolan. Nummer {}."
    desk = Desk(class_with([Intake(f"e{n}", f"e{n}.txt", text.format(n)) for n in range(2)], language="auto"))
    assert desk.pair()["language"] == "sv"


def test_no_key_makes_a_tie_and_all_that_is_asked_has_a_label(desk: Desk) -> None:
    """A tie needs a click. Fields, regions, groups and buttons have names, and changes are announced."""
    page = desk.get("").text
    assert re.search(r"const KEYS = \{ ArrowLeft: \"left\", ArrowRight: \"right\" \};", page)
    assert '<label for="name">' in page
    assert set(re.findall(r'role="(?:region|group)" aria-labelledby="(\w+)"', page)) == {"a", "b", "question"}
    assert all(f'id="{name}"' in page for name in ("a", "b", "question", "note"))
    assert 'role="status"' in page
    assert 'role="alert"' in page
    assert not re.search(r"<button[^>]*>\s*</button>", page)


class Pages:
    """Stands for the dispenser, to which the page reports who is present."""

    left: tuple[str, ...] = ()

    def leave(self, judge: str) -> None:
        """Note who has left."""
        self.left += (judge,)


@pytest.mark.anyio
async def test_a_closed_page_gives_its_pair_back_and_the_last_of_two_does() -> None:
    """Reloading a page closes and opens it: the pair is kept while one page is open."""
    pages: Any = Pages()
    page = JudgingPage(pages)
    first, second = page._while_present("eva"), page._while_present("eva")
    for opened in (first, second):
        assert await anext(opened)
    await first.aclose()
    assert pages.left == ()
    await second.aclose()
    assert pages.left == ("eva",)


@pytest.fixture
def anyio_backend() -> str:
    """Asyncio, like the server."""
    return "asyncio"


def test_the_pair_of_who_has_left_goes_to_the_next_at_once_and_back_if_it_is_free() -> None:
    """Without any delay; whoever comes back finds the same pair under the same ticket."""
    engine = class_of(2)
    dispenser: PairDispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    first = dispenser.next_for("eva")
    assert first is not None
    assert dispenser.next_for("ali") is None
    dispenser.leave("eva")
    assert dispenser.next_for("eva") == first
    dispenser.leave("eva")
    second = dispenser.next_for("ali")
    assert second is not None
    assert second.left == first.left
    assert dispenser.decide("ali", second.ticket, Winner.LEFT)
    assert not dispenser.decide("eva", first.ticket, Winner.RIGHT)


def test_pages_of_handwriting_are_shown_to_the_judge_they_were_given_to() -> None:
    """As pictures, never as text, and to nobody else."""
    pages = [[b"\xff\xd8\xff first of %d" % n, b"\xff\xd8\xff second"] for n in range(2)]
    desk = Desk(class_with([Intake(f"e{n}", f"e{n}.pdf", scan_of(of_essay)) for n, of_essay in enumerate(pages)]))
    shown = desk.get("pair", "eva-link").json()
    assert (shown["left"], shown["right"], shown["pages"]) == ("", "", {"left": 2, "right": 2})
    asked = f"picture?ticket={shown['ticket']}&side=left&page="
    answers = [desk.get(asked + number, "eva-link") for number in ("0", "1")]
    assert [answer.content for answer in answers] in pages
    assert {answer.headers["Content-Type"] for answer in answers} == {"image/jpeg"}
    for number in ("2", "-1", "x", "\u0661", "9" * 50, ""):
        assert desk.get(asked + number, "eva-link").status_code == 404
    assert desk.get(asked + "0", "ali-link").status_code == 404
    assert desk.get(asked.replace("left", "key") + "0", "eva-link").status_code == 404
