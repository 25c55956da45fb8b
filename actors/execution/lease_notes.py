"""Notes of the work under way, for the next process to find: work that kills its process is not begun for ever.

A queue that outlives its workers knows what a dead worker was doing. In a single process everything is forgotten at
once, so each lease is noted before it begins: in a file, which costs next to nothing and outlives the process (it need
not outlive a power cut). Work that was under way when a process died is done alone by the next process; if that dies
too, the one after it fails the work.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import groupby
from pathlib import Path
from typing import Final

from actors.core.work_queue_state import failed_answer, identity_of
from actors.execution.answer import Answer
from actors.stores.private_file import replace_file
from contracts.failures import ErrorCode, ErrorDetail
from contracts.work import WorkRequested

MOST_DEATHS: Final = 2
log = logging.getLogger(__name__)


class LeaseNotes:
    """Notes the work under way, and fails work over which processes have died too often.

    The notes are hashes: the file does not reveal whose essays they are.

    Args:
        file: where the notes are kept; used by one process at a time.
    """

    def __init__(self, file: Path) -> None:
        self._file = file
        self._deaths = _deaths_in(file)

    def do(
        self, requests: Sequence[WorkRequested], work: Callable[[Sequence[WorkRequested]], Iterator[Answer]]
    ) -> Iterator[Answer]:
        """Answers to these requests, in their order; ``work`` does those that are begun."""
        for is_suspected, some in groupby(requests, lambda request: _key(request) in self._deaths):
            for together in ([request] for request in some) if is_suspected else (tuple(some),):
                yield from self._one_by_one(together, work)

    def _one_by_one(
        self, requests: Sequence[WorkRequested], work: Callable[[Sequence[WorkRequested]], Iterator[Answer]]
    ) -> Iterator[Answer]:
        keys = [_key(request) for request in requests]
        deaths = self._deaths.get(keys[0], 0)  # there are several requests only if none of them is suspected
        if deaths >= MOST_DEATHS:
            self._write(())  # it is answered without being begun
            yield Answer(requests[0].reply_to, failed_answer(requests[0].work, _given_up(deaths)))
        else:
            self._write(keys)
            yield from work(requests)
        for key in keys:
            self._deaths.pop(key, None)

    def _write(self, in_hand: Iterable[str]) -> None:
        note = {"deaths": self._deaths, "in_hand": [*in_hand]}
        try:
            replace_file(self._file, json.dumps(note))
        except OSError as error:
            log.warning("what is in hand is not noted: %s", error)

    def close(self) -> None:
        """Remove the notes: this process has ended properly, so no work is suspected of having killed it."""
        with suppress(OSError):
            self._file.unlink()


def _deaths_in(file: Path) -> dict[str, int]:
    """How many processes died over each piece of work, by key, including the one that last wrote the file."""
    try:
        note = json.loads(file.read_text(encoding="utf-8"))
        deaths = {str(key): int(number) for key, number in note["deaths"].items()}
        return deaths | {str(key): deaths.get(key, 0) + 1 for key in note["in_hand"]}
    except (OSError, ValueError, LookupError, TypeError, AttributeError):
        return {}


def _key(request: WorkRequested) -> str:
    """A hash of the request's identity and its text: a new batch may have the name of a forgotten one."""
    facts = repr((*identity_of(request), getattr(request.work, "text_id", "")))
    return hashlib.blake2b(facts.encode(), digest_size=16).hexdigest()


def _given_up(deaths: int) -> ErrorDetail:
    message = (
        f"The program died {deaths} times while it was at work on this, so it was not begun again. Try it once more "
        "with: essays retry"
    )
    return ErrorDetail(error_code=ErrorCode.WORKER_DIED, message=message, operation="work")
