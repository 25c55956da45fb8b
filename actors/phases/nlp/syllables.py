"""English syllables by rule: one for each group of vowels, minus silent e's, plus boundaries within groups.

``python -m drivers.lab.evaluate nlp`` measures how often the rules agree with a dictionary.
"""

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

_VOWELS: Final = re.compile(r"[aeiouyàáâäåæèéêëìíîïòóôöøùúûü]+")

_SILENT_E: Final = re.compile(
    "|".join(
        (
            r"(?<=[^aeiou])e\Z(?<![^aeiouy]le)",  # make, style; not ta-ble
            r"(?<=[^aeiouszxcgh])es\Z(?<![^aeiouy]les)|(?<=[tp]h)es\Z",  # makes, clothes; not hou-ses, ta-bles
            r"(?<=[^aeioutd])ed\Z(?<![^aeiouyl]led)",  # walked; not want-ed, set-tled
            r"(?<=[gq])ue[sd]?\Z",  # league, techniques
            r"(?<=ic)a(?=lly\Z)",  # basically
            r"(?<=[^aeioul])e(?=ly\Z|ful|less|ness|ments?\Z)",  # safely, movement; not el-e-ment
        )
    )
)
_HIDDEN_BOUNDARY: Final = re.compile(
    "|".join(
        (
            r"[aeiou](?=y[aeiou])",  # play-er, be-yond
            r"[eiouy](?=ings?\Z)(?<![aeiou]y)",  # go-ing, stud-y-ing
            r"(?<![tcsxlng])i(?=a(?!ge))|(?<=[sc])i(?=at)",  # tri-al, me-di-a, as-so-ci-ate; not spe-cial
            r"(?<![tscgxln])i(?=on)|i(?=o(?![nur]))|(?<=r)i(?=or)",  # pe-ri-od, in-te-ri-or; not na-tion
            r"(?<![tcgx])i(?=ous)|i(?=[iu])",  # cu-ri-ous, sta-di-um; not pre-cious
            r"(?<![tc])i(?=en[ct])|i(?=et)|(?<=sc)i(?=en)",  # cli-ent, so-ci-e-ty, sci-en-tist
            r"(?<=\w[^aeiou])i(?=ers?\Z|est\Z)(?<!\bpri)",  # ear-li-er; not pier
            r"(?<=[^gqa])u(?=[ao])|(?<=[^gq])u(?=en[ct]|ity)|(?<=[fr])u(?=el|in\b|id|ined)",  # us-u-al, flu-ent, ru-in
            r"(?<=[^aeiou]{2})e(?=as?\Z)|(?<=[id]d)e(?=al?s?\Z)|\bare(?=as?\Z)",  # Cor-e-a, i-de-a, a-re-a
            r"cre(?=at(?!u))|\bre(?=act|al[is])|\bthe(?=at)|cle(?=ar\Z)(?<=\bnucle)|\bpo(?=e[mt])|cha(?=os)|who(?=ever)|coo(?=per|rd)",
            r"e(?=o[^pu])(?<!pe)(?<!\bge)(?<!rge)|\bge(?=o[gm])",  # vid-e-o, the-o-ry; not peo-ple, George
            r"[sh]m\Z(?<=[aeiou]sm|thm)|[^aeiou](?=n't\Z)",  # -is-m, rhyth-m, did-n't
        )
    )
)
_COMPOUND: Final = re.compile(
    r"(?P<first>some|there|where|here|home|life|time|base|face|fire|house|note|safe|care|wide|line|name|fore|else|space|frame"
    r"|share|pipe|guide|come|game|like|ware|whole"
    r"|every)(?P<rest>[^aeiouylsrdnv][a-z]*|[slrd][a-z]{3,}|one|day|ness)\Z"
)
_EXCEPTIONS: Final[Mapping[str, int]] = MappingProxyType(
    {
        "are": 1, "aren't": 1, "argue": 2, "argued": 2,
        "business": 2, "businesses": 3, "colonel": 2, "europe": 2, "evening": 2, "every": 2,
        "hundred": 2, "maybe": 2, "mr": 2, "mrs": 2, "naked": 2, "poetry": 3, "recipe": 3, "recipes": 3, "sacred": 2,
        "suicide": 3, "the": 1, "wednesday": 2, "wicked": 2,
    }
)  # fmt: skip


def syllables_in(word: str) -> int:
    """The number of syllables in an English word (in lower case), at least 1."""
    if word in _EXCEPTIONS:
        return _EXCEPTIONS[word]
    if compound := _COMPOUND.match(word):
        return (2 if compound["first"] == "every" else 1) + syllables_in(compound["rest"])
    groups = len(_VOWELS.findall(word))
    return max(1, groups - len(_SILENT_E.findall(word)) + len(_HIDDEN_BOUNDARY.findall(word)))
