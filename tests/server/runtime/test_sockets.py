"""Tests of the server's socket and of the messages if it cannot be bound."""

from __future__ import annotations

import errno
import socket

import pytest

from newsgraph.server.runtime.sockets import bind_socket, listen_error
from newsgraph.server.startup_errors import ListenError


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
def test_port_0_chooses_a_free_port(host):
    """Port 0 chooses a free port; a host name is resolved to its IPv4 address."""
    with bind_socket(host, 0) as bound:
        address, port = bound.getsockname()
    assert (address, port > 0) == ("127.0.0.1", True)


def test_a_bound_socket_does_not_listen():
    """Before the server listens, connections are refused instead of waiting."""
    with bind_socket("127.0.0.1", 0) as bound, pytest.raises(ConnectionRefusedError):
        socket.create_connection(bound.getsockname(), timeout=5)


def test_the_ipv6_wildcard_includes_ipv4():
    """A socket bound to ``::`` accepts IPv4 connections."""
    if not socket.has_dualstack_ipv6():
        pytest.skip("this machine has no IPv6")
    with bind_socket("::", 0) as bound:
        bound.listen()
        with socket.create_connection(("127.0.0.1", bound.getsockname()[1]), timeout=5):
            pass


def test_a_taken_port():
    """A port on which another socket listens is an error."""
    with bind_socket("127.0.0.1", 0) as bound:
        bound.listen()
        with pytest.raises(ListenError, match="is taken by another program"):
            bind_socket(*bound.getsockname())


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.EADDRINUSE, ""), "port 80 of here is taken by another program"),
        (PermissionError(errno.EACCES, ""), "port 80 of here is reserved for the system"),
        (OSError(errno.EADDRNOTAVAIL, ""), "this machine has no address here"),
        (socket.gaierror(-2, ""), "no address is known for the host 'here'"),
        (OSError(errno.EMFILE, "Too many open files"), "cannot be used: [Errno 24] Too many"),
    ],
)
def test_messages(error, message):
    """The message explains each cause."""
    assert message in str(listen_error("here", 80, error))
