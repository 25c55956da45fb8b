"""The page in a real browser: two people judge a small class with the keyboard and with buttons."""

import re
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from drivers.client.engine import Engine
from drivers.intake import Intake
from drivers.judging.pair_dispenser import PairDispenser
from drivers.judging.pending_pairs import Situation
from drivers.judging.server import JudgingServer
from tests.drivers.judging.classes import class_of, class_with, dispenser_of, results, running, until_asked


@pytest.fixture
def served() -> Iterator[tuple[Engine, PairDispenser, JudgingServer]]:
    """A class of four, and its page."""
    engine = class_of(4, budget=2)
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    server = JudgingServer(dispenser)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield engine, dispenser, server
    server.shutdown()
    server.server_close()


def ready(page: Any) -> bool:
    """Wait until the page takes an answer; False where it shows something else than a pair."""
    page.locator("footer button[data-winner=left]:enabled:visible, #message:visible").first.wait_for()
    return bool(page.is_visible("footer"))


def decide(page: Any) -> None:
    """Say by keyboard what somebody says who reads both, and wait until it is counted."""
    own = int(str(page.inner_text("#progress")).split(": ")[1].split()[0])
    is_left = page.inner_text("#left") > page.inner_text("#right")
    page.keyboard.press("ArrowLeft" if is_left else "ArrowRight")
    page.get_by_text(f": {own + 1} decided").wait_for()


def test_two_judges_finish_a_class_by_keyboard(
    browser: Any, served: tuple[Engine, PairDispenser, JudgingServer]
) -> None:
    """Each in a page of their own; never the same pair; both are thanked, and the class has its order."""
    engine, dispenser, server = served
    pages = {name: browser.new_context().new_page() for name in ("eva", "ali")}
    for name, page in pages.items():
        page.goto(server.url())
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


def test_a_page_loaded_anew_goes_on_with_its_pair(
    browser: Any, served: tuple[Engine, PairDispenser, JudgingServer]
) -> None:
    """Without asking for the name again."""
    page = browser.new_context().new_page()
    page.goto(served[2].url("eva"))
    assert ready(page)
    before = page.inner_text("#left")
    page.goto(served[2].url())
    assert ready(page)
    assert page.inner_text("#left") == before


def test_buttons_decide_and_the_down_key_is_a_tie_but_scrolls_within_a_text(
    browser: Any, served: tuple[Engine, PairDispenser, JudgingServer]
) -> None:
    """Reading on with the arrow key decides nothing."""
    engine, dispenser, server = served
    page = browser.new_context().new_page()
    page.goto(server.url("eva"))
    assert ready(page)
    page.focus("#left")
    page.keyboard.press("ArrowDown")
    assert dispenser.progress("eva").own == 0
    page.focus("#question")
    page.keyboard.press("ArrowDown")
    page.get_by_text("eva: 1 decided").wait_for()
    assert ready(page)
    page.get_by_role("button", name="A is better").click()
    page.get_by_text("eva: 2 decided").wait_for()
    stored = [engine.store.pieces(key) for key in {dispenser._pending.cohort_key}]
    assert sorted(value["winner"] for value in stored[0].values()) == ["left", "tie"]


@pytest.mark.parametrize("width", [1280, 390])
def test_nothing_sticks_out_and_no_error_is_logged(
    browser: Any, served: tuple[Engine, PairDispenser, JudgingServer], width: int
) -> None:
    """On a screen and on a telephone; the page's own policy blocks nothing of it."""
    page = browser.new_context(viewport={"width": width, "height": 800}).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(served[2].url("eva"))
    assert ready(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert page.is_visible("text=B is better")
    assert said == []


def test_an_essay_is_text_and_never_a_part_of_the_page(browser: Any) -> None:
    """Markup and scripts in an essay are shown as they were written."""
    hostile = "<script>document.title = 'gone'</script><img src=x onerror=\"document.title = 'gone'\">&amp;"
    engine = class_with([Intake(f"e{n}", f"e{n}.txt", f"{hostile} {n}") for n in range(2)])
    dispenser = dispenser_of(engine)
    until_asked(engine, dispenser)
    server = JudgingServer(dispenser)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    page = browser.new_context().new_page()
    page.goto(server.url("eva"))
    assert ready(page)
    assert hostile in page.inner_text("#left")
    assert page.title() == "Which essay is better?"
    server.shutdown()
    server.server_close()
