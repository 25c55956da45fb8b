"""Responses of servers as a client should read them: an answer if there is one, otherwise the error that was meant."""

import json
import time
from typing import Any

import pytest

from actors.phases.llm.answers import NOT_JSON, NOTHING_SAID, WEB_PAGE, read, text_of
from tests.phases.llm.endpoints import completion

GOOD = '{"word": "yes"}'
BROKEN_OFF = {"finish_reason": "MAX_TOKENS", "message": {"content": '{"word": "y'}}


def body(**changes: Any) -> str:
    """A good completion with some fields changed."""
    return json.dumps(json.loads(completion(GOOD)) | changes)


def of_message(**message: Any) -> str:
    """A completion with this message."""
    return body(choices=[{"index": 0, "finish_reason": "stop", "message": message}])


def stream(*pieces: Any) -> str:
    """A stream of server-sent events."""
    return "".join(f"data: {json.dumps(piece)}\r\n\r\n" for piece in pieces)


def delta(said: Any, finish: str | None = None) -> dict[str, Any]:
    """A piece of a stream."""
    return {"choices": [{"delta": {"content": said}, "finish_reason": finish}]}


def said(content: str) -> Any:
    """The answer that was read, as JSON."""
    found = read(content)
    assert found.status == 200, found
    return json.loads(found.payload["choices"][0]["message"]["content"])


def called(arguments: object) -> list[dict[str, Any]]:
    """A call of a tool that was not offered."""
    return [{"id": "x", "type": "function", "function": {"name": "answer", "arguments": arguments}}]


@pytest.mark.parametrize(
    "content",
    [
        of_message(content=None, tool_calls=called(GOOD)),
        of_message(content=None, tool_calls=called({"word": "yes"})),
        of_message(content=GOOD, tool_calls=called("{}")),
        of_message(content=None, function_call={"name": "answer", "arguments": GOOD}),
        of_message(content=None, reasoning=GOOD),
        of_message(content=None, thinking=GOOD),
        of_message(content={"word": "yes"}),
        of_message(content=[GOOD]),
        of_message(content=[{"type": "thinking", "thinking": "so"}, {"type": "text", "text": GOOD}]),
        body(choices=[{"text": GOOD}]),
        body(choices=[{"delta": {"content": GOOD}}]),
        json.dumps({"model": "m", "message": {"role": "assistant", "content": GOOD}, "done": True}),
        of_message(content=GOOD, annotations="x", audio="y", refusal=False, reasoning={"a": 1}),
        body(service_tier="other", id=[1], choices=[{"message": {"content": GOOD}, "logprobs": "x"}]),
        body(choices=[{"finish_reason": {"type": "stop"}, "message": {"content": GOOD}}]),
        body(created="9" * 5000),
        body().replace('"created": 1', '"created": 1e400'),
        body().replace('"prompt_tokens": 300', '"prompt_tokens": Infinity'),
        '{"x": NaN,' + body()[1:],
        body(error=None),
        "\ufeff" + body(),
        stream(delta(GOOD[:4]), {"choices": [None]}, {"choices": 5}, {"choices": [{"delta": None}]}, delta(GOOD[4:])),
        "data: {broken\n\n" + stream(delta(GOOD)),
        stream(delta([{"type": "text", "text": GOOD}])),
        f'data: {{"choices":\ndata: [{{"delta": {{"content": {json.dumps(GOOD)}}}}}]}}\n\n',
        "".join(f"{json.dumps(delta(piece))}\n" for piece in (GOOD[:4], GOOD[4:])),
    ],
)  # fmt: skip
def test_an_answer_is_found_wherever_a_server_puts_it(content: str) -> None:
    """In a tool call, in reasoning, in parts, in a stream, or beside fields of any type."""
    assert said(content) == {"word": "yes"}


@pytest.mark.parametrize(
    ("answer", "word"),
    [('{"word": "a\nb"}', "a\nb"), ('{"word": "a\\ud800b"}', "a\ufffdb"), ('{"word": "no", "word": "yes"}', "yes")],
    ids=["a bare line break", "half a character", "a key twice"],
)
def test_an_answer_that_is_almost_json_is_made_sound(answer: str, word: str) -> None:
    """Small models write raw line breaks, and cut an emoji in two."""
    assert said(of_message(content=answer)) == {"word": word}


@pytest.mark.parametrize(
    ("content", "status", "code"),
    [
        ("<!doctype html><title>Log in</title>", 503, WEB_PAGE),
        ("", 503, NOT_JSON),
        ("null", 503, NOT_JSON),
        ('"hello"', 503, NOT_JSON),
        ('{"a":' * 5000 + "1" + "}" * 5000, 503, NOT_JSON),
        (of_message(content=None), 503, NOTHING_SAID),
        (of_message(content="  \n"), 503, NOTHING_SAID),
        (of_message(content=5), 503, NOTHING_SAID),
        (of_message(content=None, tool_calls="oops"), 503, NOTHING_SAID),
        (of_message(content=None, tool_calls=["a"]), 503, NOTHING_SAID),
        (of_message(content=None, reasoning_content="I wonder."), 503, NOTHING_SAID),
        (body(choices=3), 503, None),
        (body(choices=[None]), 503, None),
        (body(choices=[{"finish_reason": "error", "error": {"code": 502}, "message": {"content": ""}}]), 502, 502),
        (stream(delta('{"wo'), {"error": {"code": 529}}), 529, 529),
        (json.dumps({"error": {"code": "invalid_api_key"}}), 401, "invalid_api_key"),
        (json.dumps({"error": {"code": "model_not_found"}}), 404, "model_not_found"),
        (json.dumps({"error": {"code": "insufficient_quota"}}), 402, "insufficient_quota"),
        (json.dumps({"error": {"message": "maximum context length is 4096"}}), 400, None),
        (json.dumps({"error": {"message": "no"}, "status": 401}), 401, None),
    ],
)  # fmt: skip
def test_a_success_without_an_answer_is_the_error_that_was_meant(content: str, status: int, code: object) -> None:
    """Its number or words tell which error; one without either counts as transient."""
    found = read(content)
    assert found.status == status
    error = found.payload["error"]
    assert (error.get("code") if isinstance(error, dict) else None) == code


@pytest.mark.parametrize(
    "content", [body(choices=[BROKEN_OFF]), stream(delta('{"word": "y', "length"))], ids=["other words", "stream"]
)
def test_an_answer_that_was_cut_off_is_known_as_such(content: str) -> None:
    """Whatever the server calls the reason for stopping."""
    assert read(content).payload["choices"][0]["finish_reason"] == "length"


@pytest.mark.parametrize("read_tokens", [-3, 10**30, True, float("nan"), "³", None, [1]])
def test_a_count_of_tokens_that_cannot_be_one_counts_as_none(read_tokens: object) -> None:
    """The budget then uses an estimate, and not half of a count."""
    usage = {"prompt_tokens": read_tokens, "completion_tokens": 5, "prompt_tokens_details": 7}
    assert read(body(usage=usage)).payload["usage"] is None


@pytest.mark.parametrize("words", ["{" * 100_000, '{"a":[' * 100 + "1," * 20_000, "x" * 200_000, "<think>" * 20_000])
def test_words_that_are_no_answer_are_read_in_no_time(words: str) -> None:
    """A client that is busy reading cannot time out."""
    started = time.process_time()
    assert read(of_message(content=words)).status == 200
    assert time.process_time() - started < 5


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("declared", [None, "latin-1", "utf-8", "no-such-charset"])
def test_json_is_read_in_the_encoding_that_it_is_in(encoding: str, declared: str | None) -> None:
    """The header counts only if the bytes do not tell."""
    assert text_of('{"word": "därför"}'.encode(encoding), declared) == '{"word": "därför"}'
