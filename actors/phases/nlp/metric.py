"""Metrics: named functions of a document, whose docstrings are their entries in the table of metrics.

The docstring of a metric's function has its definition in the first paragraph and then the line
``Unit: <unit>. Source: <who defined it>.`` Both are read from there, so that the table cannot drift from the code.
"""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Final

from actors.phases.nlp.document import Document

Requirement = Callable[[Document], str | None]
"""The reason why a document cannot be measured, or None if it can."""

_ENTRY: Final = re.compile(r"\AUnit: (?P<unit>.+?)\. Source: (?P<source>.+)\.\Z")


@dataclass(frozen=True, slots=True)
class Unmeasured:
    """A metric without a value for a text, and the reason."""

    reason: str


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric: its name, its family, its function, its requirements and its docstring."""

    name: str
    family: str
    compute: Callable[[Document], float]
    requires: tuple[Requirement, ...]
    documentation: str

    def of(self, document: Document) -> float | Unmeasured:
        """The metric's value for ``document``, or the first reason why it has none."""
        for requirement in self.requires:
            if (reason := requirement(document)) is not None:
                return Unmeasured(reason)
        return float(self.compute(document))

    @property
    def definition(self) -> str:
        """The definition, as one paragraph."""
        return self._paragraphs()[0]

    @property
    def unit(self) -> str:
        """The unit of the value."""
        return self._entry()["unit"]

    @property
    def source(self) -> str:
        """The paper, tool or standard that the metric is from."""
        return self._entry()["source"]

    def _paragraphs(self) -> list[str]:
        return [" ".join(paragraph.split()) for paragraph in self.documentation.split("\n\n")]

    def _entry(self) -> re.Match[str]:
        entry = _ENTRY.match(self._paragraphs()[-1])
        if entry is None:
            raise ValueError(f"the docstring of {self.name} does not end with 'Unit: ... Source: ...'")
        return entry


@dataclass(frozen=True, slots=True)
class Family:
    """Metrics of one kind, in the order in which they are defined."""

    name: str
    title: str
    requires: tuple[Requirement, ...] = ()
    metrics: list[Metric] = field(default_factory=list)

    def __iter__(self) -> Iterator[Metric]:
        return iter(self.metrics)

    def metric(self, *requires: Requirement) -> Callable[[Callable[[Document], float]], Callable[[Document], float]]:
        """Add the decorated function as a metric, with its name and its docstring."""

        def enter(compute: Callable[[Document], float]) -> Callable[[Document], float]:
            self.add(compute.__name__, compute, compute.__doc__ or "", *requires)
            return compute

        return enter

    def add(self, name: str, compute: Callable[[Document], float], documentation: str, *requires: Requirement) -> None:
        """Add a metric whose function is generated (such as one for each kind of connective)."""
        self.metrics.append(Metric(name, self.name, compute, (*self.requires, *requires), documentation))
