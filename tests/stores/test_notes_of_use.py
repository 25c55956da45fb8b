"""An SQL store remembers which uses of texts it has written, so that it writes each once."""

from pathlib import Path

import pytest
from sqlalchemy import event

from actors.core.records import Record, TextRecord
from actors.stores.opening import open_store
from actors.stores.sql import SqlStore
from tests.stores.examples import essay


@pytest.fixture
def store(tmp_path: Path) -> SqlStore:
    """A store in a file."""
    opened = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    assert isinstance(opened, SqlStore)
    return opened


def test_what_was_rolled_back_is_not_taken_for_noted(store: SqlStore) -> None:
    """Otherwise a batch's text would go when another batch with the same text is forgotten."""
    refuses = [True]

    @event.listens_for(store._writing_engine, "commit")
    def refuse(_: object) -> None:
        if refuses.pop():
            refuses.append(False)
            raise RuntimeError("the disk is gone")
        refuses.append(False)

    mine: list[Record] = [essay("amira", "b2", text_id="t", original_text_id="t"), TextRecord("t", "A text.")]
    with pytest.raises(RuntimeError):
        store.commit(mine)
    store.commit(mine)
    store.commit([essay("bo", "b3", text_id="t", original_text_id="t")])
    store.forget("b3")
    assert store.texts(["t"]) == {"t": "A text."}
    store.close()
