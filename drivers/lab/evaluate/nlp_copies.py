"""Measures the search for near copies: false alarms on a corpus, and planted copies found."""

import random
from collections.abc import Sequence
from itertools import groupby
from typing import Any, Final, TypeAlias

from actors.phases.nlp.duplicates import near_duplicates

Text: TypeAlias = tuple[str, str, str]
"""The prompt, the id and the text of an essay."""

_SEED: Final = 20
_PLANTED: Final = 200


def near_copies(essays: Sequence[Text]) -> dict[str, Any]:
    """False alarms within prompts, and how many planted copies, with some words replaced, are found."""
    alarms = 0
    for prompt, group in groupby(essays, key=lambda essay: essay[0]):
        alarms += len(near_duplicates({name: text for _, name, text in group}, prompt))
    figures: dict[str, Any] = {"essays flagged as they are": f"{alarms} of {len(essays)}"}
    for replaced in (0.0, 0.1, 0.2):
        figures[f"copies found, {replaced:.0%} of words replaced"] = _planted(essays, replaced)
    return figures


def _planted(essays: Sequence[Text], replaced: float) -> str:
    chance = random.Random(_SEED)  # noqa: S311 - meant to be repeatable
    vocabulary = essays[0][2].split()
    texts: dict[str, str] = {}
    for number, (_, _, text) in enumerate(chance.sample(list(essays), _PLANTED)):
        words = [chance.choice(vocabulary) if chance.random() < replaced else word for word in text.split()]
        texts |= {f"{number}": text, f"{number} copy": " ".join(words)}
    found = near_duplicates(texts)
    return f"{sum(f'{number} copy' in found for number in range(_PLANTED))} of {_PLANTED}"
