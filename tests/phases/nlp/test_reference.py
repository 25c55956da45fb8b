"""The table of metrics."""

import pytest

from actors.phases.nlp import METRICS, Metric
from actors.phases.nlp.reference import table


@pytest.mark.parametrize("metric", METRICS.values(), ids=METRICS.keys())
def test_every_metric_has_definition_unit_and_source(metric: Metric) -> None:
    """They are in the metric's docstring."""
    assert len(metric.definition) > 10
    assert metric.unit
    assert metric.source


def test_the_table_has_every_metric_in_a_row_of_its_own() -> None:
    """The table is generated from the metrics, so none can be missing or stale."""
    rows = [line for line in table().splitlines() if line.startswith("| `")]
    assert [row.split("`")[1] for row in rows] == list(METRICS)
    assert all(row.count("|") == 7 for row in rows)


def test_a_docstring_without_its_unit_and_source_is_an_error() -> None:
    """The last paragraph of a metric's docstring must have them."""
    metric = Metric("half_done", "counts", lambda _: 0.0, (), "Something or other.")
    with pytest.raises(ValueError, match="half_done"):
        _ = metric.unit
