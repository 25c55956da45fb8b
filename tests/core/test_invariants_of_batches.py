"""Each invariant of a batch and its essays holds in a sound world, and fails in a world with one thing wrong."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from actors.core import invariants as hold
from actors.core.batch_state import BatchHeader, BatchStage, BatchState, Standing
from actors.core.dispatch import command_of
from actors.core.essay_state import EssayState
from actors.core.invariants import Violated
from contracts import BatchStatus, ELSBatchPhaseOutcomeV1, EssayStatus, PipelineExecutionStatus
from contracts.messages import CancelBatch, RetryFailed
from tests.core.play import BROKEN, CJ, NLP, SPELLCHECK, Play, play

# a has succeeded, b has failed, c is outstanding.
_MIDDLE = play("abc", SPELLCHECK, NLP, fails=lambda name, _: name == "b").work(2)
STATE, ESSAYS, HEADER = _MIDDLE.state, _MIDDLE.essays, _MIDDLE.state.header
A, B, C = (ESSAYS[name] for name in "abc")
_END = play("abc", SPELLCHECK, fails=lambda name, _: name == "b").to_the_end()
ENDED, DONE = _END.state.header, dict(_END.essays)
OUTCOME: ELSBatchPhaseOutcomeV1 = _END.events(ELSBatchPhaseOutcomeV1)[0]
_RETRIED = _END.tell(RetryFailed(1)).state.header
_CANCELLED = play("abc", SPELLCHECK, NLP).tell(CancelBatch()).to_the_end()
_BEGIN = play("abc", SPELLCHECK)
COMMAND = command_of(_BEGIN.state.header, SPELLCHECK)
_UNORDERED = play("cab", SPELLCHECK)  # handed in out of the order of their names
# b has failed in nlp, c and e in spellcheck; c has caught up, and is waited for in nlp.
_FAILED_LATER = {("b", NLP), ("c", SPELLCHECK), ("e", SPELLCHECK)}
_FAILED = play("abcde", SPELLCHECK, NLP, fails=lambda *essay_and_phase: essay_and_phase in _FAILED_LATER).to_the_end()
LATE = replace(_FAILED.tell(RetryFailed(1, SPELLCHECK)), fails=lambda name, _: name == "e").work()
# b has failed in a cohort; it is tried again with the others, of whom a fails now, although it has a result.
_COHORT = play("abc", CJ, fails=lambda name, _: name == "b").to_the_end().tell(RetryFailed(1))
_COHORT_HEADER, _COHORT_ESSAYS = _COHORT.state.header, dict(_COHORT.essays)
_ALL_WELL = play("ab", SPELLCHECK).to_the_end()
_ALL_FAILED = play("ab", SPELLCHECK, NLP, fails=lambda *_: True).to_the_end()
_HALF_WELL = replace(_COHORT, fails=lambda name, _: name == "a").to_the_end()
SOUND = {"text_id": A.text_id, "done": frozenset({SPELLCHECK})}


def _standing(**wrong: Any) -> BatchState:
    return STATE._replace(essays=STATE.essays.set("a", Standing(**{**SOUND, **wrong})))


def _with(essays: dict[str, EssayState], changed: EssayState) -> dict[str, EssayState]:
    return {**essays, changed.essay_id: changed}


def _command(*names: str, **texts: str) -> Any:
    refs = {ref.essay_id: ref for ref in COMMAND.essays_to_process}
    chosen = [
        refs[name].model_copy(update={"text_storage_id": texts.get(name, refs[name].text_storage_id)}) for name in names
    ]
    return COMMAND.model_copy(update={"essays_to_process": chosen})


def _outcome(**wrong: Any) -> ELSBatchPhaseOutcomeV1:
    return OUTCOME.model_copy(update=wrong)


def _ended(**wrong: Any) -> BatchHeader:
    return ENDED._replace(**wrong)


def _detail(**wrong: Any) -> BatchHeader:
    return _ended(details=ENDED.details.set(SPELLCHECK, ENDED.details[SPELLCHECK]._replace(**wrong)))


def test_a_sound_world_violates_nothing() -> None:
    """Neither in the middle of a phase nor where some essays have caught up with the others."""
    hold.no_essay_is_lost(STATE, HEADER.commanded)
    hold.registered_essays_are_there(STATE, ESSAYS)
    hold.registered_essays_are_there(_UNORDERED.state, _UNORDERED.essays)
    hold.batch_and_essays_agree(STATE, ESSAYS)
    hold.counts_are_right(STATE)
    hold.counts_are_right(LATE.state)
    hold.standings_are_right(STATE, ESSAYS)
    hold.outcome_is_complete(OUTCOME, DONE, "abc")
    for essay in ESSAYS.values():
        hold.took_what_was_commanded(essay, HEADER.commanded)
    for essay in (*ESSAYS.values(), *DONE.values()):
        hold.status_fits(essay)
        hold.settled_stays_settled(None, essay)
        hold.settled_stays_settled(essay, essay)


def test_a_command_is_sound_if_it_names_all_who_can_do_the_phase_and_have_not() -> None:
    """A cohort's names those as well who have done it: all are compared anew."""
    ready = EssayStatus.READY_FOR_PROCESSING
    fresh = {name: essay._replace(phase=None, position=-1, status=ready) for name, essay in _BEGIN.essays.items()}
    for world in (_BEGIN, _UNORDERED, play("abc", SPELLCHECK, unreadable="b")):
        hold.dispatched_exactly(world.state.header, world.essays, command_of(world.state.header, SPELLCHECK))
    hold.dispatched_exactly(_BEGIN.state.header, fresh, COMMAND)
    hold.dispatched_exactly(_RETRIED, DONE, command_of(_RETRIED, SPELLCHECK))  # of those that failed, and no others
    hold.dispatched_exactly(_COHORT_HEADER, _COHORT_ESSAYS, command_of(_COHORT_HEADER, CJ))


@pytest.mark.parametrize("world", [_ALL_WELL, _HALF_WELL, _ALL_FAILED, _CANCELLED])
def test_a_batch_has_ended_well_however_it_ended(world: Play) -> None:
    """With all, some or none of its essays, or because it was cancelled; phases that were not begun are skipped."""
    hold.ended_well(world.state.header, world.essays)


def test_a_header_may_go_forward() -> None:
    """Anything may come first; a new run may begin anywhere; a phase appended during completion moves back by one."""
    completing = HEADER._replace(stage=BatchStage.COMPLETING, position=2)
    hold.header_goes_forward(None, HEADER)
    hold.header_goes_forward(HEADER, HEADER._replace(epoch=1, position=1, cancelled=True))
    hold.header_goes_forward(ENDED, ENDED._replace(epoch=1))
    hold.header_goes_forward(completing, completing._replace(stage=BatchStage.RUNNING, position=1))
    hold.header_goes_forward(
        ENDED._replace(cancelled=True), ENDED._replace(run=1, position=-1, stage=BatchStage.RUNNING)
    )


WRONG: dict[str, tuple[int, str, Callable[[], None]]] = {
    "an essay that is waited for has settled": (
        1,
        "in two places",
        lambda: hold.no_essay_is_lost(STATE._replace(outstanding=STATE.outstanding.set("a", "t")), HEADER.commanded),
    ),
    "an essay that failed is nowhere": (
        1,
        "commanded were",
        lambda: hold.no_essay_is_lost(STATE._replace(failed=STATE.failed.delete("b")), HEADER.commanded),
    ),
    "an essay is waited for with another text": (
        3,
        "another text than commanded",
        lambda: hold.no_essay_is_lost(STATE._replace(outstanding=STATE.outstanding.set("c", "t")), HEADER.commanded),
    ),
    "the essays are in another order": (
        1,
        "order and stored",
        lambda: hold.registered_essays_are_there(STATE.having(order=("b", "a", "c")), ESSAYS),
    ),
    "an essay is not known": (
        1,
        "knows other essays",
        lambda: hold.registered_essays_are_there(STATE._replace(essays=STATE.essays.delete("a")), ESSAYS),
    ),
    "an essay that counts is under way": (
        4,
        "counts as settled",
        lambda: hold.batch_and_essays_agree(STATE, _with(ESSAYS, C._replace(essay_id="a"))),
    ),
    "an essay that counts is elsewhere": (
        4,
        "counts as settled",
        lambda: hold.batch_and_essays_agree(STATE, _with(ESSAYS, A._replace(run=1))),
    ),
    "a failure counts as a success": (
        4,
        "^invariant 4: b: told success=True, stored otherwise$",
        lambda: hold.batch_and_essays_agree(
            STATE._replace(succeeded=STATE.succeeded.set("b", B.text_id), failed=STATE.failed.delete("b")), ESSAYS
        ),
    ),
    "a success counts as a failure": (
        4,
        "^invariant 4: a: told success=False, stored otherwise$",
        lambda: hold.batch_and_essays_agree(
            STATE._replace(succeeded=STATE.succeeded.delete("a"), failed=STATE.failed.set("a", None)), ESSAYS
        ),
    ),
    "a success counts with another text": (
        4,
        "the text told",
        lambda: hold.batch_and_essays_agree(STATE._replace(succeeded=STATE.succeeded.set("a", "t")), ESSAYS),
    ),
    **{
        f"the phase counts one {each} too many": (
            4,
            "counts",
            lambda each=each: hold.counts_are_right(  # type: ignore[misc]
                STATE.with_detail(SPELLCHECK, **{each: getattr(HEADER.details[SPELLCHECK], each) + 1})
            ),
        )
        for each in ("successful", "failed", "total")
    },
    **{
        f"of an essay that is done, {name} is not what is stored": (
            4,
            "the orchestrator knows",
            lambda name=name, value=value: hold.standings_are_right(_standing(**{name: value}), ESSAYS),  # type: ignore[misc]
        )
        for name, value in {"text_id": "t", "done": frozenset[Any](), "failed_in": SPELLCHECK}.items()
    },
    **{
        f"a header has {name} {value} after {HEADER._replace(**before)[HEADER._fields.index(name)]}": (
            4,
            "overwrote|changed without a new run|not cancelled any more",
            lambda name=name, value=value, before=before: hold.header_goes_forward(  # type: ignore[misc]
                HEADER._replace(**before), HEADER._replace(**{**before, name: value})
            ),
        )
        for name, value, before in (
            ("epoch", 1, {"epoch": 2}),
            ("run", 1, {"run": 2}),
            ("position", 0, {"position": 1}),
            ("position", 0, {"position": 2, "stage": BatchStage.COMPLETING}),
            ("cancelled", False, {"cancelled": True}),
            ("stage", BatchStage.RUNNING, {"stage": BatchStage.ENDED}),
            ("status", BatchStatus.CANCELLED, {"stage": BatchStage.ENDED}),
            ("acts", 1, {"stage": BatchStage.ENDED}),
        )
    },
    **{
        f"an essay that has settled has another {name}": (
            4,
            "went back|forgot|had settled|changed its results|not completed any more",
            lambda name=name, value=value: hold.settled_stays_settled(DONE["a"], DONE["a"]._replace(**{name: value})),  # type: ignore[misc]
        )
        for name, value in {
            "run": -1,
            "position": -1,
            "original_text_id": "t",
            "text_id": "t",
            "results": (),
            "failure": BROKEN,
            "status": EssayStatus.SPELLCHECKED_SUCCESS,
        }.items()
    },
    "an essay that has settled is under way": (
        4,
        "had settled",
        lambda: hold.settled_stays_settled(A, A._replace(status=C.status)),
    ),
    "an essay has failed without a failure": (4, "failure=False", lambda: hold.status_fits(B._replace(failure=None))),
    "an essay has a failure and has not failed": (
        4,
        "failure=True",
        lambda: hold.status_fits(A._replace(failure=BROKEN)),
    ),
    "an essay is done without a result": (4, "without a result", lambda: hold.status_fits(A._replace(results=()))),
    "an essay is ready in a phase": (
        4,
        "without a result",
        lambda: hold.status_fits(A._replace(status=EssayStatus.READY_FOR_PROCESSING)),
    ),
    "a command leaves one out": (
        3,
        "ready for it are",
        lambda: hold.dispatched_exactly(_BEGIN.state.header, _BEGIN.essays, _command("a", "b")),
    ),
    "a command names one that is done": (
        3,
        "ready for it are",
        lambda: hold.dispatched_exactly(_BEGIN.state.header, _with(_BEGIN.essays, A), COMMAND),
    ),
    "a command is out of order": (
        3,
        "out of order",
        lambda: hold.dispatched_exactly(_BEGIN.state.header, _BEGIN.essays, _command("b", "a", "c")),
    ),
    "a command has an old text": (
        3,
        "another text than the current",
        lambda: hold.dispatched_exactly(_BEGIN.state.header, _BEGIN.essays, _command("a", "b", "c", b="t")),
    ),
    "a command names one that failed and is not to try again": (
        3,
        "ready for it are",
        lambda: hold.dispatched_exactly(
            _RETRIED._replace(retrying=frozenset()), DONE, command_of(_RETRIED, SPELLCHECK)
        ),
    ),
    "an essay is where nobody commanded it": (3, "no command was given", lambda: hold.took_what_was_commanded(C, None)),
    "an essay is where others were commanded": (
        3,
        "does not name it",
        lambda: hold.took_what_was_commanded(C, {"a": A.text_id}),
    ),
    **{
        f"{who} has worked on another text": (
            3,
            "works on another text",
            lambda essay=essay: hold.took_what_was_commanded(essay, {essay.essay_id: "t"}),  # type: ignore[misc]
        )
        for who, essay in {"an essay that failed": B, "an essay under way": C}.items()
    },
    "an outcome leaves one out": (
        1,
        "commanded were",
        lambda: hold.outcome_is_complete(_outcome(failed_essay_ids=[]), DONE, "abc"),
    ),
    "an outcome is of another run": (
        3,
        "the outcome names",
        lambda: hold.outcome_is_complete(_outcome(run=1), DONE, "abc"),
    ),
    "an outcome names one that is under way": (
        3,
        "the outcome names",
        lambda: hold.outcome_is_complete(OUTCOME, _with(DONE, C), "abc"),
    ),
    "an outcome has one as processed that failed": (
        4,
        "says otherwise",
        lambda: hold.outcome_is_complete(OUTCOME, _with(DONE, B._replace(essay_id="a")), "abc"),
    ),
    "an outcome has an old text": (
        3,
        "another text",
        lambda: hold.outcome_is_complete(OUTCOME, _with(DONE, DONE["a"]._replace(text_id="t")), "abc"),
    ),
    "a batch ended without a last word": (
        6,
        "the batch ended as",
        lambda: hold.ended_well(_ended(status=BatchStatus.PROCESSING_PIPELINES), DONE),
    ),
    "a batch ended while an essay is under way": (1, "are under way", lambda: hold.ended_well(ENDED, _with(DONE, C))),
    **{
        f"a batch ended as {status}": (
            4,
            "did all, status",
            lambda status=status: hold.ended_well(_ended(status=status), DONE),  # type: ignore[misc]
        )
        for status in (
            BatchStatus.COMPLETED_SUCCESSFULLY,
            BatchStatus.FAILED_CRITICALLY,
            BatchStatus.CONTENT_INGESTION_FAILED,
            BatchStatus.CANCELLED,
        )
    },
    "an essay did all and does not say so": (
        4,
        "do not say so",
        lambda: hold.ended_well(ENDED, _with(DONE, DONE["a"]._replace(status=EssayStatus.SPELLCHECKED_SUCCESS))),
    ),
    "an essay says that it did all and did not": (
        4,
        "say that they did all",
        lambda: hold.ended_well(ENDED, _with(DONE, DONE["b"]._replace(status=EssayStatus.ALL_PROCESSING_COMPLETED))),
    ),
    "an essay says that it did all and has no result": (
        4,
        "say that they did all",
        lambda: hold.ended_well(ENDED, _with(DONE, DONE["a"]._replace(results=()))),
    ),
    "a phase of an ended batch is under way": (
        4,
        "the batch ended, and spellcheck is",
        lambda: hold.ended_well(_detail(status=PipelineExecutionStatus.IN_PROGRESS), DONE),
    ),
    "a phase was cancelled and the batch was not": (
        4,
        "spellcheck is cancelled",
        lambda: hold.ended_well(_detail(status=PipelineExecutionStatus.CANCELLED, started_at=None), DONE),
    ),
}


@pytest.mark.parametrize("wrong", WRONG)
def test_one_thing_that_is_wrong_violates_the_invariant_about_it(wrong: str) -> None:
    """The error has the invariant's number, so that whoever reads a failing seed knows where to look."""
    number, how, look = WRONG[wrong]
    with pytest.raises(Violated, match=how) as caught:
        look()
    assert caught.value.number == number
