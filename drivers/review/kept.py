"""Stores a teacher's decisions in the batch's store, as pieces whose names contain their essay.

So they are deleted with the batch, and those on one essay with that essay, like everything else.
"""

import json
from collections import defaultdict
from typing import Any, Final

from actors.core.records import PieceRecord
from actors.execution.service_registry import derived_key
from actors.stores.store import Store
from contracts.pieces import escaped_in_piece
from drivers.review.decisions import BatchDecisions, CorrectionDecision, EssayDecisions

_FEEDBACK: Final = "%feedback"  # no essay's id is escaped so
_PLACE: Final = "%at"


def decisions_in(store: Store, batch_id: str) -> BatchDecisions:
    """All decisions on a batch that were not undone."""
    by_essay: defaultdict[str, dict[str, Any]] = defaultdict(dict)
    for piece, value in store.pieces(_key(batch_id)).items():
        if value is not None:
            by_essay[value["essay_id"]][piece.partition("|")[2]] = value["decision"]
    return BatchDecisions({essay_id: _of_essay(found) for essay_id, found in by_essay.items()})


def _of_essay(found: dict[str, Any]) -> EssayDecisions:
    feedback = found.pop(_FEEDBACK, None)
    decided = map(CorrectionDecision.model_validate, found.values())
    return EssayDecisions({each.start: each for each in decided}, feedback)


def keep_correction(store: Store, batch_id: str, essay_id: str, decision: CorrectionDecision) -> None:
    """Store a decision on a correction, in place of an earlier one."""
    _keep(store, batch_id, essay_id, f"{_PLACE}{decision.start}", decision.model_dump(mode="json"))


def undo_correction(store: Store, batch_id: str, essay_id: str, start: int) -> None:
    """Remove the decision on the correction that starts there."""
    _keep(store, batch_id, essay_id, f"{_PLACE}{start}", None)


def keep_feedback(store: Store, batch_id: str, essay_id: str, text: str | None) -> None:
    """Store the feedback that a student gets instead of the phase's; None restores the phase's."""
    _keep(store, batch_id, essay_id, _FEEDBACK, text)


def _keep(store: Store, batch_id: str, essay_id: str, item: str, decision: Any) -> None:
    value = None if decision is None else {"essay_id": essay_id, "decision": decision}
    piece = f"{escaped_in_piece(essay_id)}|{item}"
    store.commit([PieceRecord(_key(batch_id), piece, json.dumps(value), batch_id)])


def _key(batch_id: str) -> str:
    return derived_key("a teacher's decisions", batch_id)
