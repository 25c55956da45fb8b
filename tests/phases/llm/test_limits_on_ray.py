"""Limits and budgets on a real Ray: they hold across all workers, and survive the budget's process."""

import json
import threading
import time
from collections import Counter
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler

import psutil
import pytest

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")

from actors.core.retry import Policy
from actors.execution.call_ledger import CallLedger
from actors.phases.llm.limiter import Budget, Spent
from actors.runtime.activation import Blueprint
from actors.runtime.placement import Placement
from actors.runtime.runtime import Runtime
from actors.stores.store import Store
from contracts import BatchStatus, ErrorCode
from drivers.client.batch import Batch
from drivers.client.engine import Engine
from tests.cluster.programs import soon
from tests.cluster.shared import SharedCluster
from tests.phases.ai_feedback.essays import LEARNER
from tests.phases.llm.asking import OnlyAsks
from tests.phases.llm.endpoints import Endpoint, answers, completion, serving
from tests.runtime.pipelines import FEEDBACK, essays

pytestmark = pytest.mark.ray  # imports of ray are in the functions: collecting must not load it

WORKERS, AT_A_TIME = 3, 2
READ, WRITTEN = 700, 300
ONE = Spent(1, READ + WRITTEN, (READ * 1000 + WRITTEN * 2000) / 1_000_000)
ANSWER = answers(200, completion(json.dumps({"strengths": [], "work_points": []}), READ, WRITTEN))


class Busy:
    """Answers after a moment; ``most`` is the highest number of simultaneous requests."""

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
def endpoint(busy: Busy, cluster: SharedCluster) -> Iterator[Endpoint]:
    """An endpoint for all processes that allows two calls at a time, each at the same cost."""
    with serving(busy) as (url, endpoint), pytest.MonkeyPatch.context() as patch:
        limits = (f"concurrent = {AT_A_TIME}", "repairs = 0", "max_output_tokens = 1000")
        lines = (f'url = "{url}"', 'model = "m"', *limits, "input_price = 1000", "output_price = 2000")
        cluster.llm_settings.write_text("\n".join(lines))
        patch.setenv("ESSAY_LLM_SETTINGS", str(cluster.llm_settings))
        yield endpoint
    cluster.llm_settings.unlink()


@pytest.fixture(scope="module")
def runtime(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:  # noqa: ARG001
    """A runtime with three workers, on whatever cores there are, and packed essays."""
    from actors.runtime.ray.runtime import RayRuntime

    blueprint = Blueprint({FEEDBACK: OnlyAsks}, Policy(), workers=WORKERS, warm=(FEEDBACK,))
    url = f"sqlite:///{tmp_path_factory.mktemp('store') / 'store.db'}"
    ray_runtime = RayRuntime(blueprint, url, placement=Placement(essay_processes=0, starting=1))
    yield ray_runtime
    ray_runtime.shutdown()


def register(runtime: Runtime, batch_id: str, count: int, **options: object) -> Batch:
    """A batch of this many different essays, for which the model is asked."""
    texts = [f"{LEARNER}\n\nThis is text {number} of {batch_id}." for number in range(count)]
    asked = {FEEDBACK.value: {"backend": "llm", **options}}
    return Engine(runtime).submit(batch_id, essays(*texts), pipeline=[FEEDBACK], language="en", options=asked)


def failures(store: Store, batch_id: str) -> Counter[ErrorCode]:
    """Why essays failed."""
    return Counter(essay.failure.error_code for essay in store.essays(batch_id) if essay.failure)


def processes(title: str) -> list[psutil.Process]:
    """Our cluster's processes with this title: Ray names each after its actor's class."""
    ours = psutil.Process().children(recursive=True)
    return [process for process in ours if title in " ".join(process.cmdline())]


def kill_the_desk() -> None:
    """Kill the budget's process with SIGKILL, once it is up (again)."""
    soon(lambda: len(processes("ray::CallBudgetProcess")) == 1)
    processes("ray::CallBudgetProcess")[0].kill()


def most_of_one(endpoint: Endpoint) -> Spent:
    """What is reserved for a call: at most a token per byte, an endpoint's additions, and the longest answer."""
    read = max(len(json.dumps(body, ensure_ascii=False).encode()) for body in endpoint.bodies) + 600
    return Spent(1, read + 1000, (read * 1000 + 1000 * 2000) / 1_000_000)


@pytest.mark.parametrize("limited", ["calls", "tokens", "money"])
def test_a_budget_is_spent_to_the_last_call_that_fits_and_not_beyond(
    runtime: Runtime, endpoint: Endpoint, busy: Busy, limited: str
) -> None:
    """However many calls run at a time, as many are made as one after the other, and each is in the ledger."""
    budgets = {"calls": 3, "tokens": 8_000, "money": 10.0}
    before, count = len(endpoint.bodies), 8
    register(runtime, limited, count, **{f"budget_{limited}": budgets[limited]}).until_ended()
    made = len(endpoint.bodies) - before
    account = CallLedger(runtime.store).account(limited)
    assert account.unsettled == {}
    assert (account.spent.calls, account.spent.tokens) == (made, made * ONE.tokens)
    assert account.spent.money == pytest.approx(made * ONE.money)
    budget = Budget(**{limited: budgets[limited]})  # type: ignore[arg-type]
    assert account.spent.exceeds(budget) is None
    assert 0 < made < count
    assert (account.spent + most_of_one(endpoint)).exceeds(budget) == limited
    assert failures(runtime.store, limited) == {ErrorCode.BUDGET_EXCEEDED: count - made}
    assert busy.most <= AT_A_TIME


@pytest.mark.slow
def test_two_batches_share_one_endpoint(runtime: Runtime, endpoint: Endpoint, busy: Busy) -> None:
    """They stay within its limit; the batch with a budget of two calls makes two, and the other all of its own."""
    poor = register(runtime, "poor", 4, budget_calls=2)
    rich = register(runtime, "rich", 4)
    assert poor.until_ended() is BatchStatus.COMPLETED_WITH_FAILURES
    assert rich.until_ended() is BatchStatus.COMPLETED_SUCCESSFULLY
    assert failures(runtime.store, "poor") == {ErrorCode.BUDGET_EXCEEDED: 2}
    sent = [json.dumps(body) for body in endpoint.bodies]
    assert [sum(f"of {name}." in one for one in sent) for name in ("poor", "rich")] == [2, 4]
    assert busy.most == AT_A_TIME
    assert len(processes("ray::PhaseWorkerProcess")) == WORKERS


def test_a_killed_budget_forgets_neither_what_was_spent_nor_how_many_calls_are_the_limit(
    runtime: Runtime, endpoint: Endpoint, busy: Busy
) -> None:
    """It is killed between a batch's calls, and before another batch that uses the same account."""
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
    assert busy.most == AT_A_TIME
