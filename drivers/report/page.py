"""The report as web pages: one for the teacher, one for each pupil.

There is no script in them and nothing from outside, and a policy in each page forbids both; all texts are escaped.
"""

from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

from jinja2 import Environment, PackageLoader, StrictUndefined

from drivers.report.digest import common_errors, common_topics, ranking_worth
from drivers.report.marked import passages
from drivers.report.safe import printable
from drivers.report.standing import spreads, standings
from drivers.report.view import ClassView, EssayView

if TYPE_CHECKING:
    from drivers.report.plots import Plot

TEXT_SHOWN: Final = 60_000  # characters of an essay that a page shows; files have all of it
_ROWS_SHOWN = 400  # of a table in an essay's part


def _printable(value: object) -> object:
    # Exactly str: what a template has already escaped is of a class of its own.
    return printable(value) if type(value) is str else value


def _words(value: str) -> str:
    return str(value).replace("_", " ").lower()


def _figure(value: float) -> str:
    """Three digits that count, and no powers of ten."""
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}"


def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("drivers.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_printable,
    )
    made.filters.update(words=_words, figure=_figure)
    made.globals.update(passages=passages, text_shown=TEXT_SHOWN, rows_shown=_ROWS_SHOWN)
    return made


def class_page(view: ClassView, plots: Sequence["Plot"], left_out: Sequence[str]) -> str:
    """The teacher's page: the class, and then every essay. ``left_out`` says what could not be made, and why."""
    of_class = spreads(view)
    return (
        _environment()
        .get_template("report.html")
        .render(
            view=view,
            plots=plots,
            left_out=left_out,
            errors=common_errors(view),
            topics=common_topics(view),
            worth=ranking_worth(view),
            anchors={essay.essay_id: f"essay-{number}" for number, essay in enumerate(view.essays, start=1)},
            standings={essay.essay_id: standings(essay, of_class) for essay in view.essays},
        )
    )


class HandoutPages:
    """A page for each pupil, with no word about the others: no rank, no comparison."""

    def __init__(self) -> None:
        self._template = _environment().get_template("handout.html")

    def page(self, essay: EssayView) -> str:
        """The page of one pupil."""
        return self._template.render(essay=essay)


def plots_of(view: ClassView) -> list["Plot"]:
    """The plots of the class; none where matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        return []
    from drivers.report.plots import class_plots  # noqa: PLC0415 - half a second, and an extra

    return class_plots(view)
