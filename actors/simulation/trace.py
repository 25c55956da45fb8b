"""Short descriptions of messages and mail, for the trace of a failing seed."""

from collections.abc import Iterable
from typing import Any

from actors.core.batch_state import BatchHeader
from actors.core.essay_state import EssayState
from actors.core.records import BatchRecord, EssayMoved, EventRecord, Record
from actors.runtime.transport import Mail
from contracts.work import CohortWork, EssayWork

_TOLD = ("lease", "essay_id", "worker", "run", "position", "attempt", "piece", "step", "succeeded", "phase", "phases")


def brief(message: Any) -> str:
    """A message's type and main fields."""
    work = getattr(message, "work", None)
    if work is not None:
        return f"WorkRequested({_work(work)} for {message.reply_to})"
    names = [name for name in message._fields if name in _TOLD]
    told = [f"{name}={getattr(message, name)}" for name in names]
    told += [_work(request.work) for request in getattr(message, "requests", ())]
    error = getattr(message, "error", None)
    if error is not None:
        told.append(str(error.error_code))
    return f"{type(message).__name__}({', '.join(told)})"


def told(mail: Mail) -> str:
    """Short descriptions of all messages in mail."""
    return ", ".join(f"{brief(message)} to {address}" for address, message in mail)


def _work(work: EssayWork | CohortWork) -> str:
    who = work.essay_id if isinstance(work, EssayWork) else work.piece or f"plan {work.step}"
    return f"{work.phase} {who} {work.run}/{work.position} attempt {work.attempt}"


def stored(records: Iterable[Record]) -> Iterable[str]:
    """Short descriptions of a commit's records, one per line."""
    for record in records:
        match record:
            case EssayState() | EssayMoved():
                where = f"{record.run}/{record.position} attempt {record.attempt}"
                yield f"  saved {record.essay_id}: {record.status} at {where}"
            case BatchRecord(header=header):
                yield f"  saved {header.batch_id}: {_header(header)}"
            case EventRecord():
                yield f"  logged {record.event_type} {record.essay_id or ''}"
            case _:
                yield f"  saved {type(record).__name__}"


def _header(header: BatchHeader) -> str:
    flags = [name for name in ("paused", "cancelled") if getattr(header, name)]
    place = f"run {header.run} position {header.position} of {'>'.join(header.pipeline)}, epoch {header.epoch}"
    return f"{header.stage} {header.status} {place} {' '.join(flags)}"
