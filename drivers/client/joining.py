"""Checks that the cluster at ``RAY_ADDRESS`` answers, because Ray itself takes minutes to report that it does not."""

import re
import time
from typing import Final

from actors.runtime.listening import listens
from actors.runtime.runtime import RuntimeUnavailableError

STARTING_SECONDS: Final = 10.0  # a head that was started just now does not listen yet
ANSWER_SECONDS: Final = 5.0
_HOST_AND_PORT: Final = re.compile(r"\[?(?P<host>[^/\[\]]+?)\]?:(?P<port>\d+)")


def check_cluster(address: str) -> None:
    """Wait up to 10 seconds for a cluster to listen at ``address``. Ignores anything but host and port (as ``auto``).

    Raises:
        RuntimeUnavailableError: nothing listens there.
    """
    found = _HOST_AND_PORT.fullmatch(address)
    late = time.monotonic() + STARTING_SECONDS
    while found and not listens(found["host"], int(found["port"]), ANSWER_SECONDS):
        if time.monotonic() > late:
            raise RuntimeUnavailableError(
                f"No Ray cluster answers at {address}, which RAY_ADDRESS names: start it, or unset RAY_ADDRESS to "
                "have one started for this run."
            )
        time.sleep(0.2)
