"""Essays that were handed in as pictures: pages of handwriting, kept in the place of a text.

So they are stored once under their hash, registered, found again and forgotten as texts are. No phase reads them but
people who judge.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Final

SCAN_MEDIA_TYPE: Final = "image/jpeg"
"""Of every page."""
_HEAD: Final = "%pages of a scan, version 1, JPEG in base64\n"
_JPEG: Final = b"\xff\xd8\xff"


def scan_of(pages: Iterable[bytes]) -> str:
    """The pages (JPEG files), in the form of a text."""
    return _HEAD + "\n".join(b64encode(page).decode() for page in pages)


def is_scan(text: str) -> bool:
    """Whether this stands for pages."""
    return text.startswith(_HEAD)


def pages_of(text: str) -> list[bytes]:
    """The pages; none of an ordinary text."""
    return list(_pages(text)) if is_scan(text) else []


def _pages(text: str) -> Iterator[bytes]:
    for line in text.removeprefix(_HEAD).splitlines():
        try:
            page = b64decode(line, validate=True)
        except ValueError:  # somebody has typed the first line
            continue
        if page.startswith(_JPEG):
            yield page
