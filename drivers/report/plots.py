"""The class in pictures: SVG by matplotlib, each with a text that says the same to who cannot see it."""

import base64
import io
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from drivers.report.digest import CommonTopic, common_topics
from drivers.report.safe import cut, printable
from drivers.report.standing import KEY_METRICS, KeyMetric, key_values
from drivers.report.view import ClassView, EssayView

# Blue and orange differ for every kind of colour blindness (Okabe and Ito).
_BLUE, _ORANGE, _GREY = "#0072b2", "#d55e00", "#8a8f98"
_LABELLED = 45  # beyond so many essays names cannot be read
_LABEL_LENGTH = 28
_METRICS_SHOWN = 8
_TOPICS_SHOWN = 10
# Letters stay letters: small, readable by search, in the reader's own font. The salt makes a file repeatable.
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "essays",
    "font.family": "sans-serif",
    "font.size": 10,
    # A name may hold a dollar sign, which would begin a formula.
    "text.parse_math": False,
}


@dataclass(frozen=True, slots=True)
class Plot:
    """A picture as a data address, with its title and its text in words."""

    title: str
    alt: str
    uri: str
    width: int
    height: int


def class_plots(view: ClassView) -> list[Plot]:
    """The plots for which there are data."""
    with mpl.rc_context(_STYLE):
        return [plot for plot in (_ranking(view), _metrics(view), _topics(view)) if plot]


def _drawn(figure: Figure, title: str, alt: str) -> Plot:
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    uri = "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
    return Plot(title, alt, uri, width, height)


def _bare(axes: Axes) -> None:
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)


def _ranking(view: ClassView) -> Plot | None:
    ranked = [essay for essay in view.ranked if essay.cj and essay.cj.se is not None]
    if len(ranked) < 2:
        return None
    labelled = len(ranked) <= _LABELLED
    figure = Figure(figsize=(7.5, 1 + 0.24 * len(ranked)) if labelled else (7.5, 9), layout="constrained")
    axes = figure.add_subplot()
    _draw_intervals(axes, ranked)
    _bare(axes)
    axes.set_xlabel("position in the class (logits), with 95 % interval")
    _label_rows(axes, [cut(essay.essay_id, _LABEL_LENGTH) for essay in ranked] if labelled else [])
    best, worst = ranked[0].essay_id, ranked[-1].essay_id
    alt = f"Essays in the order of comparative judgement, from {best} to {worst}; the table below has the figures."
    return _drawn(figure, "Order of the essays", alt)


def _draw_intervals(axes: Axes, ranked: Sequence[EssayView]) -> None:
    for row, essay in enumerate(ranked):
        if essay.cj and essay.cj.theta_interval:
            interval = essay.cj.theta_interval
            axes.plot([interval.low, interval.high], [row, row], color=_GREY, linewidth=2, solid_capstyle="round")
    axes.plot([essay.cj.theta for essay in ranked if essay.cj], range(len(ranked)), "o", color=_BLUE, markersize=5)
    axes.axvline(0, color=_GREY, linewidth=0.5)
    axes.set_ylim(len(ranked) - 0.5, -0.5)


def _label_rows(axes: Axes, labels: Sequence[str]) -> None:
    axes.set_yticks(range(len(labels)))
    axes.set_yticklabels([printable(label) for label in labels])


def _metrics(view: ClassView) -> Plot | None:
    found = [(metric, values) for metric in KEY_METRICS if len(values := key_values(view, metric)) > 1]
    shown = found[:_METRICS_SHOWN]
    if not shown:
        return None
    rows = -(-len(shown) // 2)
    figure = Figure(figsize=(7.5, 1.7 * rows), layout="constrained")
    for place, (metric, values) in enumerate(shown, start=1):
        _histogram(figure.add_subplot(rows, 2, place), metric, values)
    alt = "How the class is spread. " + " ".join(_in_words(metric, values) for metric, values in shown)
    return _drawn(figure, "Measures of the class", alt)


def _histogram(axes: Axes, metric: KeyMetric, values: Sequence[float]) -> None:
    axes.hist(values, bins=min(20, max(5, len(values) // 3)), color=_BLUE, edgecolor="white")
    axes.axvline(median(values), color=_ORANGE, linewidth=2)
    axes.set_title(f"{metric.title} ({metric.unit})" if metric.unit else metric.title, fontsize=10, loc="left")
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    _bare(axes)


def _in_words(metric: KeyMetric, values: Sequence[float]) -> str:
    return (
        f"{metric.title}: {min(values):.3g} to {max(values):.3g}, median {median(values):.3g} {metric.unit}".strip()
        + "."
    )


def _topics(view: ClassView) -> Plot | None:
    topics = common_topics(view)[:_TOPICS_SHOWN]
    if not topics:
        return None
    figure = Figure(figsize=(7.5, 0.8 + 0.32 * len(topics)), layout="constrained")
    axes = figure.add_subplot()
    axes.barh(range(len(topics)), [len(topic.essays) for topic in topics], color=_BLUE, height=0.6)
    axes.set_ylim(len(topics) - 0.5, -0.5)
    _label_rows(axes, [cut(topic.title, 2 * _LABEL_LENGTH) for topic in topics])
    axes.xaxis.set_major_locator(MaxNLocator(integer=True))
    axes.set_xlabel("essays")
    _bare(axes)
    return _drawn(figure, "What to practise", _topics_in_words(topics))


def _topics_in_words(topics: Sequence[CommonTopic]) -> str:
    return (
        "What the feedback asks for: "
        + "; ".join(f"{topic.title}: {len(topic.essays)}" for topic in topics)
        + " essays."
    )
