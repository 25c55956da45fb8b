"""English syllables by rule: vowel groups, less the silent ones, plus the ones that a group hides."""

import re
from typing import Final

_VOWELS: Final = re.compile(r"[aeiouyàáâäåæèéêëìíîïòóôöøùúûü]+")
_SILENT: Final = re.compile(
    r"[^aeiouyl]e\Z|[^aeiouylr]les?\Z(?<![bcdfgkpstz]le)(?<![bcdfgkpstz]les)|[aeiou]les?\Z|[^aeiouytdcgszxh]e[sd]\Z"
    r"|[aeiou][^aeiou]ely\Z|[^aeiou]eful|[^aeiou]eless|[^aeiou]ement|(?<=[^aeiouytd])ed\Z"
)
_HIDDEN: Final = re.compile(
    r"ia(?!n\Z|ns\Z|l|ge)|[^tscxg]ia[nl]|io(?!u|n)|[^tscg]ion|[^tcsgx]iou|iu|ii|eo(?!u)|[^gq]ua[^r]|uou|[aeiouym]bl[es]*\Z"
    r"|[aeio]ing|(?<!r)(?<!n)[^aeiouy]sm\Z|ism|n't\Z|creat|react|quiet|[^q]uie|(?<!g)uity|dying|tying"
)


def syllables_in(word: str) -> int:
    """The number of syllables in an English word (in lower case), at least 1."""
    groups = len(_VOWELS.findall(word))
    return max(1, groups - len(_SILENT.findall(word)) + len(_HIDDEN.findall(word)))
