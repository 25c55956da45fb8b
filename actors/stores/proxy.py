"""A store in front of another one."""

from collections.abc import Callable, Iterator, KeysView, ValuesView
from functools import partial
from typing import TYPE_CHECKING, Any

from actors.stores.store import Store

# For a type checker, what is derived from Any has every method of a store; it has them, by forwarding.
if TYPE_CHECKING:
    _Anything = Any
else:
    _Anything = object


class StoreProxy(_Anything):  # type: ignore[misc]
    """Implements ``Store`` over another store, to which it forwards all that a subclass does not answer itself.

    Args:
        store: closed with this one.
    """

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, method: str) -> Callable[..., Any]:
        if method.startswith("_"):
            raise AttributeError(method)
        return partial(self._forward, method)

    def _forward(self, method: str, *args: Any, **kwargs: Any) -> Any:
        """Call a method of the store behind; where all calls are to be made in another way, override this."""
        return getattr(self._store, method)(*args, **kwargs)


def repeatable(value: Any) -> Any:
    """An argument that can be read more than once, and pickled."""
    return list(value) if isinstance(value, Iterator | ValuesView | KeysView) else value
