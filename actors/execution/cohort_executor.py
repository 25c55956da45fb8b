"""Work on cohorts: plan a round, or do one piece of it."""

from collections.abc import Callable, Container, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache, partial
from typing import Any

from pydantic_core import to_json

from actors.core.records import PieceRecord, Record, ResultRecord, TextRecord
from actors.execution.answer import Answer
from actors.execution.contradictions import sound_plan, sound_product
from actors.execution.essay_executor import earlier_results, failure_of, records_of, used_results
from actors.execution.pace import Pace
from actors.execution.service_registry import ServiceRegistry, derived_key
from actors.phases.service import CohortItem, CohortProducts, EssayTask, PhaseWorkError, Round
from actors.stores.store import NO_ACTORS_FAULT
from contracts.failures import ErrorCode, ErrorDetail
from contracts.phases import PhaseName
from contracts.work import CohortFinished, CohortWork, CohortWorkFailed, PieceDone, RoundPlanned, WorkRequested


class NotCommandedError(LookupError):
    """The batch is not, or no longer, in the phase whose cohort was requested."""


@dataclass(frozen=True, slots=True)
class Cohort:
    """A loaded cohort: its tasks in order of essay id, the essays without a text, and the key of its pieces."""

    tasks: tuple[EssayTask, ...]
    without_text: tuple[str, ...]
    key: str


class CohortExecutor:
    """Plans rounds and does pieces. A cohort's texts are loaded once for consecutive pieces.

    ``cohort(batch_id, phase, run, position)`` loads the cohort of the current command; it raises NotCommandedError if
    that command is for another run or position.
    """

    def __init__(self, shelf: ServiceRegistry, pace: Pace | None = None) -> None:
        self._registry = shelf
        self._pace = pace or Pace()
        self.cohort = lru_cache(maxsize=2)(self._loaded)

    def do(self, requests: Sequence[WorkRequested]) -> Iterator[Answer]:
        """Answers to those requests that are for cohorts."""
        works = [(request.work, request.reply_to) for request in requests if isinstance(request.work, CohortWork)]
        pieces = {work.piece for work, _ in works if work.piece is not None}
        look = lru_cache(partial(self._registry.store.pieces, among=pieces))  # one query for all pieces of a cohort
        for work, reply_to in works:
            yield from self._do(work, reply_to, look)

    def _do(self, work: CohortWork, reply_to: str, look: Callable[[str], Container[str]]) -> Iterator[Answer]:
        try:
            cohort = self.cohort(work.batch_id, work.phase, work.run, work.position)
            if work.piece is None:
                yield self._plan(work, cohort, reply_to)
            else:
                yield self._perform(work, cohort, reply_to, look(cohort.key))
        except NO_ACTORS_FAULT:
            raise  # not the cohort's fault: the whole process waits for the store
        except Exception as error:  # noqa: BLE001  (here exceptions become failures)
            failure = failure_of(error, work.phase)
            yield Answer(reply_to, CohortWorkFailed(work.piece, work.attempt, failure, work.step))

    def _loaded(self, batch_id: str, phase: PhaseName, run: int, position: int) -> Cohort:
        text_ids = self._commanded(batch_id, run, position)
        service, stamped = self._registry.service(phase), self._registry.settings(batch_id, run, phase)
        texts = self._registry.store.texts(set(text_ids.values()))
        results = {
            essay.essay_id: used_results(essay.results, service) for essay in self._registry.store.essays(batch_id)
        }
        earlier = self._registry.store.results({key for keys in results.values() for key in keys.values()})
        tasks = tuple(
            EssayTask(
                essay_id=essay_id,
                text_id=text_id,
                text=texts[text_id],
                settings=stamped.settings,
                earlier=earlier_results(results[essay_id], earlier),
                batch_id=batch_id,
            )
            for essay_id, text_id in text_ids.items()
            if text_id in texts
        )
        members = [(essay_id, text_id, sorted(results[essay_id].items())) for essay_id, text_id in text_ids.items()]
        key = derived_key(phase, service.name, service.version, stamped.stamp, members)
        missing = tuple(essay_id for essay_id, text_id in text_ids.items() if text_id not in texts)
        return Cohort(tasks, missing, key)

    def _commanded(self, batch_id: str, run: int, position: int) -> dict[str, str]:
        """The texts of the current command by essay, in the order of essay ids."""
        header = self._registry.store.batch(batch_id, with_order=False)
        if header is None or (header.run, header.position) != (run, position) or not header.commanded:
            raise NotCommandedError(f"batch {batch_id!r} is not, or no longer, in run {run} at position {position}")
        return dict(sorted(header.commanded.items()))

    def done(self, cohort: Cohort, run: int, position: int) -> dict[str, Any]:
        """The values of the pieces done so far, by key; None for those given up in this run and position."""
        store = self._registry.store
        return {**dict.fromkeys(store.pieces(_given_up_key(cohort, run, position))), **store.pieces(cohort.key)}

    def _plan(self, work: CohortWork, cohort: Cohort, reply_to: str) -> Answer:
        done = self.done(cohort, work.run, work.position)
        key = _given_up_key(cohort, work.run, work.position)
        # Stored, so that anything else that plans (a judge's program) makes the same plan.
        given_up = tuple(PieceRecord(key, piece, "null", work.batch_id) for piece in work.given_up if piece not in done)
        done.update((record.piece, None) for record in given_up)
        planned = self._planned(work, cohort, done)
        if isinstance(planned, CohortProducts):
            finished, records = self._finished(work, cohort, planned)
            return Answer(reply_to, finished, (*given_up, *records))
        pieces = tuple((item.key, item.payload) for item in planned.items if item.key not in done)
        awaited = tuple((item.key, item.payload) for item in planned.awaited if item.key not in done)
        if not pieces and not awaited:
            raise RuntimeError("the service planned a round with nothing new to do")
        return Answer(reply_to, RoundPlanned(work.step, pieces, awaited), given_up)

    def _planned(self, work: CohortWork, cohort: Cohort, done: dict[str, Any]) -> Round | CohortProducts:
        if not cohort.tasks:
            return CohortProducts({})
        return sound_plan(self._registry.cohort_service(work.phase).plan(cohort.tasks, done), work.phase)

    def _finished(
        self, work: CohortWork, cohort: Cohort, made: CohortProducts
    ) -> tuple[CohortFinished, Sequence[Record]]:
        """The outcome for each essay, and the records of those that succeeded."""
        successes: dict[str, tuple[str, str]] = {}
        failures = {essay_id: _without_text(work.phase) for essay_id in cohort.without_text}
        records: list[Record] = []
        for task in cohort.tasks:
            key, product = derived_key(cohort.key, task.essay_id), made.products.get(task.essay_id)
            settled = _records_or_error(product, key, work.phase, task)
            if isinstance(settled, ErrorDetail):
                failures[task.essay_id] = settled
            else:
                successes[task.essay_id] = (settled[-1].text_id, key)
                records.extend(settled)
        return CohortFinished(work.step, successes, failures), records

    def _perform(self, work: CohortWork, cohort: Cohort, reply_to: str, done: Container[str]) -> Answer:
        piece = work.piece
        assert piece is not None  # noqa: S101  (without a piece, a round is planned)
        if piece in done:
            return Answer(reply_to, PieceDone(piece))
        item, service = CohortItem(piece, work.payload), self._registry.cohort_service(work.phase)
        value, _ = self._pace.measured(lambda: service.perform(item, cohort.tasks))
        record = PieceRecord(cohort.key, piece, to_json(value).decode(), work.batch_id)
        return Answer(reply_to, PieceDone(piece), (record,))


def _records_or_error(
    product: Any, key: str, phase: PhaseName, task: EssayTask
) -> Sequence[ResultRecord | TextRecord] | ErrorDetail:
    """The records of one essay's product, or why the essay failed."""
    if product is None:
        return _unanswered(phase)
    if isinstance(product, ErrorDetail):
        return product
    try:
        return tuple(records_of(key, phase, sound_product(product, phase, task)))
    except Exception as error:  # noqa: BLE001  (here exceptions become failures)
        return failure_of(error, phase)


def _given_up_key(cohort: Cohort, run: int, position: int) -> str:
    return derived_key(cohort.key, "given up", run, position)


def _without_text(phase: PhaseName) -> ErrorDetail:
    return PhaseWorkError(ErrorCode.TEXT_NOT_FOUND, "The essay's text is not in the store.").as_detail(phase)


def _unanswered(phase: PhaseName) -> ErrorDetail:
    return PhaseWorkError(ErrorCode.SERVICE_ERROR, f"The {phase} service said nothing of this essay.").as_detail(phase)
