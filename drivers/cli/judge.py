"""``essays judge BATCH``: people judge a batch on a page, or in CSV files with ``export`` and ``import``."""

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import Field
from rich.markup import escape
from typer.core import TyperGroup

from actors.owner_only import keep_others_out
from actors.phases.cj_assessment.exchange import UNNAMED, DecisionsError, decisions_of_csv, pairs_csv
from drivers.cli.command_line import help_text
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.following import follow, opened
from drivers.cli.invitation import Invitation
from drivers.cli.locating import BatchPlace
from drivers.cli.options import BatchSettings
from drivers.cli.typer_commands import add
from drivers.client.batch import Batch
from drivers.client.engine import Engine
from drivers.client.errors import RequestError
from drivers.judging.judge_links import JudgeLinks
from drivers.judging.judging import JudgeDecision, Situation, Winner, pairs_of
from drivers.judging.pending_pairs import PendingPairs
from drivers.web.page_address import LOOPBACK, PageAddress


class _PageByDefault(TyperGroup):
    """Takes a batch given in place of a command for the command ``page`` with that batch."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["page", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_PageByDefault,
    help=help_text(
        """Judge essays in pairs: on a page in the browser (judge BATCH), or in CSV files (export and import).

        Examples: essays judge 8b; essays judge export 8b pairs.csv; essays judge import 8b decisions.csv
        """
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


class PageSettings(BatchSettings):
    """The page on which people judge."""

    name: Annotated[list[str], Field(description="A judge's name. Repeatable: each gets their own link.")] = Field(
        default_factory=list
    )
    host: Annotated[str, Field(description="This machine's address, at which others reach the page.")] = LOOPBACK
    port: Annotated[int, Field(ge=0, le=65535, description="The page's port. (default: as before, or any)")] = 0
    certificate: Annotated[str, Field(description="A PEM file with the certificate for HTTPS.")] = ""
    key: Annotated[str, Field(description="A PEM file with its key, if that is a separate file.")] = ""
    address: Annotated[str, Field(description="How links begin behind a reverse proxy: https://...")] = ""


class RevokeSettings(BatchSettings):
    """The judge whose link to revoke."""

    judge: Annotated[str, typer.Argument(metavar="NAME", show_default=False), Field(description="The judge's name.")]


class TableSettings(BatchSettings):
    """A table of pairs to write, or of decisions to read."""

    table_file: Annotated[
        Path, typer.Argument(metavar="TABLE", dir_okay=False, show_default=False), Field(description="A CSV file.")
    ]


def page(settings: PageSettings, console: Console) -> ExitCode:
    """Serve the page on which people judge, until everything is judged and the batch has ended.

    By default, only this machine can open the page. To serve a network, use --host, with HTTPS from --certificate or
    from a reverse proxy at --address. Any number of judges can have the page open; each decision is saved at once. If
    no other process is running the batch, this command does.

    Examples: essays judge 8b; essays judge 8b --host 192.168.1.20 --certificate judge.pem --name "Eva Lind" --name Ali
    """
    place = settings.place
    if _pending_in(place).situation is Situation.OVER:
        console.print(f"All comparisons of batch {escape(place.batch_id)} have been made.")
    with opened(place.url, console, **_running(settings)) as engine:
        batch = engine.batch(place.batch_id)
        address = PageAddress(settings.host, settings.port, settings.certificate, settings.key, settings.address)
        invitation = Invitation(batch, place, console, address=address, judges=settings.name)
        return follow(_gone_on(batch), place, console, invitation=invitation)


def export_pairs(settings: TableSettings, console: Console) -> None:
    """Write the pairs to be judged now as CSV, with the columns key, left and right (essay ids).

    Example: essays judge export 8b pairs.csv
    """
    table, pending = settings.table_file, _pending_in(settings.place)
    _write(table, pairs_csv(pending.pairs))
    console.print(f"Written: {escape(str(table))} with {len(pending.pairs)} pairs.")
    if not pending.pairs:
        console.print(_why_none(pending))
    console.answer({"batch_id": settings.batch_id, "written": str(table), "pairs": len(pending.pairs)})


def import_decisions(settings: TableSettings, console: Console) -> ExitCode:
    """Import decisions from CSV, with the columns key, winner (left, right, tie, or the essay's id) and judge.

    If any decision is invalid, none is imported. After the last ones, the batch continues to its end.

    Example: essays judge import 8b decisions.csv
    """
    place = settings.place
    decisions = _decisions_in(settings.table_file, _pending_in(place))
    with opened(place.url, console, **_running(settings)) as engine:
        batch = engine.batch(place.batch_id)
        judging = batch.judging()
        judging.decide_all(decisions)
        console.print(f"Imported {len(decisions)} decisions.")
        pending = judging.pending
        if pending.situation is Situation.OVER:
            return follow(_gone_on(batch), place, console)
        console.print(f"{len(pending.pairs)} pairs are to be judged now: export them, or judge them on the page.")
        console.answer({"batch_id": place.batch_id, "taken_over": len(decisions), "awaited": len(pending.pairs)})
        return ExitCode.DONE


def revoke(settings: RevokeSettings, console: Console) -> None:
    """Revoke a judge's link. It stops working at once, even on a page that is being served.

    The judge's decisions are kept.

    Example: essays judge revoke 8b "Eva Lind"
    """
    place = settings.place
    JudgeLinks(place.folder, place.batch_id).revoke(settings.judge)
    console.print(f"The link of {escape(settings.judge)} no longer works.")
    console.answer({"batch_id": place.batch_id, "revoked": settings.judge})


add(app, "page", page, within="judge")
add(app, "revoke", revoke, within="judge")
add(app, "export", export_pairs, within="judge")
add(app, "import", import_decisions, within="judge")


def _pending_in(place: BatchPlace) -> PendingPairs:
    with Engine.reader(place.url) as reader:
        return reader.batch(place.batch_id).pending_pairs()


def _running(settings: BatchSettings) -> dict[str, Any]:
    """Where to run the batch: in the cluster that runs it or that RAY_ADDRESS names, or else in this process."""
    kind = "ray" if os.environ.get("RAY_ADDRESS") else "local"
    return {"runtime": kind, "services": settings.services, "joining": settings.batch_id}


def _gone_on(batch: Batch) -> Batch:
    """Continue the batch if it was interrupted, but not if somebody has paused it."""
    return batch if batch.is_paused else batch.resume()


def _decisions_in(table: Path, pending: PendingPairs) -> list[JudgeDecision]:
    try:
        text = table.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RequestError(f"{table} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise RequestError(f"{table} is not a CSV file in UTF-8: save it as one from your spreadsheet.") from None
    try:
        values = decisions_of_csv(text, pending.pairs)
    except DecisionsError as error:
        raise RequestError(f"{table}: {error}") from None
    if not values:
        raise RequestError(f"There are no decisions in {table}.")
    judges = {pair.key: pair.judge for pair in pairs_of(pending)}  # no name: the pair's own judge
    return [
        JudgeDecision(
            key, Winner(value["winner"]), (judges[key] if value["judge"] == UNNAMED else None) or value["judge"]
        )
        for key, value in values.items()
    ]


def _write(table: Path, text: str) -> None:
    try:
        table.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RequestError(f"{table} cannot be written: {error.strerror}.") from None


def _why_none(pending: PendingPairs) -> str:
    match pending.situation:
        case Situation.NOT_YET:
            return "There is nothing to judge yet: earlier phases have not ended, or the batch is paused."
        case Situation.OVER:
            return "There is nothing left to judge: all comparisons have been made."
        case Situation.JUDGING:
            return "There is nothing to judge right now: other judges of the panel are still at work."


if __name__ == "__main__":
    keep_others_out()
    app(prog_name="essays judge")
