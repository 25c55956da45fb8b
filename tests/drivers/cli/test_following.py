"""A batch that is followed to its end, or as far as it goes."""

import pytest

from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.following import follow
from drivers.cli.locating import BatchPlace
from drivers.testing import open_virtual_engine


def test_a_batch_that_somebody_pauses_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Its end would be somebody else's doing; how to go on is said."""
    with open_virtual_engine() as engine:
        batch = engine.submit("8b", {"anna": "A text."}, pipeline="spellcheck,nlp").pause()
        assert follow(batch, BatchPlace("8b"), Console()) is ExitCode.DONE
    assert "Batch 8b is paused. Go on with: essays resume 8b\n" in capsys.readouterr().out
