"""Which Ray clusters are of this machine only.

On Linux the processes of Ray listen on all addresses of a machine, even for a cluster of one node; only the dashboard
keeps to the loopback. A cluster of one's own is kept there as a whole, and who joins one has to know that it is.
"""

import socket
from typing import Final

from actors.runtime.listening import listens

_TIMEOUT_SECONDS: Final = 1.0


def is_loopback_only(address: str | None) -> bool:
    """Is this the address of a cluster that can be reached from this machine only? None is that of a new one."""
    if address is None:
        return True
    host, _, port = address.rpartition(":")
    if not (host.startswith("127.") or host == "localhost") or not port.isdecimal():
        return False
    try:
        return not listens(_address_of_this_machine(), int(port), _TIMEOUT_SECONDS)
    except OSError:  # it has none
        return True


def _address_of_this_machine() -> str:
    """The address that others know it by, told without sending anything: a datagram's socket is just asked its name."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # of no machine (RFC 5737)
        address: str = probe.getsockname()[0]
    return address
