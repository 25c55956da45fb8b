"""The client over real HTTP, against an endpoint that fails in every way."""

import time

import pytest
from pydantic import BaseModel, SecretStr

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")

from actors.phases.llm.call_budget import CallBudget, CallBudgetLimiter
from actors.phases.llm.client import Answer, LLMClient, Question, Unfit
from actors.phases.llm.limiter import Budget
from actors.phases.llm.settings import LLMSettings, settings_from
from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode
from tests.phases.llm.endpoints import cut_off, hang, huge, nonsense, says, serving, status

KEY = "sk-very-secret"
GOOD = '{"word": "yes"}'


class Word(BaseModel):
    """The shape that is asked for."""

    word: str


def any_word(answer: Word, may_be_repaired: bool) -> Word:  # noqa: ARG001
    """A check that every answer passes."""
    return answer


def client_of(url: str, **changes: object) -> LLMClient:
    """A client of an endpoint that gives up quickly."""
    values = {"url": url, "model": "m", "api_key": SecretStr(KEY), "timeout": 2.0, "attempts": 3, "longest_wait": 2.0}
    settings = LLMSettings.model_validate(values | changes)
    return LLMClient(settings, CallBudgetLimiter(settings.limits, CallBudget()))


def ask(client: LLMClient, budget: Budget | None = None) -> Answer[Word]:
    """Ask one question."""
    return client.ask(Question("Say a word.", "material", Word, any_word), "batch", budget or Budget())


def test_an_answer_comes_with_its_usage_and_cost() -> None:
    """Tokens are the endpoint's counts, and the cost follows from prices per million."""
    with serving(says(GOOD)) as (url, _):
        answer = ask(client_of(url, input_price=10.0, output_price=20.0))
    assert answer.value.word == "yes"
    assert (answer.usage.calls, answer.usage.input_tokens, answer.usage.output_tokens) == (1, 300, 100)
    assert answer.usage.cost == pytest.approx(0.005)


@pytest.mark.parametrize("trouble", [status(500), status(503), status(429), cut_off(GOOD), hang(3)])
def test_passing_trouble_is_tried_again(trouble: object) -> None:
    """After a transient error, a broken connection or a silence, the client asks once more."""
    with serving(trouble, says(GOOD)) as (url, endpoint):  # type: ignore[arg-type]
        assert ask(client_of(url, timeout=3.0)).value.word == "yes"
    assert len(endpoint.bodies) == 2


def test_retry_after_is_kept() -> None:
    """The second request comes no sooner than the endpoint asked for."""
    with serving(status(429, Retry_After="1"), says(GOOD)) as (url, endpoint):
        ask(client_of(url))
    assert endpoint.times[1] - endpoint.times[0] >= 1.0


def test_a_wait_that_is_too_long_is_not_waited_for() -> None:
    """If the endpoint wants an hour, the essay fails at once, and can be retried later."""
    with serving(status(429, Retry_After="3600")) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert error.value.code is ErrorCode.RATE_LIMITED
    assert error.value.retryable
    assert len(endpoint.bodies) == 1


def test_an_endpoint_that_stays_down_fails_with_a_reason() -> None:
    """After the last attempt, the failure is a transient one, and says what the endpoint did and how often."""
    with serving(status(500)) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert (error.value.code, error.value.retryable) == (ErrorCode.SERVICE_UNAVAILABLE, True)
    assert "answered 500, 3 time(s)" in error.value.message
    assert (error.value.details["status"], error.value.details["attempts"]) == (500, 3)
    assert len(endpoint.bodies) == 3


def test_a_dead_endpoint_is_unavailable() -> None:
    """Nothing listens at its address."""
    with pytest.raises(PhaseWorkError) as error:
        ask(client_of("http://127.0.0.1:9/v1", attempts=2))
    assert error.value.code is ErrorCode.SERVICE_UNAVAILABLE


@pytest.mark.parametrize("code", [400, 401, 403, 404])
def test_a_refusal_is_not_tried_again(code: int) -> None:
    """A wrong key or model does not become right by asking again."""
    with serving(status(code)) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert (error.value.code, error.value.retryable) == (ErrorCode.INVALID_SETTINGS, False)
    assert len(endpoint.bodies) == 1


def test_invalid_json_of_a_model_is_sent_back_for_repair() -> None:
    """The model is told what is wrong, and answers again."""
    with serving(says("yes, gladly"), says('{"wort": 1}'), says(GOOD)) as (url, endpoint):
        assert ask(client_of(url)).usage.calls == 3
    assert "word" in str(endpoint.bodies[2]["messages"][-1])


def test_a_model_that_never_fits_fails_as_an_invalid_response() -> None:
    """After two repairs, the client gives up."""
    with serving(says('{"wort": 1}')) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert error.value.code is ErrorCode.INVALID_RESPONSE
    assert len(endpoint.bodies) == 3


@pytest.mark.parametrize("trouble", [nonsense(), huge(500_000)], ids=["no json", "huge"])
def test_an_answer_that_is_none_fails_within_the_attempts(trouble: object) -> None:
    """An HTML page, or half a megabyte, is a failure with a reason, and not a crash."""
    with serving(trouble) as (url, endpoint), pytest.raises(PhaseWorkError) as error:  # type: ignore[arg-type]
        ask(client_of(url))
    assert error.value.code in {ErrorCode.SERVICE_UNAVAILABLE, ErrorCode.INVALID_RESPONSE}
    assert len(endpoint.bodies) <= 3


def test_the_callers_check_sends_back_too() -> None:
    """An answer of the right shape with the wrong content is repaired."""

    def not_yes(answer: Word, may_be_repaired: bool) -> Word:
        if may_be_repaired and answer.word == "yes":
            raise Unfit("Do not say yes.")
        return answer

    with serving(says(GOOD), says('{"word": "no"}')) as (url, endpoint):
        answer = client_of(url).ask(Question("Say a word.", "material", Word, not_yes), "batch", Budget())
    assert answer.value.word == "no"
    assert "Do not say yes." in str(endpoint.bodies[1])


def test_the_budget_of_calls_stops_before_the_call_that_exceeds_it() -> None:
    """With two calls allowed, the endpoint gets two requests, even if the first fails."""
    with serving(status(500), says(GOOD)) as (url, endpoint):
        client, budget = client_of(url), Budget(calls=2)
        ask(client, budget)
        with pytest.raises(PhaseWorkError) as error:
            ask(client, budget)
    assert error.value.code is ErrorCode.BUDGET_EXCEEDED
    assert len(endpoint.bodies) == 2


@pytest.mark.parametrize("code", [500, 502, 504, 408])
def test_an_error_after_which_the_model_may_have_worked_counts_at_the_most_it_can_cost(code: int) -> None:
    """A gateway's timeout ends the wait and not the work, so no second call is paid from the same money."""
    with serving(status(code), says(GOOD)) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url, output_price=1_000.0), Budget(money=3.0))  # the most that one call can cost is 2
    assert error.value.code is ErrorCode.BUDGET_EXCEEDED
    assert len(endpoint.bodies) == 1


def test_a_request_that_is_refused_before_any_work_costs_nothing() -> None:
    """A second call is paid from the money that the first one did not use."""
    with serving(status(429), says(GOOD)) as (url, endpoint):
        answer = ask(client_of(url, output_price=1_000.0), Budget(money=3.0))
    assert answer.usage.cost == pytest.approx(0.1)
    assert len(endpoint.bodies) == 2


def test_a_budget_too_small_for_one_call_sends_nothing() -> None:
    """The maximum cost of a call is known before it is made."""
    for budget in (Budget(tokens=500), Budget(money=0.0001)):
        with serving(says(GOOD)) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
            ask(client_of(url, input_price=1.0, output_price=1.0), budget)
        assert error.value.code is ErrorCode.BUDGET_EXCEEDED
        assert not endpoint.bodies


def test_the_key_is_in_no_error_and_no_settings_text() -> None:
    """Only the endpoint gets it, in a header."""
    with serving(status(401)) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert KEY in str(endpoint.headers[0])
    assert KEY not in f"{error.value!r} {error.value.details} {error.value.__cause__!r}"
    assert KEY not in repr(LLMSettings.model_validate({"url": url, "model": "m", "api_key": KEY}))


def test_settings_errors_name_fields_and_no_values() -> None:
    """A wrong URL that contains a key is not repeated."""
    with pytest.raises(PhaseWorkError) as error:
        settings_from({"ESSAY_LLM_URL": "no url " + KEY, "ESSAY_LLM_MODEL": "m"})
    assert error.value.code is ErrorCode.INVALID_SETTINGS
    assert "url" in error.value.message
    assert KEY not in error.value.message
    assert error.value.__cause__ is None


def test_a_slow_endpoint_takes_no_longer_than_its_timeouts() -> None:
    """Two attempts of half a second each, with a wait between them."""
    started = time.monotonic()
    with serving(hang(5)) as (url, _), pytest.raises(PhaseWorkError):
        ask(client_of(url, timeout=0.5, attempts=2))
    assert time.monotonic() - started < 4
