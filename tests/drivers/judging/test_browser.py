"""The judging page in a real browser: two people judge a small class, with the keyboard and with buttons."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from drivers.client.engine import Engine
from drivers.intake import Intake
from drivers.judging.judging_page import JudgingPage
from drivers.judging.pair_dispenser import PairDispenser
from drivers.judging.pending_pairs import Situation
from drivers.web.guard import only
from drivers.web.page_address import PageAddress
from drivers.web.page_server import PageServer
from tests.drivers.judging.classes import class_of, class_with, dispenser_of, results, running, until_asked


class Served(PageServer):
    """The page behind a single link, which anybody may use."""

    def __init__(self, dispenser: PairDispenser) -> None:
        super().__init__(JudgingPage(dispenser).app, only("t" * 32), PageAddress())

    def link(self, judge: str = "") -> str:
        """The page's address."""
        return self.url("t" * 32, f"name={judge}" if judge else "")


@contextmanager
def page_of(dispenser: PairDispenser) -> Iterator[Served]:
    """The page of a class, served on this machine."""
    with Served(dispenser) as server:
        yield server


@pytest.fixture
def served() -> Iterator[tuple[Engine, PairDispenser, Served]]:
    """A class of four, and its page."""
    engine = class_of(4, budget=2)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    with page_of(dispenser) as server:
        yield engine, dispenser, server


def ready(page: Any) -> bool:
    """Wait until the page accepts an answer; False if it shows anything but a pair."""
    page.locator("#answers button[data-winner=left]:enabled:visible, #message:visible").first.wait_for()
    return bool(page.is_visible("#answers"))


def decide(page: Any) -> None:
    """Decide by keyboard as anybody would who reads both texts, and wait until it is counted."""
    own = int(str(page.inner_text("#progress")).split(": ")[1].split()[0])
    is_left = page.inner_text("#left") > page.inner_text("#right")
    page.keyboard.press("ArrowLeft" if is_left else "ArrowRight")
    page.get_by_text(f": {own + 1} decided").wait_for()


def test_two_judges_finish_a_class_by_keyboard(browser: Any, served: tuple[Engine, PairDispenser, Served]) -> None:
    """Each has a page of their own, never with the other's pair; both are thanked, and the class is ranked."""
    engine, dispenser, server = served
    pages = {name: browser.new_context().new_page() for name in ("eva", "ali")}
    for name, page in pages.items():
        page.goto(server.link())
        page.fill("#name", name)
        page.keyboard.press("Enter")
    assert all(ready(page) for page in pages.values())
    assert len({page.inner_text("#left") for page in pages.values()}) == 2
    with running(engine):
        while dispenser.situation is not Situation.OVER:
            for page in pages.values():
                if ready(page):
                    decide(page)
        for page in pages.values():
            page.get_by_text(re.compile("All comparisons are made")).wait_for()
    assert {judge.judge for judge in results(engine.store)["Anna-00"].cohort.judges} == {"ali", "eva"}
    assert results(engine.store)["Anna-03"].rank == 1


def test_a_page_loaded_anew_goes_on_with_its_pair(browser: Any, served: tuple[Engine, PairDispenser, Served]) -> None:
    """It does not ask for the name again."""
    page = browser.new_context().new_page()
    page.goto(served[2].link("eva"))
    assert ready(page)
    before = page.inner_text("#left")
    page.goto(served[2].link())
    assert ready(page)
    assert page.inner_text("#left") == before


def test_a_tie_is_clicked_and_a_decision_is_taken_back(
    browser: Any, served: tuple[Engine, PairDispenser, Served]
) -> None:
    """The down key scrolls, wherever the focus is; a mistaken decision can be made again."""
    engine, dispenser, server = served
    page = browser.new_context().new_page()
    page.goto(server.link("eva"))
    assert ready(page)
    for place in ("#left", "#question", "body"):
        page.locator(place).press("ArrowDown")
    assert dispenser.progress("eva").own == 0
    page.get_by_role("button", name="Equally good").click()
    page.get_by_text("eva: 1 decided").wait_for()
    assert ready(page)
    page.keyboard.press("Control+z")
    page.get_by_text("You said: equally good.").wait_for()
    assert ready(page)
    page.get_by_role("button", name="A is better").click()
    page.get_by_role("heading", name="Which essay is better?").wait_for()
    (value,) = engine.store.pieces(dispenser._pending.cohort_key).values()
    assert (value["winner"], value["first"]["winner"]) == ("left", "tie")


def test_a_closed_tab_gives_its_pair_back_at_once(browser: Any) -> None:
    """The next judge need not wait until the pair's lease has expired."""
    engine = class_of(2)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    with page_of(dispenser) as server:
        first, second = (browser.new_context().new_page() for _ in range(2))
        with first.expect_response(re.compile("presence")):
            first.goto(server.link("eva"))
        assert ready(first)
        second.goto(server.link("ali"))
        assert not ready(second)
        first.close()
        second.locator("#answers button[data-winner=left]:enabled").wait_for(timeout=10_000)


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out_and_no_error_is_logged(
    browser: Any, served: tuple[Engine, PairDispenser, Served], width: int
) -> None:
    """On a screen and on a telephone; the page's own policy blocks no part of it."""
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(served[2].link("eva"))
    assert ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.is_visible("text=B is better")
    assert said == []


def test_an_essay_is_text_and_never_a_part_of_the_page(browser: Any) -> None:
    """Markup and scripts in an essay are shown as written."""
    hostile = "<script>document.title = 'gone'</script><img src=x onerror=\"document.title = 'gone'\">&amp;"
    engine = class_with([Intake(f"e{n}", f"e{n}.txt", f"{hostile} {n}") for n in range(2)])
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    with page_of(dispenser) as server:
        page = browser.new_context().new_page()
        page.goto(server.link("eva"))
        assert ready(page)
        assert hostile in page.inner_text("#left")
        assert page.title() == "Which essay is better?"
