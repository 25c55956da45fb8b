"""What a call between processes is called on the dashboard: the job page draws a progress bar per name.

So work is named by its phase, and the bars are the phases' progress, in leases; mail is named by what it says.
"""

from collections.abc import Sequence

from contracts.messages import Message
from contracts.work import Assign, CohortWork, Work


def task_name(mail: Sequence[tuple[str, Message]]) -> str:
    """``spellcheck``, ``plan cj_assessment``, or the kinds of message in the mail."""
    kinds = {_named(message) for _, message in mail}
    return ", ".join(sorted(kinds)) or "start"


def _named(message: Message) -> str:
    match message:
        case Assign(requests=[first, *_]):  # a lease is of one phase
            return _work_named(first.work)
        case _:
            return type(message).__name__


def _work_named(work: Work) -> str:
    is_plan = isinstance(work, CohortWork) and work.piece is None
    return f"plan {work.phase}" if is_plan else str(work.phase)
