"""A network on which mail arrives late, out of order, in parts, twice, or not at all."""

from collections.abc import Callable, Iterator

from actors.runtime.placement import ProcessSpec
from actors.runtime.transport import Mail
from actors.simulation.chance import Chance
from actors.simulation.scenario import Faults

LATE_DUPLICATE_SECONDS = 3.0


class Network:
    """Decides by chance how mail travels. ``lost`` is called with mail that never arrives."""

    def __init__(self, chance: Chance, lost: Callable[[Mail], None]) -> None:
        self.faults = Faults()
        self._chance = chance
        self._lost = lost
        self._latest: dict[str, float] = {}  # when the last mail to a process arrives

    def journeys(self, process: ProcessSpec, mail: Mail, now: float) -> Iterator[tuple[float, Mail]]:
        """The arrivals of the mail's parts, each with its virtual time; a part may arrive twice, or never."""
        faults, chance = self.faults, self._chance.loss
        parts = [[each] for each in mail] if faults.split and chance.random() < faults.split else [mail]
        for part in parts:
            if faults.loss and chance.random() < faults.loss:
                self._lost(part)
                continue
            yield self._arrival(process, now), part
            if faults.duplication and chance.random() < faults.duplication:
                late = chance.expovariate(1 / LATE_DUPLICATE_SECONDS) if chance.random() < 0.3 else 0.0
                yield self._arrival(process, now) + late, part

    def _arrival(self, process: ProcessSpec, now: float) -> float:
        faults, chance = self.faults, self._chance.schedule
        delay = faults.delay * chance.expovariate(1.0)
        arrival = now + (delay * 100 if faults.spike and chance.random() < faults.spike else delay)
        if faults.in_order:
            arrival = self._latest[process.name] = max(arrival, self._latest.get(process.name, 0.0))
        return arrival
