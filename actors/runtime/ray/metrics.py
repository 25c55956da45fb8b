"""Our instruments as Ray's metrics: each node's agent exports them to Prometheus."""

from collections.abc import Iterator

from ray.util.metrics import Counter, Gauge, Histogram

from actors.observability.instruments import INSTRUMENTS, Instrument, Kind, Metric, Tags


class RayMetrics:
    """Implements ``Instruments``."""

    def __init__(self) -> None:
        self._counters = {name: Counter(name, made.description, made.tags) for name, made in _all(Kind.COUNTER)}
        self._gauges = {name: Gauge(name, made.description, made.tags) for name, made in _all(Kind.GAUGE)}
        self._histograms = {
            name: Histogram(name, made.description, list(made.boundaries), made.tags)
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
