"""``python -m drivers.cli.judge BATCH``: people judge a batch on a page, or by CSV with ``export`` and ``import``."""

from contextlib import closing
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic_core import to_json
from rich.markup import escape
from typer.core import TyperGroup

from actors.phases.cj_assessment.exchange import DecisionsError, decisions_of_csv, pairs_csv
from contracts.work import PieceDone
from drivers.cli.command_line import help_text
from drivers.cli.console import Voice
from drivers.cli.exit_codes import ExitCode
from drivers.cli.following import follow, running
from drivers.cli.locating import folder_of, go_on, store_of
from drivers.cli.options import BatchId, Json, Out, SettingsFile, Store
from drivers.client.batches import Batches
from drivers.client.bootstrap import SERVICES, RuntimeKind, Settings
from drivers.client.errors import RequestError
from drivers.client.stores import join_cluster_of, reading
from drivers.judging.docket import Docket, DocketReader, Situation, record_of
from drivers.judging.invitation import Invitation

Table = Annotated[Path, typer.Argument(help="A CSV file.", dir_okay=False, show_default=False)]


class _PageByDefault(TyperGroup):
    """A batch where a command could stand means its page."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        if args and args[0] not in {*self.commands, "--help"}:
            args = ["page", *args]
        return super().parse_args(ctx, args)


app = typer.Typer(
    cls=_PageByDefault,
    help=help_text(
        """Judge essays in pairs: on a page in the browser (judge BATCH), or elsewhere, by CSV.

        Examples: essays judge 8b; essays judge export 8b pairs.csv; essays judge import 8b decisions.csv
        """
    ),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


@app.command()
def page(
    batch_id: BatchId,
    store: Store = None,
    out: Out = None,
    port: Annotated[int, typer.Option(min=0, max=65535, help="Of the page. [default: any that is free]")] = 0,
    name: Annotated[str, typer.Option(help="Your name: the page then does not ask for it.")] = "",
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Serve the page on which people judge, on this machine only, until all is judged and the batch has ended.

    Any number of judges can have it open; each decision is saved at once. If nothing runs the batch now, it runs here.

    Example: essays judge 8b --name "Eva Lind"
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        url = store_of(batch_id, store, out)
        situation = _docket_in(url, batch_id).situation
        if situation is Situation.OVER:
            voice.say(f"All comparisons of batch {escape(batch_id)} are made.")
        how = go_on(batch_id, store, out)
        raise typer.Exit(_follow(url, batch_id, folder_of(batch_id, url, out), voice, port=port, judge=name, how=how))


@app.command("export")
def export_pairs(
    batch_id: BatchId,
    table: Table,
    store: Store = None,
    out: Out = None,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Write the pairs that are awaited now as CSV: key, left, right (the essays' ids).

    Example: essays judge export 8b pairs.csv
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        docket = _docket_in(store_of(batch_id, store, out), batch_id)
        _write(table, pairs_csv(docket.pairs))
        voice.say(f"Written: {escape(str(table))} with {len(docket.pairs)} pairs.")
        if not docket.pairs:
            voice.say(_why_none(docket))
        voice.answer({"batch_id": batch_id, "written": str(table), "pairs": len(docket.pairs)})


@app.command("import")
def import_decisions(
    batch_id: BatchId,
    table: Table,
    store: Store = None,
    out: Out = None,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Take over decisions from CSV: key, winner (left, right, tie, or the essay's id), judge. All of them, or none.

    When they were the last ones, the batch goes on to its end.

    Example: essays judge import 8b decisions.csv
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        url = store_of(batch_id, store, out)
        values = _decisions_in(table, _docket_in(url, batch_id))
        with running(_runtime_of(url, batch_id), voice) as runtime:
            batches = Batches(runtime)
            docket = _delivered(batches, batch_id, values)
            voice.say(f"Taken over: {len(values)} decisions.")
            if docket.situation is not Situation.OVER:
                voice.say(f"{len(docket.pairs)} pairs are awaited now: export them, or judge them on the page.")
                voice.answer({"batch_id": batch_id, "taken_over": len(values), "awaited": len(docket.pairs)})
                raise typer.Exit(ExitCode.DONE)
            batches.wake_up(batch_id)
            folder = folder_of(batch_id, url, out)
            raise typer.Exit(follow(batches, batch_id, folder, voice, go_on=go_on(batch_id, store, out)))


def _docket_in(url: str, batch_id: str) -> Docket:
    with closing(reading(url)) as opened:
        return DocketReader(batch_id, opened, SERVICES).read()


def _runtime_of(url: str, batch_id: str) -> Settings:
    """The cluster that runs the batch, or else this process."""
    cluster = join_cluster_of(url, batch_id)
    return Settings(url, RuntimeKind.LOCAL if cluster is None else RuntimeKind.RAY)


def _follow(url: str, batch_id: str, folder: Path, voice: Voice, *, port: int, judge: str, how: str) -> ExitCode:
    with running(_runtime_of(url, batch_id), voice) as runtime:
        batches = Batches(runtime)
        batches.wake_up(batch_id)
        invitation = Invitation(batches, batch_id, folder, voice, port=port, judge=judge)
        return follow(batches, batch_id, folder, voice, go_on=how, invitation=invitation)


def _delivered(batches: Batches, batch_id: str, values: dict[str, dict[str, Any]]) -> Docket:
    """Store the decisions in one commit and tell the batch; what is awaited then."""
    reader = DocketReader(batch_id, batches.store, SERVICES)
    docket = reader.read()
    awaited = {pair.key for pair in docket.pairs}
    if late := sorted(values.keys() - awaited):
        raise RequestError(f"Meanwhile these pairs were decided by others: {', '.join(late)}. Nothing was taken over.")
    batches.store.commit([record_of(docket, batch_id, pair, to_json(value).decode()) for pair, value in values.items()])
    for pair in values:
        batches.runtime.tell(docket.address, PieceDone(pair))
    return reader.read()


def _decisions_in(table: Path, docket: Docket) -> dict[str, dict[str, Any]]:
    try:
        text = table.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise RequestError(f"{table} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        raise RequestError(f"{table} is no CSV in UTF-8: save it so from your spreadsheet.") from None
    try:
        values = decisions_of_csv(text, docket.pairs)
    except DecisionsError as error:
        raise RequestError(f"{table}: {error}") from None
    if not values:
        raise RequestError(f"{table} holds no decisions.")
    return values


def _write(table: Path, text: str) -> None:
    try:
        table.write_text(text, encoding="utf-8")
    except OSError as error:
        raise RequestError(f"{table} cannot be written: {error.strerror}.") from None


def _why_none(docket: Docket) -> str:
    match docket.situation:
        case Situation.NOT_YET:
            return "Nothing is awaited yet: earlier phases have not ended, or the batch is paused."
        case Situation.OVER:
            return "Nothing is awaited any more: all comparisons are made."
        case Situation.JUDGING:
            return "Nothing is awaited right now: other judges of the panel are at work."


if __name__ == "__main__":
    app(prog_name="python -m drivers.cli.judge")
