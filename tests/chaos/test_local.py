"""Chaos in local mode: the single process is killed, and loses its store file."""

from pathlib import Path

from drivers.client.bootstrap import RuntimeKind
from drivers.lab.chaos.__main__ import summary
from drivers.lab.chaos.campaign import campaign
from drivers.lab.chaos.plan import Strike, Victim
from drivers.lab.chaos.scene import SceneSetup

SOME = 20


def test_a_program_that_is_killed_or_loses_its_store_loses_nothing_and_repeats_little(tmp_path: Path) -> None:
    """SIGKILL in mid-phase costs three steps at most; a store file that is put back is used again."""
    strikes = [Strike(Victim.DRIVER, 0.4, 0.01), Strike(Victim.FILE, 0.6, 0.01)]
    stage = SceneSetup(tmp_path, essays=SOME, runtime=RuntimeKind.LOCAL)
    report = summary(list(campaign(stage, [strikes], seed=1, patience=90)), planned=2)
    assert report["wrong"] == []
    assert (report["kills"], report["losses"], report["repeats_of_stored_work"]) == (2, 0, 0)
    assert report["most_steps_repeated_a_kill"] <= 3
