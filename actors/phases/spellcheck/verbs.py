"""Irregular verbs with a regular ending: ``choosed``, ``catched``, ``runned``."""

import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files

_SHORT_VERB = re.compile(r"[^aeiou]+[aeiou][bdgmnpt]")


def forms_meant(word: str) -> tuple[str, ...]:
    """The past and the participle meant by ``word``; empty if it is not an irregular verb with a regular ending."""
    return _regular_forms().get(word, ())


@cache
def _regular_forms() -> dict[str, tuple[str, ...]]:
    text = (files(__package__) / "data" / "irregular-en.txt").read_text(encoding="utf-8")
    verbs = (line.split() for line in text.splitlines() if not line.startswith("#"))
    return {
        form: tuple(dict.fromkeys((past, participle)))
        for base, past, participle in verbs
        for form in (*_with_ending(base), f"{past}ed")
        if form not in {past, participle}
    }


def _with_ending(base: str) -> Iterator[str]:
    if base.endswith("e"):
        yield f"{base}d"
        return
    yield f"{base}ed"
    if base.endswith("y"):
        yield f"{base[:-1]}ied"
    if _SHORT_VERB.fullmatch(base):
        yield f"{base}{base[-1]}ed"
