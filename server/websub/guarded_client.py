"""HTTP client for callbacks. Anyone can choose a callback's URL, so what it reaches is restricted.

A host is resolved once, all its addresses are checked, and the connection goes to one of the
checked addresses: a host that resolves to something else a moment later (DNS rebinding) gains
nothing. The client follows no redirects, uses no proxies or cookies, and reuses no connections.
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
from newsgraph.server.websub.errors import CallbackError, PrivateAddressError
from newsgraph.server.websub.limits import CALLBACK_TIMEOUT_SECONDS

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable, Mapping
    from ipaddress import IPv6Address
    from types import TracebackType
    from typing import Self

Resolver: TypeAlias = "Callable[[str, int], Awaitable[list[str]]]"
"""Resolves a host and a port to IP addresses."""

USER_AGENT: Final = f"newsgraph/{VERSION}"

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_NAT64: Final = IPv6Network("64:ff9b::/96")  # RFC 6052 section 2.1
_6TO4: Final = IPv6Network("2002::/16")  # RFC 7526: no longer in use


@dataclass(frozen=True, slots=True)
class CallbackResponse:
    """The response of a callback.

    Attributes:
        status: HTTP status code.
        body: first bytes of the body, up to the limit of the request.
    """

    status: int
    body: bytes

    @property
    def is_success(self) -> bool:
        """Whether the status is a 2xx."""
        return httpx.codes.is_success(self.status)


@cache
def _default_ssl_context() -> ssl.SSLContext:
    """Return the context that all clients share; loading the certificates takes some 10 ms."""
    return httpx.create_ssl_context()


class GuardedClient:
    """Sends requests to URLs that anyone can choose.

    Args:
        allow_private: whether requests may go to addresses that are not public.
        resolver: resolves hosts; the system's resolver by default.
        timeout_seconds: maximum duration of a complete request.
        ssl_context: verifies certificates; trusts the machine's authorities by default.
    """

    def __init__(
        self,
        *,
        allow_private: bool,
        resolver: Resolver | None = None,
        timeout_seconds: float = CALLBACK_TIMEOUT_SECONDS,
        ssl_context: ssl.SSLContext | None = None,
    ) -> None:
        self._allow_private, self._timeout_seconds = allow_private, timeout_seconds
        self._resolver = resolver or resolve_host
        # The pool identifies a connection by its address, and several hosts may share one.
        limits = httpx.Limits(max_keepalive_connections=0)
        self._transport = httpx.AsyncHTTPTransport(
            verify=ssl_context or _default_ssl_context(), limits=limits
        )

    async def __aenter__(self) -> Self:
        """Open the connection pool."""
        await self._transport.__aenter__()
        return self

    async def __aexit__(
        self,
        exception_type: type[BaseException] | None,
        exception: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close every connection."""
        await self._transport.__aexit__(exception_type, exception, traceback)

    async def send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        max_response_bytes: int = 0,
    ) -> CallbackResponse:
        """Send a request, and return the response whatever its status is.

        Args:
            method: HTTP method.
            url: absolute http or https URL; its path and query are sent unchanged.
            headers: headers in addition to those that every request has.
            body: body of the request.
            max_response_bytes: number of bytes of the response's body to read.

        Raises:
            PrivateAddressError: the host resolves to an address that is not public.
            CallbackError: no response came, or it took too long.
        """
        host = urlsplit(url).hostname or ""
        try:
            async with asyncio.timeout(self._timeout_seconds):
                return await self._resolve_and_send(method, url, headers, body, max_response_bytes)
        except TimeoutError as error:
            message = f"{host} took longer than {self._timeout_seconds:g} seconds"
            raise CallbackError(message) from error
        except (httpx.HTTPError, httpx.InvalidURL, OSError, UnicodeError) as error:
            message = f"{host} does not respond: {str(error) or type(error).__name__}"
            raise CallbackError(message) from error

    async def _resolve_and_send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        body: bytes | None,
        max_response_bytes: int,
    ) -> CallbackResponse:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or _DEFAULT_PORTS[parts.scheme]
        addresses = await self._resolver(host, port)
        for address in addresses:
            if not (self._allow_private or is_public_address(address)):
                message = f"{host} resolves to {address}, which is not a public address"
                raise PrivateAddressError(message)
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        last_error: Exception = CallbackError(f"{host} has no address")
        for address in addresses:
            request = httpx.Request(
                method,
                httpx.URL(scheme=parts.scheme, host=address, port=port),
                headers={
                    "Host": parts.netloc,
                    "User-Agent": USER_AGENT,
                    "Accept": "*/*",
                    "Accept-Encoding": "identity",
                    **headers,
                },
                content=body,
                extensions={
                    # The certificate must be valid for the host name, not for the address.
                    "sni_hostname": host,
                    "target": target.encode("ascii"),
                    "timeout": {"connect": self._timeout_seconds / 2},
                },
            )
            try:
                return await self._send_request(request, max_response_bytes)
            except (httpx.ConnectError, httpx.ConnectTimeout) as error:
                last_error = error
        raise last_error

    async def _send_request(
        self, request: httpx.Request, max_response_bytes: int
    ) -> CallbackResponse:
        response = await self._transport.handle_async_request(request)
        try:
            body = b""
            if max_response_bytes:
                async for chunk in response.aiter_raw():
                    body += chunk
                    if len(body) > max_response_bytes:
                        break
            return CallbackResponse(response.status_code, body[:max_response_bytes])
        finally:
            await response.aclose()


async def resolve_host(host: str, port: int) -> list[str]:
    """Resolve a host to its distinct addresses, in the system's order.

    Raises:
        OSError: the host is not known, or no name server can be reached.
    """
    loop = asyncio.get_running_loop()
    results = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in results))


def is_ip_address(host: str) -> bool:
    """Return whether a host is an IP address rather than a name."""
    try:
        ip_address(host)
    except ValueError:
        return False
    return True


def is_public_address(address: str) -> bool:
    """Return whether an IP address is a unicast address of the public internet.

    An IPv4 address that is embedded in an IPv6 address is judged like the IPv4 address itself.
    """
    try:
        parsed: IPv4Address | IPv6Address = ip_address(address)
    except ValueError:
        return False
    if not isinstance(parsed, IPv4Address):
        if parsed.ipv4_mapped is not None:
            parsed = parsed.ipv4_mapped
        elif parsed in _NAT64:
            parsed = IPv4Address(int(parsed) & 0xFFFF_FFFF)
        elif parsed in _6TO4 or parsed.is_site_local or parsed.scope_id is not None:
            return False
    return parsed.is_global and not (parsed.is_multicast or parsed.is_reserved)
