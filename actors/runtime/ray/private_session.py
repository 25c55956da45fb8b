"""Keeps other accounts of the machine out of the session folder and the token of a cluster that we start.

Ray makes its folders open to all (0777, without the sticky bit), and writes to names there that can be guessed: anyone
who gets in can plant a symbolic link for Ray to write through, and can read the logs. And anyone who can read a
cluster's token can run code in it. Ray is not imported here, because some of this must be done before it is.
"""

import os
import stat
import tempfile
from pathlib import Path
from typing import Final

from actors.owner_only import is_open_to_others
from actors.runtime.runtime import RuntimeUnavailableError

AUTH_MODE: Final = "RAY_AUTH_MODE"
TEMPORARY: Final = "RAY_TMPDIR"
"""Ray's own variable for the folder in which it makes its folders."""
_LONGEST_SOCKET: Final = 107
"""The most bytes in the path of a Unix socket, on Linux."""
_BELOW: Final = len("/session_2026-11-28_20-30-00_123456_1234567/sockets/dash_MetricsHead")
"""The longest path that Ray appends to its folder's (a process id has up to seven digits)."""


def session_folder() -> Path:
    """The folder for the sessions of clusters that we start; it may not exist yet."""
    return _place() / f"essays-{os.geteuid()}" / "ray"


def _place() -> Path:
    return Path(os.environ.get(TEMPORARY) or tempfile.gettempdir()).absolute()


def session_parent() -> Path:
    """Make the folder in which Ray may make its own; it is inside a folder that only this account can enter.

    Raises:
        RuntimeUnavailableError: it cannot be made there; the message says what to set.
    """
    place, folder = _place(), session_folder()
    private = folder.parent
    if len(os.fsencode(folder)) + _BELOW > _LONGEST_SOCKET:
        most = _LONGEST_SOCKET - _BELOW - len(str(folder)) + len(str(place))
        raise RuntimeUnavailableError(
            f"the path of the folder {place} is too long for Ray's sockets: set {TEMPORARY} to one of at most {most} "
            "characters, such as /tmp"
        )
    try:
        private.mkdir(mode=0o700, exist_ok=True)
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise RuntimeUnavailableError(
            f"the folder {folder} cannot be created: {error.strerror}. Set {TEMPORARY} to a folder of yours"
        ) from None
    for made in (private, folder):
        _check(made)
    return folder


def _check(made: Path) -> None:
    """Refuse a folder that another account has made or can replace, and close it to other accounts.

    Ray opens its own folder to all again each time, which does no harm inside the private one.
    """
    found, around = made.lstat(), made.parent.stat()
    if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
        raise RuntimeUnavailableError(
            f"{made} is not a folder of this account, but Ray's has to be: have it removed, or set {TEMPORARY} "
            "to a folder of yours"
        )
    if around.st_uid not in {0, os.geteuid()} or (around.st_mode & 0o022 and not around.st_mode & stat.S_ISVTX):
        raise RuntimeUnavailableError(
            f"other accounts can rename files in {made.parent}: set {TEMPORARY} to a folder of yours"
        )
    if is_open_to_others(found.st_mode):
        made.chmod(0o700)


def exposed_token() -> Path | None:
    """Ray's token file if other accounts can read it, or its folder if they can replace the file; otherwise None."""
    token = _token_file()
    if token.exists() and is_open_to_others(token.stat().st_mode):
        return token
    return token.parent if token.parent.is_dir() and token.parent.stat().st_mode & 0o022 else None


def tighten_token() -> None:
    """Close the token's file to other accounts, and make and close its default folder before Ray does.

    Raises:
        RuntimeUnavailableError: they belong to another account, or cannot be closed.
    """
    token = _token_file()
    try:
        if token == _default_token_file():
            token.parent.mkdir(mode=0o700, exist_ok=True)
            _close(token.parent, 0o700)
        if token.exists():
            _close(token, 0o600)
    except OSError as error:
        raise RuntimeUnavailableError(
            f"anyone who can read {token} can run code in your clusters, and it cannot be made private: "
            f"{error.strerror}. Set RAY_AUTH_TOKEN_PATH to a file of yours"
        ) from None


def _close(path: Path, mode: int) -> None:
    if is_open_to_others(path.stat().st_mode):
        path.chmod(mode)


def _token_file() -> Path:
    """The token's file, found as Ray finds it."""
    named = os.environ.get("RAY_AUTH_TOKEN_PATH")
    return Path(named) if named else _default_token_file()


def _default_token_file() -> Path:
    return Path.home() / ".ray" / "auth_token"


def disobeyed_mode() -> str | None:
    """The value of ``RAY_AUTH_MODE`` if it is one that a cluster we start will ignore, otherwise None."""
    said = os.environ.get(AUTH_MODE)
    return said if said is not None and said.lower() != "token" else None
