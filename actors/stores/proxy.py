"""A store in front of another one."""

from collections.abc import Callable, Iterator, KeysView, ValuesView
from functools import partial
from typing import TYPE_CHECKING, Any

from actors.stores.store import Store

# A type checker assumes that a subclass of Any has all methods; this one does have all those of a store, by forwarding.
if TYPE_CHECKING:
    _Anything = Any
else:
    _Anything = object


class StoreProxy(_Anything):  # type: ignore[misc]
    """Implements ``Store`` by forwarding to another store all methods that a subclass does not define.

    Args:
        store: the other store; closed with this one.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method.startswith("_"):
            raise AttributeError(method)
        return partial(self._forward, method)

    def _forward(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the other store; override this to make all calls in another way."""
        return getattr(self._store, method)(*args, **kwargs)


def repeatable(value: Any) -> Any:
    """An argument in a form that can be read more than once, and pickled."""
    return list(value) if isinstance(value, Iterator | ValuesView | KeysView) else value
