"""How a program speaks: to people on the terminal, or, with ``--json``, to programs on standard output."""

import json
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date
from typing import Any, Final, NoReturn

import typer
from rich.console import Console as Terminal
from rich.markup import escape
from rich.table import Column
from rich.text import Text

from actors.phases.registry import InvalidService
from actors.runtime.runtime import RuntimeGoneError, RuntimeUnavailableError, StalledError
from actors.stores.store import StoreError
from contracts.phase_registry import PhaseNotInstalled
from contracts.phases import InvalidPhase
from drivers.cli.exit_codes import ExitCode
from drivers.cli.interrupts import is_of_a_signal
from drivers.client.errors import BatchBusyError, BatchPausedError, RequestError, ServiceUnavailableError

INTERRUPTED: Final = "Interrupted: what is done is saved."
NOTHING_BEGUN: Final = "Interrupted before the batch was taken on: nothing was begun, and nothing has to be undone."
_WIDTH_OF_FILES: Final = 200
_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MISTAKES: Final = (RequestError, BatchPausedError, BatchBusyError, InvalidService, InvalidPhase, PhaseNotInstalled)


def harmless(text: str) -> str:
    """Text from anywhere for a terminal: what would steer it (move, recolour, write to the clipboard) is spelt out."""
    return _STEERING.sub(lambda match: ascii(match.group())[1:-1], text)


class SafeTerminal(Terminal):
    """A terminal that shows texts from anywhere, in lines and in tables, without being steered by them."""

    def render_str(self, text: str, **options: Any) -> Text:
        """As Rich does it, of harmless text."""
        return super().render_str(harmless(text), **options)


def _terminal(*, stderr: bool) -> Terminal:
    """A file or a pipe has no width of its own: Rich would take 80 columns, and cut off what stands in a table."""
    terminal = SafeTerminal(stderr=stderr)
    is_wide = terminal.is_terminal or "COLUMNS" in os.environ
    return terminal if is_wide else SafeTerminal(stderr=stderr, width=_WIDTH_OF_FILES)


def name_column(header: str) -> Column:
    """A column of a table for names that are to be typed or copied: they are broken at worst, and never cut off."""
    return Column(header, no_wrap=True, overflow="fold")


def _plain(value: object) -> str:
    """What JSON has no form for: times as ISO 8601 says, all else as text."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _leave_at_once(code: ExitCode) -> NoReturn:
    """Without what is done at a program's end: Ray, where it has died, tries to reach itself for long then."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class Console:
    """Words for people go to the terminal; with ``as_json`` to standard error, so that only JSON is on standard output.

    Args:
        as_json: whether the program's answer is wanted as JSON, one document a line.
        errors: where errors are said; None: on standard error.
    """

    def __init__(self, *, as_json: bool = False, errors: Terminal | None = None) -> None:
        self.as_json = as_json
        self.interrupted = INTERRUPTED  # what Ctrl-C is answered with
        self.terminal = _terminal(stderr=as_json)
        self._errors = errors or SafeTerminal(stderr=True)

    def print(self, markup: str) -> None:
        """A line for people, in Rich's markup; what comes from users or files must be escaped."""
        self.terminal.print(markup, highlight=False, soft_wrap=True)

    def warn(self, message: str) -> None:
        """A line on standard error, of what is no reason to end; it need not be escaped."""
        self._errors.print(f"[yellow]{escape(message)}[/yellow]", highlight=False, soft_wrap=True)

    def show(self, renderable: Any) -> None:
        """A table or the like for people; nothing where JSON is wanted, which says the same."""
        if not self.as_json:
            self.terminal.print(renderable)

    def answer(self, document: Mapping[str, Any] | Sequence[Any]) -> None:
        """The answer as JSON on one line, where JSON is wanted."""
        if self.as_json:
            typer.echo(json.dumps(document, ensure_ascii=True, default=_plain))

    @contextmanager
    def clear_errors(self) -> Iterator[None]:
        """A user's mistake ends the program with its message and code 2, a missing service with 4; no traceback.

        Raises:
            typer.Exit: with the exit code.
        """
        try:
            yield
        except _MISTAKES as error:
            self._fail(str(error), ExitCode.USER_MISTAKE)
        except RuntimeGoneError as error:
            with suppress(typer.Exit):
                self._fail(str(error), ExitCode.UNAVAILABLE)
            _leave_at_once(ExitCode.UNAVAILABLE)
        except (StoreError, RuntimeUnavailableError, ServiceUnavailableError) as error:
            self._fail(str(error), ExitCode.UNAVAILABLE)
        except StalledError as error:
            self._fail(f"The batch cannot go on by itself: {error}.", ExitCode.BATCH_FAILED)
        except KeyboardInterrupt:
            self._fail(self.interrupted, ExitCode.INTERRUPTED)
        except SystemExit as error:
            if not is_of_a_signal(error):
                raise
            self._fail(self.interrupted, ExitCode.INTERRUPTED)

    def _fail(self, message: str, code: ExitCode) -> None:
        self._errors.print(f"[red]{escape(message)}[/red]", highlight=False, soft_wrap=True)
        self.answer({"error": message, "exit_code": int(code)})
        raise typer.Exit(code) from None
