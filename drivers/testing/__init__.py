"""For testing a phase or a pipeline of your own: an engine in virtual time, scripted services, and a conformance list.

``pytest_plugins = ["drivers.testing.plugin"]`` in a ``conftest.py`` gives tests the fixtures ``engine`` and
``make_engine``. No server, no Ray, no files; a batch takes milliseconds, whatever it waits for.
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
