"""What a run leaves in its folder for programs and spreadsheets: results, a row an essay, the texts."""

import csv
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from drivers.client.documents import BatchResults
from drivers.report.figures import figures_of
from drivers.report.safe import cell_text


def write(results: BatchResults, out: Path) -> list[Path]:
    """``results.json``, ``results.csv`` and the texts as they are now, ``texts/<essay_id>.txt``; what was written."""
    texts = out / "texts"
    texts.mkdir(parents=True, exist_ok=True)
    as_json = out / "results.json"
    as_json.write_text(json.dumps(results.document, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    as_csv = out / "results.csv"
    _write_csv(results.document["essays"], as_csv)
    for essay_id, (_, current) in results.texts.items():
        # newline="": line ends stay as the pupil's program wrote them
        (texts / f"{essay_id}.txt").write_text(current, encoding="utf-8", errors="surrogatepass", newline="")
    return [as_json, as_csv, texts]


def _write_csv(essays: Sequence[Mapping[str, Any]], path: Path) -> None:
    rows = [{**_base_row(essay), **figures_of(essay["results"])} for essay in essays]
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8-sig", newline="") as file:  # the mark lets spreadsheets read UTF-8
        writer = csv.DictWriter(file, columns, restval="")
        writer.writeheader()
        writer.writerows({name: _cell(value) for name, value in row.items()} for row in rows)


def _base_row(essay: Mapping[str, Any]) -> dict[str, Any]:
    failure = essay["failure"] or {}
    return {
        "essay_id": essay["essay_id"],
        **({"student": essay["student"]} if essay.get("student") else {}),
        "file": essay["file"],
        "status": essay["status"],
        "failure_code": failure.get("error_code", ""),
        "failure": failure.get("message", ""),
    }


def _cell(value: Any) -> Any:
    return cell_text(value) if isinstance(value, str) else value
