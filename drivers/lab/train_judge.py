"""``python -m drivers.lab.train_judge scored.csv --out judge.json``: a CJ judge fitted to a school's own scored essays.

The table has a row per essay: its text, its score (a number, higher is better), and its prompt. The printed figures are
measured on held-out prompts. The file's content goes into the CJ phase's option ``judge``.
"""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from actors.phases.cj_assessment.features import Measure, measure_of
from actors.phases.cj_assessment.training import ScoredEssay, Training, scored_essays, train
from actors.phases.service import EssayTask, PhaseSettings, PhaseWorkError
from contracts.texts import text_storage_id_of

_LONGEST_FIELD = 10_000_000


def read_scored(path: Path, columns: Sequence[str], language: str) -> list[ScoredEssay]:
    """Measure every essay of a table; ``columns`` name the columns of the text, the score and, if any, the prompt.

    Raises:
        ValueError: a column is missing, or a row (which it names) has a score that is no number or an essay that cannot
            be measured.
    """
    csv.field_size_limit(_LONGEST_FIELD)
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        if len(columns) < 2:
            raise ValueError("Two columns are needed at least: the text's and the score's.")
        if missing := set(columns[:2]) - set(reader.fieldnames or ()):
            raise ValueError(f"{path} has no column {', '.join(sorted(missing))}: say which there are with --columns.")
        rows = [_scored(row, number, columns, language) for number, row in enumerate(reader, start=1)]
    return scored_essays(rows)


def _scored(row: dict[str, str], number: int, columns: Sequence[str], language: str) -> tuple[Measure, float, str]:
    text, score, *rest = (row.get(column) or "" for column in columns)
    prompt = rest[0] if rest else ""
    settings = PhaseSettings(language=language, essay_instructions=prompt)
    try:
        measure = measure_of(EssayTask(str(number), text_storage_id_of(text), text, settings))
        return measure, float(score), prompt
    except (PhaseWorkError, ValueError) as error:
        raise ValueError(f"row {number}: {error}") from error


def _print(training: Training, console: Console) -> None:
    table = Table(
        "held out", "essays", "Spearman", "right pairs", "log loss", title="On prompts the judge had not seen"
    )
    for row in training.held_out:
        figures = (f"{value:.3f}" for value in (row.spearman, row.pair_accuracy, row.log_loss))
        table.add_row(row.prompt, str(row.essays), *figures)
    mean = sum(row.spearman for row in training.held_out) / len(training.held_out)
    console.print(table)
    console.print(f"Mean Spearman {mean:.3f}. Only ever use this judge on essays like those it was fitted to.")


def main(
    scored: Annotated[
        Path, typer.Argument(help="A CSV file with a row per scored essay.", exists=True, dir_okay=False)
    ],
    out: Annotated[Path, typer.Option(help="Where the judge is written to.")] = Path("judge.json"),
    columns: Annotated[str, typer.Option(help="The columns of text, score and prompt.")] = "text,score,prompt",
    language: Annotated[str, typer.Option(help="The language of the essays: en, sv or auto.")] = "auto",
) -> None:
    """Fit a judge, print what it is worth on prompts it has not seen, and write it."""
    try:
        essays = read_scored(scored, columns.split(","), language)
        training = train(essays, note=f"fitted to {len(essays)} essays of {scored.name}")
    except ValueError as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error
    _print(training, Console())
    out.write_text(training.weights.model_dump_json(indent=1) + "\n", encoding="utf-8")
    typer.echo(f"Written: {out}")


if __name__ == "__main__":
    typer.run(main)
