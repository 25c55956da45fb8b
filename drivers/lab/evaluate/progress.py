"""How far a measurement has come: some take many minutes."""

from collections.abc import Iterable, Sized
from typing import TypeVar

from rich.console import Console
from rich.progress import track

Item = TypeVar("Item")


def shown(items: Iterable[Item], what: str, total: int | None = None) -> Iterable[Item]:
    """The same items, with a bar on the terminal that goes when all are done; figures alone go to standard output.

    Args:
        items: what is worked on, or what has been done, as it comes.
        what: stands before the bar.
        total: how many there will be, where the items do not say.

    Example:
        >>> [essay for essay in shown(["a", "b"], "Reading essays")]
        ['a', 'b']
    """
    known = len(items) if total is None and isinstance(items, Sized) else total
    return track(items, what, total=known, console=Console(stderr=True), transient=True)
