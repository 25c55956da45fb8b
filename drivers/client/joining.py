"""Whether the cluster that ``RAY_ADDRESS`` names is there: Ray itself takes minutes to say that it is not."""

import re
import time
from typing import Final

from actors.runtime.listening import listens
from actors.runtime.runtime import RuntimeUnavailableError

STARTING_SECONDS: Final = 10.0  # a head that was started just now does not listen yet
ANSWER_SECONDS: Final = 5.0
_HOST_AND_PORT: Final = re.compile(r"\[?(?P<host>[^/\[\]]+?)\]?:(?P<port>\d+)")


def check_cluster(address: str) -> None:
    """Wait a moment for somebody to listen at this address; what is no host and port (``auto``) is left to Ray.

    Raises:
        RuntimeUnavailableError: nobody does.
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
