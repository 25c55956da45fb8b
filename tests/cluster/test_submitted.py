"""A batch that is submitted to a running cluster as a Ray job, as the guide *watching* describes."""

import sys
from contextlib import closing
from pathlib import Path

import pytest

from actors.stores.opening import open_store
from tests.cluster.programs import output, soon, status_of
from tests.cluster.shared import ROOT, SharedCluster

pytestmark = pytest.mark.ray
RAY = str(Path(sys.executable).with_name("ray"))


def test_a_submitted_batch_runs_on_the_cluster_and_its_actors_outlive_the_job(
    cluster: SharedCluster, tmp_path: Path
) -> None:
    """``ray job submit --working-dir . -- python -m drivers.run_batch ...`` works from the upload to the results."""
    from ray.util.state import list_actors

    url = f"sqlite:///{tmp_path}/store.db"
    submit = (RAY, "job", "submit", "--address", cluster.dashboard, "--working-dir", str(ROOT), "--")
    run = ("python", "-m", "drivers.run_batch", "--sample", "--pipeline", "spellcheck", "--batch-id", "sent")
    places = ("--store", url, "--out", str(tmp_path / "out"), "--essay-processes", "0", "--workers", "1")
    soon(lambda: status_of(f"{cluster.dashboard}/api/version") is not None, seconds=90)
    output(*submit, *run, *places, environment=cluster.environment)
    assert (tmp_path / "out" / "results.json").is_file()
    with closing(open_store(url, read_only=True)) as store:
        assert [summary.status for summary in store.batches()] == ["completed_successfully"]
    alive = {actor.name for actor in list_actors(cluster.dashboard, filters=[("state", "=", "ALIVE")])}
    assert alive >= {"batch sent", "work queue"}
