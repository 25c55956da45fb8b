"""Tools to test your own phase or pipeline: an engine in virtual time, scripted services, and conformance checks.

``pytest_plugins = ["drivers.testing.plugin"]`` in a ``conftest.py`` gives tests the fixtures ``engine`` and
``make_engine``. They need no server, no Ray and no files; a batch takes milliseconds, however long its waits are.
"""

from drivers.testing.conformance import ServiceContractError, check_service
from drivers.testing.engine import VirtualEngine, open_virtual_engine
from drivers.testing.events import assert_event, assert_no_event, assert_order, events_like
from drivers.testing.services import ProcessKilled, ScriptedCohortService, ScriptedService, scripted

__all__ = [
    "ProcessKilled",
    "ScriptedCohortService",
    "ScriptedService",
    "ServiceContractError",
    "VirtualEngine",
    "assert_event",
    "assert_no_event",
    "assert_order",
    "check_service",
    "events_like",
    "open_virtual_engine",
    "scripted",
]
