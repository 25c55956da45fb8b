"""Describes a walk in sentences: what was walked through, and the shortest way to a violation."""

from collections.abc import Iterator
from typing import Any, Final

from actors.core.addresses import kind_of
from actors.core.batch_state import BatchState
from actors.core.essay_state import EssayState
from actors.verification.explore import Walk
from actors.verification.mail import Letter
from actors.verification.moves import Move
from actors.verification.scope import Scope
from actors.verification.state import State
from actors.verification.world import World
from contracts.failures import ErrorDetail
from contracts.work import Assign, CohortWork, EssayWork, WorkRequested

_ROLES: Final = {"batch": "the orchestrator", "queue": "the queue", "cohort": "the cohort's coordinator"}
_NOT_SAID: Final = {
    "batch_id",
    "correlation_id",
    "request",
    "essays",
    "payload",
    "results",
    "reply_to",
    "tick",
    "address",
}


def told(walk: Walk) -> Iterator[str]:
    """The way to the violation, one sentence per step, and the violation; empty if there is none."""
    if walk.violation is None:
        return
    before = None
    for number, (move, state) in enumerate(walk.way):
        if before is not None:
            changes = "; ".join(_changes(walk.world, before, state))
            yield f"{number:3}. {_sentence(walk.world, move)}{f' -- {changes}' if changes else ''}"
        before = state
    yield f"     {walk.violation}"


def summary(walk: Walk) -> str:
    """How much was walked through, and whether all invariants hold."""
    much = f"{walk.states:,} states, {walk.moves:,} moves, {walk.depth} deep, {walk.seconds:.1f} s of CPU"
    if walk.violation is not None:
        return f"{much}: {walk.violation}"
    if not walk.is_whole:
        return f"{much}: no violation so far, and not the whole of it"
    return f"{much}: every invariant holds in every state, and from every state the batch can end"


def scope_in_words(scope: Scope) -> str:
    """The size of the world, and what may go wrong in it."""
    phases = " > ".join(scope.pipeline)
    counted = {
        "failure of a service": scope.failures,
        "command": scope.commands,
        "lease given back": scope.returns,
    }
    faults = {
        "duplicate": scope.duplicates,
        "loss": scope.losses,
        "crash": scope.crashes,
        "early reminder": scope.hurries,
    }
    said = [f"{scope.essays} essays" if scope.essays > 1 else "1 essay", phases]
    said += [f"{count} x {name}" for name, count in counted.items() if count]
    kinds = [f"{count} x {name}" for name, count in faults.items() if count and scope.faults]
    said += [f"at most {scope.faults} of: {', '.join(kinds)}"] if kinds else ["nothing goes wrong"]
    return "; ".join(said)


def _sentence(world: World, move: Move) -> str:
    letter: Letter | None = world.mail.letters[move.letter] if move.letter >= 0 else None
    message = brief(letter.message) if letter is not None else ""
    if letter is None:
        return f"{_role(move.whom)} {move.what}".strip().capitalize() if move.whom else move.what.capitalize()
    if letter.address:
        kind = "The reminder " if letter.is_reminder else ""
        return f"{kind}{message} to {_role(letter.address)}: {move.what}"
    return f"{_role(move.whom).capitalize()}, at {message}: {move.what}"


def _role(address: str) -> str:
    kind, last = kind_of(address), address.rpartition("/")[2]
    if kind in {"essay", "worker"}:
        return f"{kind} {last}"
    return _ROLES.get(kind, address)


def brief(message: Any) -> str:
    """A message, with the fields that distinguish it from others of its type."""
    if isinstance(message, WorkRequested):
        return f"the work {_work(message.work)}"
    if isinstance(message, Assign):
        return f"lease {message.lease} of {', '.join(_work(request.work) for request in message.requests)}"
    facts = ((name, getattr(message, name)) for name in message._fields if name not in _NOT_SAID)
    return f"{type(message).__name__}({', '.join(f'{name} {_value(value)}' for name, value in facts if value != ())})"


def _value(value: Any) -> str:
    if isinstance(value, ErrorDetail):
        return str(value.error_code)
    if isinstance(value, tuple):
        return ", ".join(_value(each) for each in value)
    return str(value)


def _work(work: EssayWork | CohortWork) -> str:
    who = work.essay_id if isinstance(work, EssayWork) else work.piece or f"plan {work.step}"
    return f"{work.phase} of {who}, attempt {work.attempt}"


def _changes(world: World, before: State, after: State) -> Iterator[str]:
    if before.batch != after.batch and (words := _batch(world.values[after.batch])) != _batch(
        world.values[before.batch]
    ):
        yield words
    for old, new in zip(before.essays, after.essays, strict=True):
        if old != new and old >= 0:
            yield _essay(world.values[new])
    if before.mail & ~after.mail and not after.mail & ~world.mail.reminders:
        yield "nothing is under way any more"


def _batch(state: BatchState) -> str:
    header = state.header
    flags = [name for name in ("paused", "cancelled") if getattr(header, name)]
    waits = f", waits for {', '.join(sorted(state.outstanding))}" if state.outstanding else ""
    place = f"run {header.run} position {header.position} of {' > '.join(header.pipeline)}"
    return f"the batch is {' '.join([header.stage, *flags])} at {place}{waits}"


def _essay(essay: EssayState) -> str:
    return f"{essay.essay_id} is {essay.status} at run {essay.run} position {essay.position}, attempt {essay.attempt}"
