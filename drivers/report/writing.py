"""Writing a report: all its files, from one results mapping."""

import json
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from drivers.intake.ids import essay_ids
from drivers.report.class_sheet import class_sheet
from drivers.report.exports import write_csv, write_parquet
from drivers.report.extras import missing_parts
from drivers.report.handing_back import write_archives
from drivers.report.languages import words_of
from drivers.report.page import class_page, handout_language, handouts_page, plots_of
from drivers.report.tables import Table, tables_of
from drivers.report.view import ClassView, EssayView, class_view

Texts = Mapping[str, tuple[str, str]]

REPORT_FILE: Final = "report.html"


def write_report(results: Mapping[str, Any], texts: Texts, out: Path, language: str = "") -> list[Path]:
    """Write the report of a batch into the folder ``out`` and name the files written, ``report.html`` first.

    To what ``write_pages`` writes there come ``everything.json``, a CSV and a Parquet file for each table, and
    ``tables.xlsx``.

    Raises:
        OSError: the folder cannot be written to.
    """
    pages = write_pages(results, texts, out, language)
    tables = tables_of(class_view(results, texts))
    everything = write_everything(results, texts, out)
    book = write_workbook(results, texts, out, language, tables)
    return [*pages, everything, *write_csv(tables, out), book, *write_parquet(tables, out)]


def write_workbook(results: Mapping[str, Any], texts: Texts, out: Path, language: str, tables: Sequence[Table]) -> Path:
    """``tables.xlsx``: first a sheet for the teacher, in the reader's language; then one for each table."""
    from drivers.report.workbook import write_xlsx  # noqa: PLC0415  (half a second, and few reports have one)

    view = class_view(results, texts)
    return write_xlsx([class_sheet(view, words_of(language or view.language)), *tables], out)


def write_pages(results: Mapping[str, Any], texts: Texts, out: Path, language: str = "") -> list[Path]:
    """What people read: the teacher's page, and handouts, one by one and all in one file to print.

    Where the essays came from a learning platform, there is an archive of handouts that it takes up as feedback.

    ``results`` is the engine's ``results.json``; ``texts`` has each essay's original and current text; ``language`` is
    the page's, where it is not to be the batch's. What needs a package that is not installed is left out, and the
    page says so.

    Raises:
        OSError: the folder cannot be written to.
    """
    view = class_view(results, texts)
    (out / "handouts").mkdir(parents=True, exist_ok=True)
    page = write_page(view, out, language)
    if not view.read:
        return [page]
    return [page, *_handouts(view, out), *_archives(view, out)]


def write_page(view: ClassView, out: Path, language: str = "") -> Path:
    """The teacher's page."""
    return _written(out / REPORT_FILE, class_page(view, plots_of(view, language), missing_parts(), language))


def write_everything(results: Mapping[str, Any], texts: Texts, out: Path) -> Path:
    """Results and texts as they are, for programs."""
    by_essay = {essay_id: {"original": one, "current": other} for essay_id, (one, other) in texts.items()}
    document = json.dumps({"results": results, "texts": by_essay}, ensure_ascii=False, indent=1)
    return _written(out / "everything.json", document)


def _written(path: Path, text: str) -> Path:
    # A lone surrogate has no UTF-8; a question mark stands for it.
    path.write_bytes(text.encode("utf-8", "replace"))
    return path


def _named(view: ClassView) -> list[tuple[str, EssayView]]:
    """The essays that get a handout, each with its file's name (an id may be no safe one): those that were read."""
    return list(zip(essay_ids([essay.essay_id for essay in view.read]), view.read, strict=True))


def _archives(view: ClassView, out: Path) -> list[Path]:
    files = {essay.file: name for name, essay in _named(view) if not essay.failure}
    return write_archives(files, out / "handouts", out)


def _handouts(view: ClassView, out: Path) -> Iterator[Path]:
    """One by one, and all in one file for the printer."""
    named = _named(view)
    yield _written(out / "handouts.html", handouts_page([essay for _, essay in named], view))
    for name, essay in named:
        yield _written(out / "handouts" / f"{name}.html", handouts_page([essay], view))
    if find_spec("docx") is not None:
        from drivers.report.word import write_handouts  # noqa: PLC0415 - an extra

        spoken = [(name, essay, words_of(handout_language(essay, view))) for name, essay in named]
        yield write_handouts([(essay, words) for _, essay, words in spoken], out / "handouts.docx", view.batch_id)
        for name, essay, words in spoken:
            yield write_handouts([(essay, words)], out / "handouts" / f"{name}.docx")
