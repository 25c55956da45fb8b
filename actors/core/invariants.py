"""The invariants: numbered rules that always hold, each a function of what is stored (and of what live actors know).

The simulation checks them after every step; the history checker checks 1 to 4 again from the event log alone.

1. A registered essay is never lost: at the end it is in exactly one outcome list of each phase it was commanded to.
2. A phase's outcome is published exactly once per batch, position and run; its id is derived, not drawn.
3. Phase k+1 starts only after phase k's outcome, and exactly with its processed essays, with their current text ids.
4. A settled outcome never changes. Batch and essays agree on what was done.
5. A phase's work takes effect once: results stored before it begins are neither computed nor paid for again.
6. Killed actors send again whatever they still owe; when faults stop, the batch reaches a terminal status by itself.
7. The cost of one message does not grow with the size of the batch.
8. No message is sent about anything that is not saved.
9. The queue forgets no request, hands out work while there is any, and is fair between batches.
10. Everything published about a run has its correlation id: the envelope, the payload, and every error in it.
"""

from collections.abc import Iterable, Mapping, Set
from itertools import chain

from actors.core.batch_state import BatchHeader, BatchStage, BatchState
from actors.core.essay_state import EssayState, outcome_of
from contracts.commands import InitiateCommandData
from contracts.event_payloads import ELSBatchPhaseOutcomeV1
from contracts.phases import PHASE_TABLE, BatchStatus, EssayStatus, PhaseName, PhaseScope, PipelineExecutionStatus

_STATUS = PipelineExecutionStatus
_UNDER_WAY = {_STATUS.REQUESTED_BY_USER, _STATUS.PENDING_DEPENDENCIES, _STATUS.DISPATCH_INITIATED, _STATUS.IN_PROGRESS}

_IS_AT = "{0.essay_id} is {0.status} at {0.run}/{0.position}"
"""Where an essay is, for sentences that begin with it."""


class Violated(BaseException):
    """An invariant does not hold: its number, and how.

    No ``Exception``, on purpose: the engine makes failures of those, and goes on.
    """

    def __init__(self, number: int, how: str) -> None:
        super().__init__(number, how)
        self.number = number
        self.how = how

    def __str__(self) -> str:
        return f"invariant {self.number}: {self.how}"


def demand(holds: object, number: int, how: str, *facts: object) -> None:
    """Invariant ``number`` holds here, or ``how`` it does not, with these facts in its braces (sets in order).

    Put together only where it does not hold: this is asked some thousand times for each seed.

    Raises:
        Violated: it does not.
    """
    if not holds:
        raise Violated(number, how.format(*(sorted(fact) if isinstance(fact, Set) else fact for fact in facts)))


def no_essay_is_lost(state: BatchState, commanded: Mapping[str, str]) -> None:
    """1: every essay that the current command names is waited for or settled, and in one place only."""
    places = list(chain(state.outstanding, state.succeeded, state.failed))
    demand(len(places) == len(set(places)), 1, "an essay is in two places: {}", places)
    demand(set(places) == set(commanded), 1, "commanded were {}, known are {}", commanded.keys(), places)
    wrong = [name for name, text in state.outstanding.items() if text != commanded[name]]
    demand(not wrong, 3, "{} are waited for with another text than commanded", wrong)


def registered_essays_are_there(state: BatchState, essays: Mapping[str, EssayState]) -> None:
    """1: the orchestrator and the store know the same essays, in the same order."""
    stored = sorted(essays.values(), key=lambda essay: essay.ordinal)
    demand(list(state.header.order) == [essay.essay_id for essay in stored], 1, "order and stored essays differ")
    demand(set(state.essays) == set(essays), 1, "the orchestrator knows other essays than the store")


def batch_and_essays_agree(state: BatchState, essays: Mapping[str, EssayState]) -> None:
    """4: what the orchestrator counts as settled, the essays have settled, in the same way."""
    header = state.header
    here = (header.run, header.position)
    for name in chain(state.succeeded, state.failed):
        essay = essays[name]
        outcome = outcome_of(essay) if (essay.run, essay.position) == here else None
        demand(outcome is not None, 4, "{0.essay_id} counts as settled at {1}, but " + _IS_AT, essay, here)
        told = name in state.succeeded
        demand(
            outcome is not None and outcome.succeeded is told, 4, "{}: told success={}, stored otherwise", name, told
        )
        text = state.succeeded.get(name, essay.text_id)
        demand(text == essay.text_id, 4, "{}: the text told is not the text stored", name)


def counts_are_right(state: BatchState) -> None:
    """4: the detail of the phase under way counts what is settled, in this run and in earlier ones."""
    phase = state.header.phase
    if phase is None:
        return
    here = {*state.outstanding, *state.succeeded, *state.failed}
    others = [standing for name, standing in state.essays.items() if name not in here]
    failed = len(state.failed) + sum(standing.failed_in is phase for standing in others)
    successful = len(state.succeeded) + sum(
        phase in standing.done and standing.failed_in is not phase for standing in others
    )
    detail = state.header.details[phase]
    counted = (detail.successful, detail.failed, detail.total)
    wanted = (successful, failed, successful + failed + len(state.outstanding))
    demand(counted == wanted, 4, "{} counts (successful, failed, total) {}, and it is {}", phase, counted, wanted)


def standings_are_right(state: BatchState, essays: Mapping[str, EssayState]) -> None:
    """4: of an essay that is not under way, the orchestrator knows what the essay's own state says."""
    settled = [(name, standing) for name, standing in state.essays.items() if name not in state.outstanding]
    for name, standing in settled:
        essay = essays[name]
        done = frozenset(phase for phase, _ in essay.results)
        failed_in = essay.phase if essay.failure is not None else None
        known, stored = (standing.text_id, standing.done, standing.failed_in), (essay.text_id, done, failed_in)
        demand(known == stored, 4, "{}: the orchestrator knows {}, stored is {}", name, known, stored)


def header_goes_forward(before: BatchHeader | None, after: BatchHeader) -> None:
    """4: a batch's header is never overwritten by an older one."""
    if before is None:
        return
    demand(before.epoch <= after.epoch, 4, "an orchestrator of epoch {} overwrote epoch {}", after.epoch, before.epoch)
    demand(before.run <= after.run, 4, "run {} overwrote run {}", after.run, before.run)
    if before.run == after.run:
        back = before.stage is BatchStage.COMPLETING  # a phase was appended: it stands behind the last one again
        demand(before.position <= after.position + back, 4, "position {} overwrote {}", after.position, before.position)
        ended = before.stage is BatchStage.ENDED
        same = (before.stage, before.status, before.acts) == (after.stage, after.status, after.acts)
        demand(not ended or same, 4, "an ended batch changed without a new run")
        demand(after.cancelled or not before.cancelled, 4, "a cancelled batch is not cancelled any more")


def settled_stays_settled(before: EssayState | None, after: EssayState) -> None:
    """4: an essay goes forward by (run, position); what it has settled there stays."""
    if before is None:
        return
    old, new = (before.run, before.position), (after.run, after.position)
    demand(old <= new, 4, "{} went back from {} to {}", after.essay_id, old, new)
    demand(before.original_text_id == after.original_text_id, 4, "{} forgot its first text", after.essay_id)
    outcome, now = outcome_of(before), outcome_of(after)
    if old == new and outcome is not None:
        same = now is not None and (outcome.succeeded, outcome.text_id) == (now.succeeded, now.text_id)
        demand(same, 4, "{} had settled {} as {}, and now {}", after.essay_id, old, outcome, now)
        demand(before.results == after.results, 4, "{} changed its results after settling {}", after.essay_id, old)
        demand(before.is_completed <= after.is_completed, 4, "{} is not completed any more", after.essay_id)


def status_fits(essay: EssayState) -> None:
    """4: an essay's status says the same as its phase, results and failure."""
    if essay.phase is None:
        return
    row, done = PHASE_TABLE[essay.phase], dict(essay.results)
    failed = essay.failure is not None
    demand((essay.status is row.failed) == failed, 4, _IS_AT + " with failure={1}", essay, failed)
    if not failed and not essay.is_under_way:
        fits = essay.status in {row.success, EssayStatus.ALL_PROCESSING_COMPLETED} and essay.phase in done
        demand(fits, 4, _IS_AT + " without a result of it", essay)


def dispatched_exactly(header: BatchHeader, essays: Mapping[str, EssayState], command: InitiateCommandData) -> None:
    """3: a command names exactly the essays that have all results before it, with their texts, in order."""
    phase = header.pipeline[command.position]
    before = set(header.pipeline[: command.position])
    able = {name: essay for name, essay in essays.items() if _may_go_on(header, essay, phase, before)}
    missing = {name for name, essay in able.items() if phase not in dict(essay.results) or essay.failure is not None}
    wanted = set(able) if missing and PHASE_TABLE[phase].scope is PhaseScope.COHORT else missing
    named = {ref.essay_id: ref.text_storage_id for ref in command.essays_to_process}
    demand(set(named) == wanted, 3, "{} was dispatched to {}, ready for it are {}", phase, named.keys(), wanted)
    demand([*named] == sorted(named, key=lambda one: essays[one].ordinal), 3, "{} was dispatched out of order", phase)
    wrong = [name for name, text in named.items() if essays[name].text_id != text]
    demand(not wrong, 3, "{} was dispatched with another text than the current one of {}", phase, wrong)


def _may_go_on(header: BatchHeader, essay: EssayState, phase: PhaseName, before: set[PhaseName]) -> bool:
    readable = essay.failure is None or essay.phase is not None
    tries_again = essay.phase is phase and essay.essay_id in header.retrying
    return readable and before <= set(dict(essay.results)) and (essay.failure is None or tries_again)


def took_what_was_commanded(essay: EssayState, commanded: Mapping[str, str] | None) -> None:
    """3: an essay is at a place only by a command that names it, with the command's text."""
    demand(commanded is not None, 3, _IS_AT + ", and no command was given there", essay)
    text = (commanded or {}).get(essay.essay_id)
    demand(text is not None, 3, _IS_AT + ", and the command does not name it", essay)
    if essay.is_under_way or essay.failure is not None:
        demand(text == essay.text_id, 3, "{} works on another text than commanded", essay.essay_id)


def outcome_is_complete(outcome: ELSBatchPhaseOutcomeV1, essays: Mapping[str, EssayState], here: Iterable[str]) -> None:
    """1: the essays commanded are the essays in the outcome, each as it has settled."""
    processed = {ref.essay_id: ref.text_storage_id for ref in outcome.processed_essays}
    listed = [*processed, *outcome.failed_essay_ids]
    demand(sorted(listed) == sorted(here), 1, "commanded were {}, in the outcome are {}", here, listed)
    for name in listed:
        essay = essays[name]
        at = (essay.run, essay.position) == (outcome.run, outcome.position)
        demand(at and not essay.is_under_way, 3, "the outcome names {0.essay_id}: " + _IS_AT, essay)
        demand((essay.failure is None) == (name in processed), 4, "the outcome says otherwise of {} than itself", name)
        demand(processed.get(name, essay.text_id) == essay.text_id, 3, "the outcome has another text of {}", name)


def ended_well(header: BatchHeader, essays: Mapping[str, EssayState]) -> None:
    """6 and 4: a batch that ended is terminal, as its essays say; nobody is under way; who did all says so."""
    demand(header.status.is_terminal, 6, "the batch ended as {}", header.status)
    under_way = [name for name, essay in essays.items() if essay.is_under_way]
    demand(not under_way, 1, "the batch ended, but {} are under way", under_way)
    wanted = set(header.pipeline)
    good = {name for name, essay in essays.items() if essay.failure is None and wanted <= set(dict(essay.results))}
    demand(header.status is _status(header, essays, len(good)), 4, "{} did all, status {}", len(good), header.status)
    if not header.cancelled:
        not_completed = [name for name in good if not essays[name].is_completed]
        demand(not not_completed, 4, "{} did all, and do not say so", not_completed)
    _every_phase_is_over(header)
    early = [name for name, essay in essays.items() if essay.is_completed and name not in good]
    demand(not early or header.cancelled, 4, "{} say that they did all", early)


def _every_phase_is_over(header: BatchHeader) -> None:
    for phase in header.pipeline:
        detail = header.details[phase]
        demand(detail.status not in _UNDER_WAY, 4, "the batch ended, and {} is {}", phase, detail.status)
        given_up = detail.status is PipelineExecutionStatus.CANCELLED and detail.started_at is None
        demand(header.cancelled or not given_up, 4, "{} is cancelled, and the batch is not", phase)


def _status(header: BatchHeader, essays: Mapping[str, EssayState], good: int) -> BatchStatus:
    if header.cancelled:
        return BatchStatus.CANCELLED
    if all(essay.status is EssayStatus.CONTENT_INGESTION_FAILED for essay in essays.values()):
        return BatchStatus.CONTENT_INGESTION_FAILED
    if not good:
        return BatchStatus.FAILED_CRITICALLY
    return BatchStatus.COMPLETED_SUCCESSFULLY if good == len(essays) else BatchStatus.COMPLETED_WITH_FAILURES
