"""The tests that the guide *security* names exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_threat_has_a_test_that_holds_it() -> None:
    """A row without one would be an empty promise."""
    text = (ROOT / "drivers/guides/security.md").read_text(encoding="utf-8")
    rows = [line for line in text.splitlines() if line.startswith("| ")][1:]
    named = [re.findall(r"`(tests/[\w/]+\.py)`", row) for row in rows]
    assert len(rows) >= 10
    assert all(named)
    assert [path for paths in named for path in paths if not (ROOT / path).is_file()] == []
