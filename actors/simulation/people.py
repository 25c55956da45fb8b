"""Everyone outside the engine: the driver that registers batches, operators, judges, and the fault injector."""

from collections.abc import Callable
from random import Random
from uuid import UUID

from actors.batch_orchestrator import stored_batch
from actors.core.addresses import batch_address
from actors.core.batch_state import BatchStage, BatchState
from actors.core.operator_commands import refusal
from actors.core.records import PieceRecord, TextRecord
from actors.simulation.chance import Chance
from actors.simulation.runtime import SimulatedRuntime
from actors.simulation.scenario import Faults
from contracts.messages import (
    AppendPhases,
    CancelBatch,
    DropPhases,
    ExtendPipeline,
    OperatorCommand,
    PauseBatch,
    ResumeBatch,
    RetryFailed,
    WakeUp,
)
from contracts.phases import PHASE_TABLE, PhaseName
from contracts.texts import text_storage_id_of
from contracts.work import PieceDone

DRIVER_SECONDS = 3.0


class Driver:
    """Registers the batches, again and again until they are stored; in the end, resumes those that are paused."""

    def __init__(self, runtime: SimulatedRuntime) -> None:
        self._runtime = runtime
        self._plans = {plan.batch_id: plan for plan in runtime.scenario.batches}
        self.winds_up = False
        texts = {text for plan in self._plans.values() for text in plan.texts.values() if text is not None}
        records = [TextRecord(text_storage_id_of(text), text) for text in sorted(texts)]
        runtime.inner.commit(records)
        runtime.model.saved(records)
        runtime.at(0.0, self.look)

    def look(self) -> None:
        """Do whatever is left to do, and look again in a while."""
        for batch_id, plan in self._plans.items():
            header = self._runtime.model.of(batch_id).header
            if header is None:
                self._runtime.tell(batch_address(batch_id), plan.registration)
            elif self.winds_up and header.paused:
                self._runtime.tell(batch_address(batch_id), ResumeBatch())
        self._judge()
        self._runtime.at(self._runtime.now + DRIVER_SECONDS, self.look)

    def start_again(self) -> None:
        """Start the cluster again after everything died, and wake up unfinished batches."""
        self._runtime.warm()
        for batch_id in self._plans:
            header = self._runtime.model.of(batch_id).header
            if header is not None and header.stage is not BatchStage.ENDED:
                self._runtime.tell(batch_address(batch_id), WakeUp(), surely=True)

    def _judge(self) -> None:
        """Decide the pieces that people were asked for."""
        asked, self._runtime.asked_people[:] = list(self._runtime.asked_people), []
        for address, cohort_key, planned in asked:
            for piece, _ in planned.awaited:
                records = [PieceRecord(cohort_key, piece, '{"winner": "people"}')]
                self._runtime.inner.commit(records)
                self._runtime.model.saved(records)
                self._runtime.tell(address, PieceDone(piece))

    def all_ended(self) -> bool:
        """Whether every batch has ended."""
        headers = [self._runtime.model.of(batch_id).header for batch_id in self._plans]
        return all(header is not None and header.stage is BatchStage.ENDED for header in headers)


class Operator:
    """Gives commands as a person would: looks at a batch, and gives one that makes sense (or not)."""

    def __init__(self, runtime: SimulatedRuntime, chance: Random) -> None:
        self._runtime = runtime
        self._chance = chance
        self._batches = [plan.batch_id for plan in runtime.scenario.batches]

    def act(self, kinds: tuple[str, ...]) -> None:
        """Give one command to one batch; usually one that makes sense, judging by what is stored."""
        batch_id = self._chance.choice(self._batches)
        state = stored_batch(batch_id, self._runtime.inner)
        commands = [self._command(kind, state) for kind in kinds]
        sensible = [command for command in commands if refusal(state, command) is None]
        command = self._chance.choice(sensible if sensible and self._chance.random() < 0.9 else commands)
        self._runtime.tell(batch_address(batch_id), command)

    def _command(self, kind: str, state: BatchState) -> OperatorCommand:
        phases = tuple(self._chance.sample(list(PHASE_TABLE), self._chance.choice((1, 1, 2))))
        run = state.header.run + 1
        match kind:
            case "pause":
                return PauseBatch()
            case "resume":
                return ResumeBatch()
            case "cancel":
                return CancelBatch()
            case "retry":
                return RetryFailed(run, self._chance.choice((None, *_failed_phases(state))), _given(run))
            case "run" | "again":
                wanted = state.header.pipeline if kind == "again" else phases
                flavours: dict[str, dict[str, str]] = {
                    name: {"flavour": self._chance.choice("xyz")} for name in PHASE_TABLE
                }
                return ExtendPipeline(run, wanted, flavours, _given(run))
            case "append":
                return AppendPhases(phases)
            case _:
                return DropPhases(phases)


def _given(run: int) -> UUID | None:
    """The correlation id that a person gives with a further run; only every second run has one."""
    return UUID(int=run) if run % 2 else None


def _failed_phases(state: BatchState) -> list[PhaseName]:
    return sorted({standing.failed_in for standing in state.essays.values() if standing.failed_in is not None})


class FaultInjector:
    """Crashes processes at times drawn beforehand, until the faults stop."""

    def __init__(self, runtime: SimulatedRuntime, chance: Chance, driver: Driver) -> None:
        self._runtime = runtime
        self._chance = chance.crash
        self._driver = driver
        self._until = runtime.scenario.healed_at
        faults = runtime.scenario.faults
        for _ in range(faults.crashes):
            self._plan(self._crash_someone)
        for _ in range(faults.wipe_outs):
            self._plan(self._wipe_out)

    def _plan(self, act: Callable[[], None]) -> None:
        self._runtime.at(self._chance.uniform(0.0, self._until), act)

    def _crash_someone(self) -> None:
        living = self._runtime.living
        if not living:
            return
        kinds = sorted({process.spec.kind for process in living})
        kind = self._chance.choice(kinds)
        process = self._chance.choice([process for process in living if process.spec.kind == kind])
        zombie = process.spec.kind == "BatchOrchestrator" and self._chance.random() < self._runtime.faults.zombie
        if zombie:
            self._runtime.leave_behind(process)
        else:
            self._runtime.note(f"{process.spec.name} crashes")
            self._runtime.crash(process)

    def _wipe_out(self) -> None:
        self._runtime.wipe_out()
        self._runtime.at(self._runtime.now + 1.0, self._driver.start_again)


def heal(runtime: SimulatedRuntime) -> None:
    """Stop all faults, and end the zombies."""
    runtime.note("faults stop")
    runtime.set_faults(Faults(delay=min(runtime.faults.delay, 0.05), in_order=runtime.faults.in_order))
    runtime.bury_zombies()
