"""The statements that write records, for each database, as a program compiles them."""

import re
from collections.abc import Sequence

import pytest
from sqlalchemy import Dialect
from sqlalchemy.dialects import postgresql, sqlite

from actors.core.records import Fence, Record
from actors.stores import codec, schema, writing
from actors.stores.writing import Writer
from tests.stores.examples import batch, essay, event, header


@pytest.fixture(params=[sqlite.dialect, postgresql.dialect], ids=["sqlite", "server"])
def writer(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Writer:
    """Of a program that has compiled nothing before."""
    monkeypatch.setattr(writing, "_STATEMENTS", {})
    dialect: Dialect = request.param()
    return Writer(dialect)


def _renewed(statement: str) -> set[str]:
    """The columns that are renewed where the row is there."""
    return set(re.findall(r"(\w+) = excluded\.\1\b", statement.partition("DO UPDATE SET")[2]))


@pytest.mark.parametrize(
    ("name", "columns", "key", "keep"),
    [
        ("_essay", codec.ESSAY_COLUMNS, "batch_id, essay_id", set()),
        ("_whole_batch", codec.BATCH_COLUMNS, "batch_id", {"created_at"}),
        ("_batch", codec.BATCH_COLUMNS, "batch_id", {"created_at", "large"}),
        ("_result", codec.RESULT_COLUMNS, "key", set()),
        ("_piece", codec.PIECE_COLUMNS, "cohort_key, piece", set()),
    ],
)
def test_a_row_that_is_there_is_renewed_but_for_what_is_kept(
    writer: Writer, name: str, columns: Sequence[str], key: str, keep: set[str]
) -> None:
    """Its key says which it is; a batch keeps the time at which it came, and its large part where that is not given."""
    statement = getattr(writer, name).replace('"', "")
    assert f"({', '.join(columns)}) VALUES (" in statement
    assert f"ON CONFLICT ({key}) DO UPDATE SET" in statement
    assert _renewed(statement) == {*columns} - {*key.split(", ")} - keep


@pytest.mark.parametrize("name", ["_founding", "_text", "_event", "_use"])
def test_a_row_that_is_there_is_left_alone(writer: Writer, name: str) -> None:
    """A text is what its name says, an event has happened, and an essay that was founded has gone on since."""
    assert "ON CONFLICT DO NOTHING" in getattr(writer, name)


@pytest.mark.parametrize("name", ["_founding", "_essay"])
def test_values_stand_where_the_driver_of_the_database_puts_them(writer: Writer, name: str) -> None:
    """Plain tuples for SQLite's, names for PostgreSQL's."""
    values = getattr(writer, name).partition("VALUES (")[2]
    assert values.startswith({"qmark": "?, ?, ", "pyformat": "%(batch_id)s"}[writer._dialect.paramstyle])


def test_sqlite_is_written_without_the_package_of_another_database() -> None:
    """To import it takes a tenth of a second."""
    ours, servers = sqlite.dialect(), postgresql.dialect()  # type: ignore[no-untyped-call]
    assert isinstance(writing._insert(schema.TEXTS, ours), sqlite.Insert)
    assert isinstance(writing._insert(schema.TEXTS, servers), postgresql.Insert)


def test_a_program_compiles_a_statement_once(writer: Writer) -> None:
    """For each store that it opens."""
    before = dict(writing._STATEMENTS)
    again = Writer(writer._dialect)
    assert before == writing._STATEMENTS
    assert again._essay is writer._essay


def test_a_use_is_written_once_until_what_is_noted_may_be_wrong(writer: Writer) -> None:
    """Each state of an essay mentions what its last one did."""
    assert writer._new_uses({("t", "b")}) == [("t", "b")]
    assert writer._new_uses({("u", "b")}) == [("u", "b")]
    assert writer._new_uses({("t", "b"), ("v", "b")}) == [("v", "b")]
    writer.forget_what_is_noted()
    assert writer._new_uses({("t", "b")}) == [("t", "b")]


def test_no_more_is_noted_than_memory_is_there_for(writer: Writer, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond that all is forgotten, and written once more."""
    monkeypatch.setattr(writing, "_MOST_NOTED", 2)
    writer._new_uses({("t", "b"), ("u", "b")})
    assert writer._new_uses({("t", "b")}) == []
    writer._new_uses({("v", "b")})
    assert writer._new_uses({("t", "b")}) == [("t", "b")]


def test_the_batches_on_whose_claims_commits_depend_are_those_of_their_headers_and_fences() -> None:
    """An essay's state or an event is written whoever runs its batch."""
    commits: list[list[Record]] = [[Fence("b1", 1), event("e1", "b4")], [batch(header("b2"))], [essay("x", "b3")]]
    assert writing.batches_in(commits) == {"b1", "b2"}
    assert writing.batches_in([]) == set()
