"""The planted bugs of the queue, of cohorts, of execution and of stores."""

import json
from dataclasses import replace
from itertools import count
from typing import Any

from immutables import Map

from actors.core import cohort
from actors.core.records import EssayMoved, PieceRecord
from actors.core.work_queue_state import QueueState, identity_of
from actors.execution import essay_executor
from actors.execution.answer import Answer
from actors.execution.service_registry import derived_key
from actors.phases.service import CohortItem
from contracts.work import CohortWork, CohortWorkFailed, PieceDone, WorkReturned

# ---------------------------------------------------------------- the queue and cohorts


def forgets_what_was_behind(_: Any) -> Any:
    """Work behind a lost worker's first lease is dropped."""
    return lambda state, _requests: state


def never_passes_the_turn(original: Any) -> Any:
    """One batch is always served first."""

    def leased(state: Any, batch_id: str, address: str) -> Any:
        state, number, requests = original(state, batch_id, address)
        if batch_id in state.turn:
            state = state._replace(turn=(batch_id, *(other for other in state.turn if other != batch_id)))
        return state, number, requests

    return leased


def plans_after_the_first_piece(original: Any) -> Any:
    """A round ends with its first piece."""

    def piece_settled(state: Any, piece: str) -> Any:
        return original(replace(state, pending=Map({piece: 0}), awaited=frozenset()), piece)

    return piece_settled


def forgets_what_is_given_back(original: Any) -> Any:
    """What a worker gives back is lost to the queue, until nudges ask for it again."""

    def given_back(state: QueueState, message: WorkReturned) -> QueueState:
        after: QueueState = original(state, message)
        known = set(after.known) - {each for each in state.known if each not in _in_hands(after)}
        kept = after.known.mutate()
        for each in set(after.known) - known:
            del kept[each]
        return after._replace(lines=state.lines, turn=state.turn, known=kept.finish())

    return given_back


def _in_hands(state: QueueState) -> set[Any]:
    return {identity_of(request) for lease in state.leases.values() for request in lease.requests}


def plans_while_paused(original: Any) -> Any:
    """The plan of a paused batch's cohort is handed out."""

    def next_batch(state: QueueState) -> str | None:
        for batch_id in state.turn:
            line = state.lines[batch_id]
            first = line.items[line.head].work
            if isinstance(first, CohortWork) and first.piece is None:
                return batch_id
        return original(state)  # type: ignore[no-any-return]

    return next_batch


# ---------------------------------------------------------------- workbench and store


def without_settings(_: Any) -> Any:
    """Results of different settings share a key."""

    def result_key(self: Any, work: Any) -> str:
        service = self._registry.service(work.phase)
        used = essay_executor.used_results(work.results, service)
        return derived_key(work.phase, service.name, service.version, "", work.text_id, sorted(used.items()))

    return result_key


def tells_of_results_it_did_not_keep(_: Any) -> Any:
    """A result is told but not stored."""
    return lambda *_args: iter(())


def commits_without_fencing(_: Any) -> Any:
    """An old orchestrator may write."""

    def commit(self: Any, records: Any) -> None:
        for record in records:
            self._write(record)

    return commit


def performs_again(_: Any) -> Any:
    """Finished pieces are done again."""

    def perform(self: Any, work: Any, cohort: Any, reply_to: str, _done: Any) -> Answer:
        value = self._registry.cohort_service(work.phase).perform(CohortItem(work.piece, work.payload), cohort.tasks)
        return Answer(reply_to, PieceDone(work.piece), (PieceRecord(cohort.key, work.piece, json.dumps(value)),))

    return perform


def first_in_turn(state: Any) -> str | None:
    """The first batch in turn is served even if it is paused."""
    return state.turn[0] if state.turn else None


def hurries_what_is_over(original: Any) -> Any:
    """A late message makes a batch urgent that has ended."""
    return lambda state, message: original(state._replace(told=Map()), message)._replace(told=state.told)


def loses_every_fiftieth_move(original: Any) -> Any:
    """Now and then, the store loses an essay's move."""
    moves = count(1)

    def write(self: Any, record: Any) -> None:
        if not isinstance(record, EssayMoved) or next(moves) % 50:
            original(self, record)

    return write


# ---------------------------------------------------------------- messages about a cohort's pieces


def counts_any_attempt_at_a_piece(original: Any) -> Any:
    """A failure of an earlier attempt at a piece or a plan counts as one of the current attempt."""

    def step(state: Any, message: Any, *args: Any) -> Any:
        if isinstance(message, CohortWorkFailed) and (now := cohort._attempt_under_way(state, message)) is not None:
            message = message._replace(attempt=now)
        return original(state, message, *args)

    return step


def tells_no_plan_what_is_given_up(original: Any) -> Any:
    """A piece that failed permanently counts as settled, and is planned again."""
    return lambda state, *args: original(replace(state, given_up=frozenset()), *args)


def keeps_no_piece_that_is_given_up(original: Any) -> Any:
    """The plan is told of a given-up piece, which is not stored."""

    def plan(*args: Any) -> Answer:
        answer: Answer = original(*args)
        kept = tuple(each for each in answer.records if not isinstance(each, PieceRecord) or each.value != "null")
        return answer._replace(records=kept)

    return plan
