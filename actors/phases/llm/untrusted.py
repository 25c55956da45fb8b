"""An essay inside a prompt is data: how it is set apart, and which of its sentences are kept out.

Three walls, since no single one holds. Sentences that speak to a model are not sent; what is sent stands between
markers that the text cannot contain; and whatever comes back is held against what may be said at all (by the check of
the ``Question``). The last wall is the one that counts: it holds also against a model that obeys the essay.
"""

import hashlib
import re
from typing import Final

_TO_A_MODEL: Final = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass|ignorera|glöm|bortse)\b.{0,80}\b(?:instructions?|rules?|rubric"
    r"|prompt|criteria|above|before|previous|instruktion\w*|regler\w*|ovan)\b"
    r"|\byou are (?:now )?(?:an?|the|in) (?:\w+ )?(?:ai|assistant|chatbot|llm|dan|grader)\b"
    r"|\b(?:as an? (?:ai|llm)|language model|chatgpt|system prompt|system message|developer message|språkmodell)\b"
    r"|(?:^|\s)(?:system|assistant|user|instruction|override)\s*:"
    r"|<\s*/?\s*(?:system|essay|user|assistant|instructions?|s|im_start|im_end)\s*>|<\|[^|]{0,40}\|>|\[/?INST\]|```"
    r"|\b(?:new|updated|secret) (?:instructions?|task|rules?)\b"
    r"|\b(?:respond|reply|answer|output|print|svara)\b.{0,30}\b(?:only|with|exactly|json|bara)\b"
    r"|\b(?:reveal|repeat|show|print) (?:me )?(?:your|the) (?:\w+ )?(?:prompt|instructions|rules|key)\b",
    re.IGNORECASE,
)
_LOOKED_AT: Final = 600
"""Characters at either end of a sentence in which such words are looked for: keeps the search linear."""


def speaks_to_a_model(sentence: str) -> bool:
    """True for a sentence that gives orders to a model rather than tells a reader something."""
    head, tail = sentence[:_LOOKED_AT], sentence[-_LOOKED_AT:]
    return _TO_A_MODEL.search(head) is not None or _TO_A_MODEL.search(tail) is not None


def fenced(name: str, text: str) -> str:
    """``text`` between markers that depend on it, so that nobody can write the closing one into it beforehand."""
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"<<<{name} {mark}\n{text}\n{name} {mark}>>>"
