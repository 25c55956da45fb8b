"""What a user wants run: which essays, of which class, where it goes, through which pipeline."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from actors.phases.llm.settings import settings_from
from actors.phases.service import PhaseWorkError
from contracts.phases import PhaseName
from drivers.cli.locating import DEFAULT_FOLDER, from_anywhere
from drivers.cli.saved_settings import without_secret
from drivers.client.batches import Order, check_batch_id
from drivers.client.errors import RequestError
from drivers.client.pipelines import NamedPipeline, Options, pipeline_of
from drivers.client.requested_phases import phase_options
from drivers.intake import Intake, read_essays, sample_assignment, sample_paths
from drivers.intake.assignment import assignment_file, assignment_text

LANGUAGES: Final = ("en", "en-GB", "en-US", "sv")
"""What the built-in phases know."""

_LONGEST_STEM: Final = 60


@dataclass(frozen=True, slots=True)
class Wishes:
    """The essays, and what lies beside them. ``assignment`` is a text, or the name of a file with it."""

    paths: tuple[Path, ...]
    sample: bool
    ignore: tuple[Path, ...]
    assignment: str
    class_list: Path | None

    def essays(self) -> list[Intake]:
        """Read them; the assignment and the class list are no essays, where they lie in the same folder.

        Raises:
            RequestError: no essays are named, or there are none.
        """
        if self.sample and self.paths:
            raise RequestError("Give paths or --sample, not both.")
        if not self.sample and not self.paths:
            raise RequestError("Name a folder with essays, or try the bundled class with --sample.")
        beside = [file for file in (assignment_file(self.assignment), self.class_list) if file is not None]
        essays = read_essays(sample_paths() if self.sample else list(self.paths), ignore=[*self._left_out(), *beside])
        if not essays:
            raise RequestError("There is no essay in what was given, apart from the files that are none.")
        return essays

    def _left_out(self) -> list[Path]:
        """The files to leave out: named from here, or from a folder of the essays."""
        found: list[Path] = []
        for name in self.ignore:
            there = [file for file in (name, *(path / name for path in self.paths)) if file.exists()]
            if not there:
                raise RequestError(f"There is no file {name} to leave out: check its name.")
            found.extend(there)
        return found

    def instructions(self) -> str:
        """The assignment's text; the bundled class has its own."""
        return sample_assignment() if self.sample and not self.assignment else assignment_text(self.assignment)

    def flags(self) -> Mapping[str, Any]:
        """As flags, to be saved: with absolute paths, so that a run can be repeated from anywhere."""
        file = assignment_file(self.assignment)
        return {
            "paths": list(self.paths),
            "sample": self.sample,
            "ignore": self._left_out(),
            "assignment": file or self.assignment,
            "class-list": self.class_list,
        }


@dataclass(frozen=True, slots=True)
class ClassFacts:
    """What the batch is about."""

    language: str
    course: str
    class_name: str
    teacher: str

    def order(self, batch_id: str, wishes: Wishes, chosen: NamedPipeline, names: Sequence[str]) -> Order:
        """The order for the engine; a language model is told which names to hide, the teacher's too."""
        return Order(
            batch_id=batch_id,
            phases=chosen.phases,
            language=self.language,
            essay_instructions=wishes.instructions(),
            course_code=self.course,
            class_designation=self.class_name,
            teacher_name=self.teacher,
            options=_hiding([name for name in (*names, self.teacher) if name], chosen.options),
        )

    def flags(self) -> Mapping[str, Any]:
        """As flags, to be saved."""
        return {
            "language": self.language,
            "course": self.course,
            "class": self.class_name,
            "teacher": self.teacher,
        }


def check_language(language: str) -> None:
    """Refuse a language in which every essay would fail.

    Raises:
        RequestError: the built-in phases do not know it.
    """
    if language.partition("-")[0] not in {"auto", *LANGUAGES}:
        raise RequestError(f"There is no language {language!r}. Known: {', '.join(LANGUAGES)}, auto.")


def check_model(options: Options) -> None:
    """Refuse a pipeline that asks a language model where none is configured; another cluster has its own environment.

    Raises:
        RequestError: none is, or its settings are wrong.
    """
    feedback, judges = options.get(PhaseName.AI_FEEDBACK, {}), _judges(options.get(PhaseName.CJ_ASSESSMENT, {}))
    if os.environ.get("RAY_ADDRESS") or not (feedback.get("backend") == "llm" or any(map(_is_model, judges))):
        return
    try:
        settings_from(os.environ)
    except PhaseWorkError as error:
        raise RequestError(error.message) from None


def _judges(judging: Mapping[str, Any]) -> list[Any]:
    asked = judging.get("judge", [])
    return list(asked) if isinstance(asked, list) else [asked]


def _is_model(judge: Any) -> bool:
    return (judge.get("kind") if isinstance(judge, Mapping) else judge) == "llm"


def _hiding(names: Sequence[str], options: Options) -> Options:
    """With the class list's names among those that a language model must not see, where one is asked for."""
    if not names:
        return options
    hidden = dict(options)
    feedback = options.get(PhaseName.AI_FEEDBACK, {})
    if feedback.get("backend") == "llm":
        hidden[PhaseName.AI_FEEDBACK.value] = _with_names(feedback, names)
    judging = options.get(PhaseName.CJ_ASSESSMENT, {})
    if "judge" in judging:
        asked, many = judging["judge"], isinstance(judging["judge"], list)
        judges = [_judge_hiding(names, judge) for judge in (asked if many else [asked])]
        hidden[PhaseName.CJ_ASSESSMENT.value] = {**judging, "judge": judges if many else judges[0]}
    return hidden


def _judge_hiding(names: Sequence[str], judge: Any) -> Any:
    specification = {"kind": judge} if isinstance(judge, str) else judge
    return _with_names(specification, names) if _is_model(judge) else judge


def _with_names(settings: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    return {**settings, "names": list(dict.fromkeys([*settings.get("names", ()), *names]))}


@dataclass(frozen=True, slots=True)
class Place:
    """What the batch is called, and where its results go."""

    batch_id: str
    out: Path
    store: str | None

    @classmethod
    def of(cls, batch_id: str | None, out: Path | None, store: str | None, wishes: Wishes) -> "Place":
        """With a name made from the first path and the time, where none is given.

        Raises:
            RequestError: the name has characters that a batch's cannot have.
        """
        name = batch_id or _made_batch_id(wishes)
        check_batch_id(name)
        return cls(name, out or DEFAULT_FOLDER / name, store)

    def flags(self) -> Mapping[str, Any]:
        """As flags, to be saved; not the name and the folder, which are another run's when it is repeated."""
        return {"store": from_anywhere(without_secret(self.store))}


def _made_batch_id(wishes: Wishes) -> str:
    stem = "sample" if wishes.sample or not wishes.paths else wishes.paths[0].resolve().stem
    name = "".join(letter if letter.isalnum() and letter.isascii() else "-" for letter in stem).strip("-") or "batch"
    return f"{name[:_LONGEST_STEM]}-{datetime.now().astimezone():%Y%m%d-%H%M%S}"


def pipeline_with(given: str, named: Mapping[str, NamedPipeline], settings: Sequence[str]) -> NamedPipeline:
    """The pipeline meant by name or by its phases, with these settings over its own.

    Raises:
        RequestError: it is unknown, or a setting is for a phase that is not in it.
    """
    pipeline = pipeline_of(given, named)
    own = phase_options(settings)
    if strange := sorted(set(own) - set(pipeline.phases)):
        raise RequestError(f"--set has settings of {', '.join(strange)}, which is not in the pipeline.")
    options = {phase: {**pipeline.options.get(phase, {}), **own.get(phase, {})} for phase in pipeline.phases}
    return NamedPipeline(pipeline.phases, {phase: found for phase, found in options.items() if found})
