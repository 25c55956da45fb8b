"""Servers that call themselves OpenAI-compatible, as they are: each refuses or returns something of its own."""

import json

import pytest

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")

from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode
from tests.phases.llm.endpoints import Step, answers, says, serving
from tests.phases.llm.test_client import GOOD, ask, client_of


def refuses(parameter: str, message: str = "is not supported") -> Step:
    """A 400 that names a parameter, as the field for it and in words."""
    return answers(400, json.dumps({"error": {"message": f"'{parameter}' {message}", "param": parameter}}).encode())


@pytest.mark.parametrize(
    "parameter", ["response_format", "temperature", "max_completion_tokens"], ids=lambda name: f"no {name}"
)
def test_a_parameter_that_a_server_does_not_know_is_left_out(parameter: str) -> None:
    """LM Studio refuses a response format, newer models a temperature, older servers the new name of a limit."""
    with serving(refuses(parameter), says(GOOD)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert parameter in endpoint.bodies[0]
    assert parameter not in endpoint.bodies[1]


def test_the_limit_keeps_its_older_name_where_the_new_one_is_refused() -> None:
    """The answer is still bounded."""
    with serving(refuses("max_completion_tokens"), says(GOOD)) as (url, endpoint):
        ask(client_of(url, max_output_tokens=77))
    assert endpoint.bodies[1]["max_tokens"] == 77


def test_a_client_remembers_what_a_server_refuses() -> None:
    """The second question is asked rightly at once."""
    with serving(refuses("temperature"), refuses("response_format"), says(GOOD)) as (url, endpoint):
        client = client_of(url)
        ask(client)
        ask(client)
    assert len(endpoint.bodies) == 4
    assert not {"temperature", "response_format"} & set(endpoint.bodies[3])


def test_a_parameter_that_cannot_be_left_out_is_named() -> None:
    """Who reads the failure knows what to change; the server's other words may hold the essay, and are not repeated."""
    with (
        serving(refuses("model", "does not exist, said the essay")) as (url, _),
        pytest.raises(PhaseWorkError) as error,
    ):
        ask(client_of(url))
    assert error.value.code is ErrorCode.INVALID_SETTINGS
    assert "parameter model" in error.value.message
    assert "essay" not in error.value.message


@pytest.mark.parametrize(
    "error",
    [{"code": 429, "message": "slow down"}, {"message": "Rate limit reached"}, {"message": "overloaded"}, "busy"],
)
def test_an_error_inside_a_success_is_waited_for(error: object) -> None:
    """It backs off and asks again, as it would for the status that was meant."""
    with serving(answers(200, json.dumps({"error": error}).encode()), says(GOOD)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert endpoint.times[1] - endpoint.times[0] >= 0.4


@pytest.mark.parametrize("answer", [f"I think aloud {{so}}.\n</think>\n{GOOD}", f"<think>so</think>{GOOD}"])
def test_reasoning_is_no_part_of_an_answer(answer: str) -> None:
    """Also where only its closing tag came with it, as where the opening one stands in the server's template."""
    with serving(says(answer)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert len(endpoint.bodies) == 1


@pytest.mark.parametrize(
    "answer", ["I'm sorry, but I can't help with that.", "I cannot assist with this request.", "Tyvärr kan jag inte."]
)
def test_a_refusal_is_a_reason_and_is_not_asked_again(answer: str) -> None:
    """The same text would be refused again: one request, a failure that says so."""
    with serving(says(answer)) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert len(endpoint.bodies) == 1
    assert not error.value.retryable
    assert "refused" in error.value.message


def test_a_refusal_in_the_field_for_it_is_a_reason_too() -> None:
    """As OpenAI's own models say it."""
    message = {"role": "assistant", "content": None, "refusal": "No."}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
    body |= {"choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
    with serving(answers(200, json.dumps(body).encode())) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert len(endpoint.bodies) == 1
    assert "refused" in error.value.message
