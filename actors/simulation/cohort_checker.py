"""Checks messages about cohorts: requests, plans and results must agree with commands and with earlier failures."""

from actors.core.addresses import batch_of, cohort_place
from actors.core.invariants import demand
from actors.core.work_queue_state import Identity, failed_identity, identity_of
from actors.runtime.transport import Mail
from actors.simulation.reference_model import ReferenceModel
from actors.simulation.services import ServiceLog
from contracts.messages import Message, WorkFailed
from contracts.work import Assign, CohortFinished, CohortWork, CohortWorkFailed, RoundPlanned, WorkRequested


class CohortChecker:
    """Checks messages against what is stored, and against the attempts that were reported as failed."""

    def __init__(self, model: ReferenceModel, service_log: ServiceLog) -> None:
        self._model = model
        self._service_log = service_log
        self._failed: set[Identity] = set()

    def heard(self, address: str, message: Message, mail: Mail) -> None:
        """Check a message to an address, from a process that is handling ``mail``.

        Raises:
            Violated: it does not follow from earlier messages.
        """
        match message:
            case WorkFailed() | CohortWorkFailed():
                self._failed.add(failed_identity(address, message))
            case WorkRequested() if message.work.attempt:
                before = identity_of(message)._replace(attempt=message.work.attempt - 1)
                demand(before in self._failed, 4, "{} is asked for, and nobody said that the one before failed", before)
            case RoundPlanned() | CohortFinished():
                self._planned(address, message)
                self._kept(address, message, mail)

    def _planned(self, address: str, message: RoundPlanned | CohortFinished) -> None:
        commanded = self._model.of(batch_of(address) or "").commanded.get(cohort_place(address), {})
        if isinstance(message, RoundPlanned):
            pieces = (piece.partition(":")[2] for piece, _ in (*message.pieces, *message.awaited))
            named = {name for names in pieces for name in names.split("|")}
            demand(named <= commanded.keys(), 3, "pieces of {} are planned, commanded were {}", named, commanded.keys())
            return
        told = message.successes.keys() | message.failures.keys()
        demand(told == commanded.keys(), 3, "{} are finished, commanded were {}", told, commanded.keys())
        made_from = {name: self._model.results[key].original_text_id for name, (_, key) in message.successes.items()}
        wrong = {name for name, text_id in made_from.items() if text_id != commanded[name]}
        demand(not wrong, 3, "{} are finished with another text than commanded", wrong)

    def _kept(self, address: str, message: RoundPlanned | CohortFinished, mail: Mail) -> None:
        """8: pieces that were given up are stored as such, so that every later plan leaves them out."""
        stored = {piece for _, piece in self._service_log.pieces}
        for _, assign in mail:
            for request in assign.requests if isinstance(assign, Assign) else ():
                work = request.work
                if isinstance(work, CohortWork) and request.reply_to == address and work.step == message.step:
                    demand(stored >= {*work.given_up}, 8, "{} are given up, and that is not kept", work.given_up)
