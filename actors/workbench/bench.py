"""A worker's workbench: both kinds of work over one shelf of services."""

from actors.workbench.cohorts import CohortBench
from actors.workbench.essays import EssayBench
from actors.workbench.shelf import Shelf


class Workbench:
    """Where a worker does essay work and cohort work."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.essays = EssayBench(shelf)
        self.cohorts = CohortBench(shelf)
