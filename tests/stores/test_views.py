"""A batch and its essays as readers of the store see them."""

from collections.abc import Iterator

import pytest

from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.stores.memory import MemoryStore
from actors.stores.store import Store
from actors.stores.views import batch_view, essay_view, essay_views, events_of
from contracts import BatchStatus, ErrorCode, EssayStatus, ProcessingEvent, topic_name
from tests.runtime.pipelines import NLP, SPELLCHECK, essays, run
from tests.services import services


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    """A store with a batch of three, one of which failed in its second phase, and another batch beside it."""
    store = MemoryStore()
    runtime = LocalRuntime(Blueprint(services()), store)
    run(runtime, essays("a", "b fail:nlp", "c"), SPELLCHECK, NLP, batch_id="8b")
    run(runtime, essays("z"), NLP, batch_id="8c")
    yield store
    runtime.shutdown()


def test_a_batch_says_where_it_stands_with_each_phase_in_numbers(store: Store) -> None:
    """It uses the contracts' terms, so readers need to know nothing else."""
    view = batch_view(store, "8b")
    assert view is not None
    assert (view.status, view.has_ended, view.is_paused) == (BatchStatus.COMPLETED_WITH_FAILURES, True, False)
    assert view.essays == 3
    counts = {phase: detail.essay_counts for phase, detail in view.pipeline.pipelines.items()}
    assert {phase: (each.successful, each.failed) for phase, each in counts.items()} == {
        SPELLCHECK: (3, 0),
        NLP: (2, 1),
    }


def test_essays_come_in_order_with_what_they_have_and_why_they_failed(store: Store) -> None:
    """An essay read alone equals the one among the others."""
    views = essay_views(store, "8b")
    assert [view.number for view in views] == [1, 2, 3]
    failed = views[1]
    assert (failed.status, failed.phase, failed.results) == (EssayStatus.NLP_FAILED, NLP, (SPELLCHECK,))
    assert failed.failure is not None
    assert failed.failure.error_code is ErrorCode.INVALID_RESPONSE
    assert [essay_view(store, "8b", view.essay_id) for view in views] == views


def test_what_is_not_there_is_none(store: Store) -> None:
    """No error needs to cross processes."""
    assert batch_view(store, "8d") is None
    assert essay_view(store, "8b", "essay-99") is None
    assert essay_views(store, "8d") == []


def test_events_are_those_of_the_batch_and_are_gone_on_with_from_the_last_one(store: Store) -> None:
    """Events are typed, as everywhere."""
    events = events_of(store, "8b")
    assert {event.batch_id for event in events} == {"8b"}
    assert events[-1].event_type == topic_name(ProcessingEvent.BATCH_PIPELINE_COMPLETED)
    middle = events[3].sequence
    assert [event.sequence for event in events_of(store, "8b", middle)] == [event.sequence for event in events[4:]]
    assert events_of(store, "8b", events[-1].sequence) == []
