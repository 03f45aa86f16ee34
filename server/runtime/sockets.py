"""The socket to serve on, bound before any work that would be lost if it could not be."""

from __future__ import annotations

import errno
import os
import socket

from newsgraph.server.errors import CannotListen


def bind(host: str, port: int) -> socket.socket:
    """Return a socket that has the host and port to itself; it does not listen yet.

    Args:
        host: a name or an address; ``::`` takes IPv4 too.
        port: 0 takes a free one.

    Raises:
        CannotListen: it is taken or forbidden, or the host is not this machine.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # A name often has both kinds of address, and people type the older one.
        family, kind, protocol, _, address = min(found, key=lambda one: one[0] != socket.AF_INET)
        bound = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":
                # Else a port stays taken for a minute after a server has ended.
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            bound.bind(address)
        except BaseException:
            bound.close()
            raise
    except (OSError, UnicodeError) as error:
        raise cannot_listen(host, port, error) from error
    return bound


def cannot_listen(host: str, port: int, error: Exception) -> CannotListen:
    """Say why the host and port cannot be had."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return CannotListen(f"no address is known for the host {host!r}; try --host 127.0.0.1")
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            told = "is taken by another program; choose another with --port, or end that program"
        case errno.EACCES | errno.EPERM:
            told = "is for the system's own use; choose one above 1023 with --port"
        case errno.EADDRNOTAVAIL:
            return CannotListen(f"this machine has no address {host}; try --host 127.0.0.1")
        case _:
            told = f"cannot be used: {error}"
    return CannotListen(f"port {port} of {host} {told}")
