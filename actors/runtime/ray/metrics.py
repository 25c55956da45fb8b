"""Telemetry's instruments, made of a library's counters, gauges and histograms."""

from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

from actors.observability.instruments import INSTRUMENTS, Instrument, Kind, Metric, Tags

Make: TypeAlias = Callable[..., Any]


class MadeInstruments:
    """Implements ``Instruments``.

    Args:
        counter: makes one from a name, a description and the names of its tags.
        gauge: likewise.
        histogram: likewise, with the upper bounds of its buckets after the description.
    """

    def __init__(self, counter: Make, gauge: Make, histogram: Make) -> None:
        self._counters = {name: counter(name, made.description, made.tags) for name, made in _all(Kind.COUNTER)}
        self._gauges = {name: gauge(name, made.description, made.tags) for name, made in _all(Kind.GAUGE)}
        self._histograms = {
            name: histogram(name, made.description, list(made.boundaries), made.tags)
            for name, made in _all(Kind.HISTOGRAM)
        }

    def add(self, metric: Metric, amount: float, tags: Tags) -> None:
        """Count up."""
        self._counters[metric].inc(amount, dict(tags))

    def observe(self, metric: Metric, value: float, tags: Tags) -> None:
        """One more observation."""
        self._histograms[metric].observe(value, dict(tags))

    def put(self, metric: Metric, value: float, tags: Tags) -> None:
        """What the gauge stands at."""
        self._gauges[metric].set(value, dict(tags))


def _all(kind: Kind) -> Iterator[tuple[Metric, Instrument]]:
    return ((metric, instrument) for metric, instrument in INSTRUMENTS.items() if instrument.kind is kind)
