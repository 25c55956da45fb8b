"""Limits and budgets on a real Ray: they hold for all workers together, and outlive the budget's process."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import psutil
import pytest

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")

from actors.runtime.runtime import Runtime
from actors.stores.store import Store
from contracts import BatchStatus, ErrorCode
from drivers.client.batch import Batch
from drivers.client.engine import Engine
from tests.phases.ai_feedback.essays import LEARNER
from tests.phases.llm.endpoints import Endpoint, says, serving
from tests.phases.llm.on_ray import feedback_on_ray
from tests.runtime.pipelines import FEEDBACK, essays

pytestmark = pytest.mark.ray  # imports of ray are in the functions: collecting must not load it

ANSWER = says(json.dumps({"strengths": [], "work_points": []}))


class Busy:
    """Answers after a moment, and counts how many requests there are at a time at the ``most``."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now = self.most = 0

    def __call__(self, handler: BaseHTTPRequestHandler) -> None:
        with self._lock:
            self._now += 1
            self.most = max(self.most, self._now)
        time.sleep(0.3)
        with self._lock:
            self._now -= 1
        ANSWER(handler)


@pytest.fixture(scope="module")
def busy() -> Busy:
    """The endpoint's only step."""
    return Busy()


@pytest.fixture(scope="module")
def endpoint(busy: Busy, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """An endpoint that bears one call at a time, configured for all processes to come."""
    with serving(busy) as (url, endpoint), pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("llm") / "llm.toml"
        path.write_text(f'url = "{url}"\nmodel = "m"\nconcurrent = 1\nrepairs = 0\n')
        patch.setenv("ESSAY_LLM_SETTINGS", str(path))
        yield endpoint


@pytest.fixture(scope="module")
def runtime(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:  # noqa: ARG001
    """Three workers on whatever cores there are."""
    with feedback_on_ray(tmp_path_factory.mktemp("store"), workers=3) as running:
        yield running


def register(runtime: Runtime, batch_id: str, count: int, **options: object) -> Batch:
    """A batch of so many different essays, for which the model is asked."""
    texts = [f"{LEARNER}\n\nThis is text {number} of {batch_id}." for number in range(count)]
    asked = {FEEDBACK.value: {"backend": "llm", **options}}
    return Engine(runtime).submit(batch_id, essays(*texts), pipeline=[FEEDBACK], language="en", options=asked)


def failures(store: Store, batch_id: str) -> Counter[ErrorCode]:
    """Why essays failed."""
    return Counter(essay.failure.error_code for essay in store.essays(batch_id) if essay.failure)


def processes(title: str) -> list[psutil.Process]:
    """The processes of our own cluster with this title: Ray gives each the class of its actor."""
    ours = psutil.Process().children(recursive=True)
    return [process for process in ours if title in " ".join(process.cmdline())]


def kill_the_desk() -> None:
    """SIGKILL to its process."""
    (budget,) = processes("ray::CallBudgetProcess")
    budget.kill()


@pytest.mark.slow
def test_two_batches_share_one_endpoint_that_bears_one_call_at_a_time(
    runtime: Runtime, endpoint: Endpoint, busy: Busy
) -> None:
    """Never two calls at once from three workers; the batch with a budget of two calls makes two, the other all."""
    poor = register(runtime, "poor", 4, budget_calls=2)
    rich = register(runtime, "rich", 4)
    assert poor.until_ended() is BatchStatus.COMPLETED_WITH_FAILURES
    assert rich.until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert failures(runtime.store, "poor") == {ErrorCode.BUDGET_EXCEEDED: 2}
    sent = [json.dumps(body) for body in endpoint.bodies]
    assert [sum(f"of {name}." in one for one in sent) for name in ("poor", "rich")] == [2, 4]
    assert busy.most == 1
    assert len(processes("ray::PhaseWorkerProcess")) == 3


def test_a_killed_budget_forgets_neither_what_was_spent_nor_that_one_call_is_the_limit(
    runtime: Runtime, endpoint: Endpoint, busy: Busy
) -> None:
    """Killed between a batch's calls, and before a second batch that draws on the same account."""
    before = len(endpoint.bodies)
    first = register(runtime, "first", 4, budget_calls=3, account="class")
    runtime.run_until(lambda: len(endpoint.bodies) > before, watch=lambda: None)
    kill_the_desk()
    first.until_ended()
    kill_the_desk()
    second = register(runtime, "second", 1, budget_calls=3, account="class")
    assert second.until_ended() is BatchStatus.FAILED_CRITICALLY
    assert failures(runtime.store, "second") == {ErrorCode.BUDGET_EXCEEDED: 1}
    assert len(endpoint.bodies) - before <= 3
    assert busy.most == 1
