"""The judging page's server: the pairs of one batch, on this machine only, behind an address that nobody can guess."""

from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from actors.phases.cj_assessment.decisions import Winner
from drivers.judging.judge_names import one_line
from drivers.judging.pair_dispenser import PairDispenser
from drivers.judging.pending_pairs import NotAJudge, Situation
from drivers.pages.private_page import HOST, MOST_CONNECTIONS, PageRefusal, PrivatePageServer

__all__ = ["HOST", "MOST_CONNECTIONS", "JudgingServer"]


class _Decision(BaseModel):
    """What the page sends."""

    model_config = ConfigDict(extra="forbid")

    judge: str = Field(max_length=200)
    ticket: str = Field(max_length=100)
    winner: Winner


class JudgingPage:
    """The page on which people judge, as its server asks it (``PageApplication``)."""

    def __init__(self, dispenser: PairDispenser) -> None:
        self._pairs = dispenser
        self.was_visited = False

    def page(self) -> str:
        """The page."""
        return _page()

    def look(self, what: str, query: Mapping[str, str]) -> Mapping[str, Any] | None:
        """The next pair for a judge."""
        return self._state_for(one_line(query.get("judge", ""))) if what == "pair" else None

    def act(self, what: str, body: bytes) -> Mapping[str, Any] | None:
        """A decision; the answer is the next pair."""
        if what != "decision":
            return None
        decision = _Decision.model_validate_json(body)
        judge = one_line(decision.judge)
        taken = self._pairs.decide(judge, decision.ticket, decision.winner)
        return {**self._state_for(judge), "taken": taken}

    def _state_for(self, judge: str) -> dict[str, Any]:
        self.was_visited = True
        try:
            shown, progress = self._pairs.next_for(judge), self._pairs.progress(judge)
        except NotAJudge as refused:
            raise PageRefusal({"state": "refused", "message": str(refused)}) from None
        counts = {"decided": progress.decided, "own": progress.own, "most": progress.most}
        if shown is None:
            state = "over" if self._pairs.situation is Situation.OVER else "wait"
            return {"state": state, "task": self._pairs.instructions, **counts}
        pair = {"ticket": shown.ticket, "left": shown.left, "right": shown.right}
        return {"state": "pair", "task": self._pairs.instructions, **counts, **pair}


class JudgingServer(PrivatePageServer):
    """Serves the pairs of one batch on the loopback interface.

    Raises:
        RequestError: the port is taken or not allowed.
    """

    def __init__(self, dispenser: PairDispenser, port: int = 0) -> None:
        self.dispenser = dispenser
        self._page = JudgingPage(dispenser)
        super().__init__(self._page, port)

    @property
    def was_visited(self) -> bool:
        """Somebody has opened the page."""
        return self._page.was_visited


@cache
def _page() -> str:
    return files("drivers.judging").joinpath("page.html").read_text(encoding="utf-8")
