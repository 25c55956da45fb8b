"""A batch to be submitted: its essays, its pipeline, and the message that registers it. Built and checked once."""

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
"""A batch's essays: a path, several paths, a mapping of essay ids to texts, or what ``read_essays`` returned."""

_NAME: Final = re.compile(r"[\w.-]{1,100}")


@dataclass(frozen=True, slots=True)
class BatchSpec:
    """A batch's name, pipeline and settings: everything but its essays.

    ``options`` are settings by phase. ``correlation_id`` is the id of the caller's trace; None makes a new one. With
    ``urgent``, the engine works on this batch before others, which still get a quarter of the work handed out.
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
    """A batch that is ready to be submitted; everything that can be checked without a store was checked.

    ``essays`` includes those that could not be read. ``hints`` suggest improvements to the pipeline.

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
        """The texts of the essays that could be read, by text storage id."""
        return {essay.text_id: essay.text for essay in self.essays if essay.text is not None}


def prepare(spec: BatchSpec, essays: Iterable[Intake], services: Services = SERVICES) -> Submission:
    """Check a batch and make it ready for ``Engine.submit``.

    Raises:
        RequestError: a phase is unknown, repeated or before one that it needs; a setting or the language is invalid;
            the name has characters that are not allowed; or there are no essays.
    """
    given = tuple(essays)
    if not given:
        raise RequestError("There are no essays: a batch needs at least one.")
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
    """Check the name of a batch or an essay, which becomes part of process and file names.

    Raises:
        RequestError: it is too long, or has characters other than letters, digits, dots, dashes and underscores.
    """
    if not _NAME.fullmatch(name) or name in {".", ".."}:
        raise RequestError(
            f"{name!r} cannot be the name of {_article(of)}: use up to 100 letters, digits, dots, dashes, underscores."
        )


def _article(of: str) -> str:
    return f"an {of}" if of[0] in "aeiou" else f"a {of}"


def essays_from(given: Essays) -> list[Intake]:
    """Read essays from any of the forms in which they may be given.

    Raises:
        RequestError: a path does not exist or has no essays, or an essay id is invalid.
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
        raise RequestError("Give all essays as paths, or all as essays read before: the two cannot be mixed.")
    return read or read_essays(paths)


def phases_of(pipeline: str | Sequence[str]) -> tuple[str, ...]:
    """The phases of a pipeline, given as a list, as names separated by commas, or a built-in pipeline's name.

    Raises:
        RequestError: a phase is unknown.
    """
    if isinstance(pipeline, str):
        return tuple(pipeline_of(pipeline, {}).phases)
    return tuple(known_phases(pipeline))
