"""Why an endpoint gave no answer, in words somebody can act on."""

import pytest

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")

from pydantic_ai.exceptions import ModelHTTPError

from actors.phases.llm.failures import failure_of, may_pass
from contracts.failures import ErrorCode

REPEATED = "sk-very-secret"


def answered(status: int, message: str = "no", **more: object) -> ModelHTTPError:
    """An error whose body repeats what was sent, as servers do."""
    return ModelHTTPError(status, "m", body={"message": f"{message} {REPEATED}", **more})


@pytest.mark.parametrize(
    "words",
    [
        "This model's maximum context length is 4096 tokens. You requested 5000 (2000 in the completion).",
        "the request exceeds the available context size, try increasing it",
        "Input validation error: `inputs` tokens + `max_new_tokens` must be <= 4096",
        "prompt is too long: 210000 tokens > 200000 maximum",
        "Requested tokens (5000) exceed context window of 4096",
    ],
)
@pytest.mark.parametrize("status", [400, 422, 500])
def test_a_text_that_is_too_long_is_told_so_and_not_sent_again(words: str, status: int) -> None:
    """Even if the server blames a parameter, or itself."""
    failure = failure_of(answered(status, words, param="messages"), 1)
    assert (failure.code, failure.retryable) == (ErrorCode.TEXT_TOO_LONG, False)
    assert "max_output_tokens" in failure.message


@pytest.mark.parametrize(
    "error",
    [
        answered(404, "The model `m` does not exist", code="model_not_found"),
        answered(404, "model 'm' not found, try pulling it first"),
        answered(400, "Model not exist"),
        answered(400, "m is not a valid model ID"),
    ],
)
def test_a_model_that_is_not_there_is_told_from_a_wrong_address(error: ModelHTTPError) -> None:
    """Whoever reads it must change the name."""
    assert "the model's name" in failure_of(error, 1).message


@pytest.mark.parametrize("body", ["<html>404</html>", {"detail": "Not Found"}, None])
def test_a_wrong_address_is_told_from_a_model_that_is_not_there(body: object) -> None:
    """A web server has no such page, whereas a model server would say which model is missing."""
    message = failure_of(ModelHTTPError(404, "m", body=body), 1).message
    assert "/v1" in message
    assert "no such model" not in message


@pytest.mark.parametrize("status", [408, 429, 498, 500, 503, 507, 511, 521, 523, 525, 529, 530, 599])
def test_trouble_of_the_server_may_pass(status: int) -> None:
    """That includes status codes that are in no standard."""
    failure = failure_of(answered(status), 2)
    assert failure.retryable
    assert failure.code is (ErrorCode.RATE_LIMITED if status == 429 else ErrorCode.SERVICE_UNAVAILABLE)


@pytest.mark.parametrize("status", [301, 400, 401, 403, 405, 411, 415, 418, 451, 501, 505, 600, 999])
def test_a_refusal_stays_one_and_says_what_to_see_to(status: int) -> None:
    """Asking again would change nothing."""
    error = answered(status)
    assert not may_pass(error)
    assert "see to" in failure_of(error, 1).message


def test_an_account_without_money_is_no_rate_limit() -> None:
    """OpenAI answers 429 for both, but waiting does not fill an account."""
    error = answered(429, "You exceeded your current quota", code="insufficient_quota")
    assert not may_pass(error)
    assert "the account" in failure_of(error, 1).message


@pytest.mark.parametrize("status", [301, 400, 401, 404, 413, 429, 500])
def test_no_word_of_the_servers_is_repeated(status: int) -> None:
    """They may contain the key, or the essay."""
    failure = failure_of(answered(status, "context length", code=REPEATED, type=REPEATED), 1)
    assert REPEATED not in f"{failure!r} {failure.details}"
