"""A store that lives in another process.

Questions and answers travel as bytes that we have pickled ourselves: what a cluster pickles by its own means, so that
functions can travel as well, takes it ten times as long for our records.
"""

import pickle
from collections.abc import Callable, Iterator, KeysView, ValuesView
from functools import partial
from typing import Any, Final

from actors.stores import store as stores
from actors.stores.store import StoreError

_PROTOCOL: Final = pickle.HIGHEST_PROTOCOL


def answered(store: object, question: bytes) -> bytes:
    """In the process of the store (or of what else answers by methods): one call of one of them.

    The answer is (True, value), or (False, (name of the StoreError, its message)): failures leave as data.
    """
    method, args, kwargs = pickle.loads(question)  # noqa: S301  (from our own processes)
    try:
        value = getattr(store, method)(*args, **kwargs)
        answer: Any = True, list(value) if method == "events" else value
    except StoreError as error:
        answer = False, (type(error).__name__, str(error))
    return pickle.dumps(answer, _PROTOCOL)


class RemoteStore:
    """Implements ``Store`` by asking the process where the store is.

    Args:
        ask: carries a question there, to ``answered``, and the answer back.
    """

    def __init__(self, ask: Callable[[bytes], bytes]) -> None:
        self._ask = ask

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method.startswith("_"):
            raise AttributeError(method)
        return partial(self._call, method)

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        sendable = tuple(map(_sendable, args)), {name: _sendable(value) for name, value in kwargs.items()}
        answer = self._ask(pickle.dumps((method, *sendable), _PROTOCOL))
        done, value = pickle.loads(answer)  # noqa: S301  (from our own process)
        if not done:
            kind, message = value
            raise getattr(stores, kind)(message)
        return value


def _sendable(value: Any) -> Any:
    return list(value) if isinstance(value, Iterator | ValuesView | KeysView) else value
