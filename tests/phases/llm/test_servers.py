"""Real servers that claim to be OpenAI-compatible: each refuses or returns something different."""

import gzip
import json
import logging

import pytest

pytest.importorskip("pydantic_ai", reason="needs the extra [llm]")

from actors.phases.service import PhaseWorkError
from contracts.failures import ErrorCode
from tests.phases.llm.endpoints import Step, answers, completion, says, serving
from tests.phases.llm.test_client import GOOD, KEY, ask, client_of


def refuses(parameter: str, message: str = "is not supported") -> Step:
    """A 400 that names a parameter, both in its field and in words."""
    return answers(400, json.dumps({"error": {"message": f"'{parameter}' {message}", "param": parameter}}).encode())


@pytest.mark.parametrize(
    "parameter", ["response_format", "temperature", "max_completion_tokens"], ids=lambda name: f"no {name}"
)
def test_a_parameter_that_a_server_does_not_know_is_left_out(parameter: str) -> None:
    """LM Studio refuses a response format, newer models a temperature, older servers a limit's new name."""
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
    """The second question is right at the first attempt."""
    with serving(refuses("temperature"), refuses("response_format"), says(GOOD)) as (url, endpoint):
        client = client_of(url)
        ask(client)
        ask(client)
    assert len(endpoint.bodies) == 4
    assert not {"temperature", "response_format"} & set(endpoint.bodies[3])


def test_a_parameter_that_cannot_be_left_out_is_named() -> None:
    """The reader learns what to change; the server's other words may contain the essay, and are not repeated."""
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
    """The client backs off and asks again, as for the status that was meant."""
    with serving(answers(200, json.dumps({"error": error}).encode()), says(GOOD)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert endpoint.times[1] - endpoint.times[0] >= 0.4


@pytest.mark.parametrize("answer", [f"I think aloud {{so}}.\n</think>\n{GOOD}", f"<think>so</think>{GOOD}"])
def test_reasoning_is_no_part_of_an_answer(answer: str) -> None:
    """Even with a closing tag alone, if the opening tag is in the server's template."""
    with serving(says(answer)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert len(endpoint.bodies) == 1


@pytest.mark.parametrize(
    "answer",
    [
        "I'm sorry, but I can't help with that.",
        "I cannot assist with this request.",
        "I apologize, but I cannot evaluate this content.",
        "My apologies, but this goes against my guidelines.",
        "As an AI language model, I cannot grade students.",
        "I must decline to answer this.",
        "Unfortunately, I'm unable to help with that.",
        '{"error": "I cannot assist with this request."}',
        "<think>a hard one</think>I can’t help with that.",
        "Tyvärr kan jag inte.",
    ],
)
def test_a_refusal_is_a_reason_and_is_not_asked_again(answer: str) -> None:
    """The same text would be refused again, so there is one request, and a failure that says so."""
    with serving(says(answer)) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert len(endpoint.bodies) == 1
    assert not error.value.retryable
    assert "refused" in error.value.message


def test_a_refusal_in_the_field_for_it_is_a_reason_too() -> None:
    """This is how OpenAI's own models refuse."""
    message = {"role": "assistant", "content": None, "refusal": "No."}
    body = {"id": "c", "object": "chat.completion", "created": 1, "model": "m"}
    body |= {"choices": [{"index": 0, "finish_reason": "stop", "message": message}]}
    with serving(answers(200, json.dumps(body).encode())) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert len(endpoint.bodies) == 1
    assert "refused" in error.value.message


def changed(**changes: object) -> Step:
    """A good answer with some fields changed; None leaves a field out."""
    body = json.loads(completion(GOOD)) | changes
    return answers(200, json.dumps({name: value for name, value in body.items() if value is not None}).encode())


@pytest.mark.parametrize(
    "changes",
    [
        {"id": None, "object": None, "created": None, "model": None, "usage": None},
        {"created": 1.5, "object": "text_completion"},
        {"usage": {"prompt_tokens": "300", "completion_tokens": "100"}},
        {"choices": [{"message": {"content": GOOD}}]},
        {"choices": [{"message": {"content": [{"type": "text", "text": GOOD}]}, "finish_reason": "eos_token"}]},
        {"choices": [{"message": {"content": "", "reasoning_content": GOOD}}]},
    ],
    ids=["bare", "other types", "numbers as words", "bare choice", "parts", "in its reasoning"],
)
def test_what_a_server_leaves_out_or_writes_otherwise_is_filled_in(changes: dict[str, object]) -> None:
    """One request is enough, because the answer is there."""
    with serving(changed(**changes)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert len(endpoint.bodies) == 1


@pytest.mark.parametrize(
    "answer",
    [
        f"Here is my answer:\n```json\n{GOOD}\n```\nI hope it helps!",
        f"<thinking>{{not this}}</thinking>{GOOD}",
        f"<|channel|>analysis<|message|>so<|end|><|start|>assistant<|channel|>final<|message|>{GOOD}",
        GOOD.replace("}", ",}"),
        f"[{GOOD}]",
    ],
)
def test_talk_around_an_answer_is_left_out(answer: str) -> None:
    """No second request is paid for."""
    with serving(says(answer)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert len(endpoint.bodies) == 1


def test_a_stream_that_nobody_asked_for_is_put_together() -> None:
    """Gateways may send one."""
    pieces = [json.dumps({"choices": [{"delta": {"content": part}}]}) for part in (GOOD[:5], GOOD[5:])]
    body = "".join(f"data: {piece}\n\n" for piece in [*pieces, "[DONE]"]).encode()
    with serving(answers(200, body, {"Content_Type": "text/event-stream"})) as (url, _):
        assert ask(client_of(url)).value.word == "yes"


@pytest.mark.parametrize("body", [{"choices": []}, {"detail": "overloaded"}, [{"error": {"code": 503}}]])
def test_a_success_without_an_answer_is_waited_for(body: object) -> None:
    """It is an error, whatever its status."""
    with serving(answers(200, json.dumps(body).encode()), says(GOOD)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert len(endpoint.bodies) == 2


@pytest.mark.parametrize("message", ["System role not supported", "Conversation roles must alternate user/assistant"])
def test_rules_are_said_by_the_user_where_there_is_no_system(message: str) -> None:
    """The rules come before the question, and nothing is lost."""
    refusal = answers(400, json.dumps({"error": {"message": message}}).encode())
    with serving(refusal, says(GOOD)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    (said,) = endpoint.bodies[1]["messages"]
    assert said["role"] == "user"
    assert said["content"].index("Say a word.") < said["content"].index("material")


def test_a_refused_parameter_is_left_out_though_the_refusal_came_as_a_success() -> None:
    """Some gateways put every error into a 200."""
    body = {"error": {"code": 400, "message": "temperature is not supported"}}
    with serving(answers(200, json.dumps(body).encode()), says(GOOD)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert "temperature" not in endpoint.bodies[1]


@pytest.mark.parametrize(
    ("status", "said"), [(401, "API key"), (404, "no such model"), (402, "paid"), (413, "longer than it takes")]
)
def test_a_failure_says_what_to_do(status: int, said: str) -> None:
    """The status decides; the server's own words are not repeated."""
    with serving(answers(status, b"{}")) as (url, _), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert said in error.value.message


def test_an_answer_that_was_cut_off_names_the_limit() -> None:
    """The reader learns which setting to raise."""
    choice = {"finish_reason": "length", "message": {"content": '{"word": "y'}}
    with serving(changed(choices=[choice])) as (url, _), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert "max_output_tokens" in error.value.message


@pytest.mark.parametrize("status", [301, 307])
def test_a_text_is_not_sent_on_to_another_address(status: int) -> None:
    """The reader decides whether the other address can be trusted."""
    with (
        serving(says(GOOD)) as (elsewhere, other),
        serving(answers(status, b"", {"Location": f"{elsewhere}/chat/completions"})) as (url, endpoint),
        pytest.raises(PhaseWorkError) as error,
    ):
        ask(client_of(url))
    assert (len(endpoint.bodies), len(other.bodies)) == (1, 0)
    assert "another address" in error.value.message


def test_an_answer_that_unpacks_to_far_more_is_broken_off() -> None:
    """A small body can contain a gigabyte."""
    packed = gzip.compress(b" " * 5_000_000 + completion(GOOD))
    with serving(answers(200, packed, {"Content_Encoding": "gzip"}), says(GOOD)) as (url, endpoint):
        assert ask(client_of(url)).value.word == "yes"
    assert len(endpoint.bodies) == 2


def test_a_limit_that_a_text_exceeds_is_not_left_out() -> None:
    """The server names the limit of the answer's length, without which the answer would be unbounded."""
    words = "max_completion_tokens is too large: this model's maximum context length is 1024 tokens"
    refusal = answers(400, json.dumps({"error": {"message": words, "param": "max_completion_tokens"}}).encode())
    with serving(refusal) as (url, endpoint), pytest.raises(PhaseWorkError) as error:
        ask(client_of(url))
    assert len(endpoint.bodies) == 1
    assert error.value.code is ErrorCode.TEXT_TOO_LONG


def test_secrets_of_the_address_reach_the_server_and_no_log(caplog: pytest.LogCaptureFixture) -> None:
    """Login and key in a URL are in no log, however much libraries log."""
    caplog.set_level(logging.INFO)
    with serving(says(GOOD)) as (url, endpoint):
        ask(client_of(url.replace("http://", f"http://me:{KEY}@") + f"?key={KEY}"))
    assert endpoint.paths == [f"/v1/chat/completions?key={KEY}"]
    assert endpoint.headers[0]["Authorization"].startswith("Basic ")
    assert KEY not in caplog.text
