"""All metrics in one table, by Prometheus' conventions (base units; Ray adds ``_total`` to counters).

On Ray, each is exported as ``ray_`` and its name; the dashboard in ``drivers/deploy`` draws them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final, Protocol, TypeAlias

Tags: TypeAlias = tuple[tuple[str, str], ...]
"""A metric's labels with their values, in the order of its ``tags``."""


class Metric(StrEnum):
    """The names of all metrics."""

    ESSAYS_SETTLED = "essays_settled"
    FAILURES = "essays_failures"
    RETRIES = "essays_retries"
    BATCHES_ENDED = "essays_batches_ended"
    WORK_SECONDS = "essays_work_seconds"
    LLM_CALLS = "essays_llm_calls"
    LLM_TOKENS = "essays_llm_tokens"
    LLM_COST = "essays_llm_cost"
    COMMIT_SECONDS = "essays_commit_seconds"
    QUEUE_PIECES = "essays_queue_pieces"
    QUEUE_WORKERS = "essays_queue_workers"


class Kind(StrEnum):
    """The kinds of metrics."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


@dataclass(frozen=True, slots=True)
class Instrument:
    """One metric: its kind, its description, its labels, and (for a histogram) the upper bounds of its buckets."""

    kind: Kind
    description: str
    tags: tuple[str, ...]
    boundaries: tuple[float, ...] = ()


# From a no-op or a look-up in a dictionary to a slow language model; from a commit in memory to one on a busy disk.
_WORK_BOUNDARIES: Final = (0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0)
_COMMIT_BOUNDARIES: Final = (0.0003, 0.001, 0.003, 0.01, 0.03, 0.1, 0.3, 1.0, 3.0)

INSTRUMENTS: Final[Mapping[Metric, Instrument]] = MappingProxyType(
    {
        Metric.ESSAYS_SETTLED: Instrument(
            Kind.COUNTER,
            "Essays whose part in a phase is settled, by the status they reached.",
            ("batch", "phase", "status"),
        ),
        Metric.FAILURES: Instrument(
            Kind.COUNTER, "Essays that failed in a phase for good, by reason.", ("phase", "error_code")
        ),
        Metric.RETRIES: Instrument(
            Kind.COUNTER, "Attempts after the first that settled essays have needed.", ("phase",)
        ),
        Metric.BATCHES_ENDED: Instrument(Kind.COUNTER, "Batches that have ended, by status.", ("status",)),
        Metric.WORK_SECONDS: Instrument(
            Kind.HISTOGRAM, "Seconds that a service worked for one result.", ("phase",), _WORK_BOUNDARIES
        ),
        Metric.LLM_CALLS: Instrument(
            Kind.COUNTER, "Calls of a language model for stored results and decisions.", ("model",)
        ),
        Metric.LLM_TOKENS: Instrument(
            Kind.COUNTER,
            "Tokens that a language model read and wrote for stored results and decisions.",
            ("model", "direction"),
        ),
        Metric.LLM_COST: Instrument(
            Kind.COUNTER,
            "What stored results and decisions have cost, in the currency of the configured prices.",
            ("model",),
        ),
        Metric.COMMIT_SECONDS: Instrument(
            Kind.HISTOGRAM, "Seconds until a commit was durable.", (), _COMMIT_BOUNDARIES
        ),
        Metric.QUEUE_PIECES: Instrument(
            Kind.GAUGE, "Pieces of work that wait, and that are in a worker's hands.", ("state",)
        ),
        Metric.QUEUE_WORKERS: Instrument(Kind.GAUGE, "Workers that are there, idle and busy.", ("state",)),
    }
)


class Instruments(Protocol):
    """Where measurements go: to Ray's metrics, or to a test's records."""

    def add(self, metric: Metric, amount: float, tags: Tags) -> None:
        """Add to a counter."""
        ...

    def observe(self, metric: Metric, value: float, tags: Tags) -> None:
        """Add an observation to a histogram."""
        ...

    def put(self, metric: Metric, value: float, tags: Tags) -> None:
        """Set a gauge."""
        ...
