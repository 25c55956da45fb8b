"""The engine as programs use it: open it over a store, submit batches to it, read their results."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, TypeAlias, TypedDict, Unpack, overload
from uuid import UUID

from actors.core.addresses import batch_address
from actors.core.batch_state import BatchStage
from actors.core.records import TextRecord
from actors.phases.registry import services_of
from actors.runtime.runtime import DEFAULT_NAMESPACE, Runtime
from actors.stores.opening import MEMORY_URL
from contracts.phase_definition import PhaseDefinition
from contracts.phase_registry import register_phase
from contracts.phases import PhaseName
from drivers.client.batch import Batch
from drivers.client.bootstrap import SERVICES, RuntimeKind, Settings, start_runtime
from drivers.client.pipelines import Options, Services
from drivers.client.reader import Reader
from drivers.client.requested_phases import known_phases
from drivers.client.stores import HoldingCluster, file_of_store, join_cluster_of, reading, store_url
from drivers.client.submission import BatchSpec, Essays, Submission, essays_from, phases_of, prepare
from drivers.client.waiting import Waiter

Factory: TypeAlias = str | Callable[[], Any]
"""A service class, another callable that makes a service, or its name: ``"my_package.module:Class"``."""


class BatchFacts(TypedDict, total=False):
    """Optional facts about a batch: what phases and reports may need to know of it, and whether it is urgent."""

    assignment: str
    course: str
    class_name: str
    teacher: str
    urgent: bool


def _spec(
    batch_id: str,
    phases: Sequence[str],
    language: str,
    options: Options,
    correlation_id: UUID | None,
    facts: BatchFacts,
) -> BatchSpec:
    return BatchSpec(
        batch_id=batch_id,
        phases=phases,
        language=language,
        essay_instructions=facts.get("assignment", ""),
        course_code=facts.get("course", ""),
        class_designation=facts.get("class_name", ""),
        teacher_name=facts.get("teacher", ""),
        options=options,
        correlation_id=correlation_id,
        urgent=facts.get("urgent", False),
    )


class Engine(Reader):
    """Runs batches over a store. It is a context manager; batches unfinished when it closes can be resumed later.

    Several batches may run at the same time. An engine may be used from several threads.

    Example:
        >>> with Engine.open("sqlite:///school.db", runtime="local") as engine:
        ...     batch = engine.submit("8b", "essays/", pipeline="spellcheck,cj_assessment")
        ...     print(batch.result().status)
    """

    def __init__(self, runtime: Runtime, services: Services = SERVICES, url: str = MEMORY_URL) -> None:
        super().__init__(runtime.store, url)
        self._runtime = runtime
        self._services = services

    @classmethod
    def open(
        cls,
        store: str | Path,
        *,
        runtime: Literal["ray", "local"] = "ray",
        services: Mapping[str, Factory] | Mapping[PhaseName, Factory] | None = None,
        phases: Sequence[PhaseDefinition] = (),
        workers: int | None = None,
        essay_processes: int | None = None,
        warm: Sequence[str] = (),
        joining: str | None = None,
        namespace: str = DEFAULT_NAMESPACE,
        job_name: str = "",
    ) -> "Engine":
        """Start an engine.

        Args:
            store: an SQLite file (its path or URL), ``postgresql://user@host/database``, or ``memory://``.
            runtime: ``local`` works in a thread of this process; ``ray`` joins the cluster that has the store open or
                that ``RAY_ADDRESS`` names, or else starts a cluster that ends with the engine.
            services: services to use instead of the phases' own, by phase: a class, or ``"my_package.module:Class"``.
            phases: your own phases, in addition to the built-in ones and those of installed packages.
            workers: the number of phase workers on Ray; None: one per core.
            essay_processes: on Ray, a batch of up to this many essays gets a process per essay; None: by the machine.
            warm: phases whose services the workers load at startup.
            joining: a batch whose cluster to join if one is running it. Without ``services``, it keeps its own.
            namespace: tells engines apart on a Ray cluster that several share, each with its own store.
            job_name: what Ray's dashboard calls this program; the default is the batch that ``joining`` names.

        Raises:
            RequestError, InvalidPhase, InvalidService: the store's address, a phase or a service is invalid.
            BatchBusyError: the batch that ``joining`` names is being run by a process that cannot be joined.
            StoreError, RuntimeUnavailableError: the store or Ray does not answer, or Ray runs another engine.
        """
        url = store_url(store)
        kind, namespace = _where(url, RuntimeKind(runtime), joining, namespace)
        wired = _wired(services, phases)
        settings = Settings(url, kind, workers, essay_processes, services=wired, warm=known_phases(warm))
        settings = replace(settings, namespace=namespace, phases=tuple(phases), job_name=job_name or joining or "")
        return cls(start_runtime(replace(settings, brings_services=joining is None or bool(services))), wired, url)

    @classmethod
    def reader(cls, store: str | Path) -> Reader:
        """Open a store for reading only, whether its batches have ended or are being run by another program.

        Raises:
            StoreError: the store does not exist or cannot be read.
        """
        url = store_url(store)
        return Reader(reading(url), url)

    @overload
    def submit(self, submission: Submission, /) -> Batch: ...

    @overload
    def submit(
        self,
        batch_id: str,
        essays: Essays,
        *,
        pipeline: str | Sequence[str],
        language: str = ...,
        options: Options | None = ...,
        correlation_id: UUID | None = ...,
        **facts: Unpack[BatchFacts],
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
        **facts: Unpack[BatchFacts],
    ) -> Batch:
        """Submit a batch. It is stored before this returns; submitting the same batch again continues it.

        Args:
            batch_id: the batch's name; or a ``Submission`` from ``prepare``, as the only argument.
            essays: a folder or file, several of them, a mapping of essay ids to texts, or what ``read_essays`` returns.
            pipeline: phases in order, as a list or separated by commas, or the name of a built-in pipeline.
            language: ``en``, ``en-GB``, ``en-US`` or ``sv``; ``auto`` detects the language of each text.
            options: settings by phase: ``{"cj_assessment": {"budget": 15}}``.
            correlation_id: the id of the caller's trace, which every event will carry; None makes a new one.
            facts: ``assignment`` (what the students were asked to write), ``course``, ``class_name``, ``teacher``; and
                ``urgent``: work on this batch before others, which still get a quarter of the work handed out.

        Raises:
            RequestError: an argument is invalid, or the name is taken (``BatchExistsError``).
            BatchPausedError: the batch exists already and is paused.
        """
        if isinstance(batch_id, Submission):
            return self._take_on(batch_id)
        asked = (batch_id, phases_of(pipeline), language, options or {}, correlation_id)
        spec = _spec(*asked, facts)
        return self._take_on(prepare(spec, essays_from(() if essays is None else essays), self._services))

    def _take_on(self, submission: Submission) -> Batch:
        self.check(submission)
        self._store.commit([TextRecord(text_id, text) for text_id, text in submission.texts.items()])
        self._runtime.tell(batch_address(submission.batch_id), submission.message)
        self._runtime.run_until(lambda: self._store.summary(submission.batch_id) is not None)
        return Batch(submission.batch_id, self._runtime, self._services, is_awake=True)

    def batch(self, batch_id: str) -> Batch:
        """The batch with this name. If it was interrupted, ``resume`` continues it, and so does waiting for it.

        Raises:
            BatchNotFoundError: the store has no such batch.
        """
        batch = Batch(batch_id, self._runtime, self._services)
        self._found(batch)
        return batch

    def batches(self) -> Sequence[Batch]:
        """All batches, oldest first."""
        return [Batch(line.batch_id, self._runtime, self._services) for line in self._store.batches()]

    def resume(self) -> list[Batch]:
        """Continue every batch that has not ended and is not paused, as after a crash, and return these batches."""
        lines = [line for line in self._store.batches() if line.stage != BatchStage.ENDED and not line.paused]
        return [Batch(line.batch_id, self._runtime, self._services).resume() for line in lines]

    def describe(self, essays: int = 0) -> str:
        """One line for people: where the engine runs, and how it would place a batch of this many essays."""
        return self._runtime.describe(essays)

    @property
    def runtime(self) -> Runtime:
        """The underlying runtime, for programs that need more than this class offers."""
        return self._runtime

    @property
    def _waiter(self) -> Waiter:
        return self._runtime

    def close(self) -> None:
        """Save finished work and stop. A cluster that was joined goes on running its batches."""
        self._runtime.shutdown()


def _wired(
    services: Mapping[str, Factory] | Mapping[PhaseName, Factory] | None, phases: Sequence[PhaseDefinition]
) -> Services:
    for definition in phases:
        register_phase(definition)
    return services_of({str(name): each for name, each in (services or {}).items()})


def _where(url: str, kind: RuntimeKind, joining: str | None, namespace: str) -> tuple[RuntimeKind, str]:
    """The runtime and namespace of the engine that already has the store open, or else those asked for."""
    held = _holding(url, kind, joining)
    return (RuntimeKind.RAY, held.namespace) if held else (kind, namespace)


def _holding(url: str, kind: RuntimeKind, joining: str | None) -> HoldingCluster | None:
    """The cluster to join because it has the store open. Only one cluster can have a file open, whatever the batch."""
    if joining is None and (kind is not RuntimeKind.RAY or file_of_store(url) is None):
        return None
    return join_cluster_of(url, joining or "")
