"""Planted bugs: each replaces one function of the engine while it lasts. They show that the simulation can see.

``finds_within`` is the number of seeds (from 0) within which the simulation must find the bug.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any, Final

from immutables import Map

from actors.actor import Shell
from actors.core import aggregation, batch, batch_state, cohort, dispatch, essay, operator, queue
from actors.core.batch_state import BatchState
from actors.core.effects import Decision, Effect, Keep, Publish, Tell
from actors.core.essay import EssayState
from actors.core.retry import Policy
from actors.phases.service import CohortItem
from actors.stores.memory import MemoryStore
from actors.stores.store import PieceRecord
from actors.workbench import cohorts, essays
from contracts.messages import GiveUp, InitiatePhase
from contracts.work import PieceDone, ReleaseBatch


@dataclass(frozen=True, slots=True)
class Mutation:
    """A bug with a name: on ``owner``, ``attribute`` is what ``instead`` makes of it."""

    label: str
    what: str
    owner: Any
    attribute: str
    instead: Callable[[Any], Any]
    finds_within: int = 100

    @contextmanager
    def planted(self) -> Iterator[None]:
        """While this lasts, the bug is there."""
        original = getattr(self.owner, self.attribute)
        setattr(self.owner, self.attribute, self.instead(original))
        try:
            yield
        finally:
            setattr(self.owner, self.attribute, original)


def _always(value: Any) -> Callable[[Any], Any]:
    return lambda _: lambda *_args, **_kwargs: value


def _unchanged(_: Any) -> Any:
    return lambda state, *_args: Decision(state)


# ---------------------------------------------------------------- the shell


def _speaks_before_saving(_: Any) -> Any:
    def run(self: Any, turns: Any) -> None:
        states: dict[Any, Any] = {}
        effects: list[tuple[str, Effect]] = []
        for actor, decide in turns:
            decision = decide(states.get(actor, actor.state))
            states[actor] = decision.state
            effects.extend((actor.address, effect) for effect in decision.effects)
        for address, effect in effects:
            self._perform(address, effect)
        self._persist(states, effects)
        for actor, state in states.items():
            actor.state = state

    return run


def _commits_piecemeal(_: Any) -> Any:
    def persist(self: Any, states: dict[Any, Any], effects: Sequence[tuple[str, Effect]]) -> None:
        for address, effect in effects:
            if isinstance(effect, Keep | Publish):
                whole(self, {}, [(address, effect)])
        whole(self, states, [])

    whole = Shell._persist  # noqa: SLF001  (a mutation reaches inside)
    return persist


# ---------------------------------------------------------------- the orchestrator


def _closes_one_early(original: Any) -> Any:
    def settle(state: BatchState, outcome: Any, policy: Policy, now: Any) -> Decision[BatchState]:
        decided: Decision[BatchState] = original(state, outcome, policy, now)
        if len(decided.state.outstanding) == 1:
            return batch._close(decided.state, policy, now)  # noqa: SLF001
        return decided

    return settle


def _forgets_the_new_text(original: Any) -> Any:
    def standing_after(standing: Any, phase: Any, outcome: Any) -> Any:
        return original(standing, phase, outcome)._replace(text_id=standing.text_id)

    return standing_after


def _draws_the_outcomes_id(original: Any) -> Any:
    def phase_outcome(state: BatchState, phase: Any) -> Publish:
        publish: Publish = original(state, phase)
        return replace(publish, key=f"{publish.key}/{state.header.epoch}/{state.heard}")

    return phase_outcome


def _ends_at_once_when_cancelled(_: Any) -> Any:
    def cancel(state: BatchState, policy: Policy, now: Any) -> Decision[BatchState]:
        state, act = operator._acted(state.having(cancelled=True), "cancel")  # noqa: SLF001
        return dispatch.advance(state, policy, now, (act,))

    return cancel


def _begins_though_paused(original: Any) -> Any:
    def advance(state: BatchState, policy: Policy, now: Any, effects: Any = ()) -> Decision[BatchState]:
        decided: Decision[BatchState] = original(state.having(paused=False), policy, now, effects)
        return Decision(decided.state.having(paused=state.header.paused), decided.effects)

    return advance


def _lets_the_failed_go_on(original: Any) -> Any:
    def eligible(state: BatchState, position: int) -> Any:
        forgiven = {name: standing._replace(failed_in=None) for name, standing in state.essays.items()}
        done = state.header.pipeline[:position]
        forgiven = {name: standing._replace(done=standing.done | {*done}) for name, standing in forgiven.items()}
        return original(replace(state, essays=Map(forgiven)), position)

    return eligible


def _restores_only_successes(original: Any) -> Any:
    def with_outcomes(*args: Any) -> BatchState:
        state: BatchState = original(*args)
        return replace(state, failed=Map())

    return with_outcomes


def _never_nudges_again(original: Any) -> Any:
    def nudge(*args: Any) -> Decision[BatchState]:
        decided: Decision[BatchState] = original(*args)
        return Decision(decided.state, tuple(effect for effect in decided.effects if isinstance(effect, Tell)))

    return nudge


def _does_not_release(original: Any) -> Any:
    def owed(state: BatchState) -> tuple[Tell, ...]:
        return tuple(tell for tell in original(state) if not isinstance(tell.message, ReleaseBatch))

    return owed


# ---------------------------------------------------------------- the essay


def _takes_older_commands(original: Any) -> Any:
    def step(state: EssayState, message: Any, policy: Policy) -> Decision[EssayState]:
        if isinstance(message, InitiatePhase) and (message.run, message.position) < (state.run, state.position):
            return essay._take(state, message)  # noqa: SLF001
        decided: Decision[EssayState] = original(state, message, policy)
        return decided

    return step


def _does_not_answer_again(original: Any) -> Any:
    def step(state: EssayState, message: Any, policy: Policy) -> Decision[EssayState]:
        if isinstance(message, InitiatePhase | GiveUp) and (message.run, message.position) == (
            state.run,
            state.position,
        ):
            return Decision(state)
        decided: Decision[EssayState] = original(state, message, policy)
        return decided

    return step


def _ignores_where_work_belongs(_: Any) -> Any:
    return lambda state, _message: state.is_under_way


def _keeps_its_old_text(original: Any) -> Any:
    def succeed(state: EssayState, done: Any) -> Decision[EssayState]:
        return original(state, replace(done, text_id=state.text_id))  # type: ignore[no-any-return]

    return succeed


def _tries_once_more(_: Any) -> Any:
    return lambda self, attempt, error: error.retryable and attempt < self.max_attempts


# ---------------------------------------------------------------- the queue and cohorts


def _forgets_what_was_behind(_: Any) -> Any:
    return lambda state, _requests: state


def _never_passes_the_turn(original: Any) -> Any:
    def leased(state: Any, batch_id: str, address: str) -> Any:
        state, number, requests = original(state, batch_id, address)
        if batch_id in state.turn:
            state = replace(state, turn=(batch_id, *(other for other in state.turn if other != batch_id)))
        return state, number, requests

    return leased


def _plans_after_the_first_piece(original: Any) -> Any:
    def piece_settled(state: Any, piece: str) -> Any:
        return original(replace(state, pending=Map({piece: 0}), awaited=frozenset()), piece)

    return piece_settled


# ---------------------------------------------------------------- workbench and store


def _without_settings(_: Any) -> Any:
    def result_key(self: Any, work: Any) -> str:
        service = self._shelf.service(work.phase)
        used = essays.used_results(work.results, service)
        return essays.derived_key(work.phase, service.name, service.version, "", work.text_id, sorted(used.items()))

    return result_key


def _tells_of_results_it_did_not_keep(_: Any) -> Any:
    return lambda *_args: iter(())


def _commits_without_fencing(_: Any) -> Any:
    def commit(self: Any, records: Any) -> None:
        for record in records:
            self._write(record)

    return commit


def _performs_again(_: Any) -> Any:
    def perform(self: Any, work: Any, cohort: Any, reply_to: str) -> Iterator[Effect]:
        value = self._shelf.cohort_service(work.phase).perform(CohortItem(work.piece, work.payload), cohort.tasks)
        yield Keep(PieceRecord(cohort.key, work.piece, json.dumps(value)))
        yield Tell(reply_to, PieceDone(work.piece))

    return perform


def _first_in_turn(state: Any) -> str | None:
    return state.turn[0] if state.turn else None


_ALL = (
    Mutation("speaks-before-saving", "effects are performed before the commit", Shell, "_run", _speaks_before_saving),
    Mutation("commits-piecemeal", "a decision is saved in several commits", Shell, "_persist", _commits_piecemeal, 200),
    Mutation("accepts-a-stale-outcome", "an outcome counts in any phase", batch, "_is_here", _always(True)),
    Mutation("no-position-guard", "an older command reopens its phase", essay, "step", _takes_older_commands),
    Mutation(
        "does-not-answer-again", "an answered command is not answered again", essay, "step", _does_not_answer_again
    ),
    Mutation("no-resume", "a restarted orchestrator asks nobody", batch, "resume", _unchanged),
    Mutation("essays-do-not-resume", "a restarted essay says nothing", essay, "resume", _unchanged),
    Mutation("no-fencing", "an old orchestrator may write", MemoryStore, "commit", _commits_without_fencing, 300),
    Mutation(
        "key-without-settings",
        "results are shared by settings",
        essays.EssayBench,
        "_result_key",
        _without_settings,
        300,
    ),
    Mutation("barrier-off-by-one", "a phase closes with one essay under way", batch, "_settle", _closes_one_early),
    Mutation(
        "retries-the-succeeded", "done essays work again", dispatch, "_to_work_on", lambda _: lambda all_, _p: all_
    ),
    Mutation(
        "cancel-loses-outcomes", "a cancelled batch ends at once", operator, "_cancel", _ends_at_once_when_cancelled
    ),
    Mutation("begins-though-paused", "a pause holds no phase", batch, "advance", _begins_though_paused, 300),
    Mutation("failed-go-on", "failed essays go to the next phase", dispatch, "_eligible", _lets_the_failed_go_on),
    Mutation("forgets-the-new-text", "phases work on old texts", aggregation, "_standing_after", _forgets_the_new_text),
    Mutation(
        "draws-the-outcomes-id", "an outcome's id is not derived", aggregation, "phase_outcome", _draws_the_outcomes_id
    ),
    Mutation(
        "restores-only-successes", "restarts forget failures", batch_state, "_with_outcomes", _restores_only_successes
    ),
    Mutation("never-nudges-again", "silence is broken once", batch, "_nudge", _never_nudges_again),
    Mutation("releases-once", "a lost release is not repeated", batch, "_owed", _does_not_release, 500),
    Mutation("ignores-where-work-belongs", "late work counts", essay, "_is_current", _ignores_where_work_belongs, 300),
    Mutation("keeps-its-old-text", "an essay's text stays", essay, "_succeed", _keeps_its_old_text),
    Mutation("tries-once-more", "one attempt too many", Policy, "tries_again", _tries_once_more),
    Mutation(
        "forgets-what-was-behind", "work of lost workers is dropped", queue, "_requeued", _forgets_what_was_behind
    ),
    Mutation("never-passes-the-turn", "one batch is always served first", queue, "_leased", _never_passes_the_turn),
    Mutation(
        "works-while-held", "work of a paused batch is handed out", queue, "_next_batch", lambda _: _first_in_turn, 300
    ),
    Mutation("suspects-together", "suspects are leased together", queue, "_is_alone", _always(False), 300),
    Mutation(
        "plans-too-early",
        "a round ends with its first piece",
        cohort,
        "_piece_settled",
        _plans_after_the_first_piece,
        400,
    ),
    Mutation("keeps-no-result", "a result is told and not kept", essays, "kept", _tells_of_results_it_did_not_keep),
    Mutation("looks-for-no-piece", "pieces are done again", cohorts.CohortBench, "_perform", _performs_again),
)

MUTATIONS: Final[Mapping[str, Mutation]] = MappingProxyType({mutation.label: mutation for mutation in _ALL})
