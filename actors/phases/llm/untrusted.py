"""An essay inside a prompt is data: how it is set apart, and which of its sentences are kept out.

Three walls, since no single one holds. Sentences that speak to a model are not sent; what is sent stands between
markers that the text cannot contain; and whatever comes back is held against what may be said at all (by the check of
the ``Question``). The last wall is the one that counts: it holds also against a model that obeys the essay.
"""

import hashlib
import re
from typing import Final

ORDERING: Final = (
    r"(?:(?:^|[.!?:;,>\]\n\"“'(–-])\s*|\b(?:please|kindly|now|then|and|so|but|must|should|shall"
    r"|you (?:will|can|have to|need to)|vänligen|snälla|nu|du (?:ska|måste))\s+)"
)
"""Where a verb is an order: at a beginning, or after please or must. Elsewhere it tells of somebody (who ignore)."""
_WHAT_A_MODEL_HAS: Final = (
    r"(?:(?:all|any|every|the|your|my|these|those|previous|prior|above|earlier|other|of|alla|dina|tidigare|ovanstående)\s+)"
    r"{0,4}(?:instructions?|prompts?|rubric|criteria|guidelines|directions|instruktion\w*|anvisning\w*|bedömningskriteri\w*)\b"
)
_YOUR_RULES: Final = (
    r"(?:(?:all|of|alla|tidigare)\s+){0,2}(?:your|previous|prior|above|earlier|dina|tidigare|ovanstående)\s+"
    r"(?:rules?|orders?|training|programming|regler\w*|order)\b"
)
_TO_A_MODEL: Final = re.compile(
    rf"{ORDERING}(?:ignore|disregard|forget|override|bypass|ignorera|glöm|bortse från)\s+"
    rf"(?:{_WHAT_A_MODEL_HAS}|{_YOUR_RULES}|(?:everything|all|anything|what is|allt) (?:above|before|ovan)\b)"
    r"|\byou are now (?:an?|the|in|my)\b"
    r"|\byou are (?:an?|the) (?:\w+ )?(?:ai|chatbot|llm|dan|grader|language model|ai assistant|essay grader)\b"
    r"|(?:^|[.!?>]\s*)(?:as|being) an? (?:ai|llm|language model|ai language model|chatbot)\b.{0,30}"
    r"\b(?:you|please|rate|give)\b"
    r"|\byour (?:system|hidden|secret|developer) (?:prompt|message|instructions?)\b"
    r"|(?:^|\n|[.!?>]\s)\s*(?:system|override|developer|new instructions?|updated instructions?)\s*:"
    r"|<\s*/?\s*(?:system|essay|user|assistant|instructions?|s|im_start|im_end)\s*>|<\|[^|]{0,40}\|>|\[/?INST\]|```"
    rf"|{ORDERING}(?:respond|reply|output|print|return|svara) "
    r"(?:only|just|exactly|bara|endast|with (?:only|just|exactly|the word)|(?:in |with )?json"
    r"|med (?:bara|endast|ordet))\b"
    rf"|{ORDERING}(?:reveal|repeat|show|print|output) (?:me )?your (?:\w+ )?(?:prompt|instructions|rules|key)\b",
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
