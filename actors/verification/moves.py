"""What may happen next in a state of the world, and the state that follows."""

from collections.abc import Iterator
from typing import NamedTuple

from actors.core.addresses import batch_address, kind_of
from actors.core.batch_state import BatchStage, BatchState
from actors.core.effects import Tell
from actors.core.invariants import demand
from actors.core.operator_commands import is_applied, refusal
from actors.verification.scope import commands_of, faults_left, spent
from actors.verification.state import BATCH, State, Work
from actors.verification.worker import WorkerState, announcement, gives_back
from actors.verification.world import World
from contracts.messages import ExtendPipeline, OperatorCommand, PhaseDeadlineDue, ResumeBatch, RetryFailed


class Move(NamedTuple):
    """Something that happens: ``letter`` is the number of a letter, ``whom`` an address or a word.

    ``is_free`` says that it needs neither a fault nor an operator.
    """

    what: str
    letter: int = -1
    whom: str = ""
    is_free: bool = True


Next = tuple[Move, State]


def with_mail(state: State, mail: int, purse: int) -> State:
    """This state with other mail and another purse."""
    batch, essays, cohorts, queue, workers, kept, log, _, _ = state
    return State(batch, essays, cohorts, queue, workers, kept, log, mail, purse)


class Moves:
    """Lists what may happen in a world. ``trying`` is the move that was tried last."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._commands = commands_of(world.scope)
        self.trying = Move("begins")

    def after(self, state: State) -> Iterator[Next]:
        """All moves that are possible in a state, always in the same order, with the states they lead to.

        Raises:
            Violated: a decision breaks an invariant.
        """
        silent = self._world.is_silent(state)
        yield from self._mail(state, silent=silent)
        yield from self._workers(state, silent=silent)
        if silent:
            yield from self._driver(state)
        if (purse := spent(state.purse, "commands")) is not None:
            yield from self._orders(state, purse)
        if (purse := spent(state.purse, "crashes")) is not None:
            yield from self._crashes(state._replace(purse=purse))
        if (purse := spent(state.purse, "losses")) is not None:
            yield from self._losses(state, purse)

    def _try(self, what: str, letter: int = -1, whom: str = "", *, is_free: bool = True) -> Move:
        self.trying = Move(what, letter, whom, is_free)
        return self.trying

    # ------------------------------------------------------------ mail

    def _mail(self, state: State, *, silent: bool) -> Iterator[Next]:
        world = self._world
        twice = spent(state.purse, "duplicates")
        for letter in world.mail.places(state.mail):
            if world.mail.slow >> letter & 1:
                yield from self._reminder(state, letter, silent=silent)
                continue
            move = self._try("comes", letter)
            after = world.delivered(state, letter)
            if after is None:
                continue
            yield from self._at_once(move, after)
            if twice is not None and not world.mail.reminders >> letter & 1:
                kept = with_mail(after, after.mail | 1 << letter, twice)
                yield from self._at_once(self._try("comes, and will come again", letter, is_free=False), kept)

    def _at_once(self, move: Move, after: State) -> Iterator[Next]:
        """Let a worker do a lease as soon as it takes it, unless the scope has leases given back."""
        place = self._world.busy(after) if not self._world.scope.returns else None
        if place is None:
            yield move, after
        else:
            yield from self._works(after, place, is_free=move.is_free)

    def _reminder(self, state: State, letter: int, *, silent: bool) -> Iterator[Next]:
        world = self._world
        if silent and not isinstance(world.mail.letters[letter].message, PhaseDeadlineDue):
            move, purse = self._try("comes", letter), state.purse
        elif (hurried := spent(state.purse, "hurries")) is not None:
            move, purse = self._try("comes early", letter, is_free=False), hurried
        else:
            return
        after = world.delivered(state, letter)
        if after is not None:
            yield move, with_mail(after, after.mail, purse)

    def _losses(self, state: State, purse: int) -> Iterator[Next]:
        told = state.mail & ~self._world.mail.reminders
        for letter in self._world.mail.places(told):
            yield (
                self._try("is lost", letter, is_free=False),
                with_mail(state, state.mail & ~(1 << letter), purse),
            )
        if told & (told - 1):
            yield self._try("all mail is lost", is_free=False), with_mail(state, state.mail & ~told, purse)

    # ------------------------------------------------------------ workers

    def _workers(self, state: State, *, silent: bool) -> Iterator[Next]:
        world = self._world
        hurried = state.purse if silent else spent(state.purse, "hurries")
        for place, number in enumerate(state.workers):
            worker: WorkerState = world.values[number]
            if worker.lease is not None:
                yield from self._works(state, place)
                yield from self._returns(state, place, worker)
            elif hurried is not None:
                mail = state.mail | world.mail.posted([announcement(worker)])
                move = self._try("announces itself", whom=worker.address, is_free=silent)
                yield move, with_mail(state, mail, hurried)

    def _works(self, state: State, place: int, *, is_free: bool = True) -> Iterator[Next]:
        world = self._world
        for work in world.works(state, place):
            purse = spent(state.purse, "failures") if work.failed else state.purse
            if purse is None:
                continue
            move = self._try(work.how, work.letter, work.worker, is_free=is_free)
            self._not_again(state, work)
            kept = state._replace(kept=work.kept, purse=purse)
            workers = (*state.workers[:place], work.after, *state.workers[place + 1 :])
            yield move, kept._replace(workers=workers, mail=state.mail | work.mail)
            if (crashing := spent(purse, "crashes")) is not None:
                move = self._try(f"{work.how}, and dies before it answers", work.letter, work.worker, is_free=False)
                yield move, world.crashed(kept, work.worker)._replace(purse=crashing)

    def _returns(self, state: State, place: int, worker: WorkerState) -> Iterator[Next]:
        world, purse = self._world, spent(state.purse, "returns")
        given = gives_back(worker)
        if purse is None or given is None or worker.lease is None:
            return
        move = self._try("gives back what is behind the work in hand", whom=worker.address)
        mail = state.mail | world.mail.posted([given[1]])
        yield move, with_mail(world.with_worker(state, place, given[0]), mail, purse)

    def _not_again(self, state: State, work: Work) -> None:
        scope = self._world.scope
        calm = faults_left(state.purse) == scope.faults and not scope.returns and not self._world.header(state).acts
        demand(not (work.again and calm), 5, "{} does again what is stored, and nothing went wrong", work.worker)

    # ------------------------------------------------------------ people

    def _driver(self, state: State) -> Iterator[Next]:
        world, header = self._world, self._world.header(state)
        if header.stage is BatchStage.NEW:
            mail = state.mail | world.registration()
            yield self._try("registers the batch again", whom="the driver"), state._replace(mail=mail)
        if header.paused:
            mail = state.mail | world.mail.posted([Tell(batch_address(BATCH), ResumeBatch())])
            yield self._try("resumes the batch", whom="the driver"), state._replace(mail=mail)

    def _orders(self, state: State, purse: int) -> Iterator[Next]:
        world = self._world
        known: BatchState = world.values[state.batch]
        for command in (*self._commands, *self._reopening(known)):
            if refusal(known, command) is not None or is_applied(known.header, command):
                continue
            mail = world.mail.posted([Tell(batch_address(BATCH), command)])
            move = self._try("says", mail.bit_length() - 1, "the operator", is_free=False)
            yield move, state._replace(mail=state.mail | mail, purse=purse)

    def _reopening(self, known: BatchState) -> tuple[OperatorCommand, ...]:
        run, scope = known.header.run + 1, self._world.scope
        said: dict[str, OperatorCommand] = {"retry": RetryFailed(run), "run": ExtendPipeline(run, scope.others[-1:])}
        return tuple(said[kind] for kind in scope.operators if kind in said)

    # ------------------------------------------------------------ crashes

    def _crashes(self, state: State) -> Iterator[Next]:
        world = self._world
        for address in world.addresses(state):
            after = world.crashed(state, address)
            yield self._try("dies, and is there again", whom=address, is_free=False), after
            if waiting := world.mail.of(state.mail, address, reminders=False):
                less = state._replace(mail=state.mail & ~waiting)
                move = self._try("dies with its mail, and is there again", whom=address, is_free=False)
                yield move, world.crashed(less, address)
        for letter in world.mail.places(state.mail & ~world.mail.slow):
            address = world.mail.letters[letter].address
            if kind_of(address) in {"batch", "essay"}:
                move = self._try("comes, and is saved; then dies before it speaks", letter, address, is_free=False)
                saved = world.delivered(state, letter, mute=True)
                if saved is not None:
                    yield move, world.crashed(saved, address)
            elif kind_of(address) == "worker":
                gone = with_mail(state, state.mail & ~(1 << letter), state.purse)
                move = self._try("comes, and kills whom it is for", letter, address, is_free=False)
                yield move, world.crashed(gone, address)
        yield self._try("everybody dies, with all mail", is_free=False), self._all_die(state)

    def _all_die(self, state: State) -> State:
        world = self._world
        state = state._replace(mail=0)
        for address in world.addresses(state):
            state = world.crashed(state, address, resumes=False)
        return state
