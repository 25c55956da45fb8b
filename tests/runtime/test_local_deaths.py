"""In a single process, work that kills the program or never returns fails its essay, and the others continue."""

import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from actors.core.retry import Policy
from actors.phases.service import CohortItem, EssayTask, Product
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from contracts import PHASE_TABLE, BatchStatus, ErrorCode, EssayStatus, PhaseName
from drivers.client.engine import Engine
from tests.runtime.pipelines import CJ, NLP, SPELLCHECK, essays
from tests.services import Ranking, Tagging, services

DONE = EssayStatus.ALL_PROCESSING_COMPLETED
IMPATIENT = Policy(work_timeout=0.5, cohort_timeout=0.5, backoff=0.01, max_attempts=2)
TEXTS = ("a", "b", "c poison:{}", "d", "e", "f")
PROGRAM = """
import sys
from pathlib import Path
from drivers import Engine
from tests.runtime.pipelines import essays
from tests.runtime.test_local_deaths import killing_services
store, pipeline, *texts = sys.argv[1:]
with Engine.open(Path(store), runtime="local", services=killing_services(Path(store))) as engine:
    if engine.store.summary("b") is None:
        engine.submit("b", essays(*texts), pipeline=pipeline, language="en").result()
    else:
        engine.batch("b").resume().result()
"""


class KillingRanking(Ranking):
    """Measures texts; one that asks for it kills the program."""

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> int:
        task = next(task for task in cohort if task.essay_id == item.key)
        if f"poison:{self.phase}" in task.text:
            Tagging(self.phase)._misbehave(task)
        return super().perform(item, cohort)


def killing_services(store: Path) -> dict[PhaseName, Callable[[], Any]]:
    """Test services that log their calls in a file, with a cohort service that may kill the program too."""
    log = str(store.with_name("calls"))
    return {**services(log), CJ: lambda: KillingRanking(CJ, log)}


def _lives(store: Path, pipeline: str, *texts: str) -> list[int]:
    """The exit codes of programs that run this batch in turn until one of them finishes it."""
    codes: list[int] = []
    while not codes or (codes[-1] and len(codes) < 6):
        command = [sys.executable, "-c", PROGRAM, str(store), pipeline, *texts]
        codes.append(subprocess.run(command, check=False, timeout=60).returncode)  # noqa: S603
    return codes


class Lived(NamedTuple):
    """What is left by programs that were each killed by the batch, up to the last, which finished it."""

    store: Path
    texts: Sequence[str]
    codes: list[int]


Living = Callable[[str], Lived]


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Living:
    """By the phase that kills; these programs take seconds, and several tests look at what they leave."""

    @cache
    def living(phase: str) -> Lived:
        store = tmp_path_factory.mktemp(phase) / "store.db"
        texts = [text.format(phase) for text in TEXTS]
        return Lived(store, texts, _lives(store, f"spellcheck,{phase}", *texts))

    return living


@pytest.mark.parametrize("phase", ["nlp", "cj_assessment"])
def test_the_third_start_fails_what_killed_the_first_two(lived: Living, phase: str) -> None:
    """The batch ends, the other essays succeed, the killer has failed in that phase, and no note of it is left."""
    store, texts, codes = lived(phase)
    assert codes == [1, 1, 0]
    poisoned = next(number for number, text in enumerate(texts) if "poison" in text)
    with Engine.reader(store) as reader:
        batch = reader.batch("b").result()
        assert batch.status is BatchStatus.COMPLETED_WITH_FAILURES
        assert [essay.status is DONE for essay in batch.essays] == [number != poisoned for number in range(len(texts))]
        failed = batch.essays[poisoned]
        assert failed.status is PHASE_TABLE[PhaseName(phase)].failed
        assert failed.failure is not None
    assert sorted(file.name for file in store.parent.iterdir() if "in-hand" in file.name) == []


def test_what_stood_beside_a_killer_is_done_and_not_suspected_for_long(lived: Living) -> None:
    """It is begun twice at most, its failure says what to do, and no other essay's stored work is repeated."""
    store, _, codes = lived("nlp")
    assert codes == [1, 1, 0]
    calls = store.with_name("calls").read_text().splitlines()
    assert calls.count("nlp essay-03") == 2  # the third start did not begin it
    assert all(calls.count(f"spellcheck essay-{number:02}") == 1 for number in range(1, 7))
    with Engine.reader(store) as reader:
        failure = reader.batch("b").essay("essay-03").failure
    assert failure is not None
    assert failure.error_code is ErrorCode.WORKER_DIED
    assert "died 2 times" in failure.message
    assert "essays retry" in failure.message


def _hanging(phase: PhaseName, release: threading.Event) -> dict[PhaseName, Callable[[], Any]]:
    """Services of which one hangs on a text that asks for it, until it is released."""

    class Hanging(Tagging):
        def process(self, task: EssayTask) -> Product:
            if "stuck" in task.text:
                release.wait(60)
            return super().process(task)

    return {**services(), phase: lambda: Hanging(phase)}


def test_work_that_never_returns_fails_its_essay_and_the_others_go_on() -> None:
    """The hung thread is abandoned, even in a single process, and another takes its place."""
    release = threading.Event()
    runtime = LocalRuntime(Blueprint(_hanging(NLP, release), IMPATIENT), MemoryStore(), real_time=True)
    batch = Engine(runtime).submit("b", essays("a", "b stuck", "c", "d"), pipeline=[SPELLCHECK, NLP], language="en")
    began = time.monotonic()
    assert batch.until_ended() is BatchStatus.COMPLETED_WITH_FAILURES
    assert time.monotonic() - began < 10
    failures = {essay.essay_id: essay.failure for essay in runtime.store.essays("b") if essay.failure}
    assert [*failures] == ["essay-02"]
    assert failures["essay-02"].error_code is ErrorCode.WORK_TIMED_OUT
    before = (len(list(runtime.store.events("b"))), runtime.store.essays("b"))
    release.set()
    time.sleep(0.2)
    assert (len(list(runtime.store.events("b"))), runtime.store.essays("b")) == before  # a late result changes nothing
    runtime.shutdown()


def test_slow_work_is_not_taken_for_stuck() -> None:
    """A lease may last longer than a piece may take, as long as its pieces keep coming."""

    class Slow(Tagging):
        def process(self, task: EssayTask) -> Product:
            time.sleep(0.3)
            return super().process(task)

    wired = {**services(), NLP: lambda: Slow(NLP)}
    runtime = LocalRuntime(Blueprint(wired, IMPATIENT), MemoryStore(), real_time=True)
    batch = Engine(runtime).submit("b", essays("a", "b", "c", "d"), pipeline=[NLP], language="en")
    assert batch.until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    runtime.shutdown()
