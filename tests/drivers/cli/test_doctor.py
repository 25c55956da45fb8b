"""``essays doctor``: every check says what it found and what to do."""

from pathlib import Path

import pytest

from actors.phases import registry
from actors.phases.service import EssayTask
from contracts.phases import PhaseName
from drivers.cli.phase_sample import tried
from drivers.client.bootstrap import SERVICES
from tests.drivers.conftest import Call, answer
from tests.services import Tagging

pytestmark = pytest.mark.usefixtures("small_services")


def test_an_installation_that_works_is_said_to(essays: Call) -> None:
    """The exit code is 0, whatever optional parts are missing."""
    found = essays("doctor", "--no-ray", "--json")
    assert found.exit_code == 0, found.output
    checks = {finding["what"]: finding["verdict"] for finding in answer(found)}
    assert {f"phase {phase}": "good" for phase in PhaseName}.items() <= checks.items()
    assert checks["Python"] == checks["store in SQLite"] == "good"


def test_a_phase_that_cannot_work_is_found(essays: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    """The reason is given, and what to do."""

    class Broken(Tagging):
        def process(self, task: EssayTask) -> None:  # type: ignore[override]
            raise FileNotFoundError(f"no dictionary for {task.essay_id}")

    monkeypatch.setitem(registry.BUILT_IN_SERVICES, PhaseName.NLP, lambda: Broken(PhaseName.NLP))
    found = essays("doctor", "--no-ray")
    assert found.exit_code == 4
    assert "no dictionary" in found.output
    assert "Problems to fix: 1." in found.output


def test_a_store_that_does_not_open_is_found(essays: Call, here: Path) -> None:
    """The store that was named is checked, and no other."""
    found = essays("doctor", "--no-ray", "--store", here / "none.db")
    assert found.exit_code == 4
    assert "There is no store" in found.output


def test_every_phase_of_the_product_can_be_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each built-in phase works with what it ships; nothing is fetched."""
    monkeypatch.undo()
    reached: list[object] = []

    def unreachable(*where: object, **__: object) -> None:
        reached.append(where)
        raise OSError("the network is unreachable")

    for name in ("socket.getaddrinfo", "socket.socket.connect", "socket.socket.connect_ex"):
        monkeypatch.setattr(name, unreachable)
    assert {phase: tried(phase, service) for phase, service in SERVICES.items()} == dict.fromkeys(PhaseName)
    assert reached == []
