"""Serving a page in a thread of its own, while the program does other things."""

import asyncio
import socket
import ssl
import threading
from types import TracebackType
from typing import Final, Self

from starlette.types import ASGIApp
from uvicorn import Config, Server
from uvicorn.protocols.http.h11_impl import H11Protocol

from drivers.client.errors import RequestError
from drivers.web.guard import Guard, VisitorOf
from drivers.web.page_address import PageAddress

MOST_CONNECTIONS: Final = 128
"""At a time; a page has two or three."""
SILENT_SECONDS: Final = 15
"""After which a connection ends that asks for nothing."""
_ENDING_SECONDS: Final = 1


class PageServer:
    """Serves a page behind a ``Guard`` until it is closed. A context manager.

    Raises:
        RequestError: the address cannot be used, or would send texts over a network unencrypted.

    Example:
        >>> with PageServer(app, only(token), PageAddress()) as server:
        ...     print(server.url(token))
    """

    def __init__(self, app: ASGIApp, visitor_of: VisitorOf, address: PageAddress) -> None:
        address.check()
        self._address = address
        self._socket = _bound(address)
        self.port: int = self._socket.getsockname()[1]
        try:
            self._server = Server(_config(Guard(app, visitor_of, address.names(self.port)), address))
        except RequestError:
            self._socket.close()
            raise
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],), name="page", daemon=True)
        self._thread.start()

    def url(self, token: str, query: str = "") -> str:
        """The page's address for who has this token."""
        return f"{self._address.base(self.port)}/{token}/{f'?{query}' if query else ''}"

    def close(self) -> None:
        """Serve no more; requests under way have a second."""
        self._server.should_exit = True
        self._thread.join(_ENDING_SECONDS + 5)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()


class _Connection(H11Protocol):
    """A connection that has to ask for something soon, and is closed, before anything is read, where there are many."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as in uvicorn
        super().connection_made(transport)
        if len(self.connections) > MOST_CONNECTIONS:
            transport.abort()
        else:
            self.loop.call_later(SILENT_SECONDS, self._end_if_silent)

    def _end_if_silent(self) -> None:
        if self.cycle is None:
            self.transport.abort()


def _bound(address: PageAddress) -> socket.socket:
    try:
        family = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((address.host, address.port), family=family, backlog=MOST_CONNECTIONS)
    except socket.gaierror:
        raise RequestError(f"There is no host {address.host!r}: give a name or an address of this machine.") from None
    except OSError as error:
        where = f"Port {address.port}" if address.is_local else f"Port {address.port} of {address.host}"
        raise RequestError(f"{where} cannot be used: {error.strerror}. Choose another.") from None


def _config(app: ASGIApp, address: PageAddress) -> Config:
    config = Config(
        app,
        http=_Connection,
        ws="none",
        lifespan="off",
        log_config=None,
        log_level="critical",  # a terminal is no place for who asks for what, and a broken connection is ordinary
        access_log=False,
        server_header=False,
        timeout_keep_alive=SILENT_SECONDS,
        timeout_graceful_shutdown=_ENDING_SECONDS,
        proxy_headers=False,
        ssl_certfile=address.certificate or None,
        ssl_keyfile=address.key or None,
    )
    try:
        config.load()
    except (OSError, ssl.SSLError) as error:
        raise RequestError(f"The certificate {address.certificate} cannot be used: {error}.") from None
    return config
