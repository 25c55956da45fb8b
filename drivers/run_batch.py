"""``python -m drivers.run_batch``: a batch of essays through a pipeline of phases, from files to results."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from contracts.phases import PhaseName
from drivers.cli.command_line import program
from drivers.cli.completion import known_pipelines
from drivers.cli.console import Voice
from drivers.cli.following import follow, running
from drivers.cli.locating import DEFAULT_FOLDER, go_on, make_folder, store_in
from drivers.cli.options import ExitCode, Json, SettingsFile
from drivers.cli.run_request import LANGUAGES, ClassFacts, Place, Wishes, check_language, check_model, pipeline_with
from drivers.cli.saved_settings import save_settings
from drivers.cli.settings_file import named_pipelines
from drivers.client.batches import Batches, Order, registration
from drivers.client.bootstrap import RuntimeKind, Settings
from drivers.client.pipelines import NamedPipeline, check_pipeline
from drivers.client.preflight import check_registration
from drivers.intake import Intake, roster

DEFAULT_PIPELINE = "spellcheck,cj_assessment"

Paths = Annotated[list[Path] | None, typer.Argument(help="Folders or files with essays.", show_default=False)]
Pipeline = Annotated[
    str,
    typer.Option(
        help="Phases in order, separated by commas, or the name of a pipeline.", autocompletion=known_pipelines
    ),
]
Kind = Annotated[RuntimeKind, typer.Option(help="On Ray, or in this process.")]
Store = Annotated[str | None, typer.Option(help="SQLAlchemy URL. (default: an SQLite file in --out)", metavar="URL")]
Out = Annotated[Path | None, typer.Option(help="Folder for the results. (default: results/BATCH-ID)", file_okay=False)]
Id = Annotated[
    str | None, typer.Option("--batch-id", help="What the batch is called (default: the folder's name and the time).")
]
Language = Annotated[str, typer.Option(help=f"{', '.join(LANGUAGES)}, or auto: what each text is written in.")]
Assignment = Annotated[str, typer.Option(help="What was asked for: a text, or a file with it.")]
ClassList = Annotated[
    Path | None, typer.Option(help="CSV or XLSX with the students' names, to match essays to.", dir_okay=False)
]
Ignore = Annotated[list[Path] | None, typer.Option(help="A file among the essays that is none. Repeatable.")]
Course = Annotated[str, typer.Option(help="Course code.")]
ClassName = Annotated[str, typer.Option("--class", help="Class designation.")]
Teacher = Annotated[str, typer.Option(help="The teacher's name.")]
Workers = Annotated[int | None, typer.Option(min=1, help="Phase workers. (default: one per core)")]
EssayProcesses = Annotated[
    int | None, typer.Option(min=0, help="Most essays for each to get a Ray process. (default: 60, or by memory)")
]
Set = Annotated[
    list[str] | None, typer.Option("--set", help="A phase's setting: phase.name=value. Repeatable.", metavar="SETTING")
]
Strict = Annotated[bool, typer.Option("--strict", help="Exit code 1 when an essay failed.")]
Sample = Annotated[bool, typer.Option("--sample", help="Run the bundled class of twelve.")]


def main(
    ctx: typer.Context,
    paths: Paths = None,
    pipeline: Pipeline = DEFAULT_PIPELINE,
    runtime: Kind = RuntimeKind.RAY,
    store: Store = None,
    out: Out = None,
    batch_id: Id = None,
    language: Language = "auto",
    assignment: Assignment = "",
    class_list: ClassList = None,
    ignore: Ignore = None,
    course: Course = "",
    class_name: ClassName = "",
    teacher: Teacher = "",
    workers: Workers = None,
    essay_processes: EssayProcesses = None,
    set_: Set = None,
    strict: Strict = False,
    sample: Sample = False,
    as_json: Json = False,
    _settings: SettingsFile = None,
) -> None:
    """Run a batch of essays through a pipeline of phases.

    Exit codes: 0 done, 1 some essays failed (with --strict), 2 a mistake in the call, 3 the batch failed critically
    or was cancelled, 4 the store or Ray is not available, 130 interrupted.

    Examples: essays run --sample; essays run essays/ --pipeline ranking --class-list 8b.csv --out results/8b;
    essays run --settings results/8b/settings.toml
    """
    voice = Voice(as_json=as_json)
    with voice.clear_errors():
        wishes = Wishes(tuple(paths or ()), sample, tuple(ignore or ()), assignment, class_list)
        facts = ClassFacts(language, course, class_name, teacher)
        place = Place.of(batch_id, out, store, wishes)
        machine = Machine(runtime, workers, essay_processes)
        chosen = pipeline_with(pipeline, named_pipelines(ctx), set_ or [])
        raise typer.Exit(Run(wishes, facts, place, machine, chosen, strict).carry_out(voice))


@dataclass(frozen=True, slots=True)
class Machine:
    """Where a batch runs, and how wide."""

    runtime: RuntimeKind
    workers: int | None
    essay_processes: int | None

    def settings(self, store: str, phases: tuple[str, ...]) -> Settings:
        """For the runtime."""
        warm = tuple(PhaseName(phase) for phase in phases)
        return Settings(store, self.runtime, self.workers, self.essay_processes, warm=warm)

    def flags(self) -> Mapping[str, object]:
        """As flags, to be saved."""
        return {
            "runtime": self.runtime.value,
            "workers": self.workers,
            "essay-processes": self.essay_processes,
        }


@dataclass(frozen=True, slots=True)
class Run:
    """One run as it was asked for."""

    wishes: Wishes
    facts: ClassFacts
    place: Place
    machine: Machine
    chosen: NamedPipeline
    strict: bool

    def carry_out(self, voice: Voice) -> ExitCode:
        """Everything that can be wrong with the call is said before anything is made, or Ray takes seconds to start."""
        place = self.place
        url = place.store or store_in(place.out)
        check_language(self.facts.language)
        settings = self.machine.settings(url, self.chosen.phases)
        hints = check_pipeline(self.chosen.phases, self.chosen.options, settings.services)
        check_model(self.chosen.options)
        essays = self.wishes.essays()
        known = roster.roster_of(essays, self.wishes.class_list)
        order = self.facts.order(place.batch_id, self.wishes, self.chosen, known.names)
        registration(order, essays)
        check_registration(url, order, essays, self._go_on())
        make_folder(place.out)
        _announce(order, essays, [*hints, *known.words()], voice)
        with running(settings, voice, len(essays)) as runtime:
            batches = Batches(runtime)
            batches.register(order, essays)
            roster.keep(place.out, place.batch_id, known.students)
            save_settings(place.out, self._flags(), self.chosen.options)
            return follow(batches, place.batch_id, place.out, voice, go_on=self._go_on(), strict=self.strict)

    def _go_on(self) -> str:
        place = self.place
        out = None if place.out == DEFAULT_FOLDER / place.batch_id and place.store is None else place.out
        return go_on(place.batch_id, place.store, out, local=self.machine.runtime is RuntimeKind.LOCAL)

    def _flags(self) -> dict[str, object]:
        """As flags, to be saved."""
        own = {"pipeline": ",".join(self.chosen.phases), "strict": self.strict}
        return {**own, **self.wishes.flags(), **self.facts.flags(), **self.machine.flags(), **self.place.flags()}


def _announce(order: Order, essays: list[Intake], words: list[str], voice: Voice) -> None:
    unreadable = sum(essay.failure is not None for essay in essays)
    said = f" ([red]{unreadable} cannot be read[/red])" if unreadable else ""
    pipeline = " -> ".join(order.phases)
    many = f"{len(essays)} essays" if len(essays) != 1 else "1 essay"
    voice.say(f"Batch [bold]{escape(order.batch_id)}[/bold]: {many}{said}, {pipeline}")
    twice = [f"{essay.essay_id} has the same text as {essay.duplicate_of}." for essay in essays if essay.duplicate_of]
    notes = [f"{essay.file}: {note}." for essay in essays for note in essay.notes if not essay.duplicate_of]
    for line in [*words, *twice, *notes]:
        voice.say(f"[yellow]{escape(line)}[/yellow]")


if __name__ == "__main__":
    program("run", main)
