"""The HTTP client for callbacks, and the addresses that it refuses to connect to."""

from __future__ import annotations

import asyncio
import ssl
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.websub.errors import CallbackError, PrivateAddressError
from newsgraph.server.websub.guarded_client import (
    CallbackResponse,
    GuardedClient,
    is_ip_address,
    is_public_address,
    resolve_host,
)
from tests.server.websub.subscriber import Subscriber, run_subscriber


def fake_resolver(*results):
    """Return a resolver with successive results, of which the last is repeated."""
    remaining = list(results)
    queries = []

    async def resolve(host, port):
        queries.append((host, port))
        return remaining.pop(0) if len(remaining) > 1 else remaining[0]

    resolve.queries = queries
    return resolve


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),  # noqa: S104 - no listening socket
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1"),
        *("fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "::127.0.0.1", "nonsense", ""),
    ],
)
async def test_addresses_that_are_not_public(address):
    """Private, loopback, link-local, shared, multicast and reserved addresses are refused."""
    assert not is_public_address(address)
    resolver = fake_resolver([address])
    async with GuardedClient(allow_private=False, resolver=resolver) as client:
        with pytest.raises(PrivateAddressError, match="not a public address"):
            await client.send("GET", "http://reader.example/", {})


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_public_addresses(address):
    """All other unicast addresses are public."""
    assert is_public_address(address)


@given(st.ip_addresses(v=4))
def test_embedded_ipv4_addresses(address):
    """An IPv4 address that is embedded in an IPv6 address is judged like the IPv4 address."""
    assert is_public_address(f"::ffff:{address}") is is_public_address(str(address))
    assert is_public_address(f"64:ff9b::{address}") is is_public_address(str(address))


async def test_a_host_with_a_public_and_a_private_address(subscriber):
    """A host is refused if any of its addresses is not public."""
    resolver = fake_resolver(["1.1.1.1", "127.0.0.1"])
    async with GuardedClient(allow_private=False, resolver=resolver) as client:
        with pytest.raises(PrivateAddressError):
            await client.send("GET", subscriber.url.replace("127.0.0.1", "reader.example"), {})
    assert subscriber.requests == []


async def test_a_host_is_resolved_once(subscriber):
    """The client connects to an address that it has checked, even if DNS changes meanwhile."""
    resolver = fake_resolver(["127.0.0.1"], ["192.0.2.1"])
    url = subscriber.url.replace("127.0.0.1", "reader.example")
    async with GuardedClient(allow_private=True, resolver=resolver) as client:
        assert (await client.send("GET", url, {})).is_success
    assert len(resolver.queries) == 1
    (request,) = subscriber.requests
    assert request.headers["host"] == url.split("/")[2]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://2130706433/", "http://localhost/", "http://[::1]/"]
)
async def test_loopback_with_the_systems_resolver(url):
    """Loopback is recognized in every notation before anything is sent."""
    async with GuardedClient(allow_private=False) as client:
        with pytest.raises(PrivateAddressError):
            await client.send("GET", url, {})


async def test_path_and_query_are_sent_unchanged(subscriber):
    """The client normalizes neither dot segments nor percent-encoding."""
    async with GuardedClient(allow_private=True) as client:
        await client.send("GET", f"{subscriber.url}/a/../b/%7e;x='1'?q=[a]&&%41", {})
    assert subscriber.requests[0].target == "/callback/a/../b/%7e;x='1'?q=[a]&&%41"


async def test_redirects_are_not_followed():
    """A redirect is returned like any other response."""
    async with run_subscriber() as other, run_subscriber(verification_status=302) as redirecting:
        redirecting.extra_headers = f"Location: {other.url}\r\n"
        async with GuardedClient(allow_private=True) as client:
            response = await client.send("GET", redirecting.url, {}, max_response_bytes=10)
        assert response == CallbackResponse(302, b"")
        assert other.requests == []


async def test_a_long_response_is_truncated():
    """Reading stops at the limit, so an endless response takes no memory."""
    async with (
        run_subscriber(echo=lambda _: "x" * 100_000) as subscriber,
        GuardedClient(allow_private=True) as client,
    ):
        response = await client.send("GET", subscriber.url, {}, max_response_bytes=1_000)
    assert response.body == b"x" * 1_000


async def test_timeout():
    """A request without a response ends at the timeout."""
    async with (
        run_subscriber(is_silent=True) as subscriber,
        GuardedClient(allow_private=True, timeout_seconds=0.05) as client,
    ):
        with pytest.raises(CallbackError, match=r"took longer than 0\.05 seconds"):
            await client.send("POST", subscriber.url, {}, b"x")


async def test_a_server_that_does_not_speak_http():
    """A response that is not HTTP, and a server without TLS, are errors."""

    async def greet(_reader, writer):
        writer.write(b"220 mail.example ready\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(greet, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with GuardedClient(allow_private=True) as client:
        with pytest.raises(CallbackError, match=r"127\.0\.0\.1 does not respond"):
            await client.send("GET", f"http://127.0.0.1:{port}/", {})
        with pytest.raises(CallbackError):
            await client.send("GET", f"https://127.0.0.1:{port}/", {})
    server.close()


async def test_no_server_is_listening(unused_tcp_port):
    """If no address accepts connections, the error names the host."""
    resolver = fake_resolver(["127.0.0.2", "127.0.0.3"])
    async with GuardedClient(allow_private=True, resolver=resolver) as client:
        with pytest.raises(CallbackError, match=r"reader\.example does not respond"):
            await client.send("GET", f"http://reader.example:{unused_tcp_port}/", {})


async def test_the_second_address_is_tried(subscriber):
    """If the first address does not accept connections, the next one is used."""
    resolver = fake_resolver(["127.0.0.2", "127.0.0.1"])
    async with GuardedClient(allow_private=True, resolver=resolver) as client:
        url = subscriber.url.replace("127.0.0.1", "reader.example")
        assert (await client.send("GET", url, {})).is_success


async def test_hosts_that_cannot_be_resolved():
    """An error of the resolver, and a host without addresses, are errors of the callback."""

    async def fail(_host, _port):
        raise UnicodeError("label too long")

    async with GuardedClient(allow_private=False, resolver=fail) as client:
        with pytest.raises(CallbackError, match="label too long"):
            await client.send("GET", f"http://{'a' * 70}.example/", {})
    async with GuardedClient(allow_private=False, resolver=fake_resolver([])) as client:
        with pytest.raises(CallbackError, match="has no address"):
            await client.send("GET", "http://reader.example/", {})


async def test_proxies_of_the_environment_are_ignored(subscriber, monkeypatch):
    """A proxy would resolve hosts itself, without the client's checks."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    async with GuardedClient(allow_private=True) as client:
        assert (await client.send("GET", subscriber.url, {})).is_success


async def test_resolve_host():
    """An IP address resolves to itself, once."""
    assert await resolve_host("127.0.0.1", 80) == ["127.0.0.1"]
    assert is_ip_address("::1")
    assert not is_ip_address("localhost")


def create_certificate(folder, host):
    """Create a key and a self-signed certificate for a host; return the paths of both files."""
    key, certificate = folder / "key.pem", folder / "certificate.pem"
    command = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    names = ["-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}"]
    files = ["-nodes", "-keyout", key, "-out", certificate, "-days", "1"]
    subprocess.run([*command, *names, *files], check=True, capture_output=True)
    return key, certificate


@pytest.mark.process
async def test_certificate_is_verified_for_the_host(tmp_path):
    """The connection goes to an address, but the certificate must be valid for the host."""
    key, certificate = create_certificate(tmp_path, "reader.example")
    server_context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    server_context.load_cert_chain(certificate, key)
    subscriber = Subscriber()
    server = await asyncio.start_server(
        subscriber.handle_connection, "127.0.0.1", 0, ssl=server_context
    )
    port = server.sockets[0].getsockname()[1]
    client_context = ssl.create_default_context(cafile=certificate)
    resolver = fake_resolver(["127.0.0.1"])
    async with GuardedClient(
        allow_private=True, resolver=resolver, ssl_context=client_context
    ) as client:
        response = await client.send("GET", f"https://reader.example:{port}/?a", {})
        assert response.is_success
        with pytest.raises(
            CallbackError, match=r"other\.example does not respond: .*(?i:mismatch)"
        ):
            await client.send("GET", f"https://other.example:{port}/", {})
    assert [request.target for request in subscriber.requests] == ["/?a"]
    server.close()
