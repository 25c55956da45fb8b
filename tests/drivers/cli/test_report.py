"""The command that writes a report."""

from pathlib import Path

from drivers.intake import sample_paths
from tests.drivers.conftest import Call


def test_a_batch_that_was_run_has_a_report(here: Path, essays: Call) -> None:
    """From essays to the page, with the real engine and store."""
    options = ["--out", "out", "--batch-id", "b", "--pipeline", "spellcheck", "--runtime", "local"]
    ran = essays("run", *sample_paths()[:2], *options)
    assert ran.exit_code == 0, ran.output
    made = essays("report", "b", "--out", "out")
    assert made.exit_code == 0, made.output
    source = (here / "out/report/report.html").read_text(encoding="utf-8")
    assert "<del>frends</del>" in source
    assert len(list((here / "out/report/handouts").glob("*.html"))) == 2


def test_an_unknown_batch_is_the_users_mistake(essays: Call) -> None:
    """The exit code for a mistake in the call is 2."""
    assert essays("report", "b", "--out", "out").exit_code == 2
