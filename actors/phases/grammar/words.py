"""Word lists for the rules, and the forms of words that they need."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any, Final

from wordfreq import zipf_frequency


def listed(text: str) -> frozenset[str]:
    """The words in a text, as a set."""
    return frozenset(text.split())


PAST_AS_BASE: Final = listed(
    "put cut hit hurt let set shut read cost beat bet burst cast quit spread split come become run"
)
"""Verbs whose past or participle looks like their base form."""
_SEEN: Final = 1.5
"""Zipf frequency: three times in a hundred million words."""
_VOWELS: Final = "aeiou"
_IRREGULAR_PLURALS: Final = {
    "man": "men", "woman": "women", "child": "children", "person": "people", "wife": "wives", "life": "lives",
    "shelf": "shelves", "knife": "knives", "foot": "feet", "tooth": "teeth", "mouse": "mice",
}  # fmt: skip


@dataclass(frozen=True)
class Words:
    """Closed lists. ``past`` gives the base form of a past form, ``participles`` the participle of a base form."""

    count: frozenset[str]
    bare_in_phrases: frozenset[str]
    uncountable: frozenset[str]
    wrong_plurals: frozenset[str]
    people: frozenset[str]
    either_number: frozenset[str]
    bare_subjects: frozenset[str]
    liked: frozenset[str]
    plain_adjectives: frozenset[str]
    possessives: frozenset[str]
    owned: frozenset[str]
    time_units: frozenset[str]
    only_verbs: frozenset[str]
    takes_ing: frozenset[str]
    takes_to: frozenset[str]
    bare_after: frozenset[str]
    wanting: frozenset[str]
    past: dict[str, str]
    participles: dict[str, str]


@cache
def words() -> Words:
    """The lists for English."""
    text = resources.files(__package__).joinpath("data", "en.toml").read_text("utf-8")
    data: dict[str, Any] = tomllib.loads(text)
    irregular = {base: forms.split() for base, forms in data.pop("irregular").items()}
    lists = {name: listed(block) for name, block in (data.pop("verbs") | data).items()}
    past = {forms[0]: base for base, forms in irregular.items() if forms[0] != base}
    return Words(**lists, past=past, participles={base: forms[1] for base, forms in irregular.items()})


def plural_of(noun: str) -> str:
    """The plural of a countable noun, by its ending or a short list of irregular ones."""
    if noun in _IRREGULAR_PLURALS:
        return _IRREGULAR_PLURALS[noun]
    if noun.endswith("y") and noun[-2:-1] not in _VOWELS:
        return noun[:-1] + "ies"
    return noun + ("es" if noun.endswith(("s", "x", "ch", "sh")) else "s")


@cache
def is_a_verb(word: str) -> bool:
    """True for the base form of a verb: its *-ing* form is in use (go), unlike that of a noun (success)."""
    stem = word[:-1] if word.endswith("e") and not word.endswith("ee") else word
    return any(zipf_frequency(form + "ing", "en") >= _SEEN for form in (stem, word, word + word[-1]))


def third_person(verb: str) -> str:
    """The form of a verb after *he*, *she* or *it*."""
    known = {"be": "is", "have": "has", "do": "does", "go": "goes"}
    return known.get(verb) or plural_of(verb)
