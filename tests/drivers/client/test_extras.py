"""A missing package is reported with the extra that installs it."""

import pytest

from drivers import RequestError
from drivers.client.extras import needs


def test_a_package_that_is_not_installed_is_named_with_its_extra() -> None:
    """The message says what to install, instead of a traceback of imports."""
    named = pytest.raises(RequestError, match=r"A Parquet file needs the package no_such_package.*\[report\]")
    with named, needs("report", "A Parquet file"):
        import no_such_package.part  # type: ignore[import-not-found]  # noqa: F401


def test_a_fault_of_our_own_is_not_blamed_on_an_extra() -> None:
    """A missing module of this project is a bug."""
    with pytest.raises(ModuleNotFoundError), needs("report", "A Parquet file"):
        import drivers.no_such_module  # type: ignore[import-not-found]  # noqa: F401
