"""Details of answers and records that a test of a whole batch would not notice."""

from actors.core.batch_state import BatchHeader
from actors.core.records import batch_record
from actors.core.work_queue_state import failed_answer
from contracts.work import CohortWork, CohortWorkFailed
from tests.core.play import BROKEN, CJ, NLP, NOW, play


def test_a_cohort_whose_work_nobody_will_do_learns_why() -> None:
    """Its coordinator decides by the error whether to try again."""
    work = CohortWork("b", CJ, 0, 1, 2, piece="pair", step=3)
    assert failed_answer(work, BROKEN) == CohortWorkFailed("pair", 2, BROKEN, 3)


def test_a_batchs_record_has_the_state_of_its_pipeline() -> None:
    """Other systems read the pipeline's state, not the header."""
    header = play("ab", NLP).state.header
    record = batch_record(BatchHeader("b"), header, NOW)
    assert record.pipeline_state.requested_pipelines == [NLP]
    assert record.pipeline_state.pipelines[NLP].essay_counts.total == 2
