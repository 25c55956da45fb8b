"""The protocol behind which every phase does its work.

A service is loaded once per worker process (its dictionaries and models in ``__init__`` or lazily at the first
task) and is then asked again and again, from one thread. It is pure towards the engine: same task, same product
(but for durations). It neither stores nor sends anything; what it returns is stored by the worker under
``(phase, name, version, settings, text id, earlier results)``, so ``version`` must change whenever the same task
could give another product.

A service that cannot do one task raises ``PhaseWorkError``: data for the essay's failure. Any other exception is a
bug of the service, and the worker makes it a failure of that one essay as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from contracts.failures import ErrorCode, ErrorDetail
from contracts.phases import PhaseName
from contracts.results import PhaseResultData

OPTIONS_IN_NO_KEY: Final = frozenset({"account", "budget_calls", "budget_tokens", "budget_money", "on_failure"})
"""Options of any phase that shape no product: who pays, how much at the most, and what if it cannot be had."""


@dataclass(frozen=True, slots=True)
class PhaseSettings:
    """What the batch says to a phase. ``options`` are the phase's own settings, JSON values by name."""

    language: str = "auto"
    essay_instructions: str = ""
    course_code: str = ""
    class_designation: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EssayTask:
    """One essay to work on. ``earlier`` holds what earlier phases of its pipeline found, by phase.

    ``batch_id`` says for whom it is done (who pays for it), and must not shape the product: no key has it.
    """

    essay_id: str
    text_id: str
    text: str
    settings: PhaseSettings
    earlier: Mapping[PhaseName, PhaseResultData] = field(default_factory=dict)
    batch_id: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """What came of one task: the result, and the new text where the phase made one.

    ``result.text_storage_id`` is the id of ``text`` (``contracts.texts.text_storage_id_of``), or the task's own
    text id where ``text`` is None. ``makeshift`` is a product in the place of a better one that could not be had now:
    it is this batch's, and is not found again by another.
    """

    result: PhaseResultData
    text: str | None = None
    makeshift: bool = False


class PhaseWorkError(Exception):
    """A task that could not be done, for a reason that a person can read."""

    def __init__(self, code: ErrorCode, message: str, *, retryable: bool = False, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.code, self.message, self.retryable, self.details)

    def as_detail(self, operation: str) -> ErrorDetail:
        """This error as data."""
        return ErrorDetail(
            error_code=self.code,
            message=self.message,
            operation=operation,
            details=self.details,
            retryable=self.retryable,
        )


def _rebuilt(code: ErrorCode, message: str, retryable: bool, details: dict[str, Any]) -> PhaseWorkError:
    return PhaseWorkError(code, message, retryable=retryable, **details)


class EssayService(Protocol):
    """A phase that works on one essay at a time. ``name`` and ``version`` go into every result.

    ``uses`` names the earlier phases whose results it can make use of when they ran before (never required). A service
    may also have ``needs``, a tuple like ``uses``: phases without which drivers refuse the pipeline.
    """

    name: str
    version: str
    uses: Sequence[PhaseName]

    def process(self, task: EssayTask) -> Product:
        """Do the work on one essay.

        Raises:
            PhaseWorkError: the essay fails with this reason.
        """
        ...


@dataclass(frozen=True, slots=True)
class CohortItem:
    """One piece of a cohort's work (a comparison, say) that can be done on any worker and is stored by itself.

    ``key`` is stable and unique within the cohort (``"essay-01|essay-07"``): what is stored under it is never
    computed, or paid for, again. It names essays as ``contracts/pieces.py`` says, so that the piece is found when one
    of them is forgotten. ``payload`` is JSON.
    """

    key: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Round:
    """A cohort's next pieces of work, to be done in parallel; then the service is asked to plan again.

    ``awaited`` names pieces that come from outside (people judging): the engine waits for them to be delivered.
    """

    items: Sequence[CohortItem] = ()
    awaited: Sequence[CohortItem] = ()


@dataclass(frozen=True, slots=True)
class CohortProducts:
    """The end of a cohort's work: a product or a failure for every essay, and none without an answer."""

    products: Mapping[str, Product | ErrorDetail]


class CohortService(Protocol):
    """A phase that works on all essays of a batch together, in rounds.

    ``cohort`` is in a fixed order (by essay id) with every essay's text.
    """

    name: str
    version: str
    uses: Sequence[PhaseName]

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
        """Say what to do next, from the values that the pieces done so far gave (by their key).

        A function of its arguments alone: asked again with the same ``done`` it answers the same, so that a cohort
        goes on after a crash with what is stored.
        """
        ...

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> Any:
        """Do one piece; the value is JSON.

        Raises:
            PhaseWorkError: this piece failed; retryable ones are tried again.
        """
        ...
