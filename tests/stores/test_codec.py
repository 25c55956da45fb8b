"""Values become rows, and the same values again; rows of an older program are read as it meant them."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from actors.core.effects import correlation_id_of
from actors.core.essay_state import EssayState
from actors.core.records import EventRecord, ResultRecord
from actors.stores import codec
from actors.stores.schema import SCHEMA_VERSION
from actors.stores.store import StoreError
from contracts.phases import PhaseName
from tests.stores.examples import NOON, batch, essay, event, moved, piece, running_header, settled_essay, text

LATER = datetime(2026, 3, 2, tzinfo=UTC)


def _batch_columns(*left_out: str) -> dict[str, Any]:
    """A batch's row by its columns, its small part without what is left out."""
    columns = dict(zip(codec.BATCH_COLUMNS, codec.batch_row(batch(running_header()), LATER), strict=True))
    small = {name: value for name, value in json.loads(columns["header"]).items() if name not in left_out}
    return columns | {"header": json.dumps(small)}


@pytest.mark.parametrize("state", [essay(), settled_essay(), settled_essay()._replace(last=False, file="")])
def test_an_essay_is_read_as_it_was_written(state: EssayState) -> None:
    """Whatever is in its fields, and its row says of which version it is."""
    row = codec.essay_row(state)
    assert dict(zip(codec.ESSAY_COLUMNS, row, strict=True))["record_version"] == SCHEMA_VERSION
    read = codec.essay_state(row)
    assert read == state
    assert (type(read.last), type(read.status), type(read.phase)) == (bool, type(state.status), type(state.phase))


def test_of_a_move_is_written_where_an_essay_stands_and_not_which_one_it_is() -> None:
    """Many essays are moved by one statement."""
    columns = codec.moved_columns(moved(correlation_id=settled_essay().correlation_id))
    assert columns.keys().isdisjoint({"batch_id", "essay_id"})
    assert columns["correlation_id"] == str(settled_essay().correlation_id)
    assert columns["record_version"] == SCHEMA_VERSION
    assert codec.moved_columns(moved())["correlation_id"] is None


def test_a_batch_is_read_as_it_was_written() -> None:
    """From its two documents, and the order that the essays have."""
    columns, header = _batch_columns(), running_header()._replace(order=("å", "b"))
    assert codec.batch_header("b1", columns["header"], columns["large"], iter(["å", "b"])) == header
    assert (columns["batch_id"], columns["status"], columns["stage"]) == ("b1", header.status, header.stage)
    assert (columns["created_at"], columns["updated_at"]) == (LATER.isoformat(), NOON.isoformat())
    assert codec.pipeline_state(columns["pipeline_state"]) == batch(header).pipeline_state
    assert columns["record_version"] == SCHEMA_VERSION


def test_a_batch_of_an_older_program_is_read_as_it_was_meant() -> None:
    """What it did not know of has the value that it had before."""
    columns = _batch_columns("correlation_id", "packed", "urgent")
    header = codec.batch_header("b1", columns["header"], columns["large"], ())
    assert (header.correlation_id, header.packed, header.urgent) == (correlation_id_of("b1"), None, False)


@pytest.mark.parametrize("noted", [2, 0])
def test_essays_are_counted_only_where_their_number_is_not_noted(noted: int) -> None:
    """Whoever looks again and again need not count."""
    columns, asked = _batch_columns(), list[str]()
    small = json.loads(columns["header"]) | {"essays": noted}
    row = [columns[name] for name in ("batch_id", "status", "stage", "created_at", "updated_at")]

    def count(batch_id: str) -> int:
        asked.append(batch_id)
        return 30

    line, header = codec.batch_summary((*row, json.dumps(small)), count), running_header()
    assert (line.batch_id, line.status, line.stage) == ("b1", header.status, header.stage)
    assert (line.created_at, line.updated_at, line.essays) == (LATER, NOON, noted or 30)
    assert (line.run, line.paused, line.packed) == (header.run, header.paused, header.packed)
    assert asked == ([] if noted else ["b1"])


def test_a_text_is_read_from_whatever_a_database_gives_for_bytes() -> None:
    """PostgreSQL's driver gives a view of memory."""
    for content in ("", "smörgås", "\udcff\x00"):
        _, written = codec.text_row(text(content))
        assert codec.text_content(written) == content
        assert codec.text_content(memoryview(written)) == content  # type: ignore[arg-type]


@pytest.mark.parametrize("essay_id", ["amira", None])
def test_an_event_is_read_as_it_was_written(essay_id: str | None) -> None:
    """Of an essay, or of the batch; behind its columns may come others."""
    written: EventRecord = event("e1", essay_id=essay_id)
    row = codec.event_row(written)
    assert dict(zip(codec.EVENT_COLUMNS, row, strict=True))["essay_id"] == (essay_id or "")
    assert codec.event_record((*row, "more")) == written


def test_a_result_and_a_piece_are_read_as_they_were_written() -> None:
    """Each with the version of its row."""
    written = ResultRecord("key-1", PhaseName.NLP, "t2", "{}", "t1")
    row = dict(zip(codec.RESULT_COLUMNS, codec.result_row(written), strict=True))
    assert codec.result_record([row[name] for name in ResultRecord._fields]) == written
    kept = dict(zip(codec.PIECE_COLUMNS, codec.piece_row(piece("a|b", "b1", value={"winner": "a"})), strict=True))
    assert (kept["cohort_key"], kept["piece"], codec.piece_value(kept["value"])) == ("cohort", "a|b", {"winner": "a"})
    assert (row["record_version"], kept["record_version"]) == (SCHEMA_VERSION, SCHEMA_VERSION)


def test_a_phase_that_is_not_installed_here_is_read_by_its_name() -> None:
    """A store may be looked at without all that its batches were worked on with."""
    read = codec.result_record(("key-1", "unheard_of", "t2", "{}", "t1"))
    assert (read.key, str(read.phase)) == ("key-1", "unheard_of")


def test_what_cannot_be_read_is_said_with_its_cause() -> None:
    """No program of ours has written it in this way."""
    said = r"^A stored record cannot be read; another version may have written it \(JSONDecodeError: .+\)\.$"
    with pytest.raises(StoreError, match=said):
        codec.piece_value("no JSON")
