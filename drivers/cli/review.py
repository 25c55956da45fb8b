"""``essays review BATCH``: a page in the browser where a teacher reviews corrections and feedback."""

import secrets
from pathlib import Path
from typing import Annotated, Any, Final

from pydantic import Field
from rich.markup import escape

from drivers.cli.command_line import program
from drivers.cli.console import Console
from drivers.cli.locating import BatchPlace
from drivers.cli.options import BatchSettings, ReportLanguage
from drivers.client.batch import Batch
from drivers.client.engine import Engine
from drivers.client.extras import needs
from drivers.report.outputs import formats_for
from drivers.review.review import LONGEST_FEEDBACK
from drivers.web.page_address import PageAddress

_LOOK_SECONDS: Final = 0.5


class ReviewSettings(BatchSettings):
    """The page on which a teacher reviews a batch."""

    port: Annotated[int, Field(ge=0, le=65535, description="The page's port. (default: any free one)")] = 0
    report_language: ReportLanguage = ""


def main(settings: ReviewSettings, console: Console) -> None:
    """Accept or reject corrections and edit feedback before handouts are made, on a page served on this machine only.

    Each decision is saved at once, and can be undone on the page. If you reject the correction of a word, the word goes
    on the class's word list: no essay of this batch, or of the next one with the same --class, is corrected there. The
    page's last button writes the report and the handouts; Ctrl-C leaves them as they are.

    Example: essays review 8b
    """
    place = settings.place
    with Engine.open(place.url, runtime="local", joining=place.batch_id) as engine:
        batch = engine.batch(place.batch_id)
        language = settings.report_language or _language_of(batch, place)
        _reviewed(batch, place, console, language, settings.port)
        written = _written(batch, place, language)
    console.print(escape(f"Written: {', '.join(map(str, written))}"))
    console.answer({"batch_id": place.batch_id, "written": [str(path) for path in written]})


def _reviewed(batch: Batch, place: BatchPlace, console: Console, language: str, port: int) -> None:
    """Serve the page until the teacher has finished the review."""
    with needs("judging", "The review page"):
        from drivers.review.review_page import ReviewPage  # noqa: PLC0415
        from drivers.web.guard import only  # noqa: PLC0415
        from drivers.web.page_server import PageServer  # noqa: PLC0415

    page = ReviewPage(batch.review(), lambda: _html(batch.batch_id, language), place.students)
    token = secrets.token_urlsafe(24)
    with PageServer(page.app, only(token), PageAddress(port=port)) as server:
        console.print("To review corrections and feedback, open this page in a browser:")
        console.print(f"  {escape(server.url(token))}")
        console.print("Every decision is saved at once. The page's last button writes the report and the handouts.")
        while not page.finished.wait(_LOOK_SECONDS):
            pass


def _html(batch_id: str, language: str) -> str:
    from drivers.report.page import review_page  # noqa: PLC0415  (templates load slowly)

    return review_page(batch_id, language, LONGEST_FEEDBACK)


def _language_of(batch: Batch, place: BatchPlace) -> str:
    """The language of the batch's report."""
    from drivers.report.view import class_view  # noqa: PLC0415

    return class_view(batch.snapshot(place.students).model_dump(mode="json"), {}).language


def _written(batch: Batch, place: BatchPlace, language: str) -> list[Path]:
    """Rewrite the files that a run and ``essays report`` write."""
    given: dict[str, Any] = {"language": language, "students": place.students, "intake": place.intake}
    files = batch.export(place.folder, formats_for(batch.summary.essays), **given)
    report = place.folder / "report"
    return [*files, batch.export(report, ["report-folder"], **given)[0]]


if __name__ == "__main__":
    program("review", main)
