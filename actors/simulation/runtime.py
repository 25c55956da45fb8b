"""The simulated runtime: real actors in real hosts, on simulated processes, network, store and clock.

It runs in one thread, step by step, in virtual time: a step delivers a group of mail to one process, fires a timer, or
injects a fault. All chance comes from one seed, so a seed is a schedule that repeats exactly. The invariants are
checked after every step (``simulation.reference_model``, ``simulation.message_checker``).

A process that dies loses its actors, mailbox and timers, and is started anew; mail to it goes to the successor, or is
lost.
"""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache, partial
from typing import Final

from typing_extensions import override

from actors.core.addresses import batch_of
from actors.core.records import Record
from actors.execution.worker import Worker
from actors.runtime.activation import Blueprint, Outside
from actors.runtime.placement import ESSAY, WORKER, Placement, ProcessSpec, process_of
from actors.runtime.runtime import Runtime
from actors.runtime.transport import Mail
from actors.simulation.chance import Chance
from actors.simulation.clockwork import Clockwork
from actors.simulation.faulty_store import FaultyStore
from actors.simulation.message_checker import MessageChecker
from actors.simulation.network import Network
from actors.simulation.outcome_oracle import OutcomeOracle
from actors.simulation.processes import Process, SimulatedHost, SimulatedTimers, SimulatedTransport, inhabitant
from actors.simulation.reference_model import ReferenceModel
from actors.simulation.scenario import Faults, Scenario
from actors.simulation.services import Hung, Killed, ServiceLog, services_of
from actors.simulation.store_checker import demand_kept
from actors.simulation.trace import brief, stored, told
from actors.stores.memory import MemoryStore
from contracts.messages import Message, PassivationDue
from contracts.work import RoundPlanned

BEGINNING: Final = datetime(2026, 1, 1, tzinfo=UTC)
RESTART_SECONDS: Final = 0.3
_process_of: Final = lru_cache(maxsize=1024)(process_of)


class SimulatedRuntime(Clockwork, Runtime):
    """Implements ``Runtime``. ``note`` takes the lines of the trace; None if nobody reads it."""

    def __init__(self, scenario: Scenario, chance: Chance, note: Callable[[str], None] | None = None) -> None:
        super().__init__(note)
        self.scenario = scenario
        self.service_log = ServiceLog()
        self.model = ReferenceModel(self.service_log, OutcomeOracle(scenario, self.service_log))
        self.inner = MemoryStore()
        self.faults = Faults()
        self.asked_people: list[tuple[str, str, RoundPlanned]] = []
        self._store = FaultyStore(self.inner, chance.store, self.service_log, self._saved)
        self._chance = chance
        self._network = Network(chance, lambda mail: self.note(f"lost: {told(mail)}"))
        self._checker = MessageChecker(self.model, self.service_log, scenario.policy, once=scenario.is_serene)
        self._placement = Placement(scenario.essay_processes)
        self._processes: dict[str, Process] = {}
        self._zombies: dict[str, Process] = {}
        self._era = 0
        self._turn_began = 0.0
        self._sizes = {plan.batch_id: len(plan.texts) for plan in scenario.batches}
        self._blueprint = Blueprint(services_of(scenario, self.service_log), scenario.policy, scenario.workers)
        self._outside = Outside(
            clock=self._clock,
            stopwatch=lambda: self.service_log.stopwatch,
            sleep=self._slept,
            new_name=lambda: f"process {next(self._ticket)}",
            ticket=lambda: next(self._ticket) * 1_000_000,
        )
        self.warm()

    @property
    @override
    def store(self) -> FaultyStore:
        return self._store

    @override
    def tell(self, address: str, message: Message, *, surely: bool = False) -> None:
        """Send a message over the network or, with ``surely``, past its faults."""
        self.note(f"the driver tells {address} {brief(message)}")
        spec, mail = self._process_of(address), [(address, message)]
        if surely:
            self._receive(self._living(spec), mail)
        else:
            self._leave(spec, mail)

    @override
    def describe(self, essays: int = 0) -> str:
        return f"simulated, at {self.now:.3f} s after {self.steps} steps"

    @override
    def shutdown(self) -> None:
        self._events.clear()
        self._processes.clear()
        self._store.close()

    def _clock(self) -> datetime:
        return BEGINNING + timedelta(seconds=self.now + self._took())

    def warm(self) -> None:
        """Start the queue and the workers, as a driver does."""
        for address in ("queue", *self._blueprint.worker_addresses):
            self._living(self._process_of(address))

    def _process_of(self, address: str) -> ProcessSpec:
        return _process_of(address, self._placement.of_batch(self._sizes.get(batch_of(address) or "", 0)))

    def _send(self, sender: Process, spec: ProcessSpec, mail: Mail) -> None:
        """Send mail once its sender's current step has taken its time, if the sender is still alive then."""
        took = self._took()
        if not took:
            self._leave(spec, mail)
        else:
            self.at(self.now + took, lambda: self._leave(spec, mail) if sender.alive else None)

    def _leave(self, spec: ProcessSpec, mail: Mail) -> None:
        for arrival, part in self._network.journeys(spec, mail, self.now):
            self.at(arrival, partial(self._arrive, self._era, spec, part))

    def _arrive(self, era: int, spec: ProcessSpec, mail: Mail) -> None:
        if era != self._era:
            return  # it was under way when everything died
        zombie = self._zombies.get(spec.name)
        if zombie is not None and self._chance.schedule.random() < 0.5:
            self._receive(zombie, mail)
        self._receive(self._living(spec), mail)

    def _receive(self, process: Process, mail: Mail) -> None:
        process.inbox.append(mail)
        if not process.busy:
            self._next(process)

    def _living(self, spec: ProcessSpec) -> Process:
        if spec.name not in self._processes:
            self._start(spec, 0.0)
        return self._processes[spec.name]

    def _start(self, spec: ProcessSpec, after: float) -> Process:
        process = self._processes[spec.name] = Process(spec)
        self.at(self.now + after, lambda: self._turn(process, partial(self._begin, process)))
        return process

    def _begin(self, process: Process) -> None:
        self.note(f"{process.spec.name} starts")
        process.inhabitant = self._inhabitant_of(process)
        process.inhabitant.start()
        for actor in process.resident_actors:
            self._checker.woke(actor)

    def _inhabitant_of(self, process: Process) -> SimulatedHost | Worker:
        transport = SimulatedTransport(
            self._process_of, partial(self._send, process), self.restart_process, self._retire
        )
        edge = (process.spec, self._store, transport, SimulatedTimers(partial(self._remind, process)))
        return inhabitant(*edge, self._blueprint, self._outside, self._heard)

    def _next(self, process: Process) -> None:
        """Handle the first mail, by chance together with some that came after it."""
        if not process.inbox or not process.alive:
            return
        process.current = process.inbox.popleft()
        while process.inbox and self._chance.schedule.random() < 0.3:
            process.current = [*process.current, *process.inbox.popleft()]
        self._turn(process, partial(self._deliver, process))

    def _deliver(self, process: Process) -> None:
        assert process.inhabitant is not None  # noqa: S101  (the process is busy until it has one)
        if self._note is not None:
            self.note(f"{process.spec.name}{' (zombie)' if process.is_zombie else ''} <- {told(process.current)}")
        process.inhabitant.deliver(process.current)

    def _turn(self, process: Process, act: Callable[[], None]) -> None:
        """Take one step of a process; its next mail waits until the time that the step takes has passed."""
        if not process.alive:
            return
        process.busy = True
        self._checker.turn_begins(process.current)
        self._store.lag, self._turn_began = 0.0, self.service_log.stopwatch
        try:
            act()
        except Killed:
            self.note(f"{process.spec.name} dies at it")
            self.crash(process)
            return
        except Hung:
            self.note(f"{process.spec.name} hangs")
            return
        if not process.is_zombie and process.spec.kind not in {WORKER, ESSAY}:
            for resident in process.resident_actors:
                self._checker.looked(resident)
        if process.inhabitant is not None and process.inhabitant.is_over:
            self._end(process)
            return
        process.current = []
        took = self._took()
        if took:
            self.at(self.now + took, partial(self._free, process))
        else:
            self._free(process)

    def _took(self) -> float:
        """Virtual seconds that this step has taken so far, waiting for the store and working."""
        return self._store.lag + self.service_log.stopwatch - self._turn_began

    def _free(self, process: Process) -> None:
        process.busy = False
        self._next(process)

    def _remind(self, process: Process, after: float, mail: Mail) -> None:
        for _, message in mail:
            self._checker.reminded(after, message)
        self.at(self.now + self._took() + after, lambda: self._receive(process, mail) if process.alive else None)

    def _slept(self, seconds: float) -> None:
        self._store.lag += seconds

    @property
    def living(self) -> Sequence[Process]:
        """All processes that are up, in the order of their start."""
        return [process for process in self._processes.values() if process.inhabitant is not None]

    def crash(self, process: Process, *, mail_survives: bool | None = None) -> None:
        """Kill a process and start it anew; mail that it has not handled goes to the successor, or is lost."""
        process.alive = False
        self.service_log.worker_deaths += process.is_worker
        if process.is_zombie:
            return
        survives = not process.is_worker and (not self.faults.loss or self._chance.crash.random() < 0.5)
        survives = survives if mail_survives is None else mail_survives
        successor = self._start(process.spec, RESTART_SECONDS)
        if survives:
            successor.inbox.extend(mail for mail in (process.current, *process.inbox) if mail)

    def _end(self, process: Process) -> None:
        """Let a process end by itself; mail that it has not handled goes to whichever process then has its name."""
        self.note(f"{process.spec.name}{' (zombie)' if process.is_zombie else ''} ends")
        process.alive = False
        if self._processes.get(process.spec.name) is process:
            del self._processes[process.spec.name]
        mails = (process.current, *process.inbox)
        left = ([letter for letter in mail if not isinstance(letter[1], PassivationDue)] for mail in mails)
        for mail in filter(None, left):  # empty mail would start it again
            self._leave(process.spec, mail)

    def leave_behind(self, process: Process) -> None:
        """Start a successor of a process that is believed dead, but goes on."""
        self.note(f"{process.spec.name} has a successor and goes on")
        process.is_zombie = True
        self._zombies[process.spec.name] = process
        self._start(process.spec, RESTART_SECONDS)

    def bury_zombies(self) -> None:
        """End all processes that have successors."""
        for zombie in self._zombies.values():
            zombie.alive = False
        self._zombies.clear()

    def wipe_out(self) -> None:
        """Kill everything, including mail under way; only the store is left."""
        self.note("everything dies")
        self.bury_zombies()
        for process in self._processes.values():
            process.alive = False
            self.service_log.worker_deaths += process.is_worker
        self._processes.clear()
        self._era += 1

    def restart_process(self, spec: ProcessSpec) -> None:
        """Restart a worker that hangs, as the queue asks."""
        self.note(f"{spec.name} is restarted")
        if spec.name in self._processes:
            self.crash(self._processes[spec.name])

    def _retire(self, spec: ProcessSpec) -> None:
        """End a worker that has nothing to do, as the queue asks; mail under way to it starts it again."""
        self.note(f"{spec.name} is retired")
        if (process := self._processes.pop(spec.name, None)) is not None:
            process.alive = False

    def set_faults(self, faults: Faults) -> None:
        """Change the faults from now on."""
        self.faults = self._store.faults = self._network.faults = faults

    def _saved(self, records: Sequence[Record]) -> None:
        for line in stored(records) if self._note is not None else ():
            self.note(line)
        self.model.saved(records)
        demand_kept(records, self.inner, self.model)

    def _heard(self, address: str, message: Message) -> None:
        if self._note is not None:
            self.note(f"  tells {address} {brief(message)}")
        self._checker.heard(address, message)
        if isinstance(message, RoundPlanned) and message.awaited:
            self.asked_people.append((address, self.service_log.cohort_key, message))
