"""A run's settings as a file beside its results, from which it can be repeated."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import tomli_w
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from drivers.mistakes import UserMistake

FILE: Final = "settings.toml"
_HEAD: Final = "# The settings of this run. Repeat it, as a new batch, with: essays run --settings {path}\n\n"


def save_settings(out: Path, settings: Mapping[str, Any], options: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write the flags of ``run`` (None and what is empty left out), and the phases' settings, in full.

    Raises:
        UserMistake: the folder cannot be written to.
    """
    given = {name: _plain(value) for name, value in settings.items() if value not in (None, "", [], False)}
    assigned = [
        f"{phase}.{name}={json.dumps(value, ensure_ascii=False)}"
        for phase, own in options.items()
        for name, value in own.items()
    ]
    path = out / FILE
    try:
        out.mkdir(parents=True, exist_ok=True)
        text = tomli_w.dumps({"run": {**given, **({"set": assigned} if assigned else {})}})
        path.write_text(_HEAD.format(path=path) + text, encoding="utf-8")
    except OSError as error:
        raise UserMistake(f"The output folder {out} cannot be written to: {error.strerror}.") from None
    return path


def _plain(value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(each) for each in value]
    return str(value.resolve()) if isinstance(value, Path) else value


def without_secret(store: str | None) -> str | None:
    """The store's URL, or None where it holds a password: that must not get into a file."""
    try:
        has_secret = bool(store) and "://" in str(store) and make_url(str(store)).password is not None
    except (ArgumentError, ValueError):
        return None
    return None if has_secret else store
