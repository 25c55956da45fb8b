"""How a picture of the report is drawn: SVG by matplotlib, small enough to be read on a phone."""

import base64
import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, MaxNLocator

from drivers.report.languages import Words
from drivers.report.pictures import Plot
from drivers.report.safe import cut, printable

# Blue and orange differ for every kind of colour blindness (Okabe and Ito).
BLUE, ORANGE, GREY = "#0072b2", "#d55e00", "#8a8f98"
WIDE: Final = 4.7  # inches: as wide as a phone, where letters keep their size; a screen has two side by side
_SMALL: Final = (3.1, 1.75)  # a phone has one in a row, a screen three
_MARGINS: Final = {"left": 0.2, "right": 0.94, "bottom": 0.28, "top": 0.97}  # three digits beside, a unit below
_LONGEST_LABEL = 24
# Letters stay letters: small, readable by search, in the reader's own font. The salt makes a file repeatable.
_STYLE: Final[dict[Any, Any]] = {
    "svg.fonttype": "none",
    "svg.hashsalt": "essays",
    "font.family": "sans-serif",
    "font.size": 10,
    "axes.edgecolor": GREY,
    # A name may hold a dollar sign, which would begin a formula.
    "text.parse_math": False,
}


@contextmanager
def style() -> Iterator[None]:
    """Draw in the report's style."""
    with mpl.rc_context(_STYLE):
        yield


def canvas(width: float, height: float) -> tuple[Figure, Axes]:
    """A figure with one pair of axes, of which only the lower one is drawn; labels get the room that they need."""
    return _bare(Figure(figsize=(width, height), layout="constrained"))


def small_canvas() -> tuple[Figure, Axes]:
    """One for numbers alone: its margins are given, since finding out what labels need takes longer than drawing."""
    figure = Figure(figsize=_SMALL)
    figure.subplots_adjust(**_MARGINS)
    return _bare(figure)


def _bare(figure: Figure) -> tuple[Figure, Axes]:
    axes = figure.add_subplot()
    axes.spines[["top", "right", "left"]].set_visible(False)
    axes.tick_params(length=0)
    return figure, axes


def drawn(figure: Figure, title: str, alt: str) -> Plot:
    """The picture of a figure."""
    stream = io.BytesIO()
    figure.savefig(stream, format="svg", metadata={"Date": None, "Creator": None})
    width, height = (round(96 * inches) for inches in figure.get_size_inches())
    uri = "data:image/svg+xml;base64," + base64.b64encode(stream.getvalue()).decode("ascii")
    return Plot(title, alt, uri, width, height)


def label_rows(axes: Axes, labels: Sequence[str], longest: int = _LONGEST_LABEL) -> None:
    """Name the rows, from the top."""
    axes.set_yticks(range(len(labels)))
    axes.set_yticklabels([printable(cut(label, longest, "…")) for label in labels])


def from_the_top(axes: Axes, rows: int) -> None:
    """Room for so many rows, the first one above."""
    axes.set_ylim(rows - 0.5, -0.5)


def bars(labels: Sequence[str], values: Sequence[int], unit: str) -> Figure:
    """A bar for each label, of whole numbers."""
    figure, axes = canvas(WIDE, 0.75 + 0.32 * len(labels))
    axes.barh(range(len(labels)), values, color=BLUE, height=0.62)
    from_the_top(axes, len(labels))
    label_rows(axes, labels, 2 * _LONGEST_LABEL)
    axes.xaxis.set_major_locator(MaxNLocator(nbins=5, integer=True))
    axes.set_xlabel(unit)
    return figure


def write_numbers(axes: Axes, words: Words) -> None:
    """The numbers below the axes as the language writes them."""
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: words.figure(value)))
