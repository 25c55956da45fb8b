"""The invitation to judge: as soon as a batch waits for people, a page is served, and its address is said."""

import threading
import time
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from rich.markup import escape

from contracts.phases import PhaseName
from drivers.cli.console import Voice
from drivers.client.batches import Batches
from drivers.client.bootstrap import SERVICES
from drivers.intake import roster

if TYPE_CHECKING:
    from drivers.judging.desk import Desk
    from drivers.judging.server import JudgingServer

_GRACE_SECONDS: Final = 2.0
"""A page asks every second and a half: so long it takes until all have heard that it is over."""


class Invitation:
    """Serves the judging page of a batch while it is followed. A context manager; without people it does nothing.

    Args:
        port: of the page; 0 takes any that is free.
        judge: the name under which the address that is said opens.
    """

    def __init__(
        self, batches: Batches, batch_id: str, out: Path, voice: Voice, *, port: int = 0, judge: str = ""
    ) -> None:
        self._batches = batches
        self._batch_id = batch_id
        self._out = out
        self._voice = voice
        self._port = port
        self._judge = judge
        self._desk: Desk | None = None
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
        if self._server is None and self._desk is not None and self._desk.awaits_people:
            self._serve(self._desk)

    def _settle(self) -> None:
        """Find out, once, whether this batch asks people."""
        header = self._batches.store.batch(self._batch_id)
        self._is_settled = header is not None
        if header is not None and PhaseName.CJ_ASSESSMENT in header.pipeline:
            from drivers.judging.docket import asks_people  # noqa: PLC0415  (other batches do without numpy)

            self._desk = self._made_desk() if asks_people(header.options) else None

    def _made_desk(self) -> "Desk":
        from drivers.judging.desk import Desk  # noqa: PLC0415
        from drivers.judging.docket import DocketReader  # noqa: PLC0415

        store, runtime = self._batches.store, self._batches.runtime
        students = roster.kept(self._out, self._batch_id)
        return Desk(self._batch_id, DocketReader(self._batch_id, store, SERVICES), store, runtime.tell, students)

    def _serve(self, desk: "Desk") -> None:
        from drivers.judging.server import JudgingServer  # noqa: PLC0415

        self._server = JudgingServer(desk, self._port)
        threading.Thread(target=self._server.serve_forever, name="judging page", daemon=True).start()
        self._invite(self._server.url(self._judge))

    def _invite(self, url: str) -> None:
        self._voice.say("[bold]People are asked to judge.[/bold] Open this page in a browser, once for each judge:")
        self._voice.say(f"  {escape(url)}")
        self._voice.say(
            "Keys: left, right, down for equally good. Every decision is saved at once; stop with Ctrl-C and go on "
            f"later with: essays judge {escape(self._batch_id)} --out {escape(str(self._out))}"
        )
