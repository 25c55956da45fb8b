"""What is counted about a batch: whole batches in process, over a measured store."""

import json
import threading
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from actors.core.records import PieceRecord, Record, ResultRecord
from actors.core.retry import Policy
from actors.core.work_queue import conclude, step
from actors.core.work_queue_state import QueueState
from actors.observability.instruments import INSTRUMENTS, Kind, Metric, Tags
from actors.observability.meter import MeteredStore, QueueGauges
from actors.observability.tally import tally
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from actors.stores.store import FencedOffError
from contracts import EssayStatus, PhaseName
from contracts.work import EssayWork, WorkerReady, WorkRequested
from tests.observability.paid import FeedbackForMoney
from tests.runtime.pipelines import FEEDBACK, NLP, SPELLCHECK, essays, run
from tests.services import services


class Notebook:
    """Instruments that note everything, and check calls against the table."""

    def __init__(self) -> None:
        self.sums: defaultdict[tuple[Metric, Tags], float] = defaultdict(float)
        self.observed: defaultdict[tuple[Metric, Tags], list[float]] = defaultdict(list)
        self.gauges: list[tuple[Metric, Tags, float]] = []

    def add(self, metric: Metric, amount: float, tags: Tags) -> None:
        self._check(metric, Kind.COUNTER, tags)
        assert amount > 0
        self.sums[metric, tags] += amount

    def observe(self, metric: Metric, value: float, tags: Tags) -> None:
        self._check(metric, Kind.HISTOGRAM, tags)
        self.observed[metric, tags].append(value)

    def put(self, metric: Metric, value: float, tags: Tags) -> None:
        self._check(metric, Kind.GAUGE, tags)
        self.gauges.append((metric, tags, value))

    @staticmethod
    def _check(metric: Metric, kind: Kind, tags: Tags) -> None:
        assert INSTRUMENTS[metric].kind is kind
        assert tuple(name for name, _ in tags) == INSTRUMENTS[metric].tags
        assert all(type(value) is str or isinstance(value, str) for _, value in tags)


def _batch(*texts: str | None) -> Notebook:
    notebook = Notebook()
    store = MeteredStore(MemoryStore(), notebook)
    runtime = LocalRuntime(Blueprint({**services(), FEEDBACK: FeedbackForMoney}), store)
    run(runtime, essays(*texts), SPELLCHECK, NLP, FEEDBACK)
    return notebook


@pytest.fixture(scope="module")
def notebook() -> Notebook:
    """The instruments after a batch of five: one essay fails, one needs three attempts, one cannot be read."""
    return _batch("a", "b fail:nlp", "c flaky:spellcheck", "d", None)


def _settled(phase: PhaseName, status: EssayStatus) -> tuple[Metric, Tags]:
    return Metric.ESSAYS_SETTLED, (("batch", "b"), ("phase", phase), ("status", status))


def test_essays_are_counted_by_their_batch_and_the_status_they_reached_in_each_phase(notebook: Notebook) -> None:
    """An essay that could not be read takes part in no phase."""
    assert notebook.sums[_settled(SPELLCHECK, EssayStatus.SPELLCHECKED_SUCCESS)] == 4
    assert notebook.sums[_settled(NLP, EssayStatus.NLP_SUCCESS)] == 3
    assert notebook.sums[_settled(NLP, EssayStatus.NLP_FAILED)] == 1
    assert notebook.sums[_settled(FEEDBACK, EssayStatus.AI_FEEDBACK_SUCCESS)] == 3


def test_failures_are_counted_by_reason_and_retries_by_phase(notebook: Notebook) -> None:
    """Two attempts after the first are two retries, even if the essay succeeds."""
    assert notebook.sums[Metric.FAILURES, (("phase", "nlp"), ("error_code", "invalid_response"))] == 1
    retries = {tags: amount for (metric, tags), amount in notebook.sums.items() if metric is Metric.RETRIES}
    assert retries == {(("phase", "spellcheck"),): 2}


def test_a_batch_is_counted_when_it_has_ended(notebook: Notebook) -> None:
    """It is counted once, by its status."""
    assert notebook.sums[Metric.BATCHES_ENDED, (("status", "completed_with_failures"),)] == 1


def test_each_result_is_one_observation_of_its_phases_time(notebook: Notebook) -> None:
    """A failed essay has no result."""
    seconds = {tags[0][1]: values for (metric, tags), values in notebook.observed.items() if tags}
    assert {phase: len(values) for phase, values in seconds.items()} == {"spellcheck": 4, "nlp": 3, "ai_feedback": 3}
    assert all(0 <= value < 1 for values in seconds.values() for value in values)


def test_tokens_and_cost_are_summed_by_model(notebook: Notebook) -> None:
    """The sums are of what results report."""
    model = ("model", "small")
    assert notebook.sums[Metric.LLM_CALLS, (model,)] == 6
    assert notebook.sums[Metric.LLM_TOKENS, (model, ("direction", "input"))] == 2700
    assert notebook.sums[Metric.LLM_TOKENS, (model, ("direction", "output"))] == 300
    assert notebook.sums[Metric.LLM_COST, (model,)] == 0.75


def test_what_a_model_that_judges_has_cost_is_counted_pair_by_pair() -> None:
    """People's decisions cost nothing, and other pieces may have an unrelated field named usage."""
    usage = {"model": "small", "calls": 1, "input_tokens": 400, "output_tokens": 20, "cost": 0.5}
    values = [{"winner": "left", "usage": usage}, {"winner": "right", "usage": usage}, {"winner": "left"}]
    values += [{"usage": "daily"}, {"usage": {"hours": 3}}]
    others = [None, "usage", ["usage"]]
    pieces = [PieceRecord("cohort", str(n), json.dumps(value)) for n, value in enumerate([*values, *others])]
    sums, model = tally(pieces).amounts, ("model", "small")
    assert sums == {
        (Metric.LLM_CALLS, (model,)): 2,
        (Metric.LLM_TOKENS, (model, ("direction", "input"))): 800,
        (Metric.LLM_TOKENS, (model, ("direction", "output"))): 40,
        (Metric.LLM_COST, (model,)): 1.0,
    }


def test_what_was_refused_is_not_counted() -> None:
    """Commits are counted only once they are durable."""

    class Refusing(MemoryStore):
        def commit(self, records: object) -> None:
            raise FencedOffError("a newer one")

    notebook = Notebook()
    with pytest.raises(FencedOffError):
        MeteredStore(Refusing(), notebook).commit(_results(1))
    assert not notebook.sums
    assert not notebook.observed


def test_who_commits_does_not_wait_for_the_counting() -> None:
    """Another thread does the counting, if there is one."""
    notebook, is_free = Notebook(), threading.Event()
    with ThreadPoolExecutor(1) as aside:
        aside.submit(is_free.wait, 60)
        MeteredStore(MemoryStore(), notebook, aside=aside).commit(_results(2))
        counted_meanwhile = dict(notebook.observed)
        is_free.set()
    assert not counted_meanwhile
    assert notebook.observed[Metric.WORK_SECONDS, (("phase", NLP),)] == [1.5, 1.5]


def test_a_measured_store_is_the_store_in_everything_else() -> None:
    """What is committed through it can be read through it."""
    store = MeteredStore(MemoryStore(), Notebook())
    store.commit(_results(2))
    assert set(store.results(["0", "1", "2"])) == {"0", "1"}


def _results(count: int) -> list[Record]:
    document = json.dumps({"duration_ms": 1500.0})
    return [ResultRecord(str(number), NLP, "text", document) for number in range(count)]


def test_durations_are_told_in_seconds() -> None:
    """Prometheus uses seconds; results have milliseconds."""
    assert tally(_results(1)).observed == [(Metric.WORK_SECONDS, 1.5, (("phase", NLP),))]


def _queue_states() -> Iterator[QueueState]:
    """Five essays ask for work, then a worker comes: some of it is leased, and the rest waits."""
    state, policy = QueueState(), Policy()
    for number in range(5):
        work = EssayWork("b", f"e{number}", NLP, 0, 0, 0, "text")
        state = step(state, WorkRequested(work, f"essay/b/e{number}"), policy).state
    yield state
    yield conclude(step(state, WorkerReady("worker/0", "i"), policy).state, policy).state


def test_the_gauges_show_what_waits_what_is_in_hand_and_who_is_busy() -> None:
    """All gauges are set each time, because one that is not updated is forgotten."""
    notebook = Notebook()
    gauges = QueueGauges(notebook)
    before, after = _queue_states()
    gauges.show(before)
    assert [(tags[0][1], value) for _, tags, value in notebook.gauges] == [
        ("waiting", 5),
        ("leased", 0),
        ("busy", 0),
        ("idle", 0),
    ]
    notebook.gauges.clear()
    gauges.show(after)
    shown = {tags[0][1]: value for _, tags, value in notebook.gauges}
    assert shown["busy"] == 1
    assert shown["waiting"] + shown["leased"] == 5
    assert shown["leased"] > 0
