"""A property of the whole: on the local runtime, in any order of events, every invariant holds and every batch ends."""

from collections.abc import Callable
from contextlib import suppress
from random import Random

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from actors.batch_orchestrator import stored_batch
from actors.core.addresses import batch_address
from actors.core.batch_state import BatchStage, BatchState
from actors.core.operator_commands import refusal
from actors.core.records import TextRecord
from actors.core.retry import Policy
from actors.runtime.activation import Blueprint
from actors.runtime.local import LocalRuntime
from actors.runtime.placement import WORKER, ProcessSpec
from actors.runtime.runtime import StalledError
from actors.runtime.transport import Mail
from actors.simulation.faulty_store import FaultyStore
from actors.simulation.history import check_history
from actors.simulation.message_checker import MessageChecker
from actors.simulation.outcome_oracle import OutcomeOracle
from actors.simulation.reference_model import ReferenceModel
from actors.simulation.scenario import BatchPlan, Faults, Scenario, ServiceBehaviour
from actors.simulation.services import ServiceLog, services_of
from actors.stores.memory import MemoryStore
from contracts.messages import (
    AppendPhases,
    CancelBatch,
    DropPhases,
    ExtendPipeline,
    Message,
    OperatorCommand,
    PauseBatch,
    ResumeBatch,
    RetryFailed,
    WakeUp,
)
from contracts.phases import PhaseName
from contracts.texts import text_storage_id_of

PHASES = st.sampled_from(PhaseName)
SURVIVABLE = (
    ServiceBehaviour.FINE,
    ServiceBehaviour.FINE,
    ServiceBehaviour.REFUSES,
    ServiceBehaviour.BREAKS,
    ServiceBehaviour.FALTERS,
    ServiceBehaviour.UNWILLING,
)
WAVES = 2000


class HeardRuntime(LocalRuntime):
    """The local runtime, with a checker that sees every message."""

    def __init__(self, blueprint: Blueprint, store: FaultyStore, checker: MessageChecker) -> None:
        super().__init__(blueprint, store)
        self._host.tell = self._heard(checker, self._host.tell)  # type: ignore[method-assign, assignment]
        send = self._transport.send

        def heard_send(process: ProcessSpec, mail: Mail) -> None:
            for address, message in mail:
                if process.kind != WORKER:  # messages from actors to workers were seen already
                    checker.heard(address, message)
            send(process, mail)

        self._transport.send = heard_send  # type: ignore[method-assign]

    @staticmethod
    def _heard(checker: MessageChecker, tell: Callable[[str, Message], None]) -> Callable[[str, Message], None]:
        def heard(address: str, message: Message) -> None:
            checker.heard(address, message)
            tell(address, message)

        return heard

    def deliver_a_wave(self) -> None:
        """Deliver everything that is in the mailbox now, or the next reminder."""
        looks = iter((False, True))
        with suppress(StalledError):
            self.run_until(lambda: next(looks))

    def mail(self) -> list[tuple[str, Message]]:
        return list(self._transport._mailbox)

    def deliver_later(self, number: int) -> None:
        self._transport._mailbox.rotate(-number)
        self._transport._mailbox.append(self._transport._mailbox.popleft())
        self._transport._mailbox.rotate(number)

    def lose(self, number: int) -> None:
        del self._transport._mailbox[number]


class AnyOrder(RuleBasedStateMachine):
    """Register, deliver, duplicate, lose, crash, and everything that an operator can do."""

    @initialize(
        pipeline=st.lists(PHASES, min_size=1, max_size=3, unique=True),
        essays=st.integers(1, 4),
        behaviours=st.dictionaries(st.tuples(st.integers(1, 4), PHASES), st.sampled_from(SURVIVABLE), max_size=6),
    )
    def register(
        self, pipeline: list[PhaseName], essays: int, behaviours: dict[tuple[int, PhaseName], ServiceBehaviour]
    ) -> None:
        """Register a batch, with services that do not always work."""
        texts: dict[str, str | None] = {f"e{number}": f"text {number}" for number in range(1, essays + 1)}
        self.plan = BatchPlan("b", texts, tuple(pipeline), flavour="x")
        named = {(f"text {number}", phase): behaviour for (number, phase), behaviour in behaviours.items()}
        self.scenario = Scenario((self.plan,), Faults(loss=0.1), named, {}, Policy(), 60, acts=(), healed_at=0.0)
        self.service_log, self.inner = ServiceLog(), MemoryStore()
        self.model = ReferenceModel(self.service_log, OutcomeOracle(self.scenario, self.service_log))
        self.store = FaultyStore(self.inner, Random(0), self.service_log, self.model.saved)
        self.store.commit([TextRecord(text_storage_id_of(text), text) for text in texts.values() if text is not None])
        self.checker = MessageChecker(self.model, self.service_log, self.scenario.policy, once=False)
        self.start()
        self.runtime.tell(batch_address("b"), self.plan.registration)

    def start(self) -> None:
        blueprint = Blueprint(services_of(self.scenario, self.service_log), self.scenario.policy)
        self.runtime = HeardRuntime(blueprint, self.store, self.checker)

    @property
    def state(self) -> BatchState:
        return stored_batch("b", self.inner)

    def order(self, command: OperatorCommand) -> None:
        self.runtime.tell(batch_address("b"), command)

    @rule(waves=st.integers(1, 6))
    def deliver(self, waves: int) -> None:
        """Deliver some waves of messages or reminders."""
        for _ in range(waves):
            self.runtime.deliver_a_wave()

    @precondition(lambda self: self.runtime.mail())
    @rule(data=st.data())
    def duplicate(self, data: st.DataObject) -> None:
        """Deliver a message twice."""
        self.runtime.tell(*data.draw(st.sampled_from(self.runtime.mail())))

    @precondition(lambda self: self.runtime.mail())
    @rule(data=st.data(), happens=st.sampled_from((HeardRuntime.lose, HeardRuntime.deliver_later)))
    def disturb(self, data: st.DataObject, happens: Callable[[HeardRuntime, int], None]) -> None:
        """Lose a message, or have all others overtake it."""
        happens(self.runtime, data.draw(st.integers(0, len(self.runtime.mail()) - 1)))

    @rule()
    def crash(self) -> None:
        """Everything dies; a new process continues from the store."""
        self.start()
        self.runtime.tell(batch_address("b"), WakeUp())

    @rule(command=st.sampled_from((PauseBatch(), ResumeBatch(), CancelBatch())))
    def steer(self, command: OperatorCommand) -> None:
        """Pause, resume or cancel."""
        self.order(command)

    @rule(phase=st.none() | PHASES)
    def retry(self, phase: PhaseName | None) -> None:
        """Retry failed essays."""
        self.order(RetryFailed(self.state.header.run + 1, phase))

    @rule(phases=st.lists(PHASES, min_size=1, max_size=2), kind=st.sampled_from((AppendPhases, DropPhases)))
    def change_the_pipeline(self, phases: list[PhaseName], kind: type[AppendPhases] | type[DropPhases]) -> None:
        """Append or drop phases."""
        self.order(kind(tuple(phases)))

    @rule(phases=st.lists(PHASES, min_size=1, max_size=2))
    def run_further(self, phases: list[PhaseName]) -> None:
        """Run another pipeline, with other options."""
        options: dict[str, dict[str, str]] = {phase: {"flavour": "y"} for phase in PhaseName}
        command = ExtendPipeline(self.state.header.run + 1, tuple(phases), options)
        if refusal(self.state, command) is None:
            self.order(command)

    def teardown(self) -> None:
        """Left alone, and resumed if it is paused, the batch ends, and its log is right."""
        if not hasattr(self, "runtime"):
            return
        self.runtime.tell(batch_address("b"), self.plan.registration)
        for wave in range(WAVES):
            if wave % 50 == 49 and self.state.header.paused:
                self.order(ResumeBatch())
            if self.state.header.stage is BatchStage.ENDED and not self.runtime.mail():
                break
            self.runtime.deliver_a_wave()
        assert self.state.header.stage is BatchStage.ENDED
        check_history(logged.event for logged in self.inner.events("b"))


TestAnyOrder = AnyOrder.TestCase
TestAnyOrder.settings = settings(
    max_examples=40, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
