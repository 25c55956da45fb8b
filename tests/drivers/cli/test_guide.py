"""Guides in the terminal."""

from io import StringIO

import pytest
from rich.console import Console

from drivers.cli.guide import Guide, guides


@pytest.mark.parametrize("name", [*guides()])
def test_no_guide_is_cut_off_in_a_narrow_terminal(name: str) -> None:
    """A path or command too long for its column is wrapped, so that it can be read and copied in full."""
    terminal = Console(file=StringIO(), width=80, record=True)
    terminal.print(Guide(guides()[name].read_text(encoding="utf-8")))
    shown = terminal.export_text()
    assert len(shown) > 1_000
    assert "…" not in shown
