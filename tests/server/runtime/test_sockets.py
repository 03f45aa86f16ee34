"""The socket to serve on, and what people are told where there is none."""

from __future__ import annotations

import errno
import socket

import pytest

from newsgraph.server.errors import CannotListen
from newsgraph.server.runtime.sockets import bind, cannot_listen


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_a_free_port_is_found(host):
    """Port 0 takes one; a name means its IPv4 address, which is what people type."""
    with bind(host, 0) as bound:
        address, port = bound.getsockname()
    assert (address, port > 0) == ("127.0.0.1", True)


def test_it_does_not_listen_yet():
    """While documents are imported, clients are refused rather than kept waiting."""
    with bind("127.0.0.1", 0) as bound, pytest.raises(ConnectionRefusedError):
        socket.create_connection(bound.getsockname(), timeout=5)


def test_all_addresses_include_the_older_ones():
    """``::`` is every address of the machine."""
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with bind("::", 0) as bound:
        bound.listen()
        with socket.create_connection(("127.0.0.1", bound.getsockname()[1]), timeout=5):
            pass


def test_a_taken_port():
    """Also one that a server of ours has."""
    with bind("127.0.0.1", 0) as bound:
        bound.listen()
        with pytest.raises(CannotListen, match="is taken by another program"):
            bind(*bound.getsockname())


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(errno.EADDRINUSE, ""), "port 80 of here is taken by another program"),
        (PermissionError(errno.EACCES, ""), "port 80 of here is for the system's own use"),
        (OSError(errno.EADDRNOTAVAIL, ""), "this machine has no address here"),
        (socket.gaierror(-2, ""), "no address is known for the host 'here'"),
        (OSError(errno.EMFILE, "Too many open files"), "cannot be used: [Errno 24] Too many"),
    ],
)
def test_every_reason_has_its_words(error, told):
    """Each with what to do, as far as that is known."""
    assert told in str(cannot_listen("here", 80, error))
