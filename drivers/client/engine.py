"""The engine, as programs use it: opened over a store, given batches, asked about them."""

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
"""A service's class, or what makes one, or its name: ``"my_package.module:Class"``."""


class BatchFacts(TypedDict, total=False):
    """What a batch is about, for the phases and the report, and whether it goes before others."""

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
    """Runs batches over a store. A context manager; what is unfinished when it closes can be gone on with later.

    Several batches run side by side. An engine may be used from several threads.

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
            runtime: ``local`` works in a thread of this process; ``ray`` joins the cluster that has the store open, or
                that ``RAY_ADDRESS`` names, or else starts one of its own, which ends with the engine.
            services: what does a phase's work instead of its own service: a class, or ``"my_package.module:Class"``.
            phases: phases of your own, beside the built-in ones and those of installed packages.
            workers: how many phase workers, on Ray; None: one per core.
            essay_processes: the most essays a batch may have for each to get a Ray process; None: by the machine.
            warm: the phases whose services workers load at once.
            joining: the batch whose cluster is joined, where one is at work on it; without ``services``, with its own.
            namespace: whose engine it is, on a Ray cluster that several share, each with a store of its own.
            job_name: what Ray's dashboard calls this program; without it, as the batch ``joining`` names.

        Raises:
            RequestError, InvalidPhase, InvalidService: the store's address, a phase or a service is not right.
            BatchBusyError: a process that cannot be joined from here is at work on the batch ``joining`` names.
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
        """Read a store without running anything: of batches that ended, or that another program runs.

        Raises:
            StoreError: it is not there, or cannot be read.
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
        """Take on a batch. When it returns, the batch is stored; the same batch again is the same, and goes on.

        Args:
            batch_id: its name; or a ``Submission`` that was prepared before, and nothing else.
            essays: a folder or file, several of them, texts by essay id, or what ``read_essays`` has read.
            pipeline: phases in order, as a list or separated by commas, or the name of a built-in pipeline.
            language: ``en``, ``en-GB``, ``en-US``, ``sv``; ``auto``: what each text is written in.
            options: the phases' own settings, by phase: ``{"cj_assessment": {"budget": 15}}``.
            correlation_id: the caller's trace, found again in every event; None: a new one.
            facts: of the class: ``assignment`` (what was asked for), ``course``, ``class_name``, ``teacher``; and
                ``urgent``: it goes before other batches, which still get a fourth of the work that is handed out.

        Raises:
            RequestError: something of it is wrong, or the name is taken (``BatchExistsError``).
            BatchPausedError: it is there already, and paused.
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
        """The batch of this name. One that a dead program left behind goes on by ``resume``, or when it is waited for.

        Raises:
            BatchNotFoundError: there is none.
        """
        batch = Batch(batch_id, self._runtime, self._services)
        self._found(batch)
        return batch

    def batches(self) -> Sequence[Batch]:
        """All batches, oldest first."""
        return [Batch(line.batch_id, self._runtime, self._services) for line in self._store.batches()]

    def resume(self) -> list[Batch]:
        """Go on with every batch that has not ended and is not paused: what a crash has left. Those batches."""
        lines = [line for line in self._store.batches() if line.stage != BatchStage.ENDED and not line.paused]
        return [Batch(line.batch_id, self._runtime, self._services).resume() for line in lines]

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


def _wired(
    services: Mapping[str, Factory] | Mapping[PhaseName, Factory] | None, phases: Sequence[PhaseDefinition]
) -> Services:
    for definition in phases:
        register_phase(definition)
    return services_of({str(name): each for name, each in (services or {}).items()})


def _where(url: str, kind: RuntimeKind, joining: str | None, namespace: str) -> tuple[RuntimeKind, str]:
    """Where the engine is that has the store open already, or else where one is to be."""
    held = _holding(url, kind, joining)
    return (RuntimeKind.RAY, held.namespace) if held else (kind, namespace)


def _holding(url: str, kind: RuntimeKind, joining: str | None) -> HoldingCluster | None:
    """The cluster that has the store open, which is joined; a file is open in one only, whatever the batch."""
    if joining is None and (kind is not RuntimeKind.RAY or file_of_store(url) is None):
        return None
    return join_cluster_of(url, joining or "")
