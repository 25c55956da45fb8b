"""Work on single essays: use the stored result if there is one, else have the service make it."""

from collections.abc import Iterator, Mapping, Sequence

from actors.core.records import ResultRecord, TextRecord
from actors.execution.answer import Answer
from actors.execution.contradictions import sound_product
from actors.execution.pace import Pace
from actors.execution.service_registry import ServiceNotWired, ServiceRegistry, derived_key
from actors.phases.registry import Service
from actors.phases.service import EssayTask, PhaseWorkError, Product
from actors.stores.store import NO_ACTORS_FAULT, StoreError
from contracts.failures import ErrorCode, ErrorDetail
from contracts.messages import WorkFailed, WorkSucceeded
from contracts.phase_registry import PhaseNotInstalled, result_model_of
from contracts.phases import InvalidPhase, PhaseName
from contracts.results import PhaseResultData
from contracts.scans import is_scan
from contracts.work import EssayWork, WorkRequested


class EssayExecutor:
    """Does leases of essay work, with a single query for all results and texts."""

    def __init__(self, shelf: ServiceRegistry, pace: Pace) -> None:
        self._registry = shelf
        self._pace = pace

    def do(self, requests: Sequence[WorkRequested]) -> Iterator[Answer]:
        """Answers to those requests that are for single essays."""
        works = [(request.work, request.reply_to) for request in requests if isinstance(request.work, EssayWork)]
        try:
            keys = [self._result_key(work) for work, _ in works]
            stored, texts = self._material([work for work, _ in works], keys)
        except NO_ACTORS_FAULT:
            raise  # not any essay's fault: the whole process waits for the store
        except Exception as error:  # noqa: BLE001  (here exceptions become failures)
            yield from (Answer(reply_to, _failed(work, failure_of(error, work.phase))) for work, reply_to in works)
            return
        made: dict[str, tuple[str, str]] = {}
        for (work, reply_to), key in zip(works, keys, strict=True):
            if key in stored or key in made:  # done before: neither computed nor paid for again
                text_id, found = made.get(key) or (stored[key].text_id, key)
                yield Answer(reply_to, WorkSucceeded(work.run, work.position, text_id, found))
                continue
            try:
                product = self._product(work, texts, stored)
                kept_as = derived_key(key, work.batch_id, work.run) if product.makeshift else key
                records = tuple(records_of(kept_as, work.phase, product))
            except NO_ACTORS_FAULT:
                raise
            except Exception as error:  # noqa: BLE001  (here exceptions become failures)
                yield Answer(reply_to, _failed(work, failure_of(error, work.phase)))
                continue
            made[key] = product.result.text_storage_id, kept_as
            yield Answer(reply_to, WorkSucceeded(work.run, work.position, *made[key]), records)

    def _result_key(self, work: EssayWork) -> str:
        service = self._registry.service(work.phase)
        stamp = self._registry.settings(work.batch_id, work.run, work.phase).stamp
        earlier = sorted(self._used_results(work).items())
        return derived_key(work.phase, service.name, service.version, stamp, work.text_id, earlier)

    def _material(
        self, works: Sequence[EssayWork], keys: Sequence[str]
    ) -> tuple[Mapping[str, ResultRecord], Mapping[str, str]]:
        """The stored results (those under ``keys``, and earlier ones that the service uses), and the texts."""
        if not works:
            return {}, {}
        earlier = [key for work in works for key in self._used_results(work).values()]
        return self._registry.store.material([*keys, *earlier], {work.text_id for work in works})

    def _used_results(self, work: EssayWork) -> dict[PhaseName, str]:
        return used_results(work.results, self._registry.service(work.phase))

    def _product(self, work: EssayWork, texts: Mapping[str, str], stored: Mapping[str, ResultRecord]) -> Product:
        service = self._registry.essay_service(work.phase)
        task = EssayTask(
            essay_id=work.essay_id,
            text_id=work.text_id,
            text=readable(text_of(work.text_id, texts)),
            settings=self._registry.settings(work.batch_id, work.run, work.phase).settings,
            earlier=earlier_results(self._used_results(work), stored),
            batch_id=work.batch_id,
        )
        product, seconds = self._pace.measured(lambda: service.process(task))
        return timed(sound_product(product, work.phase, task), seconds)


def _failed(work: EssayWork, error: ErrorDetail) -> WorkFailed:
    return WorkFailed(work.run, work.position, work.attempt, error)


def text_of(text_id: str, texts: Mapping[str, str]) -> str:
    """The text with this id.

    Raises:
        PhaseWorkError: TEXT_NOT_FOUND, if it is not among ``texts``.
    """
    if text_id not in texts:
        raise PhaseWorkError(ErrorCode.TEXT_NOT_FOUND, f"The text {text_id} is not in the store.")
    return texts[text_id]


def readable(text: str) -> str:
    """The text, if it can be read.

    Raises:
        PhaseWorkError: SCAN_WITHOUT_TEXT, if it is a picture.
    """
    if is_scan(text):
        message = "This essay is a picture, which no phase can read: only people can judge it."
        raise PhaseWorkError(ErrorCode.SCAN_WITHOUT_TEXT, message)
    return text


def used_results(results: Sequence[tuple[PhaseName, str]], service: Service) -> dict[PhaseName, str]:
    """The keys of the earlier results that the service uses, by phase."""
    return {phase: key for phase, key in results if phase in service.uses}


def earlier_results(
    keys: Mapping[PhaseName, str], stored: Mapping[str, ResultRecord]
) -> dict[PhaseName, PhaseResultData]:
    """Earlier results by phase, as models; results not among ``stored`` are left out."""
    return {
        phase: result_model_of(phase).model_validate_json(stored[key].document)
        for phase, key in keys.items()
        if key in stored
    }


def timed(product: Product, seconds: float) -> Product:
    """The product, with the time the work took."""
    result = product.result.model_copy(update={"duration_ms": round(seconds * 1000, 3)})
    return Product(result, product.text, product.makeshift)


def records_of(key: str, phase: PhaseName, product: Product) -> Iterator[ResultRecord | TextRecord]:
    """The records of a product: its new text, if it has one, and then its result."""
    result = product.result
    if product.text is not None:
        yield TextRecord(result.text_storage_id, product.text)
    original = result.original_text_storage_id
    yield ResultRecord(key, phase, result.text_storage_id, result.model_dump_json(), original)


def failure_of(error: Exception, phase: PhaseName) -> ErrorDetail:
    """An exception as data: the service's own description if it gave one, else one by the kind of exception."""
    match error:
        case PhaseWorkError():
            return error.as_detail(operation=phase)
        case StoreError():
            code, message, retryable = ErrorCode.STORE_UNAVAILABLE, str(error), True
        case PhaseNotInstalled() | InvalidPhase():
            code, message, retryable = ErrorCode.SERVICE_UNAVAILABLE, str(error), False
        case ServiceNotWired():
            code, message, retryable = ErrorCode.INVALID_SETTINGS, str(error), False
        case MemoryError():
            code, message, retryable = ErrorCode.SERVICE_ERROR, f"The {phase} service ran out of memory.", True
        case _:
            message = f"The {phase} service could not handle this essay ({type(error).__name__}: {error})."
            code, retryable = ErrorCode.SERVICE_ERROR, False
    return ErrorDetail(error_code=code, message=message, operation=phase, retryable=retryable)
