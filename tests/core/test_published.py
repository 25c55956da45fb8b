"""What the log receives from a batch: each event once, under a stable key, naming its batch and essay."""

from actors.core.effects import Publish
from contracts import EVENTS
from contracts.messages import CancelBatch, ExtendPipeline, RetryFailed
from tests.core.play import CJ, FEEDBACK, NLP, SPELLCHECK, play

KEYS = """
BATCH_ESSAYS_REGISTERED              b/registered
ESSAY_CONTENT_PROVISIONED            b/a/ingested
ESSAY_CONTENT_PROVISIONED            b/b/ingested
ESSAY_VALIDATION_FAILED              b/c/ingested
BATCH_ESSAYS_READY                   b/ready
BATCH_SPELLCHECK_INITIATE_COMMAND    b/0/0/command
ESSAY_SPELLCHECK_COMPLETED           b/a/0/0/completed
ESSAY_SPELLCHECK_COMPLETED           b/b/0/0/completed
ELS_BATCH_PHASE_OUTCOME              b/0/0/outcome
BATCH_CJ_ASSESSMENT_INITIATE_COMMAND b/0/1/command
ELS_CJ_ASSESSMENT_REQUESTED          b/0/1/command/cohort
ESSAY_CJ_ASSESSMENT_COMPLETED        b/a/0/1/completed
ELS_BATCH_PHASE_OUTCOME              b/0/1/outcome
CJ_ASSESSMENT_FAILED                 b/0/1/outcome/cohort
BATCH_PHASE_SKIPPED                  b/0/2/nlp/skipped
BATCH_PIPELINE_COMPLETED             b/0/pipeline-completed
BATCH_OPERATOR_ACTED                 b/operator/0
BATCH_SPELLCHECK_INITIATE_COMMAND    b/1/0/command
ESSAY_SPELLCHECK_COMPLETED           b/b/1/0/completed
ELS_BATCH_PHASE_OUTCOME              b/1/0/outcome
BATCH_CJ_ASSESSMENT_INITIATE_COMMAND b/1/1/command
ELS_CJ_ASSESSMENT_REQUESTED          b/1/1/command/cohort
BATCH_OPERATOR_ACTED                 b/operator/1
ESSAY_CJ_ASSESSMENT_COMPLETED        b/a/1/1/completed
ESSAY_CJ_ASSESSMENT_COMPLETED        b/b/1/1/completed
ELS_BATCH_PHASE_OUTCOME              b/1/1/outcome
CJ_ASSESSMENT_FAILED                 b/1/1/outcome/cohort
BATCH_PHASE_SKIPPED                  b/1/2/nlp/skipped
BATCH_PIPELINE_COMPLETED             b/1/pipeline-completed
BATCH_OPERATOR_ACTED                 b/operator/2
BATCH_CJ_ASSESSMENT_INITIATE_COMMAND b/2/1/command
ELS_CJ_ASSESSMENT_REQUESTED          b/2/1/command/cohort
ESSAY_CJ_ASSESSMENT_COMPLETED        b/a/2/1/completed
ESSAY_CJ_ASSESSMENT_COMPLETED        b/b/2/1/completed
ELS_BATCH_PHASE_OUTCOME              b/2/1/outcome
CJ_ASSESSMENT_COMPLETED              b/2/1/outcome/cohort
BATCH_NLP_INITIATE_COMMAND           b/2/2/command
ESSAY_NLP_COMPLETED                  b/a/2/2/completed
ESSAY_NLP_COMPLETED                  b/b/2/2/completed
ELS_BATCH_PHASE_OUTCOME              b/2/2/outcome
BATCH_PIPELINE_COMPLETED             b/2/pipeline-completed
BATCH_OPERATOR_ACTED                 b/operator/3
BATCH_PHASE_SKIPPED                  b/3/0/spellcheck/skipped
BATCH_AI_FEEDBACK_INITIATE_COMMAND   b/3/3/command
ESSAY_AIFEEDBACK_COMPLETED           b/a/3/3/completed
ESSAY_AIFEEDBACK_COMPLETED           b/b/3/3/completed
ELS_BATCH_PHASE_OUTCOME              b/3/3/outcome
BATCH_PIPELINE_COMPLETED             b/3/pipeline-completed
"""


def published() -> tuple[Publish, ...]:
    """Four runs in which everything happens: unreadable, failed, retried, cancelled, skipped."""
    broken = {("b", SPELLCHECK), ("a", CJ), ("b", CJ)}
    played = play("abc", SPELLCHECK, CJ, NLP, fails=lambda *work: work in broken, unreadable="c").to_the_end()
    broken.clear()
    played.tell(RetryFailed(1)).work().tell(CancelBatch())
    played.tell(RetryFailed(2)).to_the_end()
    return tuple(played.tell(ExtendPipeline(3, (SPELLCHECK, FEEDBACK))).to_the_end().published)


def test_an_events_key_is_what_it_has_always_been() -> None:
    """An event's id is made from its key: with another key, an upgrade would log a batch's events twice."""
    assert [(effect.event.name, effect.key) for effect in published()] == [
        tuple(line.split()) for line in KEYS.strip().splitlines()
    ]


def test_an_event_is_logged_with_its_batch_and_its_essay_and_says_the_same() -> None:
    """Its payload fits its topic, and names the same batch and essay, by which readers find it."""
    for event, _, batch_id, data, essay_id in published():
        payload = EVENTS[event].payload
        assert payload is not None
        assert isinstance(data, payload)
        assert batch_id == getattr(data, "batch_id", None) == "b"
        assert essay_id == getattr(data, "essay_id", None)


def test_an_event_says_of_which_run_and_position_it_is() -> None:
    """Payload and key agree."""
    said = [
        (run, position, key)
        for _, key, _, data, _ in published()
        if (run := getattr(data, "run", None)) is not None and (position := getattr(data, "position", None)) is not None
    ]
    assert len(said) > 20
    assert [key for run, position, key in said if f"/{run}/{position}/" not in key] == []
