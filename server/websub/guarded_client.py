"""Requests to callbacks, which anybody may name: what they can reach is bounded.

A name is looked up once, all its addresses are checked, and a connection goes to one of those:
who lets a name lead somewhere else a moment later (DNS rebinding) gains nothing by it. No
redirect is followed, no proxy and no cookie is used, and no connection is used again.
"""

from __future__ import annotations

import asyncio
import socket
from dataclasses import dataclass
from functools import cache
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import TYPE_CHECKING, Final, TypeAlias
from urllib.parse import urlsplit

import httpx

from newsgraph.server.version import VERSION
from newsgraph.server.websub.errors import AddressRefused, Unreachable
from newsgraph.server.websub.limits import CALLBACK_SECONDS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Mapping
    from ipaddress import IPv6Address
    from types import TracebackType
    from typing import Self

Resolve: TypeAlias = "Callable[[str, int], Awaitable[list[str]]]"
"""Looks up a host, and gives its addresses."""

USER_AGENT: Final = f"newsgraph/{VERSION}"

_PORTS: Final = {"http": 80, "https": 443}
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052 section 2.1
_6TO4: Final = IPv6Network("2002::/16")  # RFC 7526: no longer in use


@dataclass(frozen=True, slots=True)
class Answer:
    """What a callback answers.

    Attributes:
        status: of HTTP.
        body: its first bytes.
    """

    status: int
    body: bytes

    @property
    def is_good(self) -> bool:
        """Whether the status is a 2xx."""
        return httpx.codes.is_success(self.status)


@cache
def _tls() -> ssl.SSLContext:
    """Return the context of all connections; reading the certificates takes some 10 ms."""
    return httpx.create_ssl_context()


class Outgoing:
    """Sends requests to where strangers want them sent.

    Args:
        private: whether they may go to addresses that are not global.
        resolve: looks names up.
        seconds: how long a request may take altogether.
        tls: checks certificates; by those that the machine trusts, if left out.
    """

    def __init__(
        self,
        *,
        private: bool,
        resolve: Resolve | None = None,
        seconds: float = CALLBACK_SECONDS,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._private, self._seconds = private, seconds
        self._resolve = resolve or addresses_of
        # A connection belongs to an address, and several names may share one.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._transport = httpx.AsyncHTTPTransport(verify=tls or _tls(), limits=limits)

    async def __aenter__(self) -> Self:
        """Open the connections' pool."""
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._transport.__aexit__(kind, error, trace)

    async def send(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        most_bytes: int = 0,
    ) -> Answer:
        """Send a request, and return the answer whatever its status is.

        Args:
            method: of HTTP.
            address: whole, http or https; its path and query are sent as they stand.
            headers: beside those that every request has.
            body: what is sent.
            most_bytes: how much of the answer's body is read.

        Raises:
            AddressRefused: the name leads to an address that is not global.
            Unreachable: there was no answer, or not in time.
        """
        host = urlsplit(address).hostname or ""
        try:
            async with asyncio.timeout(self._seconds):
                return await self._sent(method, address, headers, body, most_bytes)
        except TimeoutError as error:
            raise Unreachable(f"{host} took longer than {self._seconds:g} seconds") from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            raise Unreachable(
                f"{host} does not answer: {str(error) or type(error).__name__}"
            ) from error

    async def _sent(
        self,
        method: str,
        address: str,
        headers: Mapping[str, str],
        body: bytes | None,
        most_bytes: int,
    ) -> Answer:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port or _PORTS[parts.scheme]
        places = await self._resolve(host, port)
        for place in places:
            if not (self._private or is_global(place)):
                raise AddressRefused(f"{host} leads to {place}, which is not a public address")
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        failure: Exception = Unreachable(f"{host} has no address")
        for place in places:
            request = httpx.Request(
                method,
                httpx.URL(scheme=parts.scheme, host=place, port=port),
                headers={
                    "Host": parts.netloc,
                    "User-Agent": USER_AGENT,
                    "Accept": "*/*",
                    "Accept-Encoding": "identity",
                    **headers,
                },
                content=body,
                extensions={
                    # The certificate has to be the name's, not the address's.
                    "sni_hostname": host,
                    "target": target.encode("ascii"),
                    "timeout": {"connect": self._seconds / 2},
                },
            )
            try:
                return await self._answer(request, most_bytes)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                failure = error
        raise failure

    async def _answer(self, request: httpx.Request, most_bytes: int) -> Answer:
        response = await self._transport.handle_async_request(request)
        try:
            body = b""
            if most_bytes:
                async for part in response.aiter_raw():
                    body += part
                    if len(body) > most_bytes:
                        break
            return Answer(response.status_code, body[:most_bytes])
        finally:
            await response.aclose()


async def addresses_of(host: str, port: int) -> list[str]:
    """Look a host up, and return its addresses, each once, in the system's order.

    Raises:
        OSError: the name is not known, or nobody can be asked.
    """
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_address(host: str) -> bool:
    """Tell whether a host is an address already, and no name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_global(address: str) -> bool:
    """Tell whether an address is one of the public network's, for one receiver.

    An IPv4 address that is wrapped into an IPv6 one counts as what it is.
    """
    try:
        found: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if not isinstance(found, IPv4Address):
        if found.ipv4_mapped is not None:
            found = found.ipv4_mapped
        elif found in _NAT64:
            found = IPv4Address(int(found) & 0xFFFF_FFFF)
        elif found in _6TO4 or found.is_site_local or found.scope_id is not None:
            return False
    return found.is_global and not (found.is_multicast or found.is_reserved)
