"""The engine, as programs use it: opened over a store, given batches, asked about them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Literal, Self, overload
from uuid import UUID

from actors.core.addresses import batch_address
from actors.core.batch import fingerprint_of
from actors.core.batch_state import Stage
from actors.phases.registry import services_of
from actors.runtime.runtime import Runtime
from actors.stores.store import BatchSummary, Store, TextRecord
from contracts.phase_definition import PhaseDefinition
from contracts.phase_registry import register_phase
from drivers.client.batch import Batch
from drivers.client.bootstrap import SERVICES, RuntimeKind, Settings, start_runtime
from drivers.client.errors import BatchExistsError, BatchPausedError
from drivers.client.pipelines import Options, Services
from drivers.client.requested_phases import known_phases
from drivers.client.stored_batch import StoredBatch
from drivers.client.stores import file_of_store, join_cluster_of, reading, store_url
from drivers.client.submission import BatchSpec, Essays, Submission, essays_from, phases_of, prepare
from drivers.client.waiting import Polling, Waiter

if TYPE_CHECKING:
    from drivers.client.events import EventStream


class Reader:
    """A store to read, from anywhere that reaches it: beside the program that runs its batches, or after it.

    A context manager. It disturbs nothing and changes nothing.

    Example:
        >>> with Engine.reader("sqlite:///school.db") as reader:
        ...     for batch in reader.batches():
        ...         print(batch.batch_id, batch.status)
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    @property
    def store(self) -> Store:
        """The store itself, for programs that need more of it than this class has."""
        return self._store

    def batch(self, batch_id: str) -> StoredBatch:
        """The batch of this name.

        Raises:
            BatchNotFoundError: there is none.
        """
        return self._found(StoredBatch(batch_id, self._store, Polling()))

    def batches(self) -> Sequence[StoredBatch]:
        """All batches, oldest first."""
        return [StoredBatch(line.batch_id, self._store, Polling()) for line in self._store.batches()]

    def summaries(self) -> list[BatchSummary]:
        """A line for each batch, oldest first, read at once."""
        return self._store.batches()

    def check(self, submission: Submission) -> None:
        """Whether ``Engine.submit`` would take this batch, before an engine is opened, which may take seconds.

        Raises:
            BatchExistsError: another batch, with other essays or settings, has its name.
            BatchPausedError: it is there already, and paused.
        """
        check_against(self._store, submission)

    def events(
        self,
        *,
        after: int = 0,
        topics: Collection[str] = (),
        batches: Collection[str] = (),
        follow: bool = False,
        cursor: str | None = None,
    ) -> "EventStream":
        """The events of all batches in the order in which they were committed. For ``for`` and for ``async for``.

        Args:
            after: the ``sequence`` of the last event that is not wanted.
            topics: only these; none: all.
            batches: only those of these batches; none: of all.
            follow: wait for what is still to come, and never end.
            cursor: a name under which the store keeps how far this was read, so that a program that was killed goes on
                there. An event is dealt with when the next one is asked for; what was not comes again.

        Example:
            >>> for event in engine.events(topics=["huleedu.els.batch_phase.outcome.v1"], follow=True):
            ...     print(event.sequence, event.data.phase_name, event.data.phase_status)
        """
        from drivers.client.events import EventStream  # noqa: PLC0415  (loads the models of all events)

        until = (lambda: False) if follow else None
        return EventStream(self._store, self._waiter, after, topics, batches, until, cursor)

    @property
    def _waiter(self) -> Waiter:
        return Polling()

    @staticmethod
    def _found(batch: StoredBatch) -> StoredBatch:
        batch.summary  # noqa: B018  (raises where there is no such batch)
        return batch

    def close(self) -> None:
        """Let go of the store."""
        self._store.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class Engine(Reader):
    """Runs batches over a store. A context manager; what is unfinished when it closes can be gone on with later.

    Several batches run side by side. An engine may be used from several threads.

    Example:
        >>> with Engine.open("sqlite:///school.db", runtime="local") as engine:
        ...     batch = engine.submit("8b", "essays/", pipeline="spellcheck,cj_assessment")
        ...     print(batch.result().status)
    """

    def __init__(self, runtime: Runtime, services: Services = SERVICES) -> None:
        super().__init__(runtime.store)
        self._runtime = runtime
        self._services = services

    @classmethod
    def open(
        cls,
        store: str | Path,
        *,
        runtime: Literal["ray", "local"] = "ray",
        services: Mapping[str, str | Callable[[], Any]] | None = None,
        phases: Sequence[PhaseDefinition] = (),
        workers: int | None = None,
        essay_processes: int | None = None,
        warm: Sequence[str] = (),
        joining: str | None = None,
    ) -> "Engine":
        """Start an engine.

        Args:
            store: an SQLite file, as its path or as ``sqlite:///school.db``; ``postgresql://user@host/database``; or
                ``memory://`` (with ``local``), which is gone at the end.
            runtime: ``local`` works in a thread of this process. ``ray`` joins the cluster that has the store open, or
                that ``RAY_ADDRESS`` names, or else starts one of its own in this machine, which ends with the engine.
            services: what does a phase's work, by phase, in place of the phase's own service: a class, or its name
                (``{"nlp": "my_package:MyService"}``).
            phases: phases of your own, besides the built-in ones and those of installed packages.
            workers: how many phase workers, on Ray; None: one per core.
            essay_processes: the most essays a batch may have for each to get a Ray process; None: by the machine.
            warm: the phases whose services workers load at once, so that no essay waits for them.
            joining: on PostgreSQL, where each batch may have a cluster of its own: the batch whose cluster is joined.

        Raises:
            RequestError: the store's address is not right, or the runtime cannot use it.
            InvalidPhase, InvalidService: one of these cannot be a phase, or a service.
            StoreError: the store could not be opened; another program writes to it (``StoreInUseError``).
            RuntimeUnavailableError: Ray did not start or answer.
        """
        url = store_url(store)
        kind = RuntimeKind(runtime)
        if kind is RuntimeKind.RAY:
            _join(url, joining)
        for definition in phases:
            register_phase(definition)
        wired = services_of(services)
        settings = Settings(
            url, kind, workers, essay_processes, services=wired, warm=known_phases(warm), phases=tuple(phases)
        )
        return cls(start_runtime(settings), wired)

    @classmethod
    def reader(cls, store: str | Path) -> Reader:
        """Read a store without running anything: of batches that ended, or that another program runs.

        Raises:
            StoreError: it is not there, or cannot be read.
        """
        return Reader(reading(store_url(store)))

    @overload
    def submit(self, submission: Submission, /) -> Batch: ...

    @overload
    def submit(
        self,
        batch_id: str,
        essays: Essays,
        /,
        *,
        pipeline: str | Sequence[str],
        language: str = ...,
        options: Options | None = ...,
        correlation_id: UUID | None = ...,
        assignment: str = ...,
        course: str = ...,
        class_name: str = ...,
        teacher: str = ...,
    ) -> Batch: ...

    def submit(
        self,
        batch_id: str | Submission,
        essays: Essays | None = None,
        *,
        pipeline: str | Sequence[str] = "",
        language: str = "auto",
        options: Options | None = None,
        correlation_id: UUID | None = None,
        assignment: str = "",
        course: str = "",
        class_name: str = "",
        teacher: str = "",
    ) -> Batch:
        """Take on a batch. When it returns, the batch is stored, and goes on whatever becomes of this program.

        The same batch again is the same batch, and goes on where it was.

        Args:
            batch_id: its name; or a ``Submission`` that was prepared before.
            essays: a folder or file, several of them, texts by essay id, or what ``read_essays`` has read.
            pipeline: the phases in order, as a list or separated by commas, or the name of a built-in pipeline.
            language: ``en``, ``en-GB``, ``en-US``, ``sv``; ``auto``: what each text is written in.
            options: the phases' own settings, by phase: ``{"cj_assessment": {"budget": 15}}``.
            correlation_id: the caller's trace, found again in every event; None: a new one.
            assignment: what the students were asked to write.
            course: the course's code.
            class_name: what the class is called.
            teacher: the teacher's name.

        Raises:
            RequestError: a phase, a setting, the language, the name or an essay's path is wrong.
            BatchExistsError: another batch, with other essays or settings, has this name.
            BatchPausedError: it is there already, and paused.
        """
        if isinstance(batch_id, Submission):
            return self._take_on(batch_id)
        spec = BatchSpec(
            batch_id,
            phases_of(pipeline),
            language,
            assignment,
            course,
            class_name,
            teacher,
            options or {},
            correlation_id,
        )
        return self._take_on(prepare(spec, essays_from(() if essays is None else essays), self._services))

    def _take_on(self, submission: Submission) -> Batch:
        check_against(self._store, submission)
        self._store.commit([TextRecord(text_id, text) for text_id, text in submission.texts.items()])
        self._runtime.tell(batch_address(submission.batch_id), submission.message)
        self._runtime.run(lambda: self._store.summary(submission.batch_id) is not None)
        return Batch(submission.batch_id, self._runtime)

    def batch(self, batch_id: str) -> Batch:
        """The batch of this name. One that a dead program left behind goes on by ``resume``.

        Raises:
            BatchNotFoundError: there is none.
        """
        batch = Batch(batch_id, self._runtime)
        self._found(batch)
        return batch

    def batches(self) -> Sequence[Batch]:
        """All batches, oldest first."""
        return [Batch(line.batch_id, self._runtime) for line in self._store.batches()]

    def resume(self) -> list[Batch]:
        """Go on with every batch that has not ended and is not paused: what a crash has left. Those batches."""
        lines = [line for line in self._store.batches() if line.stage != Stage.ENDED and not line.paused]
        return [Batch(line.batch_id, self._runtime).resume() for line in lines]

    def describe(self, essays: int = 0) -> str:
        """One line for people: where this runs, and how a batch of so many essays is placed."""
        return self._runtime.describe(essays)

    @property
    def runtime(self) -> Runtime:
        """The runtime itself, for programs that need more of it than this class has."""
        return self._runtime

    @property
    def _waiter(self) -> Waiter:
        return self._runtime

    def close(self) -> None:
        """Let the work in hand be saved, and stop. A cluster that was joined goes on with what it has."""
        self._runtime.shutdown()


def _join(url: str, batch_id: str | None) -> None:
    """Join the cluster that has the store open; a file is open in one only, in a server each batch has its own."""
    if batch_id is not None or file_of_store(url) is not None:
        join_cluster_of(url, batch_id or "")


def check_against(store: Store, submission: Submission) -> None:
    """Whether a store has room for this batch.

    Raises:
        BatchExistsError: another batch, with other essays or settings, has its name.
        BatchPausedError: it is there already, and paused.
    """
    known = store.batch(submission.batch_id, with_order=False)
    if known is None or not known.fingerprint:
        return
    if known.fingerprint != fingerprint_of(submission.message):
        raise BatchExistsError(
            f"There is a batch {submission.batch_id!r} with other essays or settings in this store: give this one "
            "another name, or another store."
        )
    if known.paused:
        raise BatchPausedError(f"Batch {submission.batch_id!r} is there already, and paused: it goes on when resumed.")
