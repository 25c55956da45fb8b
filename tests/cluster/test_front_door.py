"""The Python API on Ray: one script starts a cluster, and a second joins it knowing only the store."""

import json
import os
import sys
from pathlib import Path

import pytest

from tests.cluster.programs import output

pytestmark = pytest.mark.ray

FIRST = """
import asyncio, json, subprocess, sys
from drivers import BatchTimeoutError, Engine

store, second = sys.argv[1:]
essays = {f"essay-{number}": f"This is essay number {number}, and it is short." for number in range(6)}

async def followed(batch):
    return [event.event_type async for event in batch.events(follow=True)]

if __name__ == "__main__":
    with Engine.open(store, runtime="ray", workers=1, essay_processes=0) as engine:
        paused = engine.submit("paused", essays, pipeline="spellcheck").pause()
        steered = json.loads(subprocess.check_output([sys.executable, second, store]))
        batch = engine.submit("8b", essays, pipeline="spellcheck,nlp", options={"nlp": {"parse": False}})
        try:
            batch.result(timeout=0)
        except BatchTimeoutError:
            steered["timed_out"] = True
        topics = asyncio.run(followed(batch))
        result = asyncio.run(batch.wait(timeout=120))
        steered |= {
            "status": result.status, "topics": topics, "paused": paused.result(timeout=120).status,
            "results": sorted(result.essays[0].results), "batches": [each.batch_id for each in engine.batches()],
        }
        print(json.dumps(steered))
"""

SECOND = """
import json, sys
from drivers import Engine

if __name__ == "__main__":
    with Engine.open(sys.argv[1], runtime="ray") as engine:
        batch = engine.batch("paused")
        seen = batch.is_paused
        batch.resume()
        print(json.dumps({"seen": seen, "resumed": not batch.is_paused, "where": engine.describe()}))
"""


def test_two_scripts_share_a_cluster_and_see_the_same_batches(tmp_path: Path) -> None:
    """What one pauses, the other resumes; events are followed to the batch's end, in order."""
    for name, script in (("first.py", FIRST), ("second.py", SECOND)):
        (tmp_path / name).write_text(script, encoding="utf-8")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    environment["PYTHONPATH"] = str(Path(__file__).parents[2])
    command = [sys.executable, str(tmp_path / "first.py"), str(tmp_path / "school.db"), str(tmp_path / "second.py")]
    told = json.loads(output(*command, environment=environment, seconds=300).splitlines()[-1])
    assert (told["seen"], told["resumed"], told["timed_out"]) == (True, True, True)
    assert told["where"].startswith("on the Ray cluster at 127.0.0.1:")
    assert (told["status"], told["paused"]) == ("completed_successfully", "completed_successfully")
    assert told["topics"][0] == "huleedu.batch.essays.registered.v1"
    assert told["topics"][-1] == "huleedu.batch.pipeline.completed.v1"
    assert told["results"] == ["nlp", "spellcheck"]
    assert told["batches"] == ["paused", "8b"]
