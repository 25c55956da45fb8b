"""The definition of a phase that a package or a script adds."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

from pydantic import BaseModel

from contracts.phases import InvalidPhase, PhaseScope
from contracts.results.base import PhaseResultData

Figures: TypeAlias = tuple[str, ...] | Callable[[Mapping[str, Any]], Mapping[str, Any]]
_TARGET: Final = re.compile(r"[\w.]+:\w+")


@dataclass(frozen=True, slots=True)
class PhaseDefinition:
    """Your own phase. Name it in an entry point of the group ``essay_pipelines.phases``, or pass it to ``Engine.open``.

    Args:
        name: the phase's name in pipelines, settings and results; its statuses and triggers are derived from it.
        result: the model of its result for one essay.
        service: what does its work: ``"package.module:Class"`` (imported by the process that works), or a class or
            function without arguments. It implements ``EssayService`` or, for a phase of cohort scope,
            ``CohortService``; its ``uses`` and ``needs`` say which phases it builds on.
        scope: whether it works on one essay at a time, or on all essays of a batch together.
        settings: the model of its settings, so that a wrong one is refused before anything starts; None if its
            settings are not checked.
        figures: the few values to show in tables: names of result fields, or a function of the result (as JSON).

    Raises:
        InvalidPhase: an argument is invalid; the message says which.

    Example:
        >>> from contracts import PhaseDefinition, PhaseResultData
        >>> class WordCount(PhaseResultData):
        ...     words: int
        >>> PhaseDefinition("word_count", WordCount, "my_package.service:WordCountService", figures=("words",)).name
        'word_count'
    """

    name: str
    result: type[PhaseResultData]
    service: str | Callable[[], Any]
    scope: PhaseScope = PhaseScope.ESSAY
    settings: type[BaseModel] | None = None
    figures: Figures = ()

    def __post_init__(self) -> None:
        if problem := self._problem():
            raise InvalidPhase(f"phase {self.name!r}: {problem}")

    def _problem(self) -> str | None:
        if not _is_subclass(self.result, PhaseResultData):
            return f"its result must be a subclass of PhaseResultData, not {self.result!r}"
        if not (callable(self.service) or (isinstance(self.service, str) and _TARGET.fullmatch(self.service))):
            return f"its service must be 'package.module:Class' or a class, not {self.service!r}"
        if not isinstance(self.scope, PhaseScope):
            return f"its scope must be one of {', '.join(map(str, PhaseScope))} (of PhaseScope), not {self.scope!r}"
        if self.settings is not None and not _is_subclass(self.settings, BaseModel):
            return f"its settings must be a pydantic model, not {self.settings!r}"
        if isinstance(self.figures, tuple) and (strange := set(self.figures) - set(self.result.model_fields)):
            return f"its figures name {', '.join(sorted(strange))}, which {self.result.__name__} does not have"
        if not isinstance(self.figures, tuple) and not callable(self.figures):
            return f"its figures must be a tuple of names or a function, not {self.figures!r}"
        return None


def _is_subclass(value: object, base: type) -> bool:
    return isinstance(value, type) and issubclass(value, base)
