"""Command-line options that several programs share, and what becomes of a user's mistake."""

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from enum import IntEnum
from typing import Any

import typer
from rich.console import Console

from actors.runtime.runtime import RuntimeUnavailableError
from actors.stores.store import StoreError
from drivers.batches import known_phases
from drivers.mistakes import UserMistake


class ExitCode(IntEnum):
    """What a program says by its exit code."""

    DONE = 0
    SOME_FAILED = 1
    USER_MISTAKE = 2
    BATCH_FAILED = 3
    UNAVAILABLE = 4
    INTERRUPTED = 130


def split_phases(pipeline: str) -> list[str]:
    """``"spellcheck, nlp"`` as a list of names.

    Raises:
        UserMistake: there is none, or one is unknown.
    """
    names = [name.strip() for name in pipeline.split(",") if name.strip()]
    if not names:
        raise UserMistake("Name at least one phase, as in --pipeline spellcheck,cj_assessment.")
    known_phases(names)
    return names


def phase_options(settings: Sequence[str]) -> dict[str, dict[str, Any]]:
    """``["cj_assessment.budget=5"]`` as options by phase; values are JSON, or else text.

    Raises:
        UserMistake: a setting is not of the form phase.name=value, or its phase is unknown.
    """
    options: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for setting in settings:
        name, equals, value = setting.partition("=")
        phase, dot, option = name.strip().partition(".")
        if not (equals and dot and option):
            raise UserMistake(f"--set {setting!r}: write it as phase.name=value, as in cj_assessment.budget=5.")
        known_phases([phase])
        options[phase][option] = _value(value)
    return dict(options)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except json.JSONDecodeError:
        return text


@contextmanager
def clear_errors(console: Console) -> Iterator[None]:
    """A user's mistake ends the program with its message and code 2, a missing service with code 4; no traceback.

    Raises:
        typer.Exit: with the exit code.
    """
    try:
        yield
    except UserMistake as mistake:
        console.print(f"[red]{mistake}[/red]", highlight=False, markup=True)
        raise typer.Exit(ExitCode.USER_MISTAKE) from None
    except (StoreError, RuntimeUnavailableError) as error:
        console.print(f"[red]{error}[/red]", highlight=False)
        raise typer.Exit(ExitCode.UNAVAILABLE) from None
