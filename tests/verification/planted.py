"""Bugs to plant for the walk: the simulation's bugs of the core, and those that the simulation missed."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final, NamedTuple

from immutables import Map

from actors.core import batch, cohort, essay, work_queue
from actors.core.batch_state import BatchState
from actors.core.effects import Decision
from actors.core.essay_state import EssayState
from actors.verification.scope import Scope
from actors.verification.scopes import SCOPES
from contracts.messages import CompletePipeline, EssayPipelineCompleted
from tests.simulation.planted import MUTATIONS, Mutation

_OF_THE_SIMULATION: Final = {
    "accepts-a-stale-outcome": "tried again",
    "essays-do-not-resume": "unreadable",
    "retries-the-succeeded": "some failed",
    "goes-by-the-last-run": "some failed",
    "tries-once-more": "some failed",
    "releases-once": "lost words",
    "no-position-guard": "tried again",
    "does-not-answer-again": "unreadable",
    "no-resume": "unreadable",
    "barrier-off-by-one": "two workers",
    "cancel-loses-outcomes": "pauses",
    "begins-though-paused": "operators",
    "failed-go-on": "retries",
    "forgets-the-new-text": "two workers",
    "draws-the-outcomes-id": "two workers",
    "restores-only-successes": "unreadable",
    "never-nudges-again": "unreadable",
    "works-while-held": "pauses",
    "forgets-what-was-behind": "two workers",
    "keeps-its-old-text": "two workers",
    "failures-of-nobody": "two workers",
    "ignores-where-work-belongs": "tried again",
    "gives-back-nothing": "given back",
    "fails-any-attempt": "early reminders",
    "plans-while-paused": "paused plans",
}


def _counts_any_completion(original: Any) -> Any:
    """A completion counts for its run, whatever position it was asked for."""

    def step(state: BatchState, message: Any, *args: Any) -> Decision[BatchState]:
        if isinstance(message, EssayPipelineCompleted) and message.run == state.header.run:
            message = message._replace(position=state.header.position)
        return original(state, message, *args)  # type: ignore[no-any-return]

    return step


def _completes_for_any_position(original: Any) -> Any:
    """An essay completes for its run, whatever was appended since."""

    def step(state: EssayState, message: Any, *args: Any) -> Decision[EssayState]:
        if isinstance(message, CompletePipeline) and message.run >= state.run:
            message = message._replace(position=max(message.position, state.position + 1))
        return original(state, message, *args)  # type: ignore[no-any-return]

    return step


def _counts_any_run(_: Any) -> Any:
    """Work for another run counts for this one."""
    return lambda state, message: state.is_under_way and message.position == state.position


def _does_not_say_what_is_given_up(original: Any) -> Any:
    """A piece that failed permanently is planned again, for ever."""
    return lambda state, **more: original(replace(state, given_up=frozenset()), **more)


def _takes_any_word(original: Any) -> Any:
    """Whether a batch is paused depends on the last message, and not on the newest."""
    return lambda state, message, **more: original(state._replace(told=Map()), message, **more)


def _asks_once(_: Any) -> Any:
    """After a transient failure, the work is not asked for again."""
    return lambda state, _failed, policy: Decision(state._replace(attempt=min(state.attempt + 1, policy.max_attempts)))


def _drops_what_is_early(original: Any) -> Any:
    """An answer that overtakes its command is forgotten, until the next nudge has it repeated."""

    def step(state: EssayState, message: Any, *args: Any) -> Decision[EssayState]:
        decided: Decision[EssayState] = original(state, message, *args)
        return Decision(decided.state._replace(early=None), decided.effects)

    return step


class Planted(NamedTuple):
    """A bug, and the world in which it shows."""

    mutation: Mutation
    scope: Scope


def _new(  # noqa: PLR0917  (a row of the table below)
    label: str, what: str, owner: Any, attribute: str, instead: Callable[[Any], Any], world: str
) -> Planted:
    return Planted(Mutation(label, what, owner, attribute, instead), SCOPES[world])


# Both essays wait until the batch is resumed; then they share a lease, whose worker dies.
SUSPECTS: Final = Scope(
    essays=2, phases=1, failures=0, duplicates=0, losses=0, seconds=0.01, commands=1, operators=("pause",)
)

PLANTED: Final = (
    _new("completes-any", "a late completion closes the next", batch, "step", _counts_any_completion, "appended"),
    _new("completes-early", "a late completion completes", essay, "step", _completes_for_any_position, "appended"),
    _new("counts-any-run", "work of another run counts", essay, "_is_current", _counts_any_run, "tried again"),
    _new("gives-nothing-up", "a piece is planned again", cohort, "_ask_plan", _does_not_say_what_is_given_up, "pieces"),
    _new("asks-once", "a failure is not tried again", essay, "_failed_attempt", _asks_once, "two workers"),
    _new("drops-what-is-early", "an early answer is dropped", essay, "step", _drops_what_is_early, "paused plans"),
    _new("takes-an-old-pause", "a late pause holds", work_queue, "noted", _takes_any_word, "pauses"),
    Planted(MUTATIONS["suspects-together"], SUSPECTS),
    *(Planted(MUTATIONS[label], SCOPES[world]) for label, world in _OF_THE_SIMULATION.items()),
)
