"""Budgets of calls, tokens and money on a real Ray, with several workers and several calls at a time."""

import json
from collections.abc import Iterator

import pytest

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")

from actors.execution.call_ledger import CallLedger
from actors.phases.llm.limiter import Budget, Spent
from actors.runtime.runtime import Runtime
from contracts import ErrorCode
from drivers.client.engine import Engine
from tests.phases.ai_feedback.essays import LEARNER
from tests.phases.llm.endpoints import Endpoint, answers, completion, serving
from tests.phases.llm.on_ray import feedback_on_ray
from tests.runtime.pipelines import FEEDBACK, essays

pytestmark = pytest.mark.ray  # imports of ray are in the functions: collecting must not load it
READ, WRITTEN = 700, 300
ONE = Spent(1, READ + WRITTEN, (READ * 1000 + WRITTEN * 2000) / 1_000_000)
ANSWER = answers(200, completion(json.dumps({"strengths": [], "work_points": []}), READ, WRITTEN))
ESSAYS = 8


@pytest.fixture(scope="module")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    """An endpoint that bears six calls at a time, each of which costs the same."""
    with serving(ANSWER) as (url, endpoint), pytest.MonkeyPatch.context() as patch:
        path = tmp_path_factory.mktemp("llm") / "llm.toml"
        lines = (f'url = "{url}"', 'model = "m"', "concurrent = 6", "repairs = 0", "max_output_tokens = 1000")
        path.write_text("\n".join([*lines, "input_price = 1000", "output_price = 2000"]))
        patch.setenv("ESSAY_LLM_SETTINGS", str(path))
        yield endpoint


@pytest.fixture(scope="module")
def runtime(endpoint: Endpoint, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runtime]:  # noqa: ARG001
    """Four workers on whatever cores there are."""
    with feedback_on_ray(tmp_path_factory.mktemp("store"), workers=4) as running:
        yield running


def _most_of_one(endpoint: Endpoint) -> Spent:
    """What a call is reserved at: a token a byte at most, what an endpoint may add, and the longest answer."""
    read = max(len(json.dumps(body, ensure_ascii=False).encode()) for body in endpoint.bodies) + 600
    return Spent(1, read + 1000, (read * 1000 + 1000 * 2000) / 1_000_000)


@pytest.mark.parametrize("limited", ["calls", "tokens", "money"])
def test_a_budget_is_spent_to_the_last_call_that_fits_and_not_beyond(
    runtime: Runtime, endpoint: Endpoint, limited: str
) -> None:
    """Whatever is under way at a time: as many calls are made as one after the other, and each is in the ledger."""
    budgets = {"calls": 3, "tokens": 8_000, "money": 10.0}
    before, engine = len(endpoint.bodies), Engine(runtime)
    texts = [f"{LEARNER}\n\nThis is text {number} of {limited}." for number in range(ESSAYS)]
    asked = {FEEDBACK.value: {"backend": "llm", f"budget_{limited}": budgets[limited]}}
    batch = engine.submit(limited, essays(*texts), pipeline=[FEEDBACK], language="en", options=asked)
    batch.until_ended()
    made = len(endpoint.bodies) - before
    account = CallLedger(runtime.store).account(limited)
    assert account.unsettled == {}
    assert (account.spent.calls, account.spent.tokens) == (made, made * ONE.tokens)
    assert account.spent.money == pytest.approx(made * ONE.money)
    budget = Budget(**{limited: budgets[limited]})  # type: ignore[arg-type]
    assert account.spent.exceeds(budget) is None
    assert 0 < made < ESSAYS
    assert (account.spent + _most_of_one(endpoint)).exceeds(budget) == limited
    failed = [essay.failure.error_code for essay in runtime.store.essays(limited) if essay.failure]
    assert failed == [ErrorCode.BUDGET_EXCEEDED] * (ESSAYS - made)
