"""``column IN (any number of ids)``, with one parameter.

Databases limit the number of parameters, and writing them out takes SQLAlchemy longer than finding the rows.
"""

from collections.abc import Iterable
from json import dumps

from sqlalchemy import Column, ColumnElement, Dialect, Text, any_, func, literal, select


def is_among(column: Column[str], ids: Iterable[str], dialect: Dialect) -> ColumnElement[bool]:
    """Whether a column's value is one of these."""
    wanted = sorted(set(ids))
    if dialect.name == "sqlite":
        values = func.json_each(dumps(wanted)).table_valued("value")
        return column.in_(select(values.c.value))
    from sqlalchemy.dialects.postgresql import ARRAY  # noqa: PLC0415  (a tenth of a second, for who needs it only)

    return column == any_(literal(wanted, ARRAY(Text)))
