"""Both executors behind one interface: who does what, in which order, and what is forgotten with a batch."""

from collections.abc import Sequence
from pathlib import Path

from actors.core.addresses import cohort_address, essay_address
from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.core.records import PieceRecord, Record, ResultRecord, TextRecord, batch_record
from actors.execution.executors import Executors
from actors.execution.lease_notes import LeaseNotes
from actors.execution.service_registry import ServiceRegistry
from actors.phases.service import EssayTask, Product
from actors.stores.memory import MemoryStore
from contracts import EssayStatus, PhaseName
from contracts.messages import WorkSucceeded
from contracts.work import CohortWork, EssayWork, PieceDone, WorkRequested
from tests.core.play import NOW, registration
from tests.execution.test_cohort_executor import Pairs
from tests.services import result

CJ, NLP = PhaseName.CJ_ASSESSMENT, PhaseName.NLP


class Reading:
    """Notes the tasks that it gets."""

    name, version = "reading", "1"
    uses: Sequence[PhaseName] = ()

    def __init__(self) -> None:
        self.seen: list[EssayTask] = []

    def process(self, task: EssayTask) -> Product:
        self.seen.append(task)
        return Product(result(NLP, task, task.text_id))


class Stopwatch:
    """Advances by a second each time that it is read."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        self.now += 1.0
        return self.now


def a_batch(store: MemoryStore, level: str, run: int = 1) -> None:
    """Batch ``b``, with one essay, in this run, with this option."""
    options: dict[str, dict[str, str]] = {NLP: {"level": level}, CJ: {"level": level}}
    request = registration("x", [CJ]).request
    header = BatchHeader("b", request=request, run=run, position=2, commanded={"x": "tx"}, options=options)
    essay = EssayState("b", "x", EssayStatus.NLP_SUCCESS, text_id="tx")
    store.commit([batch_record(BatchHeader("b"), header, NOW), essay, TextRecord("tx", "A text.")])


def of_essay(run: int = 1) -> WorkRequested:
    """A request for NLP on the essay."""
    return WorkRequested(EssayWork("b", "x", NLP, run, 2, 0, "tx"), essay_address("b", "x"))


def of_cohort(piece: str) -> WorkRequested:
    """A request for a piece of the cohort."""
    return WorkRequested(CohortWork("b", CJ, 1, 2, 0, piece, {"of": piece}), cohort_address("b", 1, 2))


def _kept_under(record: Record) -> str:
    assert isinstance(record, ResultRecord | PieceRecord)
    return record.key if isinstance(record, ResultRecord) else record.cohort_key


def executors(store: MemoryStore, reading: Reading, notes: LeaseNotes | None = None) -> Executors:
    """Executors with this store."""
    return Executors(ServiceRegistry({NLP: lambda: reading, CJ: Pairs}, store), Stopwatch(), notes)


def test_work_goes_to_whom_it_is_for_and_all_of_it_is_measured(tmp_path: Path) -> None:
    """That holds with and without lease notes."""
    for notes in (None, LeaseNotes(tmp_path / "note")):
        store = MemoryStore()
        a_batch(store, "low")
        both = executors(store, Reading(), notes)
        answers = []
        for request in (of_essay(), of_cohort("x|y")):
            answers.append([*both.do([request])])
            assert both.pace.seconds_a_piece() == 1.0
        assert [type(answer.message) for (answer,) in answers] == [WorkSucceeded, PieceDone]
        assert [answer.to for (answer,) in answers] == ["essay/b/x", cohort_address("b", 1, 2)]
        assert (tmp_path / "note").exists() is (notes is not None)


def test_with_a_batch_its_settings_and_its_cohort_are_forgotten() -> None:
    """A later batch may have its name and runs, with other settings."""
    store, reading = MemoryStore(), Reading()
    both = executors(store, reading)
    stamps = []
    for level in ("low", "high"):
        a_batch(store, level)
        answers = [*both.do([of_essay()]), *both.do([of_cohort("x|y")])]
        stamps.append({_kept_under(record) for answer in answers for record in answer.records})
        both.forget()
    assert [task.settings.options["level"] for task in reading.seen] == ["low", "high"]
    assert len(stamps[0]) == len(stamps[1]) == 2
    assert not stamps[0] & stamps[1]


def test_each_run_of_a_batch_has_settings_of_its_own_and_equal_settings_share_results() -> None:
    """A worker's cached settings are not used for the next run; a result is made once for each settings."""
    store, reading = MemoryStore(), Reading()
    both = executors(store, reading)
    keys = []
    for run, level in ((1, "low"), (2, "high"), (3, "low")):
        a_batch(store, level, run)
        (answer,) = both.do([of_essay(run)])
        assert isinstance(answer.message, WorkSucceeded)
        store.commit(answer.records)
        keys.append(answer.message.result_key)
    assert keys[0] == keys[2] != keys[1]
    assert [task.settings.options["level"] for task in reading.seen] == ["low", "high"]
