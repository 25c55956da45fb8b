"""Shows the progress of a measurement, as some take many minutes."""

from collections.abc import Iterable, Sized
from typing import TypeVar

from rich.console import Console
from rich.progress import track

Item = TypeVar("Item")


def shown(items: Iterable[Item], what: str, total: int | None = None) -> Iterable[Item]:
    """The same items, with a progress bar on standard error that disappears when all are done.

    Args:
        items: items to work on, or finished ones as they come.
        what: the text before the bar.
        total: the number of items, if they have no length.

    Example:
        >>> [essay for essay in shown(["a", "b"], "Reading essays")]
        ['a', 'b']
    """
    known = len(items) if total is None and isinstance(items, Sized) else total
    return track(items, what, total=known, console=Console(stderr=True), transient=True)
