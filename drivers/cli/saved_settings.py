"""A run's settings as a file beside its results, from which it can be repeated."""

import json
import tomllib
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

import tomli_w
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from drivers.client.errors import RequestError

FILE: Final = "settings.toml"
_HEAD: Final = "# The settings of this run. Repeat it, as a new batch, with: essays run --settings {path}\n\n"


def save_settings(out: Path, settings: Mapping[str, Any], options: Mapping[str, Mapping[str, Any]]) -> Path:
    """Write the flags of ``run`` (None and what is empty left out), and the phases' settings, in full.

    Raises:
        RequestError: the folder cannot be written to.
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
        raise RequestError(f"The output folder {out} cannot be written to: {error.strerror}.") from None
    return path


def forget_files(out: Path, names: Collection[str]) -> None:
    """Take files with these names out of the paths of a saved run, where it was given single files.

    Raises:
        OSError: the file cannot be written.
    """
    path = out / FILE
    try:
        text = path.read_text(encoding="utf-8")
        settings = tomllib.loads(text)
    except (OSError, ValueError):
        return
    run = settings.get("run", {})
    for flag in ("paths", "ignore"):
        if isinstance(given := run.get(flag), list):
            run[flag] = [each for each in given if Path(str(each)).name not in names]
    if settings != tomllib.loads(text):
        path.write_text(_HEAD.format(path=path) + tomli_w.dumps(settings), encoding="utf-8")


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
