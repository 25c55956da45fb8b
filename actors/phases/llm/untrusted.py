"""Treats an essay inside a prompt as data: keeps out sentences that address a model, and fences off the rest.

There are three walls, since no single one holds. Sentences that speak to a model are not sent. What is sent stands
between markers that the text cannot contain. And the check of the ``Question`` compares what comes back with what is
allowed at all. The last wall is the decisive one, since it holds even against a model that obeys the essay.
"""

import hashlib
import re
from typing import Final

ORDERING: Final = (
    r"(?:(?:^|[.!?:;,>\]\n\"“'(–-])\s*|\b(?:please|kindly|now|then|and|so|but|must|should|shall"
    r"|you (?:will|can|have to|need to)|vänligen|snälla|nu|du (?:ska|måste))\s+)"
)
"""Where a verb is an order: at a beginning, or after words such as please or must. Elsewhere it describes."""
_WHAT_A_MODEL_HAS: Final = (
    r"(?:(?:all|any|every|the|your|my|these|those|previous|prior|above|earlier|other|of|alla|dina|tidigare|ovanstående)\s+)"
    r"{0,4}(?:instructions?|prompts?|rubric|criteria|guidelines|directions|instruktion\w*|anvisning\w*|bedömningskriteri\w*)\b"
)
_YOUR_RULES: Final = (
    r"(?:(?:all|of|alla|tidigare)\s+){0,2}(?:your|previous|prior|above|earlier|dina|tidigare|ovanstående)\s+"
    r"(?:rules?|orders?|training|programming|regler\w*|order)\b"
)
_SCHEME: Final = (
    r"(?:(?:the|this|that|your|any|all|given|den|denna|din)\s+){0,2}(?:rubrics?|(?:grading|marking|scoring|assessment|"
    r"evaluation) (?:rubrics?|criteria|schemes?|guides?|guidelines|instructions|rules|standards)"
    r"|(?:bedömnings|betygs)(?:matris|kriteri|anvisning)\w*)\b(?!\s+(?:of|on|for|in|för|om|i)\b)"
)
"""What an assessor goes by; a rubric *of* or *for* something else is not meant."""
_NOT_TO_GO_BY: Final = (
    r"(?:(?:do not|don['’]?t|never|stop)\s+(?:follow|following|use|using|apply|applying|obey|obeying|consider|heed"
    r"|rely on|pay attention to)|pay no attention to|set aside|skip|ignore|disregard|forget|override|bypass"
    r"|(?:följ|använd|tillämpa) (?:inte|aldrig)|strunta i|bry dig inte om|ignorera|glöm|bortse från)"
)
_GIVEN_TO_YOU: Final = (
    r"(?:(?:the|any|all|de)\s+){0,2}(?:instructions?|rules?|guidelines|instruktion\w*|regler\w*)\s+"
    r"(?:that\s+|som\s+)?(?:you (?:were|have been|are) given|given to you|du (?:har )?fått)\b"
)
_TO_A_MODEL: Final = re.compile(
    rf"{ORDERING}{_NOT_TO_GO_BY}\s+(?:{_SCHEME}|{_GIVEN_TO_YOU})|"
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
"""Characters looked at from each end of a sentence, which keeps the search linear."""


def speaks_to_a_model(sentence: str) -> bool:
    """True for a sentence that gives orders to a model rather than telling a reader something."""
    head, tail = sentence[:_LOOKED_AT], sentence[-_LOOKED_AT:]
    return _TO_A_MODEL.search(head) is not None or _TO_A_MODEL.search(tail) is not None


def fenced(name: str, text: str) -> str:
    """``text`` between markers that contain its hash, so that a writer cannot put the closing marker into it."""
    mark = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return f"<<<{name} {mark}\n{text}\n{name} {mark}>>>"
