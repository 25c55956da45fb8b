"""The program that writes a report."""

from pathlib import Path

import typer
from typer.testing import CliRunner

from drivers import run_batch
from drivers.cli import report
from drivers.intake import sample_paths


def program(main: object) -> typer.Typer:
    """A function of one program as its command line."""
    app = typer.Typer()
    app.command()(main)  # type: ignore[type-var]
    return app


def test_a_batch_that_was_run_has_a_report(tmp_path: Path) -> None:
    """From essays to the page, through the real engine and store."""
    cli = CliRunner()
    options = ["--out", str(tmp_path), "--batch-id", "b", "--pipeline", "spellcheck", "--runtime", "local"]
    ran = cli.invoke(program(run_batch.main), [*map(str, sample_paths()[:2]), *options])
    assert ran.exit_code == 0, ran.output
    made = cli.invoke(program(report.main), ["b", "--out", str(tmp_path)])
    assert made.exit_code == 0, made.output
    source = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "<del>frends</del>" in source
    assert len(list((tmp_path / "report" / "handouts").glob("*.html"))) == 2


def test_an_unknown_batch_is_the_users_mistake(tmp_path: Path) -> None:
    """The exit code for a mistake in the call is 2."""
    assert CliRunner().invoke(program(report.main), ["b", "--out", str(tmp_path)]).exit_code == 2
