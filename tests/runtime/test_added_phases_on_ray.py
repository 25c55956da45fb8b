"""Added phases on a real Ray: they travel to its processes, or these say what they lack."""

import subprocess
import sys
from pathlib import Path
from textwrap import dedent
from typing import Final

import pytest

from tests.cluster.shared import SharedCluster

pytestmark = pytest.mark.ray

ROOT: Final = Path(__file__).parents[2]

# What a user's script has: everything in its own ``__main__``, and a package that only this process can import.
PROGRAM: Final = """
    import sys
    from actors.phases.service import CohortProducts, Product
    from contracts import EssayStatus, PhaseDefinition, PhaseResultData, PhaseScope, text_storage_id_of
    from drivers import Engine

    class Shouted(PhaseResultData):
        words: int

    class Shouter:
        name, version, uses = "shouter", "1", ()

        def process(self, task):
            text = task.text.upper()
            return Product(Shouted(
                status=EssayStatus("shouting_success"), original_text_storage_id=task.text_id,
                text_storage_id=text_storage_id_of(text), words=len(text.split()), producer="s", producer_version="1",
            ), text)

    class Placed(PhaseResultData):
        place: int

    class Placer:
        name, version, uses = "placer", "1", ("shouting",)

        def plan(self, cohort, done):
            return CohortProducts({{task.essay_id: self.placed(task, place) for place, task in enumerate(cohort)}})

        def placed(self, task, place):
            assert task.earlier["shouting"].words == 2
            return Product(Placed(
                status=EssayStatus("placing_success"), original_text_storage_id=task.text_id,
                text_storage_id=task.text_id, place=place, producer="p", producer_version="1",
            ))

    PHASES = (PhaseDefinition("shouting", Shouted, Shouter),
              PhaseDefinition("placing", Placed, Placer, PhaseScope.COHORT))

    if __name__ == "__main__":
        sys.path.insert(0, "{site}")
        essays = {{name: f"text {{name}}" for name in "ab"}}
        with Engine.open("{folder}/store.db", runtime="ray", workers=2, phases=PHASES) as engine:
            result = engine.submit("own", essays, pipeline="shouting,placing", language="en").result(timeout=120)
            print(result.status)
            print(sorted(essay.text for essay in result.essays))
            result = engine.submit("theirs", essays, pipeline="shouting,absent", language="en").result(timeout=120)
            print(result.status)
            failure = result.failed[0].failure
            print(failure.error_code, failure.message)
"""

_ABSENT: Final = """
    from contracts import PhaseDefinition, PhaseResultData

    class Result(PhaseResultData):
        pass

    class Service:
        name, version, uses = "absent", "1", ()

    PHASE = PhaseDefinition("absent", Result, "pkg_absent:Service")
"""


def test_phases_of_a_script_run_and_one_that_workers_lack_is_named(cluster: SharedCluster, tmp_path: Path) -> None:
    """The script's classes travel by value; a package that a worker lacks fails its phase, and the failure names it."""
    site = tmp_path / "site"
    info = site / "pkg_absent-1.0.dist-info"
    info.mkdir(parents=True)
    (site / "pkg_absent.py").write_text(dedent(_ABSENT))
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pkg-absent\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[essay_pipelines.phases]\nabsent = pkg_absent:PHASE\n")
    script = tmp_path / "script.py"
    script.write_text(dedent(PROGRAM).format(site=site, folder=tmp_path))
    done = subprocess.run(  # noqa: S603
        [sys.executable, str(script)],
        cwd=ROOT,
        env=cluster.environment,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    own, texts, theirs, failure = done.stdout.strip().splitlines()[-4:]
    assert (own, theirs) == ("completed_successfully", "failed_critically")
    assert texts == "['TEXT A', 'TEXT B']"
    assert failure.startswith("service_unavailable phase 'absent' is not installed where it is needed")
    assert "pip install pkg-absent" in failure
    assert "Traceback" not in done.stderr
