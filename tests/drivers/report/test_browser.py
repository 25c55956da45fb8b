"""The report in a real browser: on a screen and on a phone, by eye and with a screen reader."""

from pathlib import Path
from typing import Any

import pytest

from drivers.report.writing import write_report
from tests.drivers.report.batches import small_class

# Visible elements that reach beyond the window's right edge.
BEYOND = """() => [...document.querySelectorAll("body *")]
    .filter(part => part.getClientRects().length && part.getBoundingClientRect().right > innerWidth + 1)
    .map(part => part.outerHTML.slice(0, 80))"""


@pytest.fixture
def address(tmp_path: Path) -> str:
    """The address of a small class's report."""
    write_report(*small_class(), tmp_path)
    return (tmp_path / "report.html").as_uri()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1440, 390])
def test_nothing_sticks_out_is_fetched_or_goes_wrong(browser: Any, address: str, width: int, scheme: str) -> None:
    """The page fits a phone, its own policy blocks no part of it, and it contacts no other machine."""
    page = browser.new_context(viewport={"width": width, "height": 844}, color_scheme=scheme).new_page()
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("request", lambda request: said.append(request.url) if request.url.startswith("http") else None)
    page.goto(address)
    assert page.evaluate(BEYOND) == []
    assert said == []


def test_a_screen_reader_has_the_table_of_the_class_on_a_phone_too(browser: Any, address: str) -> None:
    """Even where its rows are shown in two lines each, they are rows with headers."""
    page = browser.new_context(viewport={"width": 390, "height": 844}).new_page()
    page.goto(address)
    table = page.get_by_role("table", name="All essays, the best first")
    assert table.get_by_role("columnheader", name="To work on").count() == 1
    assert table.get_by_role("rowheader").count() == len(small_class()[0]["essays"])


def test_the_keyboard_reaches_the_content_first(browser: Any, address: str) -> None:
    """The first stop is a visible link that skips to the content."""
    page = browser.new_context().new_page()
    page.goto(address)
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.getBoundingClientRect().left") >= 0
    page.keyboard.press("Enter")
    assert page.url.endswith("#main")
