"""How each metric is spread over a class, and where each essay stands in it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

Values = Mapping[str, float | None]

FEWEST_ESSAYS: Final = 5
"""In a smaller class nothing can be called unusual."""

_MAD_TO_SD: Final = 0.6745  # a quarter of a normal distribution lies above 0.6745 standard deviations


@dataclass(frozen=True, slots=True)
class Distribution:
    """A metric over a class: how many essays have it, mean, standard deviation (of the sample), and quantiles."""

    essays: int
    mean: float
    sd: float | None
    minimum: float
    p10: float
    lower_quartile: float
    median: float
    upper_quartile: float
    p90: float
    maximum: float


@dataclass(frozen=True, slots=True)
class PositionInClass:
    """Where an essay stands in its class on one metric.

    ``percentile`` (0 to 100) is the share of the class below it, with half of those equal (its own included).
    ``robust_z`` is the modified z-score, 0.6745 (x - median) / MAD, of Iglewicz and Hoaglin (1993), who look at 3.5 and
    more; None in a small class and where more than half of the class have the same value.
    """

    value: float
    percentile: float
    robust_z: float | None


class Distributions:
    """All metrics of a class, as a table of essays and metrics."""

    def __init__(self, metrics_by_essay: Mapping[str, Values]) -> None:
        self.essays: Sequence[str] = list(metrics_by_essay)
        self.metrics: Sequence[str] = list(dict.fromkeys(name for row in metrics_by_essay.values() for name in row))
        rows = [[_number(row.get(name)) for name in self.metrics] for row in metrics_by_essay.values()]
        self._table: NDArray[np.float64] = np.array(rows, dtype=float).reshape(len(rows), len(self.metrics))
        self._row_of = {essay: row for row, essay in enumerate(self.essays)}

    @cached_property
    def by_metric(self) -> dict[str, Distribution]:
        """The distribution of every metric that at least one essay has."""
        columns = zip(self.metrics, self._table.T, strict=True)
        known = ((name, column[~np.isnan(column)]) for name, column in columns)
        return {name: _distribution(values) for name, values in known if values.size}

    def places_of(self, essay: str) -> dict[str, PositionInClass]:
        """Where one essay stands on each metric that it has.

        Raises:
            KeyError: the essay is not in the class.
        """
        row = self._row_of[essay]
        return {
            name: PositionInClass(float(value), float(percentile), None if np.isnan(z) else float(z))
            for name, value, percentile, z in zip(
                self.metrics, self._table[row], self._percentiles[row], self._robust_z[row], strict=True
            )
            if not np.isnan(value)
        }

    @cached_property
    def _percentiles(self) -> NDArray[np.float64]:
        return np.column_stack([_percentiles(column) for column in self._table.T])

    @cached_property
    def _robust_z(self) -> NDArray[np.float64]:
        return np.column_stack([robust_z(column) for column in self._table.T])


def robust_z(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Modified z-scores; not a number where they mean nothing (see ``PositionInClass``)."""
    known = values[~np.isnan(values)]
    unknown: NDArray[np.float64] = np.full_like(values, np.nan)
    if known.size < FEWEST_ESSAYS:
        return unknown
    median = np.median(known)
    deviation = np.median(np.abs(known - median))
    return unknown if deviation == 0 else _MAD_TO_SD * (values - median) / deviation


def _percentiles(values: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.sort(values[~np.isnan(values)])
    if not known.size:
        return np.full_like(values, np.nan)
    below = np.searchsorted(known, values, side="left")
    up_to = np.searchsorted(known, values, side="right")
    return np.where(np.isnan(values), np.nan, 100 * (below + up_to) / 2 / known.size)


def _distribution(values: NDArray[np.float64]) -> Distribution:
    quantiles = np.quantile(values, [0, 0.1, 0.25, 0.5, 0.75, 0.9, 1])
    sd = float(values.std(ddof=1)) if values.size > 1 else None
    return Distribution(values.size, float(values.mean()), sd, *map(float, quantiles))


def _number(value: float | None) -> float:
    return np.nan if value is None else value
