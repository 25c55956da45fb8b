"""Pages of handwriting in place of a text."""

import pytest

from contracts.scans import is_scan, pages_of, scan_of

PAGE = b"\xff\xd8\xff\xe0 a page"


def test_pages_come_out_as_they_went_in() -> None:
    """Pages keep their order, and the same pages always make the same text."""
    pages = [PAGE, PAGE + b"\0\n\xff"]
    scan = scan_of(pages)
    assert is_scan(scan)
    assert pages_of(scan) == pages
    assert scan == scan_of(pages) != scan_of(pages[::-1])


@pytest.mark.parametrize("text", ["", "An essay.", "%pages of a scan", "\n" + scan_of([PAGE])])
def test_a_text_has_no_pages(text: str) -> None:
    """Only a text that begins like a scan is one."""
    assert not is_scan(text)
    assert pages_of(text) == []


@pytest.mark.parametrize("typed", ["My summer", "PHNjcmlwdD4=", "////", "\u00e4", "PHN"])
def test_whoever_types_the_first_line_of_a_scan_shows_no_page(typed: str) -> None:
    """Only JPEG images count as pages."""
    assert pages_of(scan_of([PAGE]) + f"\n{typed}") == [PAGE]
