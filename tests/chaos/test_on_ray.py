"""A small dose of chaos on a real Ray; ``python -m drivers.lab.chaos`` does more."""

from pathlib import Path

import pytest

from drivers.lab.chaos.__main__ import summary
from drivers.lab.chaos.campaign import campaign
from drivers.lab.chaos.plan import Strike, Victim
from drivers.lab.chaos.scene import SceneSetup


@pytest.mark.ray
@pytest.mark.slow  # it starts Ray twice; in CI each process is killed once, in tests/runtime
def test_a_batch_whose_store_and_driver_are_killed_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    """SIGKILL to the store's process, then to the driver, whose cluster dies with it: a new driver carries on."""
    strikes = [Strike(Victim.STORE, 0.4, 0.01), Strike(Victim.DRIVER, 0.7, 0.01)]
    stage = SceneSetup(tmp_path, essays=10, essay_processes=0)
    report = summary(list(campaign(stage, [strikes], seed=1, patience=90)), planned=2)
    assert report["wrong"] == []
    assert (report["kills"], report["losses"], report["repeats_of_stored_work"]) == (2, 0, 0)
