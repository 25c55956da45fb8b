"""HTTP to servers as they are: what differs between those that call themselves OpenAI-compatible is met here.

- A parameter that a server refuses by name (``response_format``, ``temperature``, ``max_completion_tokens``) is left
  out, or named as older servers do, and the request is made again; the client remembers it.
- An error that comes with status 200 gets the status that it speaks of, so that it is waited for like any other.
- Reasoning that ends in ``</think>`` is no part of an answer, whether or not an opening tag came with it.
- A refusal in plain words is marked as a refusal.
"""

import json
import re
from collections.abc import AsyncIterator
from typing import Any, Final

import httpx2

_OPTIONAL: Final[dict[str, tuple[str, str]]] = {
    "response_format": ("response_format", ""),
    "json_object": ("response_format", ""),
    "temperature": ("temperature", ""),
    "max_completion_tokens": ("max_completion_tokens", "max_tokens"),
    "max_tokens": ("max_tokens", ""),
}
"""By the word with which a server refuses it: the parameter to leave out, and its older name, if it has one."""
_REFUSED: Final = re.compile("|".join(_OPTIONAL))
_REFUSING: Final = frozenset({400, 404, 415, 422, 500, 501})
_RATE_LIMIT: Final = re.compile(r"rate.?limit|too many|quota|429", re.IGNORECASE)
_DECLINED: Final = re.compile(
    r"\W*(?:I['’]m|I am) (?:really |very |so )?sorry\b|\W*sorry,"
    r"|\W*I (?:can['’]?t|cannot|won['’]t|am unable to|am not able to) "
    r"|\W*(?:tyvärr|jag kan (?:tyvärr )?inte|jag är ledsen)\b",
    re.IGNORECASE,
)
_LONGEST_REFUSAL: Final = 600

LeftOut = dict[str, str]
"""Parameters that a server refuses, each with the name it has instead, or with nothing."""


class ServerTransport(httpx2.AsyncHTTPTransport):
    """A transport that breaks off an answer longer than it should be, and smooths over how servers differ."""

    def __init__(self, most: int, left_out: LeftOut) -> None:
        super().__init__()
        self._most = most
        self._left_out = left_out

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """The answer to a request, made again without each parameter that the server refuses by name."""
        content = await request.aread()
        for _ in range(len(_OPTIONAL)):
            response = await self._answer(_without(request, content, self._left_out))
            refused = self._refused(response, content)
            if refused is None:
                return _read(response)
            self._left_out.update([refused])
        return _read(response)

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        stream = response.stream
        if isinstance(stream, httpx2.AsyncByteStream):
            response.stream = _CappedStream(stream, self._most)
        await response.aread()
        return response

    def _refused(self, response: httpx2.Response, content: bytes) -> tuple[str, str] | None:
        """The parameter that an error names, if it was sent and can be done without."""
        named = _REFUSED.search(response.text) if response.status_code in _REFUSING else None
        if named is None:
            return None
        parameter, instead = _OPTIONAL[named.group()]
        sent = parameter.encode() in content or parameter in self._left_out.values()
        return (parameter, instead) if sent and parameter not in self._left_out else None


def _without(request: httpx2.Request, content: bytes, left_out: LeftOut) -> httpx2.Request:
    payload = _json(content)
    if not left_out or payload is None:
        return _copy(request, content)
    for parameter, instead in left_out.items():
        value = payload.pop(parameter, None)
        if instead and value is not None:
            payload[instead] = value
    return _copy(request, json.dumps(payload).encode())


def _copy(request: httpx2.Request, content: bytes) -> httpx2.Request:
    headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"content-length"]
    return httpx2.Request(request.method, request.url, headers=headers, content=content, extensions=request.extensions)


def _read(response: httpx2.Response) -> httpx2.Response:
    """The answer as the client above should see it."""
    payload = _json(response.content)
    if payload is None or response.status_code != 200:
        return response
    if payload.get("error") and not payload.get("choices"):
        return _changed(response, _status_of(payload["error"]), payload)
    for choice in payload.get("choices") or ():
        message = choice.get("message") if isinstance(choice, dict) else None
        if isinstance(message, dict) and isinstance(message.get("content"), str):
            _tidy(message)
    return _changed(response, 200, payload)


def _tidy(message: dict[str, Any]) -> None:
    content = message["content"].rpartition("</think>")[2].strip()
    message["content"] = content
    if "{" not in content and len(content) <= _LONGEST_REFUSAL and _DECLINED.match(content):
        message["refusal"] = content


def _status_of(error: object) -> int:
    """The status that an error inside a 200 speaks of; where it names none, one that may pass."""
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int | str) and str(code).isdigit() and 400 <= int(code) < 600:
        return int(code)
    return 429 if _RATE_LIMIT.search(json.dumps(error)) else 503


def _changed(response: httpx2.Response, status: int, payload: dict[str, Any]) -> httpx2.Response:
    dropped = {b"content-length", b"content-encoding", b"transfer-encoding"}
    headers = [(name, value) for name, value in response.headers.raw if name.lower() not in dropped]
    return httpx2.Response(status, headers=headers, content=json.dumps(payload).encode())


def _json(content: bytes) -> dict[str, Any] | None:
    try:
        payload = json.loads(content)
    except ValueError:
        return None
    return payload if isinstance(payload, dict) else None


class _CappedStream(httpx2.AsyncByteStream):
    def __init__(self, stream: httpx2.AsyncByteStream, most: int) -> None:
        self._stream = stream
        self._most = most

    async def __aiter__(self) -> AsyncIterator[bytes]:
        read = 0
        async for piece in self._stream:
            read += len(piece)
            if read > self._most:
                raise httpx2.ReadError("the answer is longer than it may be")
            yield piece

    async def aclose(self) -> None:
        await self._stream.aclose()
