"""What a call between processes is called on the dashboard: the job page draws a progress bar per name."""

from collections.abc import Sequence

from contracts.messages import Message
from contracts.work import Assign, EssayWork


def task_name(mail: Sequence[tuple[str, Message]]) -> str:
    """``spellcheck essay-07``, ``spellcheck essay-07 and 4 more``, or the kinds of message in the mail."""
    names = [name for _, message in mail for name in _works(message)]
    if names:
        return names[0] if len(names) == 1 else f"{names[0]} and {len(names) - 1} more"
    kinds = sorted({type(message).__name__ for _, message in mail})
    return ", ".join(kinds) or "start"


def _works(message: Message) -> list[str]:
    match message:
        case Assign(requests=requests):
            works = [request.work for request in requests]
            return [
                f"{work.phase} {work.essay_id if isinstance(work, EssayWork) else work.piece or 'plan'}"
                for work in works
            ]
        case _:
            return []
