"""The protocols of a phase's service: everything that the engine needs from a phase.

A service is created once per worker process (dictionaries and models are loaded in ``__init__``, or lazily by the first
task) and is then called again and again, from one thread. To the engine it is a pure function: the same task gives the
same product, apart from durations. It neither stores nor sends anything. The worker stores what it returns under
``(phase, name, version, settings, text id, earlier results)``, so ``version`` must change whenever the same task could
give another product.

A service that cannot do a task raises ``PhaseWorkError``, which becomes the essay's failure. Any other exception is a
bug in the service; the worker turns it into a failure of that one essay as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

from contracts.failures import ErrorCode, ErrorDetail
from contracts.phases import PhaseName
from contracts.results import PhaseResultData

OPTIONS_IN_NO_KEY: Final = frozenset({"account", "budget_calls", "budget_tokens", "budget_money", "on_failure"})
"""Options of any phase that do not affect the product: who pays, the most to spend, what to do on failure."""


@dataclass(frozen=True, slots=True)
class PhaseSettings:
    """What the batch tells a phase. ``options`` are the phase's own settings, JSON values by name."""

    language: str = "auto"
    essay_instructions: str = ""
    course_code: str = ""
    class_designation: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class EssayTask:
    """One essay to work on. ``earlier`` holds the results of earlier phases of its pipeline, by phase.

    ``batch_id`` says who pays for the work. It must not affect the product, since no key contains it.
    """

    essay_id: str
    text_id: str
    text: str
    settings: PhaseSettings
    earlier: Mapping[PhaseName, PhaseResultData] = field(default_factory=dict)
    batch_id: str = ""


@dataclass(frozen=True, slots=True)
class Product:
    """The outcome of one task: the result, and the new text if the phase made one.

    ``result.text_storage_id`` is the id of ``text`` (``contracts.texts.text_storage_id_of``), or the task's own text id
    if ``text`` is None. ``makeshift`` marks a substitute for a better product that could not be had: it belongs to
    this batch, and no other batch reuses it.
    """

    result: PhaseResultData
    text: str | None = None
    makeshift: bool = False


class PhaseWorkError(Exception):
    """Raised if a task cannot be done, with a reason that people can read."""

    def __init__(self, code: ErrorCode, message: str, *, retryable: bool = False, **details: Any) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.retryable = retryable
        self.details = details

    def __reduce__(self) -> tuple[Any, ...]:
        return _rebuilt, (self.code, self.message, self.retryable, self.details)

    def as_detail(self, operation: str) -> ErrorDetail:
        """This error as an ``ErrorDetail``."""
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

    ``uses`` names earlier phases whose results it uses if they ran before; it must work without them. A service may
    also have ``needs``, a tuple like ``uses``: drivers refuse a pipeline without these phases.
    """

    name: str
    version: str
    uses: Sequence[PhaseName]

    def process(self, task: EssayTask) -> Product:
        """Do the work on one essay.

        Raises:
            PhaseWorkError: the essay fails, for this reason.
        """
        ...


@dataclass(frozen=True, slots=True)
class CohortItem:
    """One piece of a cohort's work (such as a comparison) that any worker can do and that is stored by itself.

    ``key`` is stable and unique within the cohort (``"essay-01|essay-07"``): what is stored under it is never computed,
    or paid for, again. It names essays in the form that ``contracts/pieces.py`` defines, so that the piece is found
    when one of them is to be erased. ``payload`` is JSON.
    """

    key: str
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Round:
    """A cohort's next pieces of work, done in parallel; then the service is asked to plan again.

    ``awaited`` are pieces that come from outside (people judging): the engine waits until they are delivered.
    """

    items: Sequence[CohortItem] = ()
    awaited: Sequence[CohortItem] = ()


@dataclass(frozen=True, slots=True)
class CohortProducts:
    """The end of a cohort's work: a product or a failure for every essay."""

    products: Mapping[str, Product | ErrorDetail]


class CohortService(Protocol):
    """A phase that works on all essays of a batch together, in rounds.

    ``cohort`` is in a fixed order (by essay id) and has every essay's text.
    """

    name: str
    version: str
    uses: Sequence[PhaseName]

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
        """Say what to do next; ``done`` has the values of the pieces done so far, by key.

        It must depend on its arguments alone: with the same ``done`` it plans the same, so that a cohort can continue
        from what is stored after a crash.
        """
        ...

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> Any:
        """Do one piece; the value is JSON.

        Raises:
            PhaseWorkError: this piece failed; a retryable error is tried again.
        """
        ...
