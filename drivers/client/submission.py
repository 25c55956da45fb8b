"""A batch that is to be run: its essays, its pipeline, and the message that registers it. Built once, checked once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias
from uuid import UUID

from pydantic import ValidationError

from contracts.messages import EssayInput, RegisterBatch
from contracts.registration import BatchRegistrationRequestV1
from drivers.client.bootstrap import SERVICES
from drivers.client.errors import RequestError
from drivers.client.pipelines import Options, Services, check_pipeline, pipeline_of
from drivers.client.requested_phases import known_phases
from drivers.intake.model import Intake
from drivers.intake.take_in import intake_of_text, read_essays

Essays: TypeAlias = str | Path | Sequence[str | Path] | Mapping[str, str] | Sequence[Intake]
"""What a batch's essays may be given as: a path, several, texts by essay id, or what ``read_essays`` has read."""

_NAME: Final = re.compile(r"[\w.-]{1,100}")


@dataclass(frozen=True, slots=True)
class BatchSpec:
    """What is wanted of a batch, besides its essays.

    ``options`` are the phases' own settings, by phase. ``correlation_id`` is the caller's trace; None: a new one.
    ``urgent``: it goes before the others of its engine, which get a fourth of the work that is handed out.
    """

    batch_id: str
    phases: Sequence[str]
    language: str = "auto"
    essay_instructions: str = ""
    course_code: str = ""
    class_designation: str = ""
    teacher_name: str = ""
    options: Options = field(default_factory=dict)
    correlation_id: UUID | None = None
    urgent: bool = False


@dataclass(frozen=True, slots=True)
class Submission:
    """A batch that was found right, as far as that can be seen without a store.

    ``essays`` are those read, the unreadable ones among them. ``hints`` say what would serve the pipeline better.

    Example:
        >>> submission = prepare(BatchSpec("8b", ["spellcheck", "nlp"]), read_essays([Path("essays")]))
        >>> engine.submit(submission).result()
    """

    message: RegisterBatch
    essays: tuple[Intake, ...]
    hints: tuple[str, ...] = ()

    @property
    def batch_id(self) -> str:
        """The batch's name."""
        return self.message.batch_id

    @property
    def texts(self) -> Mapping[str, str]:
        """The texts of the essays that could be read, by their storage id."""
        return {essay.text_id: essay.text for essay in self.essays if essay.text is not None}


def prepare(spec: BatchSpec, essays: Iterable[Intake], services: Services = SERVICES) -> Submission:
    """Check a batch, and build the message that registers it.

    Raises:
        RequestError: a phase is unknown, repeated or comes before what it needs, a setting is wrong, the language is
            no language, the name cannot be a batch's, or there are no essays.
    """
    given = tuple(essays)
    if not given:
        raise RequestError("There are no essays: a batch has at least one.")
    check_name("batch", spec.batch_id)
    hints = check_pipeline(spec.phases, spec.options, services)
    inputs = tuple(EssayInput(each.essay_id, each.file, each.text_id, each.failure) for each in given)
    message = RegisterBatch(spec.batch_id, _request(spec, given), inputs, spec.options, urgent=spec.urgent)
    return Submission(message, given, tuple(hints))


def _request(spec: BatchSpec, essays: Sequence[Intake]) -> BatchRegistrationRequestV1:
    try:
        return BatchRegistrationRequestV1(
            expected_essay_count=len(essays),
            essay_ids=[essay.essay_id for essay in essays],
            requested_pipelines=list(known_phases(spec.phases)),
            course_code=spec.course_code,
            class_designation=spec.class_designation,
            teacher_name=spec.teacher_name,
            essay_instructions=spec.essay_instructions,
            language=spec.language,
            correlation_id=spec.correlation_id,
        )
    except ValidationError as error:
        raise RequestError("; ".join(_error_text(each) for each in error.errors())) from None


def _error_text(error: Mapping[str, Any]) -> str:
    place = ".".join(str(part) for part in error["loc"])
    message = str(error["msg"]).removeprefix("Value error, ")
    return f"{place}: {message}" if place else message


def check_name(of: str, name: str) -> None:
    """The name of a batch or an essay becomes part of names of processes and files.

    Raises:
        RequestError: it has other characters than letters, digits, dots, dashes and underscores, or too many.
    """
    if not _NAME.fullmatch(name) or name in {".", ".."}:
        raise RequestError(
            f"{name!r} cannot be the name of {_article(of)}: use up to 100 letters, digits, dots, dashes, underscores."
        )


def _article(of: str) -> str:
    return f"an {of}" if of[0] in "aeiou" else f"a {of}"


def essays_from(given: Essays) -> list[Intake]:
    """Essays, however they were given.

    Raises:
        RequestError: a path does not exist, there is no essay in it, or an id cannot be an essay's.
    """
    if isinstance(given, str | Path):
        return read_essays([Path(given)])
    if isinstance(given, Mapping):
        for essay_id in given:
            check_name("essay", essay_id)
        return [intake_of_text(essay_id, text) for essay_id, text in given.items()]
    read = [each for each in given if isinstance(each, Intake)]
    paths = [Path(each) for each in given if isinstance(each, str | Path)]
    if read and paths:
        raise RequestError("Give essays as paths, or as what was read before; not some as this and some as that.")
    return read or read_essays(paths)


def phases_of(pipeline: str | Sequence[str]) -> tuple[str, ...]:
    """A pipeline as its phases: from a list, from names separated by commas, or by the name of a built-in pipeline.

    Raises:
        RequestError: a phase is unknown.
    """
    if isinstance(pipeline, str):
        return tuple(pipeline_of(pipeline, {}).phases)
    return tuple(known_phases(pipeline))
