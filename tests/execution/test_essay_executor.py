"""Work on single essays: what is found, what is produced, and what happens when that fails."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from actors.core.batch_state import BatchHeader
from actors.core.records import ResultRecord, TextRecord, batch_record
from actors.execution.answer import Answer
from actors.execution.essay_executor import EssayExecutor, failure_of
from actors.execution.pace import Pace
from actors.execution.service_registry import ServiceNotWired, ServiceRegistry, derived_key
from actors.phases.service import EssayTask, PhaseSettings, PhaseWorkError, Product
from actors.stores.memory import MemoryStore
from actors.stores.store import StoreError, StoreUnavailableError
from contracts import ErrorCode, PhaseName
from contracts.messages import WorkFailed, WorkSucceeded
from contracts.phase_registry import PhaseNotInstalled
from contracts.phases import InvalidPhase
from contracts.scans import scan_of
from contracts.texts import text_storage_id_of
from contracts.work import EssayWork, WorkRequested
from tests.core.play import NOW, registration
from tests.services import result

NLP, SPELLCHECK = PhaseName.NLP, PhaseName.SPELLCHECK
_PICTURE = "This essay is a picture, which no phase can read: only people can judge it."


@dataclass
class Corrects:
    """Changes texts to capitals; for texts with "odd" in them, raises what it is told to."""

    raises: Exception = field(default_factory=lambda: ValueError("no such letter"))
    makeshift: bool = False
    name: str = "capitals"
    version: str = "1"
    uses: Sequence[PhaseName] = (SPELLCHECK,)
    seen: list[EssayTask] = field(default_factory=list)

    def process(self, task: EssayTask) -> Product:
        self.seen.append(task)
        if "odd" in task.text:
            raise self.raises
        text = task.text.upper()
        return Product(result(NLP, task, text_storage_id_of(text)), text, self.makeshift)


def a_store(texts: Mapping[str, str] | None = None, **of_header: Any) -> MemoryStore:
    """Batch ``b``, and these texts by id."""
    store = MemoryStore()
    header = BatchHeader("b", request=registration("x", [NLP]).request)._replace(**of_header)
    kept = {"t": "a text", "odd": "an odd text"} if texts is None else texts
    store.commit([batch_record(BatchHeader("b"), header, NOW), *[TextRecord(*text) for text in kept.items()]])
    return store


def an_executor(store: MemoryStore, make: Callable[[], Any], pace: Pace | None = None) -> EssayExecutor:
    """An executor with this store and this one service."""
    return EssayExecutor(ServiceRegistry({NLP: make}, store), pace or Pace())


def asked(name: str = "x", text_id: str = "t", **of_work: Any) -> WorkRequested:
    """A request for an essay's work."""
    return WorkRequested(EssayWork("b", name, NLP, 3, 2, 1, text_id)._replace(**of_work), f"essay/b/{name}")


def answers_of(executor: EssayExecutor, *requests: WorkRequested) -> list[Answer]:
    """The answers, each to the essay that asked."""
    answers = [*executor.do(requests)]
    assert [answer.to for answer in answers] == [request.reply_to for request in requests]
    return answers


def test_a_result_and_its_text_are_kept_under_the_key_that_is_told() -> None:
    """The text is stored first, so that no result is without one; the result has the time that the work took."""
    now = iter([10.0, 10.12345678])
    (answer,) = answers_of(an_executor(a_store(), Corrects, Pace(lambda: next(now))), asked())
    text, kept = answer.records
    assert text == TextRecord(text_storage_id_of("A TEXT"), "A TEXT")
    assert isinstance(kept, ResultRecord)
    assert (kept.phase, kept.text_id, kept.original_text_id) == (NLP, text.text_id, "t")
    assert '"duration_ms":123.457' in kept.document
    assert answer.message == WorkSucceeded(3, 2, text.text_id, kept.key)


def test_what_is_kept_is_found_and_not_made_again() -> None:
    """For other essays and batches, too; and what a lease asks for twice is made once."""
    store, service = a_store(), Corrects()
    executor = an_executor(store, lambda: service)
    first, twin = answers_of(executor, asked("x"), asked("y"))
    assert first.message == twin.message
    assert twin.records == ()
    store.commit(first.records)
    (again,) = answers_of(executor, asked("z", run=4))
    assert isinstance(first.message, WorkSucceeded)
    assert again.message == first.message._replace(run=4)
    assert (again.records, len(service.seen)) == ((), 1)


def test_a_makeshift_is_kept_for_its_batch_and_run_and_found_by_nobody_else() -> None:
    """Only its twin in the same lease gets it as well."""
    store, service = a_store(), Corrects(makeshift=True)
    executor = an_executor(store, lambda: service)
    first, twin = answers_of(executor, asked("x"), asked("y"))
    assert first.message == twin.message
    kept = first.records[-1]
    assert isinstance(kept, ResultRecord)
    service.makeshift = False
    store.commit(first.records)
    (better,) = answers_of(executor, asked("z"))
    made = better.records[-1]
    assert isinstance(made, ResultRecord)
    assert kept.key == derived_key(made.key, "b", 3)
    assert len(service.seen) == 2


def test_a_service_sees_the_text_the_settings_and_the_results_that_it_makes_use_of() -> None:
    """Even if the store has no more of an essay than an earlier result."""
    store, service = a_store(options={NLP: {"level": "low"}}), Corrects()
    found = result(SPELLCHECK, EssayTask("x", "t", "", PhaseSettings()), "t").model_dump_json()
    store.commit([ResultRecord("spelling", SPELLCHECK, "t", found)])
    work = asked(results=((SPELLCHECK, "spelling"), (PhaseName.AI_FEEDBACK, "unused")))
    answers_of(an_executor(store, lambda: service), work)
    (task,) = service.seen
    assert (task.essay_id, task.text_id, task.text, task.batch_id) == ("x", "t", "a text", "b")
    assert task.settings.options == {"level": "low"}
    assert [*task.earlier] == [SPELLCHECK]


def test_a_result_belongs_to_what_it_was_made_from() -> None:
    """Its key covers text, service, settings and results used, but not essay, attempt or unused results."""

    def key(work: WorkRequested, service: Corrects | None = None, **of_header: Any) -> str:
        store = a_store({"t": "a text", "other": "a text"}, **of_header)
        (answer,) = answers_of(an_executor(store, lambda: service or Corrects()), work)
        assert isinstance(answer.message, WorkSucceeded)
        return answer.message.result_key

    same = key(asked())
    assert key(asked("y", run=1, position=0, attempt=0, results=((PhaseName.AI_FEEDBACK, "unused"),))) == same
    different = [
        key(asked(text_id="other")),
        key(asked(), Corrects(name="other")),
        key(asked(), Corrects(version="2")),
        key(asked(), options={NLP: {"level": "low"}}),
        key(asked(results=((SPELLCHECK, "spelling"),))),
    ]
    assert len({same, *different}) == 6


def test_one_essay_that_fails_takes_no_other_with_it() -> None:
    """Only its own attempt fails, and nothing of it is stored."""
    good, bad, last = answers_of(an_executor(a_store(), Corrects), asked("x"), asked("y", "odd"), asked("z"))
    assert isinstance(bad.message, WorkFailed)
    assert bad.message == WorkFailed(3, 2, 1, failure_of(ValueError("no such letter"), NLP))
    assert bad.records == ()
    assert isinstance(good.message, WorkSucceeded)
    assert isinstance(last.message, WorkSucceeded)


def test_a_service_that_cannot_be_loaded_fails_every_essay_of_the_lease() -> None:
    """Each gets the reason; otherwise all would wait for ever."""

    def broken() -> Any:
        raise ImportError("no such model")

    answers = answers_of(an_executor(a_store(), broken), asked("x"), asked("y", run=4))
    expected = failure_of(ImportError("no such model"), NLP)
    assert [answer.message for answer in answers] == [WorkFailed(3, 2, 1, expected), WorkFailed(4, 2, 1, expected)]


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        (None, ErrorCode.TEXT_NOT_FOUND, "The text t is not in the store."),
        (scan_of([b"page"]), ErrorCode.SCAN_WITHOUT_TEXT, _PICTURE),
    ],
)
def test_a_text_that_is_not_there_or_not_read_fails_its_essay(text: str | None, code: ErrorCode, words: str) -> None:
    """The service is not called."""
    service = Corrects()
    (answer,) = answers_of(an_executor(a_store({} if text is None else {"t": text}), lambda: service), asked())
    assert isinstance(answer.message, WorkFailed)
    assert answer.message.error.error_code is code
    assert answer.message.error.message == words
    assert service.seen == []


def test_a_store_that_is_away_fails_no_essay() -> None:
    """The worker waits for it, whether it fails before the work or during it."""
    away = StoreUnavailableError("The disk is full.")
    with pytest.raises(StoreUnavailableError):
        answers_of(an_executor(a_store(), lambda: Corrects(raises=away)), asked(text_id="odd"))
    store = a_store()

    def material(*_args: Any, **_more: Any) -> Any:
        raise away

    store.material = material  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailableError):
        answers_of(an_executor(store, Corrects), asked())


def test_a_lease_of_cohorts_is_none_of_its_business() -> None:
    """The essay executor does not even query the store."""
    assert [*an_executor(MemoryStore(), Corrects).do([])] == []


@pytest.mark.parametrize(
    ("error", "code", "message", "retryable"),
    [
        (PhaseWorkError(ErrorCode.RATE_LIMITED, "Wait.", retryable=True), ErrorCode.RATE_LIMITED, "Wait.", True),
        (StoreError("odd row"), ErrorCode.STORE_UNAVAILABLE, "odd row", True),
        (PhaseNotInstalled("no package"), ErrorCode.SERVICE_UNAVAILABLE, "no package", False),
        (InvalidPhase("no such phase"), ErrorCode.SERVICE_UNAVAILABLE, "no such phase", False),
        (ServiceNotWired(NLP), ErrorCode.INVALID_SETTINGS, "No service is wired for phase nlp.", False),
        (MemoryError(), ErrorCode.SERVICE_ERROR, "The nlp service ran out of memory.", True),
        (
            KeyError("a"),
            ErrorCode.SERVICE_ERROR,
            "The nlp service could not handle this essay (KeyError: 'a').",
            False,
        ),
    ],
)
def test_an_exception_is_told_as_what_it_is(
    error: Exception, code: ErrorCode, message: str, *, retryable: bool
) -> None:
    """With its code, its message, its phase, and whether another attempt makes sense."""
    failure = failure_of(error, NLP)
    assert (failure.error_code, failure.message, failure.retryable) == (code, message, retryable)
    assert failure.operation == NLP
