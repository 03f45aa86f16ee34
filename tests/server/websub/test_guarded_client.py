"""What the hub sends to strangers' addresses, and where it sends nothing."""

from __future__ import annotations

import asyncio
import ssl
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from newsgraph.server.websub.errors import AddressRefused, Unreachable
from newsgraph.server.websub.guarded_client import (
    Answer,
    Outgoing,
    addresses_of,
    is_address,
    is_global,
)
from tests.server.websub.subscriber import Subscriber, subscriber


def resolving(*answers):
    """A resolver that says one thing after another; the last stays."""
    left = list(answers)
    asked = []

    async def resolve(host, port):
        asked.append((host, port))
        return left.pop(0) if len(left) > 1 else left[0]

    resolve.asked = asked
    return resolve


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.8.8.8", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1"),  # noqa: S104 - not listened on
        *("169.254.169.254", "100.64.0.1", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1"),
        *("255.255.255.255", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12::1"),
        *("fec0::1", "ff02::1", "2001:db8::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1"),
        *("64:ff9b::7f00:1", "64:ff9b::a00:1", "2002:7f00:1::", "::127.0.0.1", "nonsense", ""),
    ],
)
async def test_addresses_that_are_refused(address):
    """Private, loopback, link-local, shared, multicast, reserved, also wrapped into others."""
    assert not is_global(address)
    async with Outgoing(private=False, resolve=resolving([address])) as outgoing:
        with pytest.raises(AddressRefused, match="not a public address"):
            await outgoing.send("GET", "http://reader.example/", {})


@pytest.mark.parametrize(
    "address", ["1.1.1.1", "2606:4700::1", "::ffff:1.1.1.1", "64:ff9b::101:101"]
)
def test_addresses_that_are_public(address):
    """The rest of the world."""
    assert is_global(address)


@given(st.ip_addresses(v=4))
def test_a_wrapped_address_is_what_it_is(address):
    """IPv6 has ways to say an IPv4 address; they make no difference."""
    assert is_global(f"::ffff:{address}") is is_global(str(address))
    assert is_global(f"64:ff9b::{address}") is is_global(str(address))


async def test_one_bad_address_of_several(reader):
    """A name that leads to a public and a private address is refused as a whole."""
    async with Outgoing(private=False, resolve=resolving(["1.1.1.1", "127.0.0.1"])) as outgoing:
        with pytest.raises(AddressRefused):
            await outgoing.send("GET", reader.url.replace("127.0.0.1", "reader.example"), {})
    assert reader.heard == []


async def test_a_name_that_leads_elsewhere_a_moment_later(reader):
    """It is looked up once for each request, and only what was checked is connected to."""
    resolve = resolving(["127.0.0.1"], ["192.0.2.1"])
    url = reader.url.replace("127.0.0.1", "reader.example")
    async with Outgoing(private=True, resolve=resolve) as outgoing:
        assert (await outgoing.send("GET", url, {})).is_good
    assert len(resolve.asked) == 1
    (heard,) = reader.heard
    assert heard.headers["host"] == url.split("/")[2]


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/", "http://2130706433/", "http://localhost/", "http://[::1]/"]
)
async def test_the_systems_own_resolver(url):
    """However loopback is written, it is seen before anything is sent."""
    async with Outgoing(private=False) as outgoing:
        with pytest.raises(AddressRefused):
            await outgoing.send("GET", url, {})


async def test_a_path_is_sent_as_it_stands(reader):
    """Neither dots nor escapes in it are the hub's to change."""
    async with Outgoing(private=True) as outgoing:
        await outgoing.send("GET", f"{reader.url}/a/../b/%7e;x='1'?q=[a]&&%41", {})
    assert reader.heard[0].target == "/callback/a/../b/%7e;x='1'?q=[a]&&%41"


async def test_redirects_are_answers():
    """They are not followed; what becomes of them is for others to say."""
    async with subscriber() as other, subscriber(status=302) as one:
        one.headers = f"Location: {other.url}\r\n"
        async with Outgoing(private=True) as outgoing:
            answer = await outgoing.send("GET", one.url, {}, most_bytes=10)
        assert answer == Answer(302, b"")
        assert other.heard == []


async def test_a_long_answer_is_read_to_a_limit():
    """Who answers without end costs no memory."""
    async with subscriber(echo=lambda _: "x" * 100_000) as one, Outgoing(private=True) as outgoing:
        answer = await outgoing.send("GET", one.url, {}, most_bytes=1_000)
    assert answer.body == b"x" * 1_000


async def test_an_answer_that_never_comes():
    """The hub waits so long and no longer."""
    async with subscriber(silent=True) as one, Outgoing(private=True, seconds=0.05) as outgoing:
        with pytest.raises(Unreachable, match=r"took longer than 0\.05 seconds"):
            await outgoing.send("POST", one.url, {}, b"x")


async def test_an_answer_that_is_none():
    """What does not speak HTTP has not answered."""

    async def talk(_reader, writer):
        writer.write(b"220 mail.example ready\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0)
    port = server.sockets[0].getsockname()[1]
    async with Outgoing(private=True) as outgoing:
        with pytest.raises(Unreachable, match=r"127\.0\.0\.1 does not answer"):
            await outgoing.send("GET", f"http://127.0.0.1:{port}/", {})
        # Nor has what is no TLS.
        with pytest.raises(Unreachable):
            await outgoing.send("GET", f"https://127.0.0.1:{port}/", {})
    server.close()


async def test_nobody_there(unused_tcp_port):
    """Of several addresses each is tried."""
    resolve = resolving(["127.0.0.2", "127.0.0.3"])
    async with Outgoing(private=True, resolve=resolve) as outgoing:
        with pytest.raises(Unreachable, match=r"reader\.example does not answer"):
            await outgoing.send("GET", f"http://reader.example:{unused_tcp_port}/", {})


async def test_the_second_address_is_tried(reader):
    """Where the first does not take connections."""
    resolve = resolving(["127.0.0.2", "127.0.0.1"])
    async with Outgoing(private=True, resolve=resolve) as outgoing:
        url = reader.url.replace("127.0.0.1", "reader.example")
        assert (await outgoing.send("GET", url, {})).is_good


async def test_a_name_that_is_none():
    """A resolver's complaint is no answer."""

    async def resolve(_host, _port):
        raise UnicodeError("label too long")

    async with Outgoing(private=False, resolve=resolve) as outgoing:
        with pytest.raises(Unreachable, match="label too long"):
            await outgoing.send("GET", f"http://{'a' * 70}.example/", {})
    async with Outgoing(private=False, resolve=resolving([])) as outgoing:
        with pytest.raises(Unreachable, match="has no address"):
            await outgoing.send("GET", "http://reader.example/", {})


async def test_no_proxy_of_the_environment(reader, monkeypatch):
    """A proxy would look names up by itself, behind our back."""
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9/")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:9/")
    async with Outgoing(private=True) as outgoing:
        assert (await outgoing.send("GET", reader.url, {})).is_good


async def test_addresses_of_this_machine():
    """Each once, and what is an address already stays one."""
    assert await addresses_of("127.0.0.1", 80) == ["127.0.0.1"]
    assert is_address("::1")
    assert not is_address("localhost")


def certificate(folder, name):
    """Make a key and a certificate that is its own authority; return their files."""
    key, made = folder / "key.pem", folder / "certificate.pem"
    words = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]
    names = ["-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}"]
    files = ["-nodes", "-keyout", key, "-out", made, "-days", "1"]
    subprocess.run([*words, *names, *files], check=True, capture_output=True)
    return key, made


@pytest.mark.process
async def test_a_certificate_has_to_be_the_names(tmp_path):
    """The connection goes to an address, but who answers there has to be the one named."""
    key, made = certificate(tmp_path, "reader.example")
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(made, key)
    one = Subscriber()
    server = await asyncio.start_server(one.serve, "127.0.0.1", 0, ssl=context)
    port = server.sockets[0].getsockname()[1]
    trusted = ssl.create_default_context(cafile=made)
    resolve = resolving(["127.0.0.1"])
    async with Outgoing(private=True, resolve=resolve, tls=trusted) as outgoing:
        answer = await outgoing.send("GET", f"https://reader.example:{port}/?a", {})
        assert answer.is_good
        with pytest.raises(Unreachable, match=r"other\.example does not answer: .*(?i:mismatch)"):
            await outgoing.send("GET", f"https://other.example:{port}/", {})
    assert [heard.target for heard in one.heard] == ["/?a"]
    server.close()
