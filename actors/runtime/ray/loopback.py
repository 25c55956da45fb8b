"""Whether a Ray cluster can be reached from this machine only.

On Linux, Ray's processes listen on all addresses of a machine, even for a cluster of one node; only the dashboard keeps
to the loopback address. A cluster that we start for ourselves is kept there entirely, and programs that join it have to
know this.
"""

import socket
from typing import Final

from actors.runtime.listening import listens

_TIMEOUT_SECONDS: Final = 1.0


def is_loopback_only(address: str | None) -> bool:
    """Is this the address of a cluster that can be reached from this machine only? None stands for a new cluster."""
    if address is None:
        return True
    host, _, port = address.rpartition(":")
    if not (host.startswith("127.") or host == "localhost") or not port.isdecimal():
        return False
    try:
        return not listens(_address_of_this_machine(), int(port), _TIMEOUT_SECONDS)
    except OSError:  # this machine has no other address
        return True


def _address_of_this_machine() -> str:
    """The address by which others know this machine; nothing is sent, as connecting a datagram socket sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        probe.connect(("192.0.2.1", 9))  # reserved for documentation (RFC 5737)
        address: str = probe.getsockname()[0]
    return address
