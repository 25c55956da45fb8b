"""Which process runs a batch in a PostgreSQL store now; for an SQLite store, the lock on its file answers this.

Several programs may write to one server, each running its own batches. Each process holds, as long as it lives, an
advisory lock with its own number on its own connection: the server releases it when the process is gone, however it
ended. A batch's claim has a note of who runs it, with that number. The note can outlive its process; the lock decides.

This is no fence: a process that the server has lost sight of may still write. The epochs of ``store.claim`` stop it.
"""

import json
import secrets
from collections.abc import Iterable, Mapping
from contextlib import suppress
from threading import Event, Lock, Thread
from typing import Any, Final

from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import SQLAlchemyError

from actors.core.batch_state import BatchStage
from actors.stores.database_errors import as_store_errors
from actors.stores.lock_note import is_note, note_of, note_text
from actors.stores.store import StoreInUseError

PULSE_SECONDS: Final = 5.0
_BITS: Final = 62  # of the number of a lock, which is a positive BIGINT

# If a whole machine is gone, the server hears nothing more: it probes the connection, and gives up after half a minute.
_NOTICE_A_DEAD_MACHINE: Final = (
    "SET tcp_keepalives_idle = 10; SET tcp_keepalives_interval = 5; SET tcp_keepalives_count = 4"
)
_HOLD: Final = text("SELECT pg_try_advisory_lock(:number)")
_STILL_THERE: Final = text("SELECT 1")
_STAMP: Final = text("UPDATE claims SET holder = :note WHERE batch_id = :batch_id AND holder <> :note")
_HOLDERS: Final = """
    SELECT claims.batch_id, claims.holder
    FROM (SELECT batch_id, nullif(holder, '') AS holder FROM claims) AS claims
    JOIN pg_locks ON pg_locks.locktype = 'advisory' AND pg_locks.objsubid = 1 AND pg_locks.granted
        AND pg_locks.database = (SELECT oid FROM pg_database WHERE datname = current_database())
        AND (pg_locks.classid::bigint << 32) | pg_locks.objid::bigint
            = (claims.holder::json ->> 'number')::bigint
"""
_OTHER: Final = f"""
    SELECT found.holder FROM ({_HOLDERS}) AS found LEFT JOIN batches USING (batch_id)
    WHERE batch_id = :batch_id AND coalesce(batches.stage, '') <> '{BatchStage.ENDED}'
"""  # noqa: S608  (constants)


class AdvisoryLock:
    """A lock in the database that this process holds for as long as it lives.

    Args:
        engine: connects to the server; one connection is kept for this lock alone.
        owner: JSON values to show to other programs that want a batch which this process runs.

    Raises:
        StoreUnavailableError: the server does not answer.
    """

    def __init__(self, engine: Engine, owner: Mapping[str, Any]) -> None:
        self._engine = engine
        self._number = secrets.randbits(_BITS)
        self._note = json.dumps({**note_of(owner), "number": self._number})
        self._connection: Connection | None = None
        self._is_held = False
        self._stamped: set[str] = set()
        self._closing = Event()
        self._lock = Lock()
        with as_store_errors():
            self._hold()
        self._pulse = Thread(target=self._keep_holding, name="store-advisory-lock", daemon=True)
        self._pulse.start()

    def take(self, connection: Connection, batch_id: str) -> None:
        """Note that this process runs the batch, in the transaction of the claim.

        Raises:
            StoreInUseError: another living process runs the batch, and it has not ended.
        """
        found = connection.execute(text(_OTHER), {"batch_id": batch_id}).scalar()
        other = None if found is None else json.loads(found)
        if other is not None and other["number"] != self._number:
            raise StoreInUseError(f"Batch {batch_id} is being run by {note_text(other)}: wait for it, or stop it.")
        self._stamp(connection, [batch_id])

    def confirm(self, connection: Connection, batch_ids: Iterable[str]) -> None:
        """Note that this process runs batches that a predecessor (a store's process that was killed) has claimed."""
        self._stamp(connection, [batch_id for batch_id in batch_ids if batch_id not in self._stamped])

    def _stamp(self, connection: Connection, batch_ids: list[str]) -> None:
        if batch_ids:
            connection.execute(_STAMP, [{"note": self._note, "batch_id": batch_id} for batch_id in batch_ids])
            self._stamped.update(batch_ids)

    def forget_what_is_noted(self) -> None:
        """Call this after a failed transaction: notes that it did not write must not be taken as written."""
        self._stamped.clear()

    def _keep_holding(self) -> None:
        while not self._closing.wait(PULSE_SECONDS):
            with suppress(SQLAlchemyError):  # the server is down, which the store's own calls will report
                self._hold()

    def _hold(self) -> None:
        """Make sure that the lock is held; after an outage, on a new connection."""
        with self._lock:
            if self._closing.is_set():
                return
            try:
                if self._connection is None:
                    self._connection = self._connected()
                if self._is_held:
                    self._connection.execute(_STILL_THERE)
                else:  # for a while, the server may take the connection from before an outage, and its lock, for alive
                    self._is_held = bool(self._connection.execute(_HOLD, {"number": self._number}).scalar())
            except SQLAlchemyError:
                self._let_go()
                raise

    def _connected(self) -> Connection:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        connection.exec_driver_sql(_NOTICE_A_DEAD_MACHINE)
        return connection

    def _let_go(self) -> None:
        connection, self._connection = self._connection, None
        self._is_held = False
        if connection is not None:
            with suppress(SQLAlchemyError):
                connection.invalidate()  # close it, so that it does not go back to the pool with the lock on it
                connection.close()

    def close(self) -> None:
        """Release the lock; closing twice is harmless."""
        self._closing.set()
        with self._lock:
            self._let_go()


def holders_in(engine: Engine) -> Mapping[str, dict[str, Any]]:
    """Who runs which batch right now, as notes by batch."""
    with as_store_errors(), engine.connect() as connection:
        found = connection.execute(text(_HOLDERS)).all()
    notes = {row.batch_id: json.loads(row.holder) for row in found}
    return {batch_id: note for batch_id, note in notes.items() if is_note(note)}
