"""``column IN (any number of ids)``, with a single parameter.

Databases limit the number of parameters, and SQLAlchemy takes longer to write them out than the database to find the
rows.
"""

from collections.abc import Iterable
from json import dumps

from sqlalchemy import Column, ColumnElement, Dialect, Text, any_, func, literal, select


def is_among(column: Column[str], ids: Iterable[str], dialect: Dialect) -> ColumnElement[bool]:
    """The condition that a column's value is one of these ids."""
    wanted = sorted(set(ids))
    if dialect.name == "sqlite":
        values = func.json_each(dumps(wanted)).table_valued("value")
        return column.in_(select(values.c.value))
    from sqlalchemy.dialects.postgresql import ARRAY  # noqa: PLC0415  (takes a tenth of a second, and is rarely needed)

    return column == any_(literal(wanted, ARRAY(Text)))
