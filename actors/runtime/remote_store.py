"""A store that lives in another process."""

from collections.abc import Callable, Iterator, KeysView, Mapping, ValuesView
from functools import partial
from typing import Any, TypeAlias

from actors.stores import store as stores
from actors.stores.store import StoreError

Answer: TypeAlias = tuple[bool, Any]
"""(True, value), or (False, (name of the StoreError, its message)): failures leave the process as data."""


def answered(store: object, method: str, args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> Answer:
    """In the process of the store (or of what else answers by methods): one call of one of them."""
    try:
        value = getattr(store, method)(*args, **kwargs)
        return True, list(value) if method == "events" else value
    except StoreError as error:
        return False, (type(error).__name__, str(error))


class RemoteStore:
    """Implements ``Store`` by asking the process where the store is.

    Args:
        ask: carries a method's name and arguments there and its answer back.
    """

    def __init__(self, ask: Callable[[str, tuple[Any, ...], Mapping[str, Any]], Answer]) -> None:
        self._ask = ask

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method.startswith("_"):
            raise AttributeError(method)
        return partial(self._call, method)

    def _call(self, method: str, *args: Any, **kwargs: Any) -> Any:
        sendable = tuple(
            list(value) if isinstance(value, Iterator | ValuesView | KeysView) else value for value in args
        )
        done, value = self._ask(method, sendable, kwargs)
        if not done:
            kind, message = value
            raise getattr(stores, kind)(message)
        return value
