"""Reads what servers answer: the result is a well-formed completion, or the error that was meant.

Servers that call themselves compatible leave fields out, put anything into others, stream without being asked to,
answer through a tool that was not offered, and send errors with a success status.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final

from actors.phases.llm.model_words import answer_in, json_of, printable, refusal_in

NOT_JSON: Final = "not_json"
WEB_PAGE: Final = "web_page"
NOTHING_SAID: Final = "nothing_said"
"""Error codes that come from this module rather than from a server."""

TOO_LONG: Final = re.compile(
    r"context.{0,3}(?:length|size|window)|too many (?:input )?tokens|(?:prompt|input|request) is too long"
    r"|tokens?`? \+|maximum number of (?:input )?tokens|reduce the length|token limit",
    re.IGNORECASE,
)
_NO_MODEL: Final = re.compile(
    r"model_not_found|no such model|(?:unknown|invalid|unsupported) model\b|not a valid model"
    r"|\bmodel\b.{0,80}?(?:not found|not exist|n['’]t exist|not available|not a valid|no longer)",
    re.IGNORECASE | re.DOTALL,
)
_NO_MONEY: Final = re.compile(
    r"insufficient.?(?:quota|funds|credits?|balance)|exceeded your current quota|billing", re.IGNORECASE
)
_MEANT: Final = (
    (402, _NO_MONEY),
    (429, re.compile(r"rate.?limit|too many req|quota|429|slow down", re.IGNORECASE)),
    (401, re.compile(r"api.?key|unauthori[sz]ed|authenticat", re.IGNORECASE)),
    (400, TOO_LONG),
    (404, _NO_MODEL),
)
_EVENT_END: Final = re.compile(r"\r?\n\r?\n")
_EVENT_DATA: Final = re.compile(r"^data: ?(.*?)\r?$", re.MULTILINE)
_CUT_OFF: Final = frozenset({"length", "max_tokens", "max_output_tokens", "max_new_tokens", "model_length"})
_FILTERED: Final = frozenset(
    {"content_filter", "safety", "recitation", "blocklist", "prohibited_content", "guardrail_intervened", "refusal"}
)
_LARGEST_COUNT: Final = 1_000_000_000
_THOUGHTS: Final = ("reasoning_content", "reasoning", "thinking")


@dataclass(frozen=True, slots=True)
class Read:
    """A body as it was meant, and the status code that fits it."""

    status: int
    payload: dict[str, Any]


def read(content: str) -> Read:
    """Read a body that came with a success status."""
    payload = _payload(content)
    if payload is None:
        return _error({"code": WEB_PAGE if content.lstrip("\ufeff \t\r\n").startswith("<") else NOT_JSON})
    choice = _choice_in(payload)
    if choice is None:
        return _error(payload.get("error") or payload.get("detail") or payload.get("message") or "no answer", payload)
    finish, message = _finish(choice), _message(choice)
    if choice.get("error") or finish == "error":
        return _error(choice.get("error") or "error")
    if finish == "stop" and not message.get("content") and not message.get("refusal"):
        return _error({"code": NOTHING_SAID})
    return Read(200, _completion(message, finish, payload.get("usage")))


def text_of(content: bytes, declared: str | None) -> str:
    """Decode a body: JSON shows its own encoding, mostly UTF-8; the declared encoding is tried if that fails."""
    for encoding in (json.detect_encoding(content), declared or "utf-8", "cp1252"):
        with suppress(UnicodeDecodeError, LookupError):
            return content.decode(encoding)
    return content.decode("utf-8", "replace")


def names_no_model(error: str) -> bool:
    """True if an error says that the model, rather than the address, is unknown."""
    return _NO_MODEL.search(error) is not None


def is_about_money(error: str) -> bool:
    """True if an error says that the account has no money or quota left."""
    return _NO_MONEY.search(error) is not None


def _payload(content: str) -> dict[str, Any] | None:
    """The JSON object in a body: the first one of a list, and the pieces of a stream put together."""
    payload = json_of(content)
    if payload is None:
        return _joined([*_pieces(content)])
    if isinstance(payload, list):
        payload = next(iter(payload), None)
    return payload if isinstance(payload, dict) else None


def _pieces(content: str) -> Iterator[dict[str, Any]]:
    """The objects of an event stream, or of lines with one object each."""
    for event in _EVENT_END.split(content):
        data = "\n".join(_EVENT_DATA.findall(event)) or event
        whole = json_of(data)
        yield from (one for one in ([whole] if whole else map(json_of, data.splitlines())) if isinstance(one, dict))


def _joined(pieces: Iterable[dict[str, Any]]) -> dict[str, Any] | None:
    """Put the pieces of a stream together as one answer, or return its error if the last pieces hold one."""
    said, thoughts, finish, last = "", "", None, dict[str, Any]()
    for piece in pieces:
        last |= piece
        choice = _choice_in(piece) or {}
        finish = choice.get("finish_reason") or finish
        delta = _spoken(choice)
        said += _words(delta.get("content"))
        thoughts += next((words for name in _THOUGHTS if (words := _words(delta.get(name)))), "")
    if not last or last.get("error"):
        return {"error": last["error"]} if last else None
    message = {"content": said, "reasoning": thoughts}
    return last | {"choices": [{"message": message, "finish_reason": finish}]}


def _choice_in(payload: Mapping[str, Any]) -> dict[str, Any] | None:
    choices = payload.get("choices")
    if isinstance(choices, list):
        return next((one for one in choices if isinstance(one, dict)), None)
    return {**payload} if isinstance(payload.get("message"), dict) else None


def _spoken(choice: Mapping[str, Any]) -> Mapping[str, Any]:
    """The message of a choice, under whichever name the server gives it."""
    found = choice.get("message") or choice.get("delta")
    return found if isinstance(found, dict) else {"content": found or choice.get("text")}


def _message(choice: Mapping[str, Any]) -> dict[str, Any]:
    """A message with nothing but the answer; a refusal is in its own field as well."""
    spoken = _spoken(choice)
    answer = answer_in(_words(spoken.get("content")) or _in_another_place(spoken))
    declared = spoken.get("refusal")
    refusal = printable(declared) if isinstance(declared, str) else refusal_in(answer)
    return {"role": "assistant", "content": answer or None} | ({"refusal": refusal} if refusal else {})


def _in_another_place(spoken: Mapping[str, Any]) -> str:
    """An answer that the server has put into a tool call or into the reasoning."""
    calls = spoken.get("tool_calls")
    functions = [one.get("function") for one in calls if isinstance(one, dict)] if isinstance(calls, list) else []
    for function in (*functions, spoken.get("function_call")):
        if isinstance(function, dict) and (words := _words(function.get("arguments"))):
            return words
    return next((words for name in _THOUGHTS if "{" in (words := _words(spoken.get(name)))), "")


def _words(content: object) -> str:
    """Content as text: a string as it is, the parts of a list joined, an object as JSON."""
    if isinstance(content, list):
        return "".join(_words(part.get("text")) if isinstance(part, dict) else _words(part) for part in content)
    if isinstance(content, dict):
        return json.dumps(content)
    return content if isinstance(content, str) else ""


def _finish(choice: Mapping[str, Any]) -> str:
    reason = str(choice.get("finish_reason")).lower()
    if reason in _CUT_OFF:
        return "length"
    return "content_filter" if reason in _FILTERED else "error" if reason == "error" else "stop"


def _completion(message: Mapping[str, Any], finish: str, usage: object) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": finish, "message": message}
    fixed = {"id": "none", "object": "chat.completion", "created": 0, "model": "none"}
    return {**fixed, "choices": [choice], "usage": _usage(usage)}


def _usage(usage: object) -> dict[str, int] | None:
    """The token counts, if the server reports both of them."""
    counts = usage if isinstance(usage, dict) else {}
    read_, written = _count(counts.get("prompt_tokens")), _count(counts.get("completion_tokens"))
    if read_ is None or written is None:
        return None
    return {"prompt_tokens": read_, "completion_tokens": written, "total_tokens": read_ + written}


def _count(value: object) -> int | None:
    """A number of tokens, also from a string of digits; None for anything else."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        return int(value)
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _LARGEST_COUNT:
        return int(value)
    return None


def _error(error: object, payload: Mapping[str, Any] | None = None) -> Read:
    return Read(_status_of(error, payload or {}), {"error": error})


def _status_of(error: object, payload: Mapping[str, Any]) -> int:
    """The status that an error inside a success names, in a number or in words; else 503, so that it is tried again."""
    places = [error, payload] if isinstance(error, dict) else [payload]
    for code in (place.get(name) for place in places for name in ("code", "status", "status_code")):
        if isinstance(code, int | str) and re.fullmatch(r"[45]\d\d", str(code)):
            return int(code)
    said = json.dumps(error)
    return next((status for status, words in _MEANT if words.search(said)), 503)
