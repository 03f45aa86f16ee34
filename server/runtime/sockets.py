"""The server's socket, bound before any work that would be lost if that failed."""

from __future__ import annotations

import errno
import os
import socket
from typing import Final

from newsgraph.server.startup_errors import ListenError

LISTEN_BACKLOG: Final = 2048
"""Maximum number of connections that wait to be accepted."""


def bind_socket(host: str, port: int) -> socket.socket:
    """Return a socket that is bound to a host and port; it does not listen yet.

    Args:
        host: host name or IP address; ``::`` includes IPv4.
        port: port number; 0 chooses a free port.

    Raises:
        ListenError: the port is taken or forbidden, or the host is not this machine.
    """
    try:
        addresses = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
        # A host name often has IPv6 and IPv4 addresses, and people type the IPv4 one.
        family, kind, protocol, _, address = min(
            addresses, key=lambda info: info[0] != socket.AF_INET
        )
        bound = socket.socket(family, kind, protocol)
        try:
            if os.name == "posix":
                # Otherwise the port stays taken for a minute after a server has ended.
                bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            if family == socket.AF_INET6:
                bound.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
            bound.bind(address)
        except BaseException:
            bound.close()
            raise
    except (OSError, UnicodeError) as error:
        raise listen_error(host, port, error) from error
    return bound


def listen(bound: socket.socket, host: str, port: int) -> None:
    """Let a bound socket listen, so that clients can connect before they are served.

    Raises:
        ListenError: another program has started to listen there since the socket was bound.
    """
    try:
        bound.listen(LISTEN_BACKLOG)
    except OSError as error:
        raise listen_error(host, port, error) from error


def listen_error(host: str, port: int, error: Exception) -> ListenError:
    """Return an error whose message explains why the server cannot listen on a host and port."""
    if isinstance(error, socket.gaierror | UnicodeError):
        return ListenError(f"no address is known for the host {host!r}; try --host 127.0.0.1")
    match getattr(error, "errno", None):
        case errno.EADDRINUSE:
            reason = "is taken by another program; choose another with --port, or end that program"
        case errno.EACCES | errno.EPERM:
            reason = "is reserved for the system; choose one above 1023 with --port"
        case errno.EADDRNOTAVAIL:
            return ListenError(f"this machine has no address {host}; try --host 127.0.0.1")
        case _:
            reason = f"cannot be used: {error}"
    return ListenError(f"port {port} of {host} {reason}")
