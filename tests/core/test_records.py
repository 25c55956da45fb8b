"""A change is written as the smallest record, which stands for the whole new state."""

from datetime import UTC, datetime
from typing import Any

import pytest

from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.core.records import EssayMoved, Fence, batch_record, claim_of, essay_record
from contracts import EssayStatus, PhaseName

NOW = datetime(2026, 1, 1, tzinfo=UTC)
ESSAY = EssayState("b", "e", EssayStatus.AWAITING_NLP, "t", "t", "e.txt", 3, 1, 0, PhaseName.NLP)
HEADER = BatchHeader("b", 2, options={"nlp": {"x": 1}}, order=("e", "f"), run=1, commanded={"e": "t"})


@pytest.mark.parametrize(
    ("change", "is_small"), [({"status": EssayStatus.NLP_IN_PROGRESS}, True), ({"text_id": "u"}, False)]
)
def test_an_essays_record_leads_from_one_state_to_the_next(change: dict[str, Any], is_small: bool) -> None:
    """If only the essay's place in its pipeline has changed, only that is written."""
    after = ESSAY._replace(**change)
    record = essay_record(ESSAY, after)
    assert isinstance(record, EssayMoved) == is_small
    assert (record.applied_to(ESSAY) if isinstance(record, EssayMoved) else record) == after


@pytest.mark.parametrize(("change", "whole"), [({"position": 1, "acts": 3}, False), ({"commanded": {"f": "u"}}, True)])
def test_a_batchs_record_leads_from_one_header_to_the_next(change: dict[str, Any], whole: bool) -> None:
    """Large fields are written only when they change; the order is stored with the essays, not with the header."""
    after = HEADER._replace(**change)
    record = batch_record(HEADER, after, NOW)
    assert (record.whole, record.essays) == (whole, 2)
    assert record.applied_to(HEADER) == after._replace(order=())
    assert record.applied_to(None).commanded == (change["commanded"] if whole else {})
    assert record.pipeline_state.last_updated == NOW


def test_a_commit_depends_on_the_claim_that_its_batchs_record_or_fence_names() -> None:
    """If another process has claimed the batch since, nothing is written."""
    assert claim_of(batch_record(HEADER, HEADER, NOW)) == Fence("b", 2)
    assert claim_of(Fence("c", 5)) == Fence("c", 5)
    assert claim_of(ESSAY) is None
