"""Turns a missing package into an error that names the extra to install."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from drivers.client.errors import RequestError

_OURS: Final = {"actors", "contracts", "drivers"}


@contextmanager
def needs(extra: str, what: str) -> Iterator[None]:
    """Wrap an import, or a call that imports: ``what`` needs packages of this extra.

    Raises:
        RequestError: a package is not installed; the message says what to install.

    Example:
        >>> with needs("report", "A Parquet file"):
        ...     import pyarrow
    """
    try:
        yield
    except ModuleNotFoundError as error:
        package = (error.name or "").partition(".")[0]
        if package in _OURS:  # a bug of ours, not a missing package
            raise
        raise RequestError(
            f"{what} needs the package {package}, which is not installed: pip install 'essay-pipelines[{extra}]'."
        ) from None
