"""Finds Ray log files that still name deleted essays: Ray's processes are named after essay ids."""

import mmap
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Final

_SHORTEST: Final = 4
"""Shorter ids (``e1``) occur in any file by chance."""


def sessions_naming(words: Collection[str]) -> list[Path]:
    """The session folders of your own Ray clusters on this machine that have a file with one of these words."""
    from actors.runtime.ray.private_session import session_folder  # noqa: PLC0415

    wanted = [word.encode() for word in words if len(word) >= _SHORTEST]
    sessions = (path for path in session_folder().glob("session_*") if path.is_dir() and not path.is_symlink())
    return [session for session in sorted(sessions) if any(_names(file, wanted) for file in _files(session))]


def _files(session: Path) -> Iterator[Path]:
    return (path for path in session.rglob("*") if path.is_file() and not path.is_symlink())


def _names(file: Path, words: Collection[bytes]) -> bool:
    try:
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            return any(content.find(word) >= 0 for word in words)
    except (OSError, ValueError):  # it is gone meanwhile, or empty
        return False
