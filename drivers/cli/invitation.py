"""The invitation to judge: as soon as a batch waits for people, a page is served, and its address is said."""

import threading
import time
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from rich.markup import escape

from contracts.phases import PhaseName
from drivers.cli.console import Console
from drivers.cli.locating import BatchPlace
from drivers.client.batch import Batch
from drivers.client.errors import RequestError

if TYPE_CHECKING:
    from drivers.judging.pair_dispenser import PairDispenser
    from drivers.judging.server import JudgingServer

_GRACE_SECONDS: Final = 2.0
"""A page asks every second and a half: so long it takes until all have heard that it is over."""


class Invitation:
    """Serves the judging page of a batch while it is followed. A context manager; without people it does nothing.

    Args:
        port: of the page; 0 takes any that is free.
        judge: the name under which the address that is said opens.
    """

    def __init__(self, batch: Batch, place: BatchPlace, console: Console, *, port: int = 0, judge: str = "") -> None:
        self._batch = batch
        self._place = place
        self._console = console
        self._port = port
        self._judge = judge
        self._dispenser: PairDispenser | None = None
        self._server: JudgingServer | None = None
        self._is_settled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None:
            if error is None and self._server.was_visited:
                time.sleep(_GRACE_SECONDS)
            self._server.shutdown()
            self._server.server_close()

    def watch(self) -> None:
        """Look whether people are awaited; invite them once."""
        if not self._is_settled:
            self._settle()
        if self._server is None and self._dispenser is not None and self._dispenser.awaits_people:
            self._serve(self._dispenser)

    def _settle(self) -> None:
        """Find out, once, whether this batch asks people."""
        self._is_settled = True
        header = self._batch.header
        if PhaseName.CJ_ASSESSMENT in header.pipeline:
            from drivers.judging.pending_pairs import asks_people  # noqa: PLC0415  (other batches do without numpy)

            if asks_people(header.options):
                self._dispenser = self._batch.judging().dispenser(self._place.students)

    def _serve(self, dispenser: "PairDispenser") -> None:
        from drivers.judging.server import JudgingServer  # noqa: PLC0415

        try:
            self._server = JudgingServer(dispenser, self._port)
        except RequestError as error:
            raise RequestError(f"{error} Name it with --port.") from None
        threading.Thread(target=self._server.serve_forever, name="judging page", daemon=True).start()
        self._invite(self._server.url(self._judge))

    def _invite(self, url: str) -> None:
        self._console.print("[bold]People are asked to judge.[/bold] Open this page in a browser, once for each judge:")
        self._console.print(f"  {escape(url)}")
        batch_id, folder = escape(self._batch.batch_id), escape(str(self._place.folder))
        self._console.print(
            "Keys: left, right, down for equally good. Every decision is saved at once; stop with Ctrl-C and go on "
            f"later with: essays judge {batch_id} --out {folder}"
        )
