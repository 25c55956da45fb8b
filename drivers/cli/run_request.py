"""The settings of ``essays run``, from flags, the environment and a file; and how they are saved to repeat a run."""

import json
import tomllib
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Annotated, Any, Final

import tomli_w
import typer
from pydantic import Field
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from actors.runtime.runtime import DEFAULT_NAMESPACE
from actors.stores.store import StoreError
from contracts.phases import PhaseName
from drivers.cli.completion import known_pipelines
from drivers.cli.locating import DEFAULT_FOLDER, BatchPlace, check_stays, from_anywhere, store_in
from drivers.cli.options import Namespace, Set
from drivers.cli.settings import NOT_A_FLAG, CommandSettings, key_of
from drivers.client.bootstrap import RuntimeKind
from drivers.client.errors import RequestError
from drivers.client.pipelines import NamedPipeline, judge_kinds, pipeline_of
from drivers.client.requested_phases import known_phases
from drivers.client.stores import knows
from drivers.client.submission import check_name
from drivers.intake import Ask, IntakeReport, sample_assignment, sample_paths, take_in
from drivers.intake.assignment import assignment_file, assignment_text

LANGUAGES: Final = ("en", "en-GB", "en-US", "sv")
"""The languages that the built-in phases know."""
FILE: Final = "settings.toml"
_HEAD: Final = "# The settings of this run. Repeat it, as a new batch, with: essays run --settings {path}\n\n"
_LONGEST_STEM: Final = 60
_NOT_REPEATED: Final = {"batch_id", "out", "as_json", "settings", *NOT_A_FLAG}


class RunRequest(CommandSettings):
    """A batch to run: its essays, its class, its pipeline, and where its results go."""

    paths: Annotated[
        list[Path], typer.Argument(show_default=False), Field(description="Folders or files with essays.")
    ] = Field(default_factory=list)
    pipeline: Annotated[
        str,
        typer.Option(autocompletion=known_pipelines),
        Field(description="Phases in order, separated by commas, or the name of a pipeline."),
    ] = "spellcheck,cj_assessment"
    runtime: Annotated[RuntimeKind, Field(description="Run on Ray, or in this process.")] = RuntimeKind.RAY
    store: Annotated[
        str | None,
        typer.Option(metavar="URL"),
        Field(description="The store's SQLAlchemy URL. (default: an SQLite file in --out)"),
    ] = None
    out: Annotated[
        Path | None,
        typer.Option(file_okay=False),
        Field(description="Folder for the results. (default: results/BATCH-ID)"),
    ] = None
    batch_id: Annotated[
        str | None,
        Field(description="The batch's name. (default: as --out, or the essays' folder and the time)"),
    ] = None
    language: Annotated[str, Field(description=f"{', '.join(LANGUAGES)}, or auto to detect it in each text.")] = "auto"
    assignment: Annotated[str, Field(description="What the students were asked to write: a text, or a file.")] = ""
    class_list: Annotated[
        Path | None,
        typer.Option(dir_okay=False),
        Field(description="CSV or XLSX with the students' names, to match essays to."),
    ] = None
    ignore: Annotated[list[Path], Field(description="A file that is not an essay. Repeatable.")] = Field(
        default_factory=list
    )
    all_files: Annotated[bool, Field(description="Take every file for an essay, even if it looks like none.")] = False
    course: Annotated[str, Field(description="Course code.")] = ""
    class_name: Annotated[str, Field(alias="class", description="Name of the class.")] = ""
    teacher: Annotated[str, Field(description="The teacher's name.")] = ""
    workers: Annotated[int | None, Field(ge=1, description="Number of phase workers. (default: one per core)")] = None
    essay_processes: Annotated[
        int | None,
        Field(ge=0, description="Up to this many essays, give each a Ray process. (default: as many as start in 5 s)"),
    ] = None
    urgent: Annotated[bool, Field(description="Work on this batch before others of the same engine.")] = False
    namespace: Namespace = DEFAULT_NAMESPACE
    set_: Set = Field(default_factory=list)
    strict: Annotated[bool, Field(description="End with exit code 1 if an essay failed.")] = False
    sample: Annotated[bool, Field(description="Run the bundled class of twelve essays.")] = False

    @cached_property
    def place(self) -> BatchPlace:
        """The batch's name, and where its results go.

        Raises:
            RequestError: the name is not valid, or the results would be lost.
        """
        check_stays(self.out)
        chosen = self.batch_id or self._named_as_its_folder() or self._made_batch_id()
        check_name("batch", chosen)
        folder = self.out or DEFAULT_FOLDER / chosen
        # "Continue with" names the folder only if it could not be found otherwise.
        out = None if self.store is None and folder == DEFAULT_FOLDER / chosen else folder
        is_local = self.runtime is RuntimeKind.LOCAL
        return BatchPlace(chosen, self.store, out, is_local, found=self.store or store_in(folder))

    @cached_property
    def chosen(self) -> NamedPipeline:
        """The chosen pipeline, with its settings.

        Raises:
            RequestError: it is unknown, or a setting is for a phase that is not in it.
        """
        return pipeline_with(self.pipeline, self.pipelines, self.set_)

    def _named_as_its_folder(self) -> str:
        """The output folder's name, if one was given and its store has no batch with that name."""
        name = _plain(self.out.resolve().name) if self.out else ""
        with suppress(StoreError, RequestError):  # there is no store yet
            return "" if self.out and name and knows(self.store or store_in(self.out), name) else name
        return name

    def _made_batch_id(self) -> str:
        stem = "sample" if self.sample or not self.paths else self.paths[0].resolve().stem
        return f"{_plain(stem) or 'batch'}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"

    def read(self, ask: Ask) -> IntakeReport:
        """Read the essays. The assignment and the class list are skipped if they are in the same folder.

        Raises:
            RequestError: no essays are given or found, or a question about a file cannot be answered.
        """
        if self.sample and self.paths:
            raise RequestError("Give either paths or --sample, not both.")
        if not self.sample and not self.paths:
            raise RequestError("Give a folder with essays, or try the bundled class with --sample.")
        task = assignment_file(self.assignment)
        report = take_in(
            sample_paths() if self.sample else self.paths,
            ignore=[*self._left_out(), *([task] if task else [])],
            class_list=self.class_list,
            assignment=self.instructions(),
            ask=ask,
            pictures=self._is_for_people_only,
        )
        if not report.essays:
            raise RequestError("There are no essays among the files given: all of them were left out.")
        return report

    @property
    def _is_for_people_only(self) -> bool:
        """Whether people do all the work; they can judge what no phase can read, such as a photo of handwriting."""
        return [*self.chosen.phases] == [PhaseName.CJ_ASSESSMENT] and judge_kinds(self.chosen.options) == {"people"}

    def _left_out(self) -> list[Path]:
        """The files to leave out; paths may be relative to the current folder or to a folder of the essays."""
        found: list[Path] = []
        for name in self.ignore:
            there = [file for file in (name, *(path / name for path in self.paths)) if file.exists()]
            if not there:
                raise RequestError(f"There is no file {name} to leave out: check the name given with --ignore.")
            found.extend(there)
        return found

    def instructions(self) -> str:
        """The text of the assignment. The bundled class has its own."""
        return sample_assignment() if self.sample and not self.assignment else assignment_text(self.assignment)

    def save(self) -> Path:
        """Write all settings into the batch's folder, so that the run can be repeated from anywhere.

        The batch's name and folder are left out, because a repeated run needs others; so are passwords.

        Raises:
            RequestError: the folder cannot be written to.
        """
        file = assignment_file(self.assignment)
        resolved = {
            "pipeline": ",".join(self.chosen.phases),
            "paths": [path.resolve() for path in self.paths],
            "ignore": [path.resolve() for path in self._left_out()],
            "assignment": str(file.resolve()) if file else self.assignment,
            "class_list": self.class_list and self.class_list.resolve(),
            "store": from_anywhere(without_secret(self.store)),
            "set_": assignments(self.chosen),
        }
        dumped = self.model_copy(update=resolved).model_dump(mode="json", exclude=_NOT_REPEATED)
        given = {
            key_of(name, field): dumped[name] for name, field in RunRequest.model_fields.items() if dumped.get(name)
        }
        return _write(self.place.folder, {"run": given, **({"services": self.services} if self.services else {})})


def _plain(name: str) -> str:
    """Turn the name of a folder or file into a valid batch name."""
    plain = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in name)
    return plain.strip("-")[:_LONGEST_STEM]


def _write(folder: Path, document: Mapping[str, Any]) -> Path:
    path = folder / FILE
    try:
        path.write_text(_HEAD.format(path=path) + tomli_w.dumps(document), encoding="utf-8")
    except OSError as error:
        raise RequestError(f"The output folder {folder} cannot be written to: {error.strerror}.") from None
    return path


def forget_files(folder: Path, names: Collection[str]) -> None:
    """Remove files with these names from the paths in a saved run's settings.

    Raises:
        RequestError: the file cannot be written.
    """
    try:
        document = tomllib.loads((folder / FILE).read_text(encoding="utf-8"))
        run = document["run"]
    except (OSError, ValueError, KeyError):
        return
    lists = {key: given for key in ("paths", "ignore") if isinstance(given := run.get(key), list)}
    kept = {key: [each for each in given if Path(str(each)).name not in names] for key, given in lists.items()}
    if kept != lists:
        _write(folder, {**document, "run": {**run, **kept}})


def without_secret(store: str | None) -> str | None:
    """The store's URL, or None if it contains a password, which must not be written to a file."""
    try:
        has_secret = bool(store) and "://" in str(store) and make_url(str(store)).password is not None
    except (ArgumentError, ValueError):
        return None
    return None if has_secret else store


def check_language(language: str) -> None:
    """Refuse a language in which every essay would fail.

    Raises:
        RequestError: the built-in phases do not know the language.
    """
    if language.partition("-")[0] not in {"auto", *LANGUAGES}:
        raise RequestError(f"The language cannot be {language!r}. Choose one of: {', '.join(LANGUAGES)}, auto.")


def pipeline_with(given: str, named: Mapping[str, NamedPipeline], settings: Sequence[str]) -> NamedPipeline:
    """The pipeline given by name or by phases; ``settings`` override its own.

    Raises:
        RequestError: it is unknown, or a setting is for a phase that is not in it.
    """
    pipeline = pipeline_of(given, named)
    own = phase_options(settings)
    if strange := sorted(set(own) - set(pipeline.phases)):
        raise RequestError(f"--set has settings for {', '.join(strange)}, which is not in the pipeline.")
    options = {phase: {**pipeline.options.get(phase, {}), **own.get(phase, {})} for phase in pipeline.phases}
    return NamedPipeline(pipeline.phases, {phase: found for phase, found in options.items() if found})


def phase_options(settings: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Parse settings such as ``cj_assessment.budget=5`` into options by phase. Values are JSON, or else text.

    Raises:
        RequestError: a setting is not of the form phase.name=value, or its phase is unknown.
    """
    options: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for setting in settings:
        name, equals, value = setting.partition("=")
        phase, dot, option = name.strip().partition(".")
        if not (equals and dot and option):
            raise RequestError(f"{setting!r} is not a setting: write phase.name=value, as in cj_assessment.budget=5.")
        known_phases([phase])
        options[phase][option] = _value(value)
    return dict(options)


def _value(text: str) -> Any:
    try:
        return json.loads(text)
    except (json.JSONDecodeError, RecursionError):
        return text


def assignments(pipeline: NamedPipeline) -> list[str]:
    """The settings of a pipeline's phases, in the form that ``phase_options`` parses."""
    return [
        f"{phase}.{name}={json.dumps(value, ensure_ascii=False)}"
        for phase, own in pipeline.options.items()
        for name, value in own.items()
    ]
