"""One essay of a batch, as programs read it."""

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
    """One essay of a batch, as it was when it was fetched; ``history`` reads the event log.

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
        """The essay's id, unique within the batch."""
        return self._result.essay_id

    @property
    def file(self) -> str:
        """The file it was read from; empty if it was submitted as a text."""
        return self._result.file

    @property
    def status(self) -> EssayStatus:
        """The essay's status."""
        return self._result.status

    @property
    def failure(self) -> ErrorDetail | None:
        """Why it failed; None if it did not."""
        return self._result.failure

    @property
    def text(self) -> str | None:
        """The current text, with the corrections of phases applied; None if the essay could not be read."""
        return self._result.text

    @property
    def original_text(self) -> str | None:
        """The text as handed in; None if the essay could not be read."""
        return self._result.original_text

    @property
    def results(self) -> Mapping[str, PhaseResultData]:
        """The results of the phases, by phase name."""
        return self._result.results

    def history(self) -> "list[NarratedEvent]":
        """The events about this essay, including those of its batch that concern it, oldest first."""
        from drivers.client.narration import narrated  # noqa: PLC0415  (loads the models of all events)

        return list(narrated(self._store, self._batch_id, self.essay_id))

    def __repr__(self) -> str:
        return f"Essay({self.essay_id!r}, {self.status.value!r})"
