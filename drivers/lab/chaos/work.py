"""The work of a batch under chaos: services that take a little while, and record every call in a book.

A call is recorded before its work begins, with whether its result was already stored, which would be a repeat of stored
work. Work that was begun but not stored when its process died has to be done again.
"""

import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any, Final

from sqlalchemy import ColumnElement, Engine, make_url, select
from sqlalchemy.exc import DBAPIError
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from actors.phases.service import CohortItem, CohortProducts, EssayTask, PhaseWorkError, Product, Round
from actors.stores.databases import postgres_engine, sqlite_engine
from actors.stores.opening import file_of
from actors.stores.schema import PIECES, RESULTS
from contracts.failures import ErrorCode, ErrorDetail
from contracts.phases import PHASE_TABLE, PhaseName
from contracts.results import PHASE_RESULTS
from contracts.texts import text_storage_id_of
from drivers.client.submission import BatchSpec, Submission, prepare
from drivers.intake import Intake

PIPELINE: Final = (PhaseName.SPELLCHECK, PhaseName.NLP, PhaseName.CJ_ASSESSMENT)
_REFUSED: Final = "[refused]"


def submission_of(batch_id: str, count: int) -> Submission:
    """A batch of ``count`` essays, ready to submit."""
    return prepare(BatchSpec(batch_id, PIPELINE, language="en"), essays_of(batch_id, count), services())


def essays_of(batch_id: str, count: int) -> list[Intake]:
    """A batch's essays. No other batch has these texts; one in thirty is refused in the second phase."""
    names = [f"{batch_id}-{number:04}" for number in range(count)]
    return [
        Intake(name, f"{name}.txt", f"The essay {name}." + (f" {_REFUSED}" if number % 30 == 7 else ""), None)
        for number, name in enumerate(names)
    ]


@dataclass(frozen=True, slots=True)
class Call:
    """A line of the book: what was begun, in which process, and whether its result was already stored."""

    phase: str
    what: str
    pid: int
    was_stored: bool


@dataclass(frozen=True)
class Book:
    """Keeps the book of calls in a file, and looks up in the store whether results exist."""

    path: Path
    store: str

    def begins(self, phase: PhaseName, task: EssayTask) -> None:
        """Record that work on an essay begins."""
        stored = self._is_there(RESULTS.c.phase == phase, RESULTS.c.original_text_id == task.text_id)
        self._enter(Call(phase, task.essay_id, os.getpid(), stored))

    def begins_piece(self, phase: PhaseName, piece: str) -> None:
        """Record that work on a piece begins."""
        self._enter(Call(phase, piece, os.getpid(), self._is_there(PIECES.c.piece == piece)))

    @retry(retry=retry_if_exception_type(DBAPIError), wait=wait_fixed(0.05), stop=stop_after_delay(60), reraise=True)
    def _is_there(self, *where: ColumnElement[bool]) -> bool:
        with self._engine.connect() as connection:
            return connection.execute(select(1).where(*where).limit(1)).first() is not None

    @cached_property
    def _engine(self) -> Engine:
        file = file_of(self.store)
        if file is None:
            return postgres_engine(make_url(self.store), read_only=True)
        return sqlite_engine(file, read_only=True, synchronous="FULL")

    def _enter(self, call: Call) -> None:
        """Append a line in a single write, so that processes' lines do not mix, and a killed process's line stays."""
        file = os.open(self.path, os.O_APPEND | os.O_CREAT | os.O_WRONLY, 0o600)
        try:
            os.write(file, json.dumps(asdict(call)).encode() + b"\n")
        finally:
            os.close(file)

    def read(self) -> list[Call]:
        """All calls so far."""
        lines = self.path.read_text(encoding="utf-8").splitlines() if self.path.exists() else []
        return [Call(**json.loads(line)) for line in lines]


@dataclass
class _Service:
    phase: PhaseName
    seconds: float
    book: Book | None
    name: str = "chaos"
    version: str = "1"
    uses: Sequence[PhaseName] = ()

    def _product(self, task: EssayTask, text: str | None) -> Product:
        result = PHASE_RESULTS[self.phase].model_construct(  # a model may ask for findings
            status=PHASE_TABLE[self.phase].success,
            original_text_storage_id=task.text_id,
            text_storage_id=task.text_id if text is None else text_storage_id_of(text),
            producer=self.name,
            producer_version=self.version,
        )
        return Product(result, text)


class TaggingService(_Service):
    """A service that adds the phase's name to an essay's text."""

    def process(self, task: EssayTask) -> Product:
        """The tagged text.

        Raises:
            PhaseWorkError: the text is one of those that the second phase refuses.
        """
        if self.book is not None:
            self.book.begins(self.phase, task)
        time.sleep(self.seconds)
        if self.phase is PIPELINE[1] and _REFUSED in task.text:
            raise PhaseWorkError(ErrorCode.INVALID_RESPONSE, "This essay is refused.")
        return self._product(task, f"{task.text} +{self.phase}")


class RankingService(_Service):
    """A service that measures every text as a piece of its own, and leaves the texts unchanged."""

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
        """One round of measuring, then the products."""
        missing = [CohortItem(task.essay_id, {}) for task in cohort if task.essay_id not in done]
        if missing:
            return Round(missing)
        products: dict[str, Product | ErrorDetail] = {task.essay_id: self._product(task, None) for task in cohort}
        return CohortProducts(products)

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> int:
        """The length of one text."""
        if self.book is not None:
            self.book.begins_piece(self.phase, item.key)
        time.sleep(self.seconds)
        return next(len(task.text) for task in cohort if task.essay_id == item.key)


def services(seconds: float = 0.0, book: Book | None = None) -> dict[PhaseName, Callable[[], Any]]:
    """A service for each phase of the pipeline, whose calls each take so many ``seconds``."""
    kinds = {PhaseName.CJ_ASSESSMENT: RankingService}
    return {phase: partial(kinds.get(phase, TaggingService), phase, seconds, book) for phase in PIPELINE}
