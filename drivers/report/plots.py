"""The class in pictures, each with a text that says the same to who cannot see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, floor
from statistics import median

from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from drivers.report.digest import common_topics
from drivers.report.drawing import (
    BLUE,
    GREY,
    ORANGE,
    WIDE,
    bars,
    canvas,
    drawn,
    from_the_top,
    label_rows,
    small_canvas,
    style,
    write_numbers,
)
from drivers.report.languages import Words
from drivers.report.pictures import ClassPlots, Plot
from drivers.report.standing import KEY_METRICS, KeyMetric, key_values
from drivers.report.view import ClassView

_LABELLED = 45  # beyond so many essays names cannot be read
_UNLABELLED_HEIGHT = 9.0
_TOPICS_SHOWN = 10
_MOST_WHOLE_BINS = 16


def class_plots(view: ClassView, words: Words) -> ClassPlots:
    """All for which there are data."""
    with style():
        return ClassPlots(
            order=_order(view, words),
            measures=tuple(
                _measure(metric, values, words) for metric in KEY_METRICS if len(values := key_values(view, metric)) > 1
            ),
            topics=_topics(view, words),
        )


@dataclass(frozen=True, slots=True)
class _Place:
    """One essay's row in a picture of the order."""

    name: str
    at: float
    low: float
    high: float


def _order(view: ClassView, words: Words) -> tuple[Plot, ...]:
    places = [(essay, essay.cj) for essay in view.ranked if essay.cj]
    scores = [
        _Place(f"{cj.rank}. {essay.name}", cj.theta, cj.theta_interval.low, cj.theta_interval.high)
        for essay, cj in places
        if cj.theta_interval
    ]
    ranks = [
        _Place(f"{cj.rank}. {essay.name}", cj.rank, cj.rank_interval.best, cj.rank_interval.worst)
        for essay, cj in places
        if cj.rank_interval
    ]
    if len(scores) < 2 or len(ranks) < 2:
        return ()
    alt = words.said("Essays in their order, from {best} to {worst}; the table below has the figures.").format(
        best=scores[0].name, worst=scores[-1].name
    )
    return (
        _intervals(
            scores, words.said("Score, and where it may lie"), words.said("score; 0 is the class average"), alt, words
        ),
        _intervals(ranks, words.said("Rank, and where it may lie"), words.said("rank; 1 is the best"), alt, words),
    )


def _intervals(places: Sequence[_Place], title: str, unit: str, alt: str, words: Words) -> Plot:
    labelled = len(places) <= _LABELLED
    figure, axes = canvas(WIDE, 0.8 + 0.23 * len(places) if labelled else _UNLABELLED_HEIGHT)
    rows = range(len(places))
    axes.hlines(rows, [place.low for place in places], [place.high for place in places], color=GREY, linewidth=1.8)
    axes.plot([place.at for place in places], rows, "o", color=BLUE, markersize=5 if labelled else 3)
    axes.grid(axis="x", color=GREY, alpha=0.25, linewidth=0.6)
    axes.set_axisbelow(True)
    from_the_top(axes, len(places))
    label_rows(axes, [place.name for place in places] if labelled else [])
    axes.xaxis.set_major_locator(MaxNLocator(nbins=6, integer=True))
    write_numbers(axes, words)
    axes.set_xlabel(unit)
    return drawn(figure, title, alt)


def _measure(metric: KeyMetric, values: Sequence[float], words: Words) -> Plot:
    figure, axes = small_canvas()
    _histogram(axes, values)
    axes.axvline(median(values), color=ORANGE, linewidth=2)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=3, integer=True))
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5))
    write_numbers(axes, words)
    axes.set_ylabel(words.said("essays"))
    unit = words.said(metric.unit)
    axes.set_xlabel(unit or " ")
    alt = words.said("{low} to {high}, median {middle} {unit}").format(
        low=words.figure(min(values)), high=words.figure(max(values)), middle=words.figure(median(values)), unit=unit
    )
    return drawn(figure, words.said(metric.title), alt.strip() + ".")


def _histogram(axes: Axes, values: Sequence[float]) -> None:
    low, high = floor(min(values)), ceil(max(values))
    if all(value == int(value) for value in values) and high - low < _MOST_WHOLE_BINS:
        edges: int | list[float] = [low - 0.5 + step for step in range(high - low + 2)]  # a bar for each number
    else:
        edges = min(20, max(5, len(values) // 3))
    axes.hist(values, bins=edges, color=BLUE, edgecolor="white")


def _topics(view: ClassView, words: Words) -> tuple[Plot, ...]:
    found = [(topic.title, len(topic.essays)) for topic in common_topics(view, words.language)[:_TOPICS_SHOWN]]
    return (_counted(found, words.said("What the feedback asks for"), words),) if found else ()


def _counted(rows: Sequence[tuple[str, int]], title: str, words: Words) -> Plot:
    labels = [label for label, _ in rows]
    counts = [count for _, count in rows]
    alt = "; ".join(f"{label}: {count}" for label, count in zip(labels, counts, strict=True))
    return drawn(bars(labels, counts, words.said("essays")), title, alt + ".")
