"""Where a page is served, how its links begin, and which host names a browser may use."""

import pytest

from drivers.client.errors import RequestError
from drivers.web.page_address import PageAddress

EVERYWHERE = "0.0.0.0"  # noqa: S104  (nothing listens here)


@pytest.mark.parametrize("host", [EVERYWHERE, "192.168.1.5", "::", "judge.example"])
def test_essays_cross_no_network_unencrypted(host: str) -> None:
    """The message asks for a certificate, or a proxy with HTTPS."""
    with pytest.raises(RequestError, match="for all to read: give a certificate"):
        PageAddress(host).check()
    with pytest.raises(RequestError, match="for all to read"):
        PageAddress(host, public="http://judge.example").check()
    PageAddress(host, certificate="server.pem").check()
    PageAddress(host, public="https://judge.example").check()


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "127.8.8.8"])
def test_this_machine_needs_no_certificate(host: str) -> None:
    """Nothing leaves the machine."""
    PageAddress(host).check()


@pytest.mark.parametrize("public", ["judge.example", "ftp://judge.example", "https://", "https://a.example/?x=1"])
def test_a_public_address_is_one_that_a_link_can_begin_with(public: str) -> None:
    """Anything else is refused before links are handed out."""
    with pytest.raises(RequestError, match="is no address of a page"):
        PageAddress(public=public).check()


def test_a_key_without_a_certificate_is_refused() -> None:
    """Otherwise it would silently remain unused."""
    with pytest.raises(RequestError, match="belongs to a certificate"):
        PageAddress(key="key.pem").check()


@pytest.mark.parametrize(
    ("address", "base", "name"),
    [
        (PageAddress(), "http://127.0.0.1:8000", "localhost:8000"),
        (PageAddress("::1"), "http://[::1]:8000", "[::1]:8000"),
        (PageAddress("10.0.0.7", certificate="c.pem"), "https://10.0.0.7:8000", "10.0.0.7:8000"),
        (PageAddress(public="https://a.example/judge/"), "https://a.example/judge", "a.example"),
        (PageAddress("Judge.example", certificate="c.pem"), "https://Judge.example:8000", "judge.example:8000"),
    ],
)
def test_links_begin_with_a_name_that_is_answered_to(address: PageAddress, base: str, name: str) -> None:
    """Otherwise the page would refuse its own links."""
    assert address.base(8000) == base
    assert name in address.names(8000)
    assert "evil.example:8000" not in address.names(8000)


def test_on_all_interfaces_links_have_an_address_that_others_reach() -> None:
    """Nobody can open 0.0.0.0."""
    address = PageAddress(EVERYWHERE, certificate="c.pem")
    assert EVERYWHERE not in address.base(8000)
    assert address.base(8000).removeprefix("https://") in address.names(8000)


def test_on_the_usual_port_a_browser_names_none() -> None:
    """The guard still accepts such a host name."""
    assert "10.0.0.7" in PageAddress("10.0.0.7", certificate="c.pem").names(443)
    assert "10.0.0.7" not in PageAddress("10.0.0.7", certificate="c.pem").names(8443)
