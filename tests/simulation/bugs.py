"""The planted bugs of the shell and of the actors' decisions: each makes one function wrong in one way."""

from collections.abc import Callable, Sequence
from typing import Any

from immutables import Map

from actors.actor import Draft
from actors.core import batch, dispatch, essay, operator_commands
from actors.core.batch_state import BatchState
from actors.core.effects import Decision, Publish, Tell
from actors.core.essay_state import EssayState
from actors.core.records import Record
from actors.core.retry import Policy
from contracts.messages import GiveUp, InitiatePhase, WorkFailed
from contracts.work import ResumeWork


def always(value: Any) -> Callable[[Any], Any]:
    """Always gives the same answer."""
    return lambda _: lambda *_args, **_kwargs: value


def unchanged(_: Any) -> Any:
    """Decides nothing."""
    return lambda state, *_args: Decision(state)


def raises(_: Any) -> Any:
    """Raises instead of deciding."""

    def decide(*_args: Any) -> Any:
        raise KeyError("planted")

    return decide


# ---------------------------------------------------------------- the shell


def speaks_before_saving(_: Any) -> Any:
    """Effects are performed before the commit."""

    def carry_out(self: Any, draft: Draft) -> None:
        records = draft.records()
        for address, effect in draft.effects():
            self._perform(address, effect)
        self._persist(records, draft.states)
        for actor, state in draft.states.items():
            actor.state = state

    return carry_out


def moves_before_saving(_: Any) -> Any:
    """Actors get their new states before these are saved."""

    def carry_out(self: Any, draft: Draft) -> None:
        records = draft.records()
        for actor, state in draft.states.items():
            actor.state = state
        self._persist(records, draft.states)
        for created in draft.created.values():
            self._outbox.register(created)
        for address, effect in draft.effects():
            self._perform(address, effect)

    return carry_out


def commits_piecemeal(whole: Any) -> Any:
    """A decision is saved in several commits."""

    def persist(self: Any, records: Sequence[Record], actors: Any) -> None:
        for record in records:
            whole(self, [record], actors)

    return persist


# ---------------------------------------------------------------- the orchestrator


def closes_one_early(original: Any) -> Any:
    """A phase closes with one essay still under way."""

    def settle(state: BatchState, outcome: Any, policy: Policy, now: Any) -> Decision[BatchState]:
        decided: Decision[BatchState] = original(state, outcome, policy, now)
        if len(decided.state.outstanding) == 1:
            return batch._close(decided.state, policy, now)
        return decided

    return settle


def forgets_the_new_text(original: Any) -> Any:
    """The next phase works on the text from before this one."""

    def standing_after(standing: Any, phase: Any, outcome: Any) -> Any:
        return original(standing, phase, outcome)._replace(text_id=standing.text_id)

    return standing_after


def draws_the_outcomes_id(original: Any) -> Any:
    """An outcome's id is not derived."""

    def phase_outcome(state: BatchState, phase: Any) -> Publish:
        publish: Publish = original(state, phase)
        return publish._replace(key=f"{publish.key}/{state.header.epoch}/{state.heard}")

    return phase_outcome


def ends_at_once_when_cancelled(_: Any) -> Any:
    """A cancelled batch ends without waiting for essays under way."""

    def cancel(state: BatchState, policy: Policy, now: Any) -> Decision[BatchState]:
        state, act = operator_commands._acted(state.having(cancelled=True), "cancel")
        return dispatch.advance(state, policy, now, (act,))

    return cancel


def begins_though_paused(original: Any) -> Any:
    """A pause does not hold back any phase."""

    def advance(state: BatchState, policy: Policy, now: Any, effects: Any = ()) -> Decision[BatchState]:
        decided: Decision[BatchState] = original(state.having(paused=False), policy, now, effects)
        return Decision(decided.state.having(paused=state.header.paused), decided.effects)

    return advance


def lets_the_failed_go_on(original: Any) -> Any:
    """Failed essays go to the next phase."""

    def eligible(state: BatchState, position: int) -> Any:
        forgiven = {name: standing._replace(failed_in=None) for name, standing in state.essays.items()}
        done = state.header.pipeline[:position]
        forgiven = {name: standing._replace(done=standing.done | {*done}) for name, standing in forgiven.items()}
        return original(state._replace(essays=Map(forgiven)), position)

    return eligible


def restores_only_successes(original: Any) -> Any:
    """Restarts forget failures."""

    def with_outcomes(*args: Any) -> BatchState:
        state: BatchState = original(*args)
        return state._replace(failed=Map())

    return with_outcomes


def never_nudges_again(original: Any) -> Any:
    """The orchestrator asks again only once."""

    def nudge(*args: Any) -> Decision[BatchState]:
        decided: Decision[BatchState] = original(*args)
        return Decision(decided.state, tuple(effect for effect in decided.effects if isinstance(effect, Tell)))

    return nudge


def does_not_release(original: Any) -> Any:
    """A lost release is not repeated."""

    def owed(state: BatchState) -> tuple[Tell, ...]:
        return tuple(tell for tell in original(state) if not isinstance(tell.message, ResumeWork))

    return owed


# ---------------------------------------------------------------- the essay


def takes_older_commands(original: Any) -> Any:
    """An older command reopens its phase."""

    def step(state: EssayState, message: Any, policy: Policy) -> Decision[EssayState]:
        if isinstance(message, InitiatePhase) and (message.run, message.position) < (state.run, state.position):
            return essay._take(state, message)
        decided: Decision[EssayState] = original(state, message, policy)
        return decided

    return step


def does_not_answer_again(original: Any) -> Any:
    """A command that was answered is not answered again."""

    def step(state: EssayState, message: Any, policy: Policy) -> Decision[EssayState]:
        if isinstance(message, InitiatePhase | GiveUp) and (message.run, message.position) == (
            state.run,
            state.position,
        ):
            return Decision(state)
        decided: Decision[EssayState] = original(state, message, policy)
        return decided

    return step


def ignores_where_work_belongs(_: Any) -> Any:
    """Late work counts."""
    return lambda state, _message: state.is_under_way


def keeps_its_old_text(original: Any) -> Any:
    """An essay keeps its old text."""

    def succeed(state: EssayState, done: Any) -> Decision[EssayState]:
        return original(state, done._replace(text_id=state.text_id))  # type: ignore[no-any-return]

    return succeed


def of_nobody(_: Any) -> Any:
    """A failure keeps the correlation id with which it was found."""
    return lambda error, _correlation_id: error


def speaks_for_its_last_run(original: Any) -> Any:
    """An essay keeps the correlation id with which it was registered."""

    def take(state: EssayState, command: InitiatePhase) -> Decision[EssayState]:
        return original(state, command._replace(correlation_id=state.correlation_id))  # type: ignore[no-any-return]

    return take


def tries_once_more(_: Any) -> Any:
    """One attempt too many is made."""
    return lambda self, attempt, error: error.retryable and attempt < self.max_attempts


def counts_any_attempt(original: Any) -> Any:
    """A failure of an earlier attempt counts as one of this attempt."""

    def step(state: EssayState, message: Any, *args: Any) -> Decision[EssayState]:
        if isinstance(message, WorkFailed):
            message = message._replace(attempt=state.attempt)
        return original(state, message, *args)  # type: ignore[no-any-return]

    return step
