"""The server of a page: connections that break, stay silent, or are too many; HTTPS."""

import socket
import ssl
import struct
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from pathlib import Path

import pytest

from drivers.client.errors import RequestError
from drivers.web import page_server
from drivers.web.guard import only
from drivers.web.page_address import LOOPBACK, PageAddress
from drivers.web.page_server import MOST_CONNECTIONS, PageServer
from tests.drivers.web.pages import TOKEN, page


def served(address: PageAddress | None = None) -> PageServer:
    """The page, served at an address."""
    return PageServer(page(), only(TOKEN, "eva"), address or PageAddress())


@pytest.fixture
def server() -> Iterator[PageServer]:
    """The page, served on this machine."""
    with served() as found:
        yield found


def status(server: PageServer) -> int:
    """The status that an honest visitor gets."""
    connection = HTTPConnection(LOOPBACK, server.port, timeout=10)
    connection.request("GET", f"/{TOKEN}/who")
    return connection.getresponse().status


def test_by_default_it_listens_on_this_machine_only(server: PageServer) -> None:
    """Students' texts are not served to the network."""
    assert server.url(TOKEN, "a=b") == f"http://127.0.0.1:{server.port}/{TOKEN}/?a=b"
    assert server._socket.getsockname()[0] == LOOPBACK
    assert status(server) == 200


def test_a_port_that_is_taken_is_a_mistake_with_a_word(server: PageServer) -> None:
    """There is no traceback."""
    with pytest.raises(RequestError, match=f"Port {server.port} cannot be used"):
        served(PageAddress(port=server.port))


@pytest.mark.parametrize("host", ["no such host", "192.0.2.1"])
def test_a_host_that_is_not_this_machine_is_a_mistake_with_a_word(host: str) -> None:
    """The message names it."""
    with pytest.raises(RequestError, match=host):
        served(PageAddress(host, public="https://judge.example"))


def test_a_connection_that_breaks_says_nothing_on_the_terminal(
    server: PageServer, capfd: pytest.CaptureFixture[str]
) -> None:
    """A closed browser resets its connections, and requests that are not HTTP are expected, too."""
    for sent in (
        f"GET /{TOKEN}/who HTTP/1.1\r\nHost: {LOOPBACK}:{server.port}\r\n\r\n",
        "\x16\x03\x01 nonsense\r\n\r\n",
    ):
        broken = socket.create_connection((LOOPBACK, server.port))
        broken.sendall(sent.encode())
        broken.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        broken.close()
    assert status(server) == 200
    assert capfd.readouterr() == ("", "")


def test_one_connection_too_many_is_closed_and_the_next_is_served(server: PageServer) -> None:
    """Idle connections take up no more than a bounded number of places."""
    with ExitStack() as idle:
        opened = [
            idle.enter_context(socket.create_connection((LOOPBACK, server.port))) for _ in range(MOST_CONNECTIONS + 9)
        ]
        opened[-1].settimeout(10)
        with suppress(ConnectionResetError):
            assert opened[-1].recv(1) == b""
        assert len(server._server.server_state.connections) <= MOST_CONNECTIONS
    for _ in range(50):
        with suppress(OSError):
            if status(server) == 200:
                return
    pytest.fail("the page is not served again")


def test_who_connects_and_asks_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    """A silent connection does not take up a place for ever."""
    monkeypatch.setattr(page_server, "SILENT_SECONDS", 0.05)
    with served() as server, socket.create_connection((LOOPBACK, server.port)) as silent:
        silent.settimeout(10)
        silent.sendall(b"GET /")
        with suppress(ConnectionResetError):
            assert silent.recv(1) == b""


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for this machine, with its key in the same file."""
    import datetime

    x509 = pytest.importorskip("cryptography.x509")
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key, name = ec.generate_private_key(ec.SECP256R1()), x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "me")])
    now = datetime.datetime.now(datetime.UTC)
    signed = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number(), now, now.replace(year=9999))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    path.write_bytes(signed.public_bytes(serialization.Encoding.PEM) + private)
    return path


def test_with_a_certificate_the_page_is_encrypted(certificate: Path) -> None:
    """Its links begin with https, and plain HTTP gets no answer."""
    with served(PageAddress("localhost", certificate=str(certificate))) as server:
        assert server.url(TOKEN).startswith("https://localhost:")
        trusted = ssl.create_default_context(cafile=str(certificate))
        connection = HTTPSConnection("localhost", server.port, timeout=10, context=trusted)
        connection.request("GET", f"/{TOKEN}/who")
        assert connection.getresponse().status == 200
        with pytest.raises((OSError, HTTPException)):
            status(server)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_a_certificate_that_cannot_be_used_is_a_mistake_with_a_word(tmp_path: Path, content: str | None) -> None:
    """Whether the file is missing, or is not a certificate."""
    path = tmp_path / "server.pem"
    if content:
        path.write_text(content, encoding="utf-8")
    with pytest.raises(RequestError, match=r"server\.pem cannot be used"):
        served(PageAddress(certificate=str(path)))
