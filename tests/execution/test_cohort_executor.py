"""Work on cohorts: which command it belongs to, what is planned, what is given up, and what is kept."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pytest

from actors.core.addresses import cohort_address
from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.core.records import PieceRecord, ResultRecord, TextRecord, batch_record
from actors.execution.answer import Answer
from actors.execution.cohort_executor import CohortExecutor
from actors.execution.pace import Pace
from actors.execution.service_registry import ServiceRegistry
from actors.phases.service import CohortItem, CohortProducts, EssayTask, PhaseSettings, Product, Round
from actors.stores.memory import MemoryStore
from actors.stores.store import StoreUnavailableError
from contracts import ErrorCode, EssayStatus, PhaseName
from contracts.work import CohortFinished, CohortWork, CohortWorkFailed, PieceDone, RoundPlanned, WorkRequested
from tests.core.play import NOW, registration
from tests.services import result

CJ, NLP = PhaseName.CJ_ASSESSMENT, PhaseName.NLP
ME = cohort_address("b", 1, 2)


@dataclass
class Pairs:
    """Plans the given pieces that are not done; then returns products for all essays but ``silent``."""

    pieces: tuple[str, ...] = ("x|y", "x|z")
    awaited: tuple[str, ...] = ()
    silent: str = ""
    uses: Sequence[PhaseName] = (NLP,)
    name: str = "pairs"
    version: str = "1"
    performed: list[str] = field(default_factory=list)
    seen: list[dict[str, Any]] = field(default_factory=list)
    cohort: Sequence[EssayTask] = ()

    def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
        self.seen.append(dict(done))
        self.cohort = cohort
        if {*self.pieces, *self.awaited} <= done.keys():
            return CohortProducts(
                {
                    task.essay_id: Product(result(CJ, task, task.text_id))
                    for task in cohort
                    if task.essay_id != self.silent
                }
            )
        return Round(
            [CohortItem(key, {"of": key}) for key in self.pieces], [CohortItem(key, {}) for key in self.awaited]
        )

    def perform(self, item: CohortItem, cohort: Sequence[EssayTask]) -> str:
        self.performed.append(item.key)
        return f"{item.payload['of']} among {len(cohort)}"


def a_store(text_ids: Mapping[str, str], **of_header: Any) -> MemoryStore:
    """Batch ``b`` in run 1 at position 2, with these essays commanded; each has its text, except for ``gone``."""
    store = MemoryStore()
    request = registration(text_ids, [CJ]).request
    header = BatchHeader("b", request=request, run=1, position=2, commanded=text_ids)._replace(**of_header)
    essays = [EssayState("b", name, EssayStatus.NLP_SUCCESS, text_id=text) for name, text in text_ids.items()]
    texts = [TextRecord(text, f"text {text}") for text in text_ids.values() if text != "gone"]
    store.commit([batch_record(BatchHeader("b"), header, NOW), *essays, *texts])
    return store


def an_executor(store: MemoryStore, service: Pairs) -> CohortExecutor:
    """An executor with this store and this one service."""
    return CohortExecutor(ServiceRegistry({CJ: lambda: service}, store), Pace())


def asked(piece: str | None = None, **of_work: Any) -> WorkRequested:
    """A request for a plan, or for a piece."""
    payload = {} if piece is None else {"of": piece}
    work = CohortWork("b", CJ, 1, 2, 0, piece, payload, step=3)
    return WorkRequested(work._replace(**of_work), ME)


def answered(executor: CohortExecutor, *requests: WorkRequested) -> list[Answer]:
    """The answers, all of which go to the cohort."""
    answers = [*executor.do(requests)]
    assert all(answer.to == ME for answer in answers)
    return answers


@pytest.fixture
def store() -> MemoryStore:
    """Three essays, all with a text."""
    return a_store({"x": "tx", "y": "ty", "z": "tz"})


def test_a_plan_has_what_is_to_be_done_and_what_is_awaited(store: MemoryStore) -> None:
    """Each piece with its payload; the answer names the step it was asked about."""
    (answer,) = answered(an_executor(store, Pairs(awaited=("people",))), asked())
    planned = RoundPlanned(3, (("x|y", {"of": "x|y"}), ("x|z", {"of": "x|z"})), (("people", {}),))
    assert (answer.message, answer.records) == (planned, ())


def test_a_piece_that_was_given_up_is_kept_with_the_plan_that_is_told_of_it(store: MemoryStore) -> None:
    """The next plan (the engine's, or a judge's program's) skips it; in another run it is open again."""
    service = Pairs()
    executor = an_executor(store, service)
    (answer,) = answered(executor, asked(given_up=("x|y",)))
    assert answer.message == RoundPlanned(3, (("x|z", {"of": "x|z"}),), ())
    (kept,) = answer.records
    assert isinstance(kept, PieceRecord)
    assert (kept.piece, kept.value, kept.batch_id) == ("x|y", "null", "b")
    store.commit(answer.records)
    cohort = executor.cohort("b", CJ, 1, 2)
    assert executor.done(cohort, 1, 2) == {"x|y": None}
    assert executor.done(cohort, 2, 2) == executor.done(cohort, 1, 1) == {}
    (again,) = answered(executor, asked(given_up=("x|y",)))
    assert again == Answer(ME, answer.message)
    assert service.seen == [{"x|y": None}] * 2


def test_a_piece_that_was_given_up_last_is_kept_with_the_end(store: MemoryStore) -> None:
    """It is stored together with all results."""
    (answer,) = answered(an_executor(store, Pairs(pieces=("x|y",))), asked(given_up=("x|y",)))
    kept = [record for record in answer.records if isinstance(record, PieceRecord)]
    assert [record.piece for record in kept] == ["x|y"]
    assert isinstance(answer.message, CohortFinished)
    keys = {record.key: record.text_id for record in answer.records if isinstance(record, ResultRecord)}
    assert {record.phase for record in answer.records if isinstance(record, ResultRecord)} == {CJ}
    assert {key: text_id for text_id, key in answer.message.successes.values()} == keys
    assert {name: text for name, (text, _) in answer.message.successes.items()} == {"x": "tx", "y": "ty", "z": "tz"}


@pytest.mark.parametrize("place", [{"run": 0}, {"run": 2}, {"position": 1}, {"position": 3}, {"batch_id": "other"}])
def test_work_for_what_is_not_commanded_now_is_refused(store: MemoryStore, place: dict[str, Any]) -> None:
    """Its texts would be those of another command."""
    service = Pairs()
    answers = answered(an_executor(store, service), asked(**place), asked("x|y", **place))
    for answer, piece in zip(answers, (None, "x|y"), strict=True):
        assert isinstance(answer.message, CohortWorkFailed)
        assert (answer.message.piece, answer.message.attempt, answer.message.step) == (piece, 0, 3)
        assert "is not, or no longer, in run" in answer.message.error.message
        assert answer.records == ()
    assert (service.performed, service.seen) == ([], [])


def test_between_two_phases_nobody_is_commanded() -> None:
    """The header is at the work's run and position, but the command is over."""
    (answer,) = answered(an_executor(a_store({"x": "tx"}, commanded={}), Pairs()), asked())
    assert isinstance(answer.message, CohortWorkFailed)


def test_a_piece_is_done_and_kept_once(store: MemoryStore) -> None:
    """Asked for again, it is found in the store."""
    service = Pairs()
    executor = an_executor(store, service)
    first, second = answered(executor, asked("x|y"), asked("x|z"))
    assert (first.message, second.message) == (PieceDone("x|y"), PieceDone("x|z"))
    (kept,) = first.records
    assert isinstance(kept, PieceRecord)
    assert (kept.piece, kept.value, kept.batch_id) == ("x|y", '"x|y among 3"', "b")
    store.commit([kept])
    again, other = answered(executor, asked("x|y"), asked("x|z"))
    assert (again, len(other.records)) == (Answer(ME, PieceDone("x|y")), 1)
    assert service.performed == ["x|y", "x|z", "x|z"]


def test_an_essay_without_a_text_fails_and_the_others_go_on() -> None:
    """It fails with the reason; if no essay has a text, the service is not called."""
    service = Pairs(pieces=())
    (answer,) = answered(an_executor(a_store({"x": "gone", "y": "ty"}), service), asked())
    assert isinstance(answer.message, CohortFinished)
    assert [*answer.message.successes] == ["y"]
    failure = answer.message.failures["x"]
    assert (failure.error_code, failure.operation) == (ErrorCode.TEXT_NOT_FOUND, CJ)
    assert failure.message == "The essay's text is not in the store."
    service.seen.clear()
    (nobody,) = answered(an_executor(a_store({"x": "gone"}), service), asked())
    assert isinstance(nobody.message, CohortFinished)
    assert ([*nobody.message.failures], service.seen, nobody.message.step) == (["x"], [], 3)


def test_an_essay_of_which_the_service_says_nothing_fails(store: MemoryStore) -> None:
    """Otherwise it would wait for ever."""
    (answer,) = answered(an_executor(store, Pairs(pieces=(), silent="y")), asked())
    assert isinstance(answer.message, CohortFinished)
    assert answer.message.failures["y"].error_code is ErrorCode.SERVICE_ERROR
    assert "said nothing of this essay" in answer.message.failures["y"].message


def test_a_plan_of_what_is_done_already_fails_the_cohort(store: MemoryStore) -> None:
    """Otherwise it would be planned for ever."""

    class Circle(Pairs):
        def plan(self, cohort: Sequence[EssayTask], done: Mapping[str, Any]) -> Round | CohortProducts:
            return Round([CohortItem("x|y", {"of": "x|y"})])

    executor = an_executor(store, Circle())
    (piece,) = answered(executor, asked("x|y"))
    store.commit(piece.records)
    (answer,) = answered(executor, asked())
    assert isinstance(answer.message, CohortWorkFailed)
    assert "(RuntimeError: the service planned a round with nothing new to do)" in answer.message.error.message


def test_pieces_belong_to_what_they_were_made_from(store: MemoryStore) -> None:
    """Their key covers members, texts, the results used, service and settings, and no particular batch."""

    def key(of: MemoryStore, service: Pairs | None = None) -> str:
        return an_executor(of, service or Pairs()).cohort("b", CJ, 1, 2).key

    same = key(store)
    assert key(a_store({"z": "tz", "y": "ty", "x": "tx"})) == same
    assert key(a_store({"x": "tx", "y": "ty"})) != same
    assert key(a_store({"x": "tx", "y": "ty", "z": "other"})) != same
    assert key(store, Pairs(version="2")) != same
    assert key(store, Pairs(name="other")) != same
    assert key(a_store({"x": "tx", "y": "ty", "z": "tz"}, options={CJ: {"rounds": 3}})) != same
    store.commit([store.essays("b")[0]._replace(results=((PhaseName.SPELLCHECK, "unused"),))])
    assert key(store) == same
    store.commit([store.essays("b")[0]._replace(results=((NLP, "used"),))])
    assert key(store) != same


def test_a_service_sees_each_essay_with_its_text_its_settings_and_what_was_found_before() -> None:
    """Only earlier results that the service uses; essays are sorted by name."""
    store, service = a_store({"y": "ty", "x": "tx"}, options={CJ: {"rounds": 3}}), Pairs()
    found = result(NLP, EssayTask("x", "tx", "", PhaseSettings()), "tx")
    kept = ResultRecord("used", NLP, "tx", found.model_dump_json(), "tx")
    store.commit([kept, kept._replace(key="unused"), store.essays("b")[0]._replace(results=((NLP, "used"),))])
    answered(an_executor(store, service), asked())
    first, second = service.cohort
    assert (first.essay_id, first.text_id, first.text, first.batch_id) == ("x", "tx", "text tx", "b")
    assert (second.essay_id, second.text_id, second.text, second.batch_id) == ("y", "ty", "text ty", "b")
    assert [len(task.earlier) for task in (first, second)] in ([1, 0], [0, 1])
    assert all(task.settings.options == {"rounds": 3} for task in service.cohort)


def test_a_further_run_has_settings_of_its_own(store: MemoryStore) -> None:
    """A worker that has processed an earlier run has that run's settings cached."""
    executor = an_executor(store, Pairs())
    before = executor.cohort("b", CJ, 1, 2)
    header = store.batch("b")
    assert header is not None
    store.commit([batch_record(header, header._replace(run=2, options={CJ: {"rounds": 3}}), NOW)])
    after = executor.cohort("b", CJ, 2, 2)
    assert [cohort.tasks[0].settings.options for cohort in (before, after)] == [{}, {"rounds": 3}]


def test_pieces_are_looked_for_among_those_that_are_asked_for(store: MemoryStore) -> None:
    """There is one query for all pieces of a lease, and it is only for these: a class has thousands."""
    looks: list[Any] = []
    look = store.pieces
    store.pieces = lambda key, among=None: looks.append(among) or look(key, among)  # type: ignore[assignment, func-returns-value]
    answered(an_executor(store, Pairs()), asked("x|y"), asked("x|z"))
    assert looks == [{"x|y", "x|z"}]


def test_the_time_of_a_piece_is_measured_and_that_of_a_plan_is_not(store: MemoryStore) -> None:
    """All executors share one stopwatch."""
    now = iter(range(100))
    pace = Pace(lambda: float(next(now)))
    executor = CohortExecutor(ServiceRegistry({CJ: Pairs}, store), pace)
    answered(executor, asked())
    assert pace.seconds_a_piece() == 0.0
    answered(executor, asked("x|y"))
    assert pace.seconds_a_piece() == 1.0
    answered(CohortExecutor(ServiceRegistry({CJ: Pairs}, store)), asked("x|z"))


def test_a_store_that_is_away_fails_no_cohort(store: MemoryStore) -> None:
    """The worker waits for the store."""
    executor = an_executor(store, Pairs())

    def away(*_args: Any, **_more: Any) -> Any:
        raise StoreUnavailableError("The disk is full.")

    store.batch = away  # type: ignore[method-assign]
    with pytest.raises(StoreUnavailableError):
        answered(executor, asked())
