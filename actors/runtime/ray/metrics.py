"""Our instruments as Ray's metrics: each node's agent exports them to Prometheus."""

from collections.abc import Iterator

from ray.util.metrics import Counter, Gauge, Histogram
from typing_extensions import override

from actors.observability.instruments import INSTRUMENTS, Instrument, Instruments, Kind, Metric, Tags


class RayMetrics(Instruments):
    """Implements ``Instruments`` with Ray's metrics."""

    def __init__(self) -> None:
        self._counters = {name: Counter(name, made.description, made.tags) for name, made in _all(Kind.COUNTER)}
        self._gauges = {name: Gauge(name, made.description, made.tags) for name, made in _all(Kind.GAUGE)}
        self._histograms = {
            name: Histogram(name, made.description, list(made.boundaries), made.tags)
            for name, made in _all(Kind.HISTOGRAM)
        }

    @override
    def add(self, metric: Metric, amount: float, tags: Tags) -> None:
        self._counters[metric].inc(amount, dict(tags))

    @override
    def observe(self, metric: Metric, value: float, tags: Tags) -> None:
        self._histograms[metric].observe(value, dict(tags))

    @override
    def put(self, metric: Metric, value: float, tags: Tags) -> None:
        self._gauges[metric].set(value, dict(tags))


def _all(kind: Kind) -> Iterator[tuple[Metric, Instrument]]:
    return ((metric, instrument) for metric, instrument in INSTRUMENTS.items() if instrument.kind is kind)
