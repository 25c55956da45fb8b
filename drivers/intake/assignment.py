"""What the class was asked to write: a text, or a file with it, in any form that an essay may have."""

import re
from contextlib import suppress
from pathlib import Path
from typing import Final

from contracts.failures import ErrorCode
from drivers.client.errors import RequestError
from drivers.intake import read_essays
from drivers.intake.encodings import decode
from drivers.intake.model import UnreadableError

_LOOKS_LIKE_A_FILE: Final = re.compile(r"\S+\.(txt|md|docx|odt|pdf|rtf)", re.IGNORECASE)


def assignment_file(given: str) -> Path | None:
    """The file that is meant, or None where the text itself was given.

    Raises:
        RequestError: it looks like the name of a file, and there is none.
    """
    try:
        is_file = bool(given) and Path(given).is_file()
    except (OSError, ValueError):  # too long for a name, or with a null: it is the text itself
        is_file = False
    if not is_file and _LOOKS_LIKE_A_FILE.fullmatch(given):
        raise RequestError(f"There is no file {given} with the assignment: check its name, or give its text instead.")
    return Path(given) if is_file else None


def assignment_text(given: str) -> str:
    """The text of the assignment.

    Raises:
        RequestError: the file that is meant is not there, or cannot be read.
    """
    file = assignment_file(given)
    if file is None:
        return given.strip()
    intake = read_essays([file])[0]
    if intake.text is not None:
        return intake.text.strip()
    reason = intake.failure
    plain = _plain_text(file) if reason and reason.error_code is ErrorCode.UNKNOWN_FILE_TYPE else None
    if plain is None:
        raise RequestError(f"The assignment {file} cannot be read: {reason.message if reason else ''}")
    return plain


def _plain_text(file: Path) -> str | None:
    """A file of an unknown ending is read as text where it is some: who names one file means it."""
    with suppress(UnreadableError, OSError):
        return decode(file.read_bytes()).text.strip()
    return None
