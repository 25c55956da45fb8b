"""Writing a report: all its files, from one results mapping."""

import json
from collections.abc import Iterator, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from drivers.intake.ids import essay_ids
from drivers.report.exports import write_csv, write_parquet, write_xlsx
from drivers.report.page import HandoutPages, class_page, plots_of
from drivers.report.tables import tables_of
from drivers.report.view import ClassView, class_view

Texts = Mapping[str, tuple[str, str]]

_OPTIONAL: Final = {"matplotlib": "plots", "docx": "handouts as Word files", "pyarrow": "Parquet files"}
_HOW_TO_GET: Final = "install “essay-pipelines[report]” to have them."


def write_report(results: Mapping[str, Any], texts: Texts, out: Path) -> list[Path]:
    """Write the report of a batch into the folder ``out`` and name the files written, ``report.html`` first.

    ``results`` is the engine's ``results.json``; ``texts`` has each essay's original and corrected text. Beside the
    page there are ``everything.json``, a CSV and a Parquet file for each table, ``tables.xlsx``, and a folder
    ``handouts`` with a page and a Word file for each pupil. What needs a package that is not installed is left
    out, and the page says so.

    Raises:
        OSError: the folder cannot be written to.
    """
    view = class_view(results, texts)
    (out / "handouts").mkdir(parents=True, exist_ok=True)
    tables = tables_of(view)
    return [
        _page(view, out / "report.html"),
        _everything(results, texts, out / "everything.json"),
        *write_csv(tables, out),
        write_xlsx(tables, out / "tables.xlsx"),
        *write_parquet(tables, out),
        *_handouts(view, out / "handouts"),
    ]


def _page(view: ClassView, path: Path) -> Path:
    left_out = [f"No {what}: {_HOW_TO_GET}" for package, what in _OPTIONAL.items() if find_spec(package) is None]
    return _written(path, class_page(view, plots_of(view), left_out))


def _everything(results: Mapping[str, Any], texts: Texts, path: Path) -> Path:
    named = {essay_id: {"original": one, "corrected": other} for essay_id, (one, other) in texts.items()}
    return _written(path, json.dumps({"results": results, "texts": named}, ensure_ascii=False, indent=1))


def _written(path: Path, text: str) -> Path:
    # A lone surrogate has no UTF-8; a question mark stands for it.
    path.write_bytes(text.encode("utf-8", "replace"))
    return path


def _handouts(view: ClassView, folder: Path) -> Iterator[Path]:
    pages = HandoutPages()
    names = essay_ids([essay.essay_id for essay in view.essays])  # an id may be no safe name of a file
    for name, essay in zip(names, view.essays, strict=True):
        yield _written(folder / f"{name}.html", pages.page(essay))
    if find_spec("docx") is not None:
        from drivers.report.word import write_handout  # noqa: PLC0415 - an extra

        for name, essay in zip(names, view.essays, strict=True):
            yield write_handout(essay, folder / f"{name}.docx")
