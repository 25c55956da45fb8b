"""What servers answer, as a client should see it: each field where it belongs, and of the words only the answer.

Servers that call themselves compatible leave fields out, write numbers as words, stream where nobody asked for it, put
errors into a success, and models talk before, after and around what was asked for.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

_RATE_LIMIT: Final = re.compile(r"rate.?limit|too many|quota|429", re.IGNORECASE)
_DECLINED: Final = re.compile(
    r"\W*(?:I['’]m|I am) (?:really |very |so |truly )?(?:sorry|afraid|not comfortable|not able|unable)\b"
    r"|\W*(?:sorry|my apologies|I apologi[sz]e|unfortunately,? I\b)"
    r"|\W*(?:as an AI\b.{0,40}?,? )?I (?:can['’]?t|can ?not|won['’]t|will not"
    r"|am unable|must decline|have to decline|decline) "
    r"|\W*(?:tyvärr|jag kan (?:tyvärr )?inte|jag är ledsen|jag ber om ursäkt|jag måste avböja|som AI\b)",
    re.IGNORECASE,
)
_LONGEST_REFUSAL: Final = 600
_SAYS_WHY: Final = frozenset({"error", "refusal", "reason", "message"})
_BEFORE_THE_ANSWER: Final = re.compile(
    r".*(?:</(?:think|thinking|thought|reasoning|analysis)>|<\|channel\|>final<\|message\|>)", re.DOTALL
)
_TRAILING_COMMA: Final = re.compile(r",(?=\s*[}\]])")
_STREAMED: Final = re.compile(r"^data: *(\{.*\})\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Read:
    """A body as it was meant: with the status that it speaks of."""

    status: int
    payload: dict[str, Any]


def read(content: str) -> Read | None:
    """What a body that came as a success says; None for what is no JSON at all."""
    payload = _payload(content)
    if payload is None:
        return None
    choices = [one for one in payload.get("choices") or () if isinstance(one, dict)]
    if not choices:
        error = payload.get("error") or payload.get("detail") or payload.get("message") or "no answer"
        return Read(_status_of(error), {"error": error})
    for choice in choices:
        choice["message"] = _tidy(choice.get("message"))
    return Read(200, _complete(payload, choices))


def _payload(content: str) -> dict[str, Any] | None:
    """The object; of several, the first; of a stream, its pieces put together."""
    try:
        payload = json.loads(content.lstrip("\ufeff"))
    except ValueError:
        return _joined(_STREAMED.findall(content))
    if isinstance(payload, list) and payload:
        payload = payload[0]
    return payload if isinstance(payload, dict) else None


def _joined(pieces: Iterable[str]) -> dict[str, Any] | None:
    """One answer of the pieces of a stream."""
    words, last = "", dict[str, Any]()
    for piece in pieces:
        last |= json.loads(piece)
        for choice in last.get("choices") or ():
            words += (choice.get("delta") or choice.get("message") or {}).get("content") or ""
    return last | {"choices": [{"message": {"content": words}}]} if last else None


def _complete(payload: dict[str, Any], choices: list[dict[str, Any]]) -> dict[str, Any]:
    """The payload with whatever a client insists on; what the server counts is left out where it is no number."""
    usage = payload.get("usage")
    counts = {name: int(value) for name, value in usage.items() if _is_count(value)} if isinstance(usage, dict) else {}
    created = payload.get("created", 0)
    return {
        **payload,
        "id": str(payload.get("id") or "none"),
        "object": "chat.completion",
        "created": int(created) if _is_count(created) else 0,
        "model": str(payload.get("model") or "none"),
        "choices": [{"finish_reason": "stop", **choice, "index": place} for place, choice in enumerate(choices)],
        "usage": {"prompt_tokens": 0, "completion_tokens": 0, "total_tokens": 0} | counts if counts else None,
    }


def _is_count(value: object) -> bool:
    return (isinstance(value, int | float) and value >= 0) or (isinstance(value, str) and value.isdecimal())


def _tidy(message: object) -> dict[str, Any]:
    """A message with the answer alone in it, or with the refusal in the place for one."""
    tidied: dict[str, Any] = {**message} if isinstance(message, dict) else {}
    tidied["role"] = "assistant"
    said = _words(tidied.get("content"))
    if not said and "{" in str(tidied.get("reasoning_content")):
        said = str(tidied["reasoning_content"])  # a server that takes the whole answer for reasoning
    if said:
        tidied["content"] = _answer_in(_BEFORE_THE_ANSWER.sub("", said).strip())
        if refusal := _refusal_in(tidied["content"]):
            tidied["refusal"] = refusal
    return tidied


def _words(content: object) -> str:
    if isinstance(content, list):
        return "".join(str(part.get("text") or "") for part in content if isinstance(part, dict))
    return content if isinstance(content, str) else ""


def _answer_in(words: str) -> str:
    """The largest object in the words, where there is one; else the words."""
    tidied = _TRAILING_COMMA.sub("", words)
    return max(_objects(words), key=len, default="") or max(_objects(tidied), key=len, default="") or words


def _objects(words: str) -> Iterator[str]:
    """The objects that stand side by side in the words."""
    decoder, start = json.JSONDecoder(), words.find("{")
    while start >= 0:
        try:
            _, end = decoder.raw_decode(words, start)
            yield words[start:end]
        except ValueError:
            end = start + 1
        start = words.find("{", end)


def _refusal_in(content: str) -> str:
    """The words with which a model declines: plain, or as an object that holds nothing else."""
    if content.startswith("{"):
        payload = _payload(content) or {}
        content = str(*payload.values()) if len(payload) == 1 and _SAYS_WHY & set(payload) else ""
    declined = "{" not in content and len(content) <= _LONGEST_REFUSAL and _DECLINED.match(content)
    return content if declined else ""


def _status_of(error: object) -> int:
    """The status that an error inside a success speaks of; where it names none, one that may pass."""
    code = error.get("code") if isinstance(error, dict) else None
    if isinstance(code, int | str) and str(code).isdigit() and 400 <= int(code) < 600:
        return int(code)
    return 429 if _RATE_LIMIT.search(json.dumps(error)) else 503
