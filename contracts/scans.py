"""Essays that were handed in as pictures of handwriting, encoded as texts.

So they are stored under their hash, registered, found again and deleted like any text. No phase reads them; only people
who judge do.
"""

from base64 import b64decode, b64encode
from collections.abc import Iterable, Iterator
from typing import Final

SCAN_MEDIA_TYPE: Final = "image/jpeg"
"""The media type of every page."""
_HEAD: Final = "%pages of a scan, version 1, JPEG in base64\n"
_JPEG: Final = b"\xff\xd8\xff"


def scan_of(pages: Iterable[bytes]) -> str:
    """Encode pages (JPEG files) as a text."""
    return _HEAD + "\n".join(b64encode(page).decode() for page in pages)


def is_scan(text: str) -> bool:
    """Whether this text encodes pages."""
    return text.startswith(_HEAD)


def pages_of(text: str) -> list[bytes]:
    """The pages encoded in a text; none for an ordinary text."""
    return list(_pages(text)) if is_scan(text) else []


def _pages(text: str) -> Iterator[bytes]:
    for line in text.removeprefix(_HEAD).splitlines():
        try:
            page = b64decode(line, validate=True)
        except ValueError:  # an ordinary text in which somebody typed the first line
            continue
        if page.startswith(_JPEG):
            yield page
