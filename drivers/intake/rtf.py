"""Rich Text Format files, by striprtf."""

from typing import Final

from striprtf.striprtf import rtf_to_text

from contracts.failures import ErrorCode
from drivers.intake.model import Document, Limits, UnreadableError

_BROKEN: Final = (ArithmeticError, LookupError, TypeError, ValueError)


def read_rtf(data: bytes, limits: Limits) -> Document:
    """The running text of an RTF file.

    Raises:
        UnreadableError: it is damaged or too large.
    """
    if len(data) > limits.part_bytes:
        raise UnreadableError(ErrorCode.FILE_TOO_LARGE, f"This file has more than {limits.part_bytes // 1_000_000} MB.")
    try:
        # RTF is ASCII by its definition; a stray byte beyond it is what Windows would show.
        text: str = rtf_to_text(data.decode("cp1252", "replace"), errors="replace")  # type: ignore[no-untyped-call]
    except _BROKEN as error:
        raise UnreadableError(
            ErrorCode.CORRUPT_FILE, "This file is damaged and cannot be read: ask for it again."
        ) from error
    return Document(text)
