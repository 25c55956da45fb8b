"""Photos of handwriting and scans, as pages that people who judge are shown: upright, small, and without their data.

A telephone writes into a photo where and when it was taken; that is left out.
"""

import warnings
from collections.abc import Iterator
from io import BytesIO
from typing import Final

import pypdfium2
from PIL import Image, ImageOps, UnidentifiedImageError

from contracts.failures import ErrorCode
from contracts.scans import scan_of
from drivers.intake.model import Document, Limits, UnreadableError

_FORMATS: Final = ("JPEG", "PNG")
_SIZE: Final = (1600, 2300)
"""Pixels: handwriting on a sheet is legible, enlarged too, and a class's pictures fit into a store."""
_QUALITY = 75
_MOST_PAGES = 30
_PDF: Final = b"%PDF-"
_BEGINNING = 1_024


def read_pages(data: bytes, limits: Limits) -> Document:  # noqa: ARG001  (every reader has them)
    """The pages of a photo or of a scanned PDF.

    Raises:
        UnreadableError: it is damaged, of another kind, or has more pages than an essay.
    """
    try:
        with warnings.catch_warnings(action="ignore"):  # of what is large, and not too large
            pages = [_as_page(image) for image in _images(data)]
    except UnidentifiedImageError:
        message = "Pictures of this type cannot be shown: ask for JPEG, PNG or PDF."
        raise UnreadableError(ErrorCode.UNKNOWN_FILE_TYPE, message) from None
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError, pypdfium2.PdfiumError):
        message = "This picture is damaged, or far too large: ask for it again."
        raise UnreadableError(ErrorCode.CORRUPT_FILE, message) from None
    return Document(scan_of(pages))


def _images(data: bytes) -> Iterator[Image.Image]:
    if _PDF not in data[:_BEGINNING]:
        image = Image.open(BytesIO(data), formats=_FORMATS)
        image.draft("RGB", _SIZE)  # what is not shown is not unpacked
        yield image
        return
    with pypdfium2.PdfDocument(data) as document:
        if len(document) > _MOST_PAGES:
            raise UnreadableError(ErrorCode.FILE_TOO_LARGE, f"This PDF has more than {_MOST_PAGES} pages.")
        for page in document:
            yield page.render(scale=min(_SIZE[0] / page.get_width(), _SIZE[1] / page.get_height())).to_pil()


def _as_page(image: Image.Image) -> bytes:
    upright = ImageOps.exif_transpose(image)
    if upright.mode in {"RGBA", "LA", "PA"} or "transparency" in upright.info:
        seen = upright.convert("RGBA")
        upright = Image.new("RGB", seen.size, "white")
        upright.paste(seen, mask=seen.getchannel("A"))
    page = upright.convert("RGB")
    page.thumbnail(_SIZE)
    written = BytesIO()
    page.save(written, "JPEG", quality=_QUALITY, optimize=True)
    return written.getvalue()
