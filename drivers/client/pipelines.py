"""Named pipelines, and checks that the phases of a pipeline fit together."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from importlib import import_module
from types import MappingProxyType
from typing import Any, Final

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from actors.phases.registry import BUILT_IN_SERVICES, DefaultService, described
from contracts.phase_registry import PhaseNotInstalled, definition_of
from contracts.phases import PhaseName
from contracts.results import PHASE_RESULTS
from drivers.client.errors import RequestError
from drivers.client.requested_phases import known_phases, phase_called, split_phases

Options = Mapping[str, Mapping[str, Any]]
_LIKELY: Final = 0.6


@dataclass(frozen=True, slots=True)
class NamedPipeline:
    """A pipeline: its phases in order, and their settings by phase."""

    phases: tuple[str, ...]
    options: Options = field(default_factory=dict)


BUILT_IN: Final[Mapping[str, NamedPipeline]] = MappingProxyType(
    {
        "ranking": NamedPipeline(("spellcheck", "cj_assessment")),
        "feedback": NamedPipeline(("spellcheck", "nlp", "ai_feedback")),
        "everything": NamedPipeline(("spellcheck", "nlp", "cj_assessment", "ai_feedback")),
    }
)


class NLPOptions(BaseModel):
    """The NLP phase's own settings."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    parse: bool = Field(
        default=True, description="Parse sentences where a parser is installed: more metrics, sixteen times the work."
    )


_OPTION_MODELS: Final[Mapping[PhaseName, str]] = MappingProxyType(
    {
        PhaseName.SPELLCHECK: "actors.phases.spellcheck.options:SpellcheckOptions",
        PhaseName.AI_FEEDBACK: "actors.phases.ai_feedback.settings:FeedbackOptions",
        PhaseName.CJ_ASSESSMENT: "actors.phases.cj_assessment.settings:CJOptions",
        PhaseName.NLP: f"{__name__}:NLPOptions",
    }
)


def option_model(phase: PhaseName) -> type[BaseModel] | None:
    """The model of a phase's settings; None if the phase declares none."""
    if phase not in _OPTION_MODELS:
        return None if phase in PHASE_RESULTS else definition_of(phase).settings
    module, _, name = _OPTION_MODELS[phase].partition(":")
    model: type[BaseModel] = getattr(import_module(module), name)
    return model


def pipelines_in(table: Any) -> dict[str, NamedPipeline]:
    """The pipelines defined in a settings file: ``phases``, and a table of settings for each phase.

    Raises:
        RequestError: a pipeline has no or unknown phases, is named like a phase, or has settings for other phases.
    """
    if not isinstance(table, Mapping) or not all(isinstance(body, Mapping) for body in table.values()):
        raise RequestError('write a pipeline as a table: [pipelines.exam], then phases = ["spellcheck", "nlp"].')
    return {name: _pipeline(name, body) for name, body in table.items()}


def _pipeline(name: str, body: Mapping[str, Any]) -> NamedPipeline:
    if phase_called(name) is not None:
        raise RequestError(f"a pipeline cannot be called {name}, because that is the name of a phase.")
    phases = body.get("phases")
    if not isinstance(phases, list) or not phases:
        raise RequestError(f'[pipelines.{name}] lists no phases: add a line such as phases = ["spellcheck", "nlp"].')
    known_phases([str(phase) for phase in phases])
    options = {key: value for key, value in body.items() if key != "phases"}
    if strange := [key for key in options if key not in phases or not isinstance(options[key], Mapping)]:
        raise RequestError(f"[pipelines.{name}] has {', '.join(strange)}, which is not a table for one of its phases.")
    return NamedPipeline(tuple(phases), options)


def pipeline_of(given: str, named: Mapping[str, NamedPipeline]) -> NamedPipeline:
    """The pipeline with this name, or with these phases, separated by commas.

    Raises:
        RequestError: ``given`` is neither a known pipeline nor a list of known phases.
    """
    known = {**BUILT_IN, **named}
    if given.strip() in known:
        return known[given.strip()]
    try:
        return NamedPipeline(tuple(split_phases(given)))
    except RequestError as error:
        likely = get_close_matches(given.strip(), known, n=1, cutoff=_LIKELY)
        hint = f" Did you mean the pipeline {likely[0]}?" if likely else ""
        raise RequestError(f"{error}{hint} Known pipelines: {', '.join(sorted(known))}.") from None


Services = Mapping[PhaseName, Callable[[], Any]]


def check_pipeline(
    phases: Sequence[str], options: Options, services: Services, new: Collection[str] | None = None
) -> list[str]:
    """Check that a pipeline can run, before anything is started. Returns hints that would improve its (``new``) phases.

    Raises:
        RequestError: a phase needs the results of another that does not run before it, or a setting is wrong.
    """
    pipeline = known_phases(phases)
    for phase in pipeline:
        _check_options(phase, options.get(phase, {}))
    services_of = {phase: _described(phase, services) for phase in pipeline}
    for position, phase in enumerate(pipeline):
        needs: Sequence[PhaseName] = getattr(services_of[phase], "needs", ())
        if missing := [need for need in needs if need not in pipeline[:position]]:
            raise RequestError(
                f"{phase} needs the results of {', '.join(missing)}: put {', '.join(missing)} before it, as in "
                f"{','.join([*missing, phase])}."
            )
    return [
        f"{phase} could use the results of {later}, which comes after it: put {later} first."
        for position, phase in enumerate(pipeline)
        for later in pipeline[position + 1 :]
        if later in getattr(services_of[phase], "uses", ()) and (new is None or phase in new)
    ]


def _described(phase: PhaseName, services: Services) -> Any:
    """The class that declares what the phase ``needs`` and ``uses``; None if a built-in phase has no service."""
    if phase not in services and phase in BUILT_IN_SERVICES:
        return None
    try:
        return described(services.get(phase, DefaultService(phase)))
    except PhaseNotInstalled as error:
        raise RequestError(f"The {phase} phase cannot run: {error}.") from None


def _check_options(phase: PhaseName, options: Mapping[str, Any]) -> None:
    model = option_model(phase) if options else None
    try:
        if model is not None:
            model.model_validate(dict(options))
    except ValidationError as error:
        fields = ", ".join(sorted(model.model_fields)) if model else ""
        wrong = "; ".join(f"{'.'.join(map(str, each['loc'])) or phase}: {_error_text(each)}" for each in error.errors())
        raise RequestError(f"Settings of {phase}: {wrong}. Its settings are: {fields}.") from None


def _error_text(error: Mapping[str, Any]) -> str:
    return "there is no such setting" if error["type"] == "extra_forbidden" else str(error["msg"])


def judge_kinds(options: Options) -> set[Any]:
    """The kinds of judge that these options ask for; empty if they do not say."""
    asked = options.get(PhaseName.CJ_ASSESSMENT, {}).get("judge", [])
    judges = asked if isinstance(asked, list | tuple) else [asked]
    return {judge.get("kind") if isinstance(judge, Mapping) else judge for judge in judges}
