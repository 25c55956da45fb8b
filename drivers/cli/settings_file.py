"""Finds the settings file in use, and checks that it can be trusted: one that happens to be here may be a stranger's.

A settings file says where the store is, and which code does a phase's work. A file named by ``--settings`` or in the
environment is always trusted.
"""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from drivers.client.errors import RequestError

DEFAULT_FILE: Final = Path("essays.toml")
VARIABLE: Final = "ESSAYS_SETTINGS"
_ROOT: Final = 0
_WRITABLE_BY_ALL: Final = 0o002
_ARCHIVE: Final = ".zip"
_IF_IT_IS_YOURS: Final = f"If it is yours, add --settings {DEFAULT_FILE}; if not, delete it or work elsewhere."


def file_in_use(given: Any) -> Path | None:
    """The file that was named, or else the default one if it exists.

    Raises:
        RequestError: the file is the default one, and another account may have written it.
    """
    if name := given or os.environ.get(VARIABLE):
        return Path(name)
    if not DEFAULT_FILE.is_file():
        return None
    _check_owner(DEFAULT_FILE)
    return DEFAULT_FILE


def _check_owner(file: Path) -> None:
    for found in (file.lstat(), file.stat()):
        if found.st_uid not in {os.geteuid(), _ROOT}:
            raise RequestError(f"{file} belongs to another account of this machine. {_IF_IT_IS_YOURS}")
    if found.st_mode & _WRITABLE_BY_ALL:
        raise RequestError(f"Every account of this machine can write to {file}: chmod go-w {file}.")


def check_not_handed_in(file: Path, paths: Iterable[Path]) -> None:
    """Check that the default file is not among the essays.

    Raises:
        RequestError: it is.
    """
    folder = file.resolve().parent
    for path in paths:
        place = path.resolve()
        around = place if place.is_dir() else place.parent
        if place.suffix.lower() != _ARCHIVE and folder.is_relative_to(around):
            raise RequestError(
                f"{file} is among the essays, so whoever handed them in may have written it. {_IF_IT_IS_YOURS}"
            )


def described(file: Path, document: Mapping[str, Any]) -> str:
    """A line for people that names the file and what it sets."""
    return f"Settings: {file} ({', '.join(document) or 'empty'})"
