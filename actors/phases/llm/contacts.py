"""Finds contact details other than names: mail and web addresses, telephone numbers, handles."""

import re
from collections.abc import Iterator
from typing import Final

_ADDRESS: Final = re.compile(
    r"[\w.+-]{1,64}@[\w-]{1,64}(?:\.[\w-]{1,64})+|https?://\S{1,300}|www\.\S{1,300}|(?<!\w)@\w[\w.]{1,40}"
)
_SPACE: Final = r"[ \t\u00a0\u2009\u202f]"
_NUMBER: Final = re.compile(
    r"(?<![^\W_])(?!\d{1,3}(?:,\d{3}){1,8}(?![\d,]))"  # 1,000,000 is a quantity
    rf"\+?\(?\d(?:(?:\.|,(?=\d)|{_SPACE}?[-‐‑–—/·•]{_SPACE}?|[()]|{_SPACE}){{0,3}}\d){{6,24}}(?![^\W_])"
)
"""Seven digits or more, whatever divides them: the number of a telephone, a person or an account."""
_TOKEN: Final = re.compile(r"(?<![\w@.])\w{1,40}(?:[._]\w{1,40}){0,4}(?!\w)")
_LETTERS_OF_A_HANDLE: Final = 2
_UNITS: Final = (
    r"st|nd|rd|th|s|am|pm|k|m|km|cm|mm|dm|g|kg|hg|mg|l|dl|cl|ml|h|hr|hrs|min|mins|sec|yr|yrs|year|years|yo|x|d|p|mb|gb|tb"
    r"|hz|ghz|mph|kmh|kr|sek|usd|eur|bn|c|f|v|w|kw|kwh|kcal|cal|ft|in|lb|lbs|oz|tal|talet|tals|åring|åringar|år|e|a|an|g"
)
_ORDINARY: Final = re.compile(
    rf"\d+(?:[.:]\d+)*(?:{_UNITS})|(?:co|ps|ww|mp|no|nr|vol|year|grade|class|part|covid|web|top|g|u|o)\d{{1,2}}|h2o|\d+[a-d]"
)
"""Quantities, ordinals, and the few ordinary words that contain a digit."""


def contacts_in(text: str) -> Iterator[tuple[int, int]]:
    """The spans of contact details. They may overlap: the caller takes the first, and the longest of those."""
    for pattern in (_ADDRESS, _NUMBER):
        yield from (match.span() for match in pattern.finditer(text))
    yield from (match.span() for match in _TOKEN.finditer(text) if _is_handle(match.group()))


def _is_handle(token: str) -> bool:
    """True for letters with digits or an underscore, as in a screen name, unless it is ordinary, such as 5km."""
    if token.isalpha():
        return False
    plain = token.strip("._").lower()
    letters = sum(letter.isalpha() for letter in plain)
    digits = sum(letter.isdecimal() for letter in plain)
    if letters < _LETTERS_OF_A_HANDLE and not (letters and digits > _LETTERS_OF_A_HANDLE + 1):
        return False
    return "_" in plain or bool(digits and _ORDINARY.fullmatch(plain) is None)
