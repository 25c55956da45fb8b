"""Renumbers leases: their numbers make no difference as long as their order is the same."""

from immutables import Map

from actors.core.work_queue_state import QueueState
from actors.verification.mail import Letter
from actors.verification.state import State
from actors.verification.worker import WorkerState
from actors.verification.world import World
from contracts.work import Assign, LeaseDue, LeaseFinished, WorkerReady, WorkReturned

Numbers = tuple[int, ...]


class Leases:
    """Gives the leases of a state the lowest numbers that keep their order."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._in_value: dict[int, Numbers] = {}
        self._in_mail: dict[int, Numbers] = {}
        self._renumbered: dict[tuple[int, Numbers], int] = {}
        self._mail_renumbered: dict[tuple[int, Numbers], int] = {}

    def renumbered(self, state: State) -> State:
        """The representative of all states that differ from this one only in the numbers of leases."""
        batch, essays, cohorts, queue, workers, kept, log, mail, purse = state
        told = mail & self._world.mail.about_leases
        all_ = {*self._in(queue), *self._in_letters(told)}
        for worker in workers:
            all_.update(self._in(worker))
        if all_ == set(range(len(all_))):
            return state
        numbers = tuple(sorted(all_))
        queue = self._value(queue, numbers)
        workers = tuple([self._value(worker, numbers) for worker in workers])
        mail = mail & ~told | self._letters(told, numbers)
        return State(batch, essays, cohorts, queue, workers, kept, log, mail, purse)

    def _in(self, number: int) -> Numbers:
        found = self._in_value.get(number)
        if found is None:
            found = self._in_value[number] = _leases_of(self._world.values[number])
        return found

    def _in_letters(self, told: int) -> Numbers:
        found = self._in_mail.get(told)
        if found is None:
            mail = self._world.mail
            letters = (mail.letters[place] for place in mail.places(told))
            found = self._in_mail[told] = tuple({each for letter in letters for each in _leases_in(letter)})
        return found

    def _value(self, number: int, numbers: Numbers) -> int:
        key = (number, numbers)
        other = self._renumbered.get(key)
        if other is None:
            value = self._world.values[number]
            other = self._renumbered[key] = self._world.values.number(_value_with(value, numbers))
        return other

    def _letters(self, told: int, numbers: Numbers) -> int:
        key = (told, numbers)
        other = self._mail_renumbered.get(key)
        if other is None:
            mail = self._world.mail
            letters = [_letter_with(mail.letters[place], numbers) for place in mail.places(told)]
            other = self._mail_renumbered[key] = mail.of_letters(letters)
        return other


def _leases_of(value: QueueState | WorkerState) -> Numbers:
    if isinstance(value, QueueState):
        return (*value.leases, value.next_lease)
    held = (value.lease.lease,) if value.lease is not None else ()
    return (*held, value.finished) if value.finished >= 0 else held


def _leases_in(letter: Letter) -> Numbers:
    match letter.message:
        case Assign(lease=number) | LeaseDue(lease=number) | LeaseFinished(lease=number) | WorkReturned(lease=number):
            return (number,)
        case WorkerReady(finished=number) if number >= 0:
            return (number,)
    return ()


def _value_with(value: QueueState | WorkerState, numbers: Numbers) -> QueueState | WorkerState:
    if isinstance(value, QueueState):
        leases = Map({numbers.index(number): lease for number, lease in value.leases.items()})
        workers = Map(
            {
                address: worker._replace(leases=tuple(numbers.index(number) for number in worker.leases))
                for address, worker in value.workers.items()
            }
        )
        return value._replace(next_lease=numbers.index(value.next_lease), leases=leases, workers=workers)
    finished = numbers.index(value.finished) if value.finished >= 0 else value.finished
    lease = value.lease._replace(lease=numbers.index(value.lease.lease)) if value.lease is not None else None
    return value._replace(finished=finished, lease=lease)


def _letter_with(letter: Letter, numbers: Numbers) -> Letter:
    match letter.message:
        case (Assign() | LeaseDue() | LeaseFinished() | WorkReturned()) as told:
            return letter._replace(message=told._replace(lease=numbers.index(told.lease)))
        case WorkerReady(finished=number) as ready if number >= 0:
            return letter._replace(message=ready._replace(finished=numbers.index(number)))
    return letter
