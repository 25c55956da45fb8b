"""A store in another process, tested without the process."""

import pickle

from actors.core.records import TextRecord
from actors.runtime.ray.remote_store import RemoteStore, answered
from actors.stores.memory import MemoryStore


def test_whatever_iterable_is_asked_with_can_travel() -> None:
    """Generators and dict views become lists on the way."""
    store = MemoryStore()
    store.commit([TextRecord("id", "text")])
    travelled: list[object] = []

    def ask(question: bytes) -> bytes:
        travelled.extend(pickle.loads(question)[1])  # noqa: S301  (our own)
        return answered(store, question)

    remote = RemoteStore(ask)
    assert remote.texts(text_id for text_id in ["id"]) == {"id": "text"}
    assert remote.texts({"a": "id"}.values()) == {"id": "text"}
    assert travelled == [["id"], ["id"]]
