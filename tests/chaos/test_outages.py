"""The outages of chaos are real, and end."""

import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from actors.core.records import Record
from actors.stores.opening import open_store
from actors.stores.store import StoreUnavailableError
from drivers.lab.chaos.outages import CannotBeStruck, FakedClock, SmallDisk, surroundings
from drivers.lab.chaos.plan import Ground
from tests.stores.examples import batch, event, header, text

_PROGRAM = "import time; print(time.time(), flush=True); input(); print(time.time()); time.sleep(0.01)"


def test_a_full_disk_refuses_what_is_written_until_there_is_room(tmp_path: Path) -> None:
    """SQLite's error becomes the store's own, and nothing is half written."""
    try:
        disk = SmallDisk(tmp_path)
    except CannotBeStruck as lacking:
        pytest.skip(f"only root may mount a disk: {lacking}")
    with closing(disk), closing(open_store(disk.url)) as store:
        store.claim("b1")
        records: list[Record] = [batch(header(epoch=1)), event("e1"), text("x" * 200_000)]
        disk.begin_outage()
        with pytest.raises(StoreUnavailableError, match="disk"):
            store.commit(records)
        disk.end_outage()
        assert [*store.events("b1")] == []
        store.commit(records)
        assert len([*store.events("b1")]) == 1


def test_a_clock_is_set_back_under_a_program_that_runs(tmp_path: Path) -> None:
    """Only the time of day goes back, by an hour: waits take as long as before."""
    clock = FakedClock(tmp_path)
    with subprocess.Popen(  # noqa: S603  (our own)
        [sys.executable, "-c", _PROGRAM],
        env=clock.environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as program:
        assert program.stdin is not None
        assert program.stdout is not None
        before = float(program.stdout.readline())
        clock.begin_outage()
        after, _ = program.communicate("\n")
    assert before == pytest.approx(time.time(), abs=60)
    assert float(after) - before == pytest.approx(-3600, abs=60)
    assert program.returncode == 0


def test_elsewhere_nothing_goes_wrong(tmp_path: Path) -> None:
    """A driver with a cluster of its own keeps its environment."""
    assert surroundings(Ground.OWN_CLUSTER, tmp_path).environment == {}
