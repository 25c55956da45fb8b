"""Where everything is kept; ``open_store`` opens it."""

from actors.stores.opening import open_store

__all__ = ["open_store"]
