"""Waiting for a batch that is paused in the meantime, as its store reports it line by line."""

from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import pytest

from actors.core.batch_state import BatchStage
from actors.stores.memory import MemoryStore
from actors.stores.store import BatchSummary
from contracts.phases import BatchStatus
from drivers.client.errors import BatchPausedError
from drivers.client.stored_batch import StoredBatch

RUNNING, PAUSED, HELD = (BatchStage.RUNNING, False), (BatchStage.RUNNING, True), (BatchStage.PAUSED, True)
ENDED = (BatchStage.ENDED, False)


class Told(MemoryStore):
    """A store whose batch advances a step each time it is waited for."""

    def __init__(self, steps: Iterable[tuple[BatchStage, bool]]) -> None:
        super().__init__()
        self._steps = iter(steps)
        self.run_until(lambda: True)

    def run_until(self, done: Callable[[], bool], watch: Callable[[], None] | None = None, *_: object) -> None:
        self.stage, self.paused = next(self._steps)
        while not done():
            self.stage, self.paused = next(self._steps)

    def summary(self, batch_id: str) -> BatchSummary:
        status = (
            BatchStatus.COMPLETED_SUCCESSFULLY if self.stage is BatchStage.ENDED else BatchStatus.PROCESSING_PIPELINES
        )
        now = datetime.now(UTC)
        return BatchSummary(batch_id, status, self.stage, now, now, essays=1, paused=self.paused)


def batch(*steps: tuple[BatchStage, bool]) -> StoredBatch:
    """A batch that goes through these steps."""
    store = Told(steps)
    return StoredBatch("8b", store, store)


def test_a_pause_is_waited_through_where_that_is_wanted() -> None:
    """Somebody may resume it, and work under way is finished meanwhile."""
    steps = (RUNNING, RUNNING, PAUSED, PAUSED, RUNNING, ENDED)
    assert batch(*steps).until_ended(through_pauses=True) is BatchStatus.COMPLETED_SUCCESSFULLY
    with pytest.raises(BatchPausedError, match="8b"):
        batch(*steps).until_ended()


def test_a_batch_that_is_held_between_two_phases_is_not_waited_for() -> None:
    """None of its work is under way any more."""
    with pytest.raises(BatchPausedError):
        batch(RUNNING, PAUSED, HELD, RUNNING, ENDED).until_ended(through_pauses=True)
