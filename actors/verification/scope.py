"""The size of the world that is walked through, and how much may go wrong in it."""

from itertools import chain
from typing import Final, NamedTuple

from contracts.messages import AppendPhases, CancelBatch, DropPhases, OperatorCommand, PauseBatch, ResumeBatch
from contracts.phases import PhaseName

PIPELINE: Final = (PhaseName.SPELLCHECK, PhaseName.CJ_ASSESSMENT, PhaseName.NLP)
FURTHER: Final = PhaseName.AI_FEEDBACK
REOPENING: Final = ("retry", "run")
OPERATORS: Final = ("pause", "resume", "cancel", *REOPENING, "append", "drop")


class Scope(NamedTuple):
    """A small world: how many essays, phases and workers it has, and how often each thing may go wrong.

    ``faults`` is the most faults in all. ``unreadable`` essays have no text. ``attempts`` is the most attempts at a
    piece of work, ``pieces`` the number of pieces in a cohort's round, ``failures`` the most failures of services. A
    hurry is a reminder that comes while an answer is still under way. ``returns`` is the most leases of which a worker
    gives back the rest, ``commands`` the most commands of the operator, which are of the kinds in ``operators``. A
    piece of work takes ``seconds`` (0: unknown), which decides how many pieces a lease holds.
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
        """The ids of the essays."""
        return tuple(f"E{number}" for number in range(1, self.essays + 1))

    @property
    def pipeline(self) -> tuple[PhaseName, ...]:
        """The phases that the batch is registered with."""
        return self.first[: self.phases]

    @property
    def others(self) -> tuple[PhaseName, ...]:
        """The phases that operators may ask for later: those left over, and one more."""
        return tuple(dict.fromkeys((*self.first[self.phases :], FURTHER)))


def commands_of(scope: Scope) -> tuple[OperatorCommand, ...]:
    """The commands that an operator may give, except retries and further runs, which name a run."""
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
    """A kind of event that is limited in number, and whether it counts as a fault."""

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
    """The purse: how often each kind of event may still happen, in four bits each, and above them all faults."""
    purse = min(scope.faults, _MOST) << _FAULTS
    for name, place in _PLACES.items():
        purse |= min(getattr(scope, name), _MOST) << place
    return purse


def spent(purse: int, name: str) -> int | None:
    """The purse after one event of this kind, or None if none is left."""
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
