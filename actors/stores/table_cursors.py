"""Cursors of a store on a server, and the store's id, which cursors in files need."""

from sqlalchemy import Engine, func, select
from typing_extensions import override

from actors.stores import schema
from actors.stores.cursors import Cursors
from actors.stores.database_errors import as_store_errors


class TableCursors(Cursors):
    """Implements ``Cursors`` in a table of PostgreSQL.

    Moving a cursor is not ordered with commits, and does not wait for writers of the log.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    @override
    def position(self, name: str) -> int:
        cursors = schema.CURSORS.c
        with as_store_errors(), self._engine.connect() as connection:
            return connection.execute(select(cursors.sequence).where(cursors.name == name)).scalar() or 0

    @override
    def move(self, name: str, sequence: int, *, reset: bool) -> None:
        from sqlalchemy.dialects.postgresql import insert  # noqa: PLC0415  (a tenth of a second)

        row = insert(schema.CURSORS).values(name=name, sequence=sequence)
        highest = func.greatest(schema.CURSORS.c.sequence, row.excluded.sequence)
        moved = {"sequence": row.excluded.sequence if reset else highest}
        with as_store_errors(), self._engine.begin() as connection:
            connection.exec_driver_sql("SET TRANSACTION READ WRITE")  # also in a store that is opened read-only
            connection.execute(row.on_conflict_do_update(index_elements=["name"], set_=moved))


def store_id_in(engine: Engine) -> str:
    """The id of the store in this database."""
    with as_store_errors(), engine.connect() as connection:
        return str(connection.execute(select(schema.VERSION.c.store_id)).scalar_one())
