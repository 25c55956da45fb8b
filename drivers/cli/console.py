"""Output of the commands: for people on the terminal, or with ``--json`` for programs on standard output."""

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

INTERRUPTED: Final = "Interrupted: finished work is saved."
NOTHING_BEGUN: Final = "Interrupted before the batch was stored: nothing was started, and nothing has to be undone."
_WIDTH_OF_FILES: Final = 200
_STEERING: Final = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_MISTAKES: Final = (RequestError, BatchPausedError, BatchBusyError, InvalidService, InvalidPhase, PhaseNotInstalled)


def harmless(text: str) -> str:
    """Make text from any source safe for a terminal: control characters are shown as escapes, not obeyed."""
    return _STEERING.sub(lambda match: ascii(match.group())[1:-1], text)


class SafeTerminal(Terminal):
    """A Rich console that is safe for text from any source, in lines and in tables."""

    def render_str(self, text: str, **options: Any) -> Text:
        """Render text as Rich does, after making it harmless."""
        return super().render_str(harmless(text), **options)


def _terminal(*, stderr: bool) -> Terminal:
    """A terminal that is wide if the output is a file or a pipe, where Rich would cut tables off at 80 columns."""
    terminal = SafeTerminal(stderr=stderr)
    is_wide = terminal.is_terminal or "COLUMNS" in os.environ
    return terminal if is_wide else SafeTerminal(stderr=stderr, width=_WIDTH_OF_FILES)


def name_column(header: str) -> Column:
    """A table column for names that users type or copy: long ones are wrapped, never cut off."""
    return Column(header, no_wrap=True, overflow="fold")


def _plain(value: object) -> str:
    """Convert values that JSON cannot represent: times to ISO 8601, everything else to text."""
    return value.isoformat() if isinstance(value, date) else str(value)


def _leave_at_once(code: ExitCode) -> NoReturn:
    """Exit without cleanup, because Ray, if it has died, would spend a long time trying to reach itself."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


class Console:
    """Prints messages for people; with ``as_json`` to standard error, so that standard output has nothing but JSON.

    Args:
        as_json: whether to print the answer as JSON, one document per line.
        errors: the terminal for errors; None: standard error.
    """

    def __init__(self, *, as_json: bool = False, errors: Terminal | None = None) -> None:
        self.as_json = as_json
        self.interrupted = INTERRUPTED  # the message after Ctrl-C
        self.terminal = _terminal(stderr=as_json)
        self._errors = errors or SafeTerminal(stderr=True)

    def print(self, markup: str) -> None:
        """Print a line for people, in Rich's markup. Escape text that comes from users or files."""
        self.terminal.print(markup, highlight=False, soft_wrap=True)

    def warn(self, message: str) -> None:
        """Print a warning on standard error. It need not be escaped."""
        self._errors.print(f"[yellow]{escape(message)}[/yellow]", highlight=False, soft_wrap=True)

    def show(self, renderable: Any) -> None:
        """Print a table or the like for people. Prints nothing with ``as_json``, where ``answer`` says the same."""
        if not self.as_json:
            self.terminal.print(renderable)

    def answer(self, document: Mapping[str, Any] | Sequence[Any]) -> None:
        """Print the answer as JSON on one line. Prints nothing without ``as_json``."""
        if self.as_json:
            typer.echo(json.dumps(document, ensure_ascii=True, default=_plain))

    @contextmanager
    def clear_errors(self) -> Iterator[None]:
        """Turn known errors into a message without traceback and an exit code: 2 for a user's mistake, 4 for an outage.

        Raises:
            typer.Exit: with that exit code.
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
            self._fail(f"The batch cannot continue by itself: {error}.", ExitCode.BATCH_FAILED)
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
