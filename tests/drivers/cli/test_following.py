"""Following a batch to its end, or as far as it gets."""

import threading
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console as Terminal

from actors.phases.service import EssayTask, Product
from contracts.phases import PhaseName
from drivers.cli import following
from drivers.cli.console import Console
from drivers.cli.exit_codes import ExitCode
from drivers.cli.following import follow
from drivers.cli.live_progress import LiveProgress
from drivers.cli.locating import BatchPlace
from drivers.client.batch import Batch
from drivers.client.engine import Engine
from drivers.testing import open_virtual_engine
from tests.services import Tagging


class Gated(Tagging):
    """Waits for its gate to open, and tells when it has begun."""

    def __init__(self) -> None:
        super().__init__(PhaseName.SPELLCHECK)
        self.begun, self.gate = threading.Event(), threading.Event()

    def process(self, task: EssayTask) -> Product:
        self.begun.set()
        self.gate.wait(20)
        return super().process(task)


@pytest.fixture
def service() -> Iterator[Gated]:
    """A service whose gate opens, at the latest, at the end of the test."""
    gated = Gated()
    yield gated
    gated.gate.set()


@pytest.fixture
def batch(service: Gated, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Batch]:
    """A batch of one essay, whose first phase is under way."""
    monkeypatch.setattr(following, "GRACE_SECONDS", 0.0)
    wired = {"spellcheck": lambda: service, "nlp": lambda: Tagging(PhaseName.NLP)}
    with Engine.open(tmp_path / "store.db", runtime="local", services=wired) as engine:
        yield engine.submit("8b", {"anna": "A text."}, pipeline="spellcheck,nlp")


def test_a_batch_that_somebody_has_paused_is_not_waited_for(capsys: pytest.CaptureFixture[str]) -> None:
    """Its end depends on somebody else; the command to continue is printed."""
    with open_virtual_engine() as engine:
        batch = engine.submit("8b", {"anna": "A text."}, pipeline="spellcheck,nlp").pause()
        assert follow(batch, BatchPlace("8b"), Console()) is ExitCode.DONE
    assert "Batch 8b is paused. Continue with: essays resume 8b\n" in capsys.readouterr().out


def test_what_is_in_hand_is_finished_before_a_paused_batch_is_left(
    batch: Batch, service: Gated, capsys: pytest.CaptureFixture[str]
) -> None:
    """If it was paused from another terminal, that happened in the cluster that ends with the following program."""

    def pause_from_elsewhere() -> None:
        service.begun.wait(20)
        threading.Timer(0.5, service.gate.set).start()
        batch.pause()

    threading.Thread(target=pause_from_elsewhere, daemon=True).start()
    assert follow(batch, BatchPlace("8b"), Console()) is ExitCode.DONE
    assert "Batch 8b is paused. Continue with: essays resume 8b\n" in capsys.readouterr().out
    assert list(batch.essay("anna").results) == ["spellcheck"]


def test_what_a_batch_waits_for_at_its_start_is_shown_until_it_is_there(batch: Batch) -> None:
    """Processes take time to start; once none is missing, progress no longer asks."""
    words = iter(["2 of 12 essay processes have started", "7 of 12 essay processes have started", ""])
    terminal = Terminal(file=StringIO(), force_terminal=True, width=100)
    shown: list[str] = []
    with LiveProgress(batch, terminal, starting=lambda: next(words)) as progress:
        for _ in range(4):
            progress.look()
            shown.append(terminal.file.getvalue())  # type: ignore[attr-defined]
    assert "2 of 12 essay processes" in shown[0]
    assert "7 of 12 essay processes" in shown[1]
    assert shown[3].count("essay processes") == shown[1].count("essay processes")
