"""A two-node cluster that loses a node during a batch; ``essays chaos --only node`` repeats this more often."""

from pathlib import Path

import pytest

from drivers.lab.chaos.__main__ import summary
from drivers.lab.chaos.campaign import campaign
from drivers.lab.chaos.plan import Strike, Victim
from drivers.lab.chaos.scene import SceneSetup


@pytest.mark.ray
@pytest.mark.slow
def test_a_batch_whose_node_is_killed_ends_as_if_nothing_had_happened(tmp_path: Path) -> None:
    """After SIGKILL to a raylet, its processes restart on the other node and find what is stored."""
    setup = SceneSetup(tmp_path, essays=10, essay_processes=0)
    report = summary(list(campaign(setup, [[Strike(Victim.NODE, 0.5, 0.01)]], seed=1, patience=90)), planned=1)
    assert report["wrong"] == []
    assert (report["kills"], report["losses"], report["repeats_of_stored_work"]) == (1, 0, 0)
