"""Extracts the answer from a model's output: no talk before, after or around it, and refusals recognised."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

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
_ENDS_THOUGHT: Final = re.compile(
    r"</(?:think|thinking|thought|reasoning|analysis)>|<\|channel\|>final<\|message\|>",
)
_TRAILING_COMMA: Final = re.compile(r",(?=\s*[}\]])")
_MOST_BROKEN: Final = 100
"""Broken objects after which the search ends: each can be as long as the rest of the text."""
_DECODER: Final = json.JSONDecoder(strict=False)


def answer_in(said: str) -> str:
    """The largest JSON object after the model's thinking, made valid; the plain words if there is none."""
    *_, start = 0, *(thought.end() for thought in _ENDS_THOUGHT.finditer(said))
    words = said[start:].strip()
    for tried in (words, _TRAILING_COMMA.sub("", words)):
        found = max(_objects(tried), key=lambda one: one[0], default=None)
        if found:
            return printable(json.dumps(found[1], ensure_ascii=False))
    return printable(words)


def refusal_in(answer: str) -> str:
    """The words in which a model declines, as text or as an object with nothing else in it; empty if it does not."""
    if answer.startswith("{"):
        payload = json_of(answer)
        is_reason = isinstance(payload, dict) and len(payload) == 1 and _SAYS_WHY & set(payload)
        answer = str(*payload.values()) if is_reason else ""
    declined = "{" not in answer and len(answer) <= _LONGEST_REFUSAL and _DECLINED.match(answer)
    return answer if declined else ""


def printable(words: str) -> str:
    """The text with surrogate pairs joined; a half without its other half is replaced."""
    return words.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def json_of(text: str) -> Any:
    """The value; None for invalid JSON, and for JSON that is nested too deeply to be an answer."""
    try:
        return json.loads(text.strip("\ufeff \t\r\n"))
    except (ValueError, RecursionError):
        return None


def _objects(words: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects that stand side by side in the text, each with its length."""
    broken, start = 0, words.find("{")
    while start >= 0 and broken < _MOST_BROKEN:
        try:
            value, end = _DECODER.raw_decode(words, start)
            yield end - start, value
        except (ValueError, RecursionError):
            broken, end = broken + 1, start + 1
        start = words.find("{", end)
