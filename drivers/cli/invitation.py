"""Invites people to judge: as soon as a batch waits for them, serves a page and prints its links."""

import time
from collections.abc import Sequence
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING, Final, Self

from rich.markup import escape

from contracts.phases import PhaseName
from drivers.cli.console import Console
from drivers.cli.locating import BatchPlace, make_folder
from drivers.client.batch import Batch
from drivers.client.errors import RequestError
from drivers.client.extras import needs
from drivers.web.page_address import PageAddress

if TYPE_CHECKING:
    from drivers.judging.judge_links import JudgeLinks
    from drivers.judging.judging_page import JudgingPage
    from drivers.judging.pair_dispenser import PairDispenser
    from drivers.web.page_server import PageServer

_GRACE_SECONDS: Final = 2.0
"""Keep serving this long after the end: pages poll every 1.5 seconds, and should all see that judging is over."""


class Invitation:
    """Serves a batch's judging page while the batch is followed. Does nothing if no people judge it.

    Args:
        address: where to serve the page.
        judges: the names of judges who get a link of their own; if there are none, one link is made for this machine.
    """

    def __init__(
        self,
        batch: Batch,
        place: BatchPlace,
        console: Console,
        *,
        address: PageAddress = PageAddress(),  # noqa: B008  (a value)
        judges: Sequence[str] = (),
    ) -> None:
        self._batch = batch
        self._place = place
        self._console = console
        self._address = address
        self._judges = judges
        self._dispenser: PairDispenser | None = None
        self._page: JudgingPage | None = None
        self._server: PageServer | None = None
        self._is_settled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._server is not None and self._page is not None:
            if error is None and self._page.was_visited:
                time.sleep(_GRACE_SECONDS)
            self._server.close()

    def watch(self) -> None:
        """Check whether the batch waits for people; if so, invite them, once."""
        if not self._is_settled:
            self._settle()
        if self._server is None and self._dispenser is not None and self._dispenser.awaits_people:
            self._serve(self._dispenser)

    def _settle(self) -> None:
        """Find out, once, whether people judge this batch."""
        self._is_settled = True
        header = self._batch.header
        if PhaseName.CJ_ASSESSMENT in header.pipeline:
            from drivers.judging.pair_dispenser import UNDO_SECONDS  # noqa: PLC0415  (others do without numpy)
            from drivers.judging.pending_pairs import asks_people  # noqa: PLC0415

            if asks_people(header.options):
                judging = self._batch.judging()
                self._dispenser = judging.dispenser(self._place.students, undo_seconds=UNDO_SECONDS)

    def _serve(self, dispenser: "PairDispenser") -> None:
        with needs("judging", "The judging page"):
            from drivers.judging.judge_links import JudgeLinks  # noqa: PLC0415
            from drivers.judging.judging_page import JudgingPage  # noqa: PLC0415

        self._address.check()
        make_folder(self._place.folder)
        links = JudgeLinks(self._place.folder, self._batch.batch_id, named_only=self._address.is_for_others)
        links.invite(self._invited(links, dispenser.pending.people))
        self._page = JudgingPage(dispenser)
        self._server = self._served(self._page, links)
        links.served_at(self._server.port)
        self._invite(self._server, links)

    def _invited(self, links: "JudgeLinks", panel: Sequence[str]) -> Sequence[str]:
        """Who gets a link: the judges named, else the panel; if there are none, anybody on this machine."""
        named = self._judges or (panel if len(panel) > 1 else ())
        if named or (self._address.is_for_others and links.tokens):
            return named
        if self._address.is_for_others:
            raise RequestError("On a network, each judge needs a link of their own: name every judge with --name.")
        return [""]

    def _served(self, page: "JudgingPage", links: "JudgeLinks") -> "PageServer":
        """Serve the page, at the same port as before if it is free, so that links already sent stay valid."""
        from drivers.web.page_server import PageServer  # noqa: PLC0415

        try:
            if not self._address.port and links.port:
                return PageServer(page.app, links.visitor_of, replace(self._address, port=links.port))
        except RequestError:
            self._console.print("The port this page had before is in use, so its links have changed.")
        return PageServer(page.app, links.visitor_of, self._address)

    def _invite(self, server: "PageServer", links: "JudgeLinks") -> None:
        self._console.print("[bold]The batch is waiting for people to judge.[/bold] Open your link in a browser:")
        for name, token in links.tokens.items():
            self._console.print(f"  {escape(f'{name}:  ' if name else '')}{escape(server.url(token))}")
        batch_id, folder = escape(self._batch.batch_id), escape(str(self._place.folder))
        self._console.print(
            "Keys: left, right. Every decision is saved at once. Stop with Ctrl-C, and continue later with the same "
            f"links: essays judge {batch_id} --out {folder}"
        )
        if not self._address.is_for_others:
            self._console.print("To judge with colleagues or on phones, see --host in: essays guide teachers")
