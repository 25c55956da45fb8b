"""One reading process for all tests of a session: a program with threads would otherwise start one for each."""

from collections.abc import Iterator
from importlib import import_module
from typing import Self

import pytest

from drivers.intake.model import Limits
from drivers.intake.reading_process import ReadingProcess


class KeptProcess(ReadingProcess):
    """Outlives each of its users, and reads within the limits of the current one."""

    def within(self, limits: Limits) -> Self:
        self._limits = limits
        return self

    def __exit__(self, *_: object) -> None:
        """It is closed with the session."""


@pytest.fixture(scope="session")
def kept_process() -> Iterator[KeptProcess]:
    """The process starts with the first file."""
    process = KeptProcess(Limits())
    yield process
    process.close()


@pytest.fixture(autouse=True)
def _kept(kept_process: KeptProcess, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests of the process itself have their own, because they do not read through ``take_in``."""
    monkeypatch.setattr(import_module("drivers.intake.take_in"), "ReadingProcess", kept_process.within)
