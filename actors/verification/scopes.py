"""Scopes that can be walked through in a minute; together they cover a little of everything."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from actors.verification.scope import Scope
from contracts.phases import PhaseName

_COHORT_FIRST: Final = (PhaseName.CJ_ASSESSMENT, PhaseName.NLP, PhaseName.SPELLCHECK)

SCOPES: Final[Mapping[str, Scope]] = MappingProxyType(
    {
        "order": Scope(essays=2, phases=2, faults=0),
        "faults": Scope(essays=1, phases=1, faults=2),
        "lost mail": Scope(essays=2, phases=1, failures=0, crashes=0),
        "cohort": Scope(essays=2, phases=1, first=_COHORT_FIRST, failures=0, crashes=0),
        "coordinators": Scope(essays=1, phases=1, first=_COHORT_FIRST, failures=0, duplicates=0, losses=0),
        "pieces": Scope(essays=1, phases=1, first=_COHORT_FIRST, failures=2, pieces=2, faults=0),
        "early reminders": Scope(essays=1, phases=1, hurries=1, duplicates=0, losses=0, crashes=0),
        "given back": Scope(essays=2, phases=1, faults=0, returns=1),
        "unreadable": Scope(essays=2, unreadable=1, phases=1),
        "two workers": Scope(essays=2, phases=1, workers=2, faults=0),
        "operators": Scope(essays=1, phases=2, failures=0, faults=0, commands=1),
        "retries": Scope(essays=1, phases=1, faults=0, commands=1),
        "pauses": Scope(essays=1, phases=1, failures=0, faults=0, commands=2, operators=("pause", "resume", "cancel")),
        "paused plans": Scope(
            essays=1, phases=1, first=_COHORT_FIRST, failures=0, faults=0, commands=1, operators=("pause",)
        ),
        "tried again": Scope(
            essays=1, phases=1, failures=0, faults=0, commands=2, operators=("cancel", "retry"), attempts=1
        ),
        "some failed": Scope(essays=2, phases=1, failures=1, faults=0, commands=1, operators=("retry",), attempts=1),
        "lost words": Scope(
            essays=1, phases=1, failures=0, duplicates=0, crashes=0, commands=2, operators=("pause", "resume")
        ),
        "appended": Scope(essays=1, phases=2, failures=0, faults=0, commands=3, operators=("append", "drop")),
    }
)
