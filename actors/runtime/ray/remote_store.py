"""A store in another process.

Questions and answers are pickled here and travel as bytes: Ray's own pickling, which can also send functions, takes ten
times as long for our records.
"""

import pickle
from collections.abc import Callable
from typing import Any, Final

from typing_extensions import override

from actors.stores import store as stores
from actors.stores.proxy import StoreProxy, repeatable
from actors.stores.store import StoreError

_PROTOCOL: Final = pickle.HIGHEST_PROTOCOL


def answered(store: object, question: bytes) -> bytes:
    """Carry out a question, which is a call of one method, in the process of the store (or of another such object).

    The answer is (True, value), or (False, (name of the StoreError, its message)): store errors travel as data.
    """
    try:
        method, args, kwargs = pickle.loads(question)  # noqa: S301  (from our own processes)
    except Exception as error:  # noqa: BLE001  (something in it is not installed here)
        told = f"the store's process cannot read what it is asked ({type(error).__name__}: {error})"
        return pickle.dumps((False, (StoreError.__name__, told)), _PROTOCOL)
    try:
        value = getattr(store, method)(*args, **kwargs)
        answer: Any = True, list(value) if method == "events" else value
    except StoreError as error:
        answer = False, (type(error).__name__, str(error))
    return pickle.dumps(answer, _PROTOCOL)


class RemoteStore(StoreProxy):
    """Implements ``Store`` by asking the process where the store is.

    Args:
        ask: carries a question to ``answered`` in that process, and returns the answer.
    """

    def __init__(self, ask: Callable[[bytes], bytes]) -> None:
        self._ask = ask

    @override
    def _forward(self, method: str, *args: Any, **kwargs: Any) -> Any:
        sendable = tuple(map(repeatable, args)), {name: repeatable(value) for name, value in kwargs.items()}
        answer = self._ask(pickle.dumps((method, *sendable), _PROTOCOL))
        done, value = pickle.loads(answer)  # noqa: S301  (from our own process)
        if not done:
            kind, message = value
            raise getattr(stores, kind)(message)
        return value
