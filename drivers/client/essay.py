"""One essay of a batch, in the hands of a program."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from actors.stores.store import Store
from contracts.failures import ErrorDetail
from contracts.phases import EssayStatus
from contracts.results import PhaseResultData
from drivers.client.results import EssayResult

if TYPE_CHECKING:
    from drivers.client.narration import NarratedEvent


class Essay:
    """One essay of a batch, as it stood when it was asked for; ``history`` reads the event log.

    Example:
        >>> anna = batch.essay("anna")
        >>> anna.status, anna.text
        >>> for event in anna.history():
        ...     print(event.timestamp, event.text)
    """

    def __init__(self, result: EssayResult, store: Store, batch_id: str) -> None:
        self._result = result
        self._store = store
        self._batch_id = batch_id

    @property
    def essay_id(self) -> str:
        """Its id within the batch."""
        return self._result.essay_id

    @property
    def file(self) -> str:
        """The file it was read from; empty where its text was given."""
        return self._result.file

    @property
    def status(self) -> EssayStatus:
        """Where it stands."""
        return self._result.status

    @property
    def failure(self) -> ErrorDetail | None:
        """Why it failed; None: it did not."""
        return self._result.failure

    @property
    def text(self) -> str | None:
        """The current text, corrected where a phase corrected it; None where it could not be read."""
        return self._result.text

    @property
    def original_text(self) -> str | None:
        """The text handed in."""
        return self._result.original_text

    @property
    def results(self) -> Mapping[str, PhaseResultData]:
        """What each phase found out about it, by the phase's name."""
        return self._result.results

    def history(self) -> "list[NarratedEvent]":
        """What happened to it, and to its batch where that is about it, in the order of the log."""
        from drivers.client.narration import narrated  # noqa: PLC0415  (loads the models of all events)

        return list(narrated(self._store, self._batch_id, self.essay_id))

    def __repr__(self) -> str:
        return f"Essay({self.essay_id!r}, {self.status.value!r})"
