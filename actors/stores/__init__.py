"""Stores, where everything is kept; ``open_store`` opens one."""

from actors.stores.opening import open_store

__all__ = ["open_store"]
