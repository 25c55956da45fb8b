"""Where a page is served, and what it is called from there."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

import psutil

from drivers.client.errors import RequestError

LOOPBACK: Final = "127.0.0.1"


@dataclass(frozen=True, slots=True)
class PageAddress:
    """Where a page is served: by default on this machine only, at any port that is free.

    Texts of pupils go over a network only encrypted: by ``certificate`` and ``key`` (PEM files; one file may hold
    both), or by a reverse proxy, whose address ``public`` is then what links begin with.
    """

    host: str = LOOPBACK
    port: int = 0
    certificate: str = ""
    key: str = ""
    public: str = ""

    def check(self) -> None:
        """Refuse what would send texts over a network for all to read, or cannot be a link.

        Raises:
            RequestError: no HTTPS on a network, a key without a certificate, or a public address that is none.
        """
        if self.key and not self.certificate:
            raise RequestError("A key belongs to a certificate: name that, too.")
        parts = urlsplit(self.public)
        if self.public and (parts.scheme not in {"http", "https"} or not parts.netloc or parts.query or parts.fragment):
            raise RequestError(f"{self.public!r} is no address of a page: it begins with https:// and a name.")
        if not (self.is_local or self.certificate or parts.scheme == "https"):
            raise RequestError(
                f"At {self.host} the texts would cross the network for all to read: give a certificate, or the "
                "https:// address of the reverse proxy that stands before this page."
            )

    @property
    def is_local(self) -> bool:
        """Whether only this machine reaches the page."""
        if self.host == "localhost":
            return True
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return False

    @property
    def is_for_others(self) -> bool:
        """Whether other machines reach the page, by themselves or through a proxy."""
        return bool(self.public) or not self.is_local

    def base(self, port: int) -> str:
        """What all links begin with, at the port that is served."""
        if self.public:
            return self.public.rstrip("/")
        host = next(_own_names()) if self._is_any else self.host
        return f"{'https' if self.certificate else 'http'}://{_in_link(host)}:{port}"

    def names(self, port: int) -> frozenset[str]:
        """What a browser may call the page's host. Another's name that leads here is none of these (DNS rebinding)."""
        own = {self.host, *(("localhost", LOOPBACK) if self.is_local else ())}
        own |= {*_own_names()} if self._is_any else set()
        served = {f"{_in_link(host)}:{port}".lower() for host in own}
        if port == (443 if self.certificate else 80):
            served |= {_in_link(host).lower() for host in own}
        return frozenset(served | ({urlsplit(self.public).netloc.lower()} if self.public else set()))

    @property
    def _is_any(self) -> bool:
        return self.host in {"0.0.0.0", "::"}  # noqa: S104  (asked for, not chosen here)


def _in_link(host: str) -> str:
    return f"[{host}]" if ":" in host else host


def _own_names() -> Iterator[str]:
    """This machine's addresses, those that others reach first, and its names."""
    found = [
        address.address
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
        if address.family in {socket.AF_INET, socket.AF_INET6} and "%" not in address.address
    ]
    yield from sorted(found, key=lambda address: (ip_address(address).is_loopback, ":" in address))
    yield from dict.fromkeys([socket.gethostname(), socket.getfqdn(), "localhost"])
