"""How large a world is walked through, and how much may go wrong in it."""

from itertools import chain
from typing import Final, NamedTuple

from contracts.messages import AppendPhases, CancelBatch, DropPhases, OperatorCommand, PauseBatch, ResumeBatch
from contracts.phases import PhaseName

PIPELINE: Final = (PhaseName.SPELLCHECK, PhaseName.CJ_ASSESSMENT, PhaseName.NLP)
FURTHER: Final = PhaseName.AI_FEEDBACK
REOPENING: Final = ("retry", "run")
OPERATORS: Final = ("pause", "resume", "cancel", *REOPENING, "append", "drop")


class Scope(NamedTuple):
    """A small world: so many essays, phases, workers; and of each misfortune so many, ``faults`` of them in all.

    ``unreadable`` essays have no text. ``attempts`` and ``pieces`` are those of one essay's work and of a cohort's
    round. ``failures`` bounds what services may fail. A ``hurry`` is a reminder that comes while an answer is still
    under way. ``returns`` counts the leases of which a worker gives back the rest. ``commands`` counts the operator's,
    which are of the kinds in ``operators``. A piece of work takes ``seconds`` (0: nobody knows), which decides how
    many of them a lease holds.
    """

    essays: int = 2
    phases: int = 2
    unreadable: int = 0
    workers: int = 1
    attempts: int = 2
    pieces: int = 1
    failures: int = 1
    duplicates: int = 1
    losses: int = 1
    crashes: int = 1
    hurries: int = 0
    faults: int = 1
    returns: int = 0
    commands: int = 0
    operators: tuple[str, ...] = OPERATORS
    seconds: float = 0.25
    first: tuple[PhaseName, ...] = PIPELINE

    @property
    def names(self) -> tuple[str, ...]:
        """The essays."""
        return tuple(f"E{number}" for number in range(1, self.essays + 1))

    @property
    def pipeline(self) -> tuple[PhaseName, ...]:
        """The phases that the batch is registered with."""
        return self.first[: self.phases]

    @property
    def others(self) -> tuple[PhaseName, ...]:
        """The phases that are asked for later: those left over, and one more."""
        return tuple(dict.fromkeys((*self.first[self.phases :], FURTHER)))


def commands_of(scope: Scope) -> tuple[OperatorCommand, ...]:
    """What an operator may say, besides retries and further runs, which name a run."""
    others, phases = scope.others, scope.pipeline
    appends = [AppendPhases(others[:1]), *([AppendPhases(others)] if len(others) > 1 else [])]
    drops = [DropPhases((phase,)) for phase in (*phases[1:], *others[-1:])]
    said: dict[str, list[OperatorCommand]] = {
        "pause": [PauseBatch()],
        "resume": [ResumeBatch()],
        "cancel": [CancelBatch()],
        "append": [*appends],
        "drop": [*drops],
    }
    return tuple(chain.from_iterable(said[kind] for kind in scope.operators if kind not in REOPENING))


class Spending(NamedTuple):
    """A kind of misfortune, and whether it counts among the faults."""

    name: str
    is_fault: bool


SPENDINGS: Final = (
    Spending("failures", is_fault=False),
    Spending("commands", is_fault=False),
    Spending("returns", is_fault=False),
    Spending("duplicates", is_fault=True),
    Spending("losses", is_fault=True),
    Spending("crashes", is_fault=True),
    Spending("hurries", is_fault=True),
)
_BITS: Final = 4
_MOST: Final = (1 << _BITS) - 1
_FAULTS: Final = _BITS * len(SPENDINGS)
_PLACES: Final = {spending.name: _BITS * number for number, spending in enumerate(SPENDINGS)}
_IS_FAULT: Final = {spending.name: spending.is_fault for spending in SPENDINGS}


def purse_of(scope: Scope) -> int:
    """All that may still go wrong, as one number: four bits for each kind, and four for the faults in all."""
    purse = min(scope.faults, _MOST) << _FAULTS
    for name, place in _PLACES.items():
        purse |= min(getattr(scope, name), _MOST) << place
    return purse


def spent(purse: int, name: str) -> int | None:
    """The purse after one of these, None where there is none left."""
    place = _PLACES[name]
    if not purse >> place & _MOST:
        return None
    purse -= 1 << place
    if not _IS_FAULT[name]:
        return purse
    return purse - (1 << _FAULTS) if purse >> _FAULTS else None


def faults_left(purse: int) -> int:
    """How many faults may still happen."""
    return purse >> _FAULTS
