"""HTTP transport that evens out the differences between servers that call themselves OpenAI-compatible.

- If a server refuses a parameter by name (``response_format``, ``temperature``, ``max_completion_tokens``), the request
  is made again without it, or with the name that older servers use; the client remembers this. If a server takes no
  system messages, their text goes into the first user message.
- An answer is read as it was meant (``answers.py``): an error sent with status 200 gets the status that fits it, and is
  retried like any other.
"""

import json
import re
from typing import Any, Final

import httpx2

from actors.phases.llm.answers import TOO_LONG, read, text_of

_LIMIT: Final = "max_completion_tokens"
_OLDER_LIMIT: Final = "max_tokens"
_SYSTEM: Final = "system"
_NEEDED: Final = frozenset({"model", "messages"})
_ALSO_CALLED: Final = {"json_object": "response_format", "json_schema": "response_format", _OLDER_LIMIT: _LIMIT}
_NO_SYSTEM: Final = re.compile(
    r"system role|(?:role|messages?)\W{1,3}(?:system|developer)|roles must alternate"
    r"|(?:system|developer)\W{1,3}(?:role|messages?|prompts?)",
    re.IGNORECASE,
)
_REFUSING: Final = frozenset({400, 404, 415, 422, 500, 501})
_MOST_REFUSALS: Final = 8
_OF_THE_BODY: Final = frozenset({b"content-length", b"content-encoding", b"transfer-encoding"})
"""Headers about the body as it was sent, which no longer hold for the body as it is passed on."""

LeftOut = dict[str, str]
"""Parameters that a server refuses, each with the name to use instead, or an empty string to leave it out."""


class ServerTransport(httpx2.AsyncHTTPTransport):
    """A transport that breaks off answers that are too long, and evens out the differences between servers.

    ``query`` is the query of the URL. It is added here, below anything that logs requests, since it may hold a key.
    """

    def __init__(self, most: int, left_out: LeftOut, query: str | None = None) -> None:
        super().__init__()
        self._most = most
        self._left_out = left_out
        self._query = query

    async def handle_async_request(self, request: httpx2.Request) -> httpx2.Response:
        """Send a request, and again without each parameter that the server refuses by name; return the last answer."""
        content = await request.aread()
        for _ in range(_MOST_REFUSALS):
            sent = _without(request, content, self._left_out)
            if self._query:
                sent.url = sent.url.copy_with(query=self._query.encode())
            response = await self._answer(sent)
            refused = self._refused(response, content)
            if refused is None:
                break
            self._left_out.update([refused])
        return response

    async def _answer(self, request: httpx2.Request) -> httpx2.Response:
        response = await super().handle_async_request(request)
        content = await self._content_of(response)
        headers = [(name, value) for name, value in response.headers.raw if name.lower() not in _OF_THE_BODY]
        if not response.is_success:
            return httpx2.Response(response.status_code, headers=headers, content=content)
        meant = read(text_of(content, response.charset_encoding))
        extensions = {"as-meant": True} if meant.status != 200 else {}
        return httpx2.Response(meant.status, headers=headers, json=meant.payload, extensions=extensions)

    async def _content_of(self, response: httpx2.Response) -> bytes:
        """The decoded body. It is read piece by piece, since a small body can unpack to a huge one."""
        content = bytearray()
        async for piece in response.aiter_bytes():
            content += piece
            if len(content) > self._most:
                raise httpx2.ReadError("the answer is longer than it may be")
        return bytes(content)

    def _refused(self, response: httpx2.Response, content: bytes) -> tuple[str, str] | None:
        """A part of the request that an error refuses and that can be left out, with what replaces it; None if none."""
        if response.status_code not in _REFUSING and "as-meant" not in response.extensions:
            return None
        if TOO_LONG.search(response.text):
            return None  # it names the limit, but does not refuse it
        sent = [_SYSTEM, *sorted({*_json(content)} - _NEEDED)]
        for name in _named_in(response.text, sent):
            step = self._next_step(name)
            if step is not None:
                return step
        return None

    def _next_step(self, name: str) -> tuple[str, str] | None:
        """The next thing to try: a token limit gets its older name first; anything else is left out."""
        if name == _LIMIT and name not in self._left_out:
            return name, _OLDER_LIMIT
        return (name, "") if self._left_out.get(name, name) else None


def _named_in(error: str, sent: list[str]) -> list[str]:
    """The parameters that an error mentions, in its order."""
    names = {name: name for name in sent if name != _SYSTEM} | {
        other: name for other, name in _ALSO_CALLED.items() if name in sent
    }
    found = re.findall(rf"\b(?:{'|'.join(map(re.escape, names))})\b", error)
    return [*dict.fromkeys(names[name] for name in found), *([_SYSTEM] if _NO_SYSTEM.search(error) else [])]


def _without(request: httpx2.Request, content: bytes, left_out: LeftOut) -> httpx2.Request:
    payload = _json(content)
    if not left_out or not payload:
        return _copy(request, content)
    for parameter, instead in left_out.items():
        if parameter == _SYSTEM:
            payload["messages"] = _said_by_the_user(payload["messages"])
            continue
        value = payload.pop(parameter, None)
        if instead and value is not None:
            payload[instead] = value
    return _copy(request, json.dumps(payload).encode())


def _said_by_the_user(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The messages, with the text of system messages at the start of the first user message."""
    rules = [str(one["content"]) for one in messages if one.get("role") in {_SYSTEM, "developer"}]
    first, *others = (one for one in messages if one.get("role") not in {_SYSTEM, "developer"})
    return [first | {"content": "\n\n".join([*rules, str(first["content"])])}, *others]


def _copy(request: httpx2.Request, content: bytes) -> httpx2.Request:
    headers = [(name, value) for name, value in request.headers.raw if name.lower() != b"content-length"]
    return httpx2.Request(request.method, request.url, headers=headers, content=content, extensions=request.extensions)


def _json(content: bytes) -> dict[str, Any]:
    try:
        payload = json.loads(content)
    except ValueError:
        return {}
    return payload if isinstance(payload, dict) else {}
