"""Cursors of a store that is kept by a server, and what cursors need to know of a database."""

from functools import cache, partial
from typing import Final

from sqlalchemy import Engine, func, select

from actors.stores import schema
from actors.stores.migrations import version_of
from actors.stores.store import StoreOutdatedError
from actors.stores.trouble import as_store_errors

_SINCE: Final = 5  # the version of the schema that knows of cursors


class TableCursors:
    """Implements ``Cursors`` in a table of PostgreSQL.

    Moving one takes no part in the order of commits, and waits for no writer of the log.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._check = cache(partial(check_cursors, engine))

    def position(self, name: str) -> int:
        """As its row says."""
        cursors = schema.CURSORS.c
        self._check()
        with as_store_errors(), self._engine.connect() as connection:
            return connection.execute(select(cursors.sequence).where(cursors.name == name)).scalar() or 0

    def move(self, name: str, sequence: int, *, reset: bool) -> None:
        """In a transaction of its own."""
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415  (a tenth of a second)

        self._check()
        row = insert(schema.CURSORS).values(name=name, sequence=sequence)
        highest = func.greatest(schema.CURSORS.c.sequence, row.excluded.sequence)
        moved = {"sequence": row.excluded.sequence if reset else highest}
        with as_store_errors(), self._engine.begin() as connection:
            connection.exec_driver_sql("SET TRANSACTION READ WRITE")  # where the rest of the store is only read, too
            connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=moved))


def store_id_in(engine: Engine) -> str:
    """The id of the store in this database.

    Raises:
        StoreOutdatedError: an older program made it.
    """
    check_cursors(engine)
    with as_store_errors(), engine.connect() as connection:
        return str(connection.execute(select(schema.VERSION.c.store_id)).scalar_one())


def check_cursors(engine: Engine) -> None:
    """Refuse a store that is read as an older program made it.

    Raises:
        StoreOutdatedError: it has no place for cursors yet.
    """
    with as_store_errors(), engine.connect() as connection:
        found = version_of(connection) or 0
    if found < _SINCE:
        raise StoreOutdatedError(
            f"This store has version {found} of the schema, and cursors need {_SINCE}: open it once for writing, "
            "which brings it up to date."
        )
