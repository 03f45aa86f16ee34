"""Tests of a server behind an nginx with docs/nginx.conf."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import ssl
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from newsgraph.server.config.settings import read_root
from newsgraph.server.http_cache.options import CacheOptions
from newsgraph.store.documents.collection_settings import Collection
from tests import nginx_config
from tests.external_programs import require_tool
from tests.server.conftest import SEEDS
from tests.server.live import TIMEOUT_SECONDS, import_externally, running_server
from tests.store.archive import Archive
from tests.store.dump import fetch_rows
from tests.store.picture_files import png
from tests.store_files import open_store

pytestmark = pytest.mark.process

FEED = "/feeds/topics/ai.atom"
CACHE_OPTIONS = CacheOptions(max_age_seconds=1)


@contextmanager
def proxy_client(url, folder):
    """Run nginx in front of a server; yields a client of nginx."""
    program, port = require_tool("nginx"), free_port()
    upstream_port = int(url.rpartition(":")[2])
    command = nginx_config.proxy_command(upstream_port, port, program, folder / "nginx")
    with running(command), httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
        wait_until(lambda: is_listening(client))
        yield client


@contextmanager
def running(command):
    """Run a program for the block."""
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        yield
    finally:
        process.terminate()
        process.wait(TIMEOUT_SECONDS)


def free_port():
    """Return a port that no program listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening_socket:
        return listening_socket.getsockname()[1]


def is_listening(client):
    """Return whether nginx forwards requests."""
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False


def wait_until(condition):
    """Wait until a condition is true."""
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def add_story(folder, url):
    """Import a new story into the store of a running server, with another connection."""
    archive = folder / "archive"
    shutil.copytree(SEEDS, archive)
    story = json.dumps({"title": "A new story", "topics": ["ai"], "date": "2021-03-20"})
    (archive / "new.md").write_text(f"---\n{story}\n---\n", "utf-8")

    async def import_all():
        store = await open_store(folder / "live.db", url)
        await store.import_roots([read_root(archive)])
        await store.close()

    asyncio.run(import_all())


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """A server behind nginx, for all tests that do not stop it."""
    folder = tmp_path_factory.mktemp("behind")
    with (
        running_server(folder, CACHE_OPTIONS) as (url, statuses),
        proxy_client(url, folder) as client,
    ):
        yield client, url, statuses


def test_files_are_not_stored(tmp_path):
    """Nginx forwards ranges, and a file is gone when its document is hidden."""
    archive = Archive(tmp_path / "in", Collection())
    archive.write_file("a.png", png(30, 20) + bytes(500_000))
    archive.write_article("a.md", date="2024-01-01", image="a.png")
    with (
        running_server(tmp_path, CACHE_OPTIONS, roots=(archive.folder,)) as (url, _),
        proxy_client(url, tmp_path) as client,
    ):
        ((href,),) = fetch_rows(tmp_path / "live.db", "SELECT href FROM local_file")
        path = f"/files/{href}"
        assert len(client.get(path).content) == len(png(30, 20)) + 500_000
        response = client.get(path, headers={"Range": "bytes=1-3"})
        assert (response.status_code, response.content) == (206, b"PNG")
        archive.write_article("a.md", date="2024-01-01", image="a.png", published=False)
        import_externally(tmp_path, archive.folder)
        assert client.get(path).status_code == httpx.codes.NOT_FOUND


def test_many_readers_cause_one_request(served):
    """The cache of nginx responds for two seconds, and then revalidates with If-None-Match."""
    client, url, statuses = served
    direct = httpx.get(url + FEED)
    statuses.clear()
    for _ in range(50):
        assert client.get(FEED).content == direct.content
    assert statuses.count(200) <= 1
    wait_until(lambda: client.get(FEED).content == direct.content and 304 in statuses)
    assert statuses.count(200) <= 1
    etag = client.get(FEED).headers["etag"]
    assert client.get(FEED, headers={"If-None-Match": etag}).status_code == 304


def test_content_encodings_are_cached_separately(served):
    """A client never gets an encoding that only other clients accept."""
    client, _, _ = served
    plain = client.get(FEED, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for _ in range(2):
        for accept_encoding, encoding in (
            ("gzip", "gzip"),
            ("deflate, gzip;q=1.0", "gzip"),
            ("gzip, deflate, br, zstd", "zstd"),
            ("br;q=0, gzip;q=0", None),
            ("gzip;q=0.5", "gzip"),
            ("gzip;q=0.000, br", "br"),
            ("deflate", None),
        ):
            response = client.get(FEED, headers={"Accept-Encoding": accept_encoding})
            assert response.headers.get("content-encoding") == encoding, accept_encoding
            if encoding in (None, "gzip"):  # httpx can decode these
                assert response.content == plain.content


def test_graphql_media_types_are_cached_separately(served):
    """Each Accept header has its own GraphQL response in the cache; a POST is never cached."""
    client, _, statuses = served
    params = {"query": "{ articles(first: 1) { totalCount } }"}
    graphql_response = "application/graphql-response+json"
    for _ in range(2):
        for accept in ("application/json", graphql_response):
            response = client.get("/graphql", params=params, headers={"Accept": accept})
            assert response.headers["content-type"].startswith(accept)
            assert response.json()["data"] == {"articles": {"totalCount": 4}}
    statuses.clear()
    for _ in range(2):
        assert client.post("/graphql", json=params).json()["data"]
    assert statuses == [200, 200]


def test_browsers_that_open_a_feed_bypass_the_cache(served):
    """They are redirected whether or not nginx has the feed, and programs get the feed after it."""
    client, _, statuses = served
    browser = {"Sec-Fetch-Dest": "document", "Sec-Fetch-Mode": "navigate"}
    for path in ("/feeds/topics/computer-vision.rss", "/feeds/all.json?collapse=1"):
        for _ in range(2):
            response = client.get(path, headers=browser)
            assert response.status_code == httpx.codes.SEE_OTHER
            assert response.headers["location"].startswith("/subscribe/")
            for headers in ({}, {"Sec-Fetch-Dest": "empty", "Sec-Fetch-Mode": "cors"}):
                feed = client.get(path, headers=headers)
                assert feed.status_code == httpx.codes.OK
                assert "html" not in feed.headers["content-type"]
        raw_url = f"{path}{'&' if '?' in path else '?'}format=raw"
        assert client.get(raw_url, headers=browser).content == feed.content
    statuses.clear()
    client.get("/topics/ai", headers=browser)
    client.get("/topics/ai", headers=browser)
    assert len(statuses) <= 1


def test_metrics_and_readiness_are_not_public(served):
    """Requests for /metrics and /readyz are refused by nginx."""
    client, _, statuses = served
    statuses.clear()
    assert [client.get(path).status_code for path in ("/metrics", "/readyz")] == [403, 403]
    assert statuses == []


def test_event_streams_are_not_buffered(served):
    """The first event arrives while the stream is open."""
    client, _, _ = served
    body = {"query": "subscription { articleChanged(since: null) { kind id } }"}
    with client.stream(
        "POST",
        "/graphql",
        json=body,
        headers={"Accept": "text/event-stream"},
        timeout=TIMEOUT_SECONDS,
    ) as stream:
        assert stream.status_code == 200
        assert next(stream.iter_lines()) == "event: next"


def test_an_import_is_visible_after_two_seconds(tmp_path):
    """An import by another process shows when the cache entry of nginx expires."""
    with running_server(tmp_path, CACHE_OPTIONS) as (url, _), proxy_client(url, tmp_path) as client:
        assert "A new story" not in client.get(FEED).text
        add_story(tmp_path, url)
        wait_until(lambda: "A new story" in client.get(FEED).text)


@pytest.mark.parametrize("has_older", [False, True])
def test_a_client_that_accepts_deltas_gets_the_complete_feed(has_older, tmp_path):
    """The server gets the ETag of nginx's entry, not the client's, so no delta would fit."""
    with running_server(tmp_path, CACHE_OPTIONS) as (url, _), proxy_client(url, tmp_path) as client:
        etag = client.get(FEED).headers["etag"]
        headers = {"A-IM": "feed", **({"If-None-Match": etag} if has_older else {})}
        add_story(tmp_path, url)

        def is_new():
            response = client.get(FEED, headers=headers)
            assert response.status_code in (200, 304)
            return "A new story" in response.text

        wait_until(is_new)
        assert client.get(FEED, headers=headers).content == client.get(FEED).content


def test_concurrent_clients_with_the_current_feed_get_304(served):
    """That holds while nginx has no entry, and while its entry expires and is revalidated."""
    client, url, statuses = served
    path = "/feeds/topics/ai.rss"
    plain = {"Accept-Encoding": "identity"}
    headers = {**plain, "If-None-Match": httpx.get(url + path, headers=plain).headers["etag"]}
    statuses.clear()

    def gets_304(_number):
        response = client.get(path, headers=headers)
        return response.status_code == 304 and not response.content

    with ThreadPoolExecutor(8) as pool:

        def is_revalidated():
            assert all(pool.map(gets_304, range(40)))
            return 304 in statuses

        wait_until(is_revalidated)


def test_nginx_serves_stale_responses_while_newsgraph_is_down(tmp_path):
    """Responses that are not cached, and those to a POST, are errors of nginx."""
    with ExitStack() as stack:
        with running_server(tmp_path, CACHE_OPTIONS) as (url, _):
            client = stack.enter_context(proxy_client(url, tmp_path))
            cached = client.get(FEED)
        time.sleep(CACHE_OPTIONS.max_age_seconds + 1.1)  # nginx counts whole seconds
        assert client.get(FEED).content == cached.content
        assert client.get("/feeds/all.atom").status_code == 502
        assert client.post("/graphql", json={"query": "{ __typename }"}).status_code == 502


def test_tls_and_ipv6(served, tmp_path):
    """HTTP redirects to HTTPS, and nginx listens on IPv6; /metrics is for this machine, too."""
    _, url, _ = served
    key, certificate = tmp_path / "key.pem", tmp_path / "certificate.pem"
    names = "subjectAltName=DNS:news.example,IP:::1"
    create_key = (
        *("req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1"),
        *("-keyout", key, "-out", certificate, "-subj", "/CN=news.example", "-addext", names),
    )
    subprocess.run([require_tool("openssl"), *create_key], check=True, capture_output=True)
    port, http_port = free_port(), free_port()
    changes = {
        "listen 80;": f"listen 127.0.0.1:{http_port};",
        "listen [::]:80;": f"listen [::1]:{http_port};",
        nginx_config.TLS: f"listen 127.0.0.1:{port} ssl http2;",
        nginx_config.TLS_IPV6: f"listen [::1]:{port} ssl http2;",
        "/etc/letsencrypt/live/news.example/fullchain.pem": str(certificate),
        "/etc/letsencrypt/live/news.example/privkey.pem": str(key),
    }
    upstream_port = int(url.rpartition(":")[2])
    command = nginx_config.configured_command(
        upstream_port, changes, require_tool("nginx"), tmp_path / "nginx"
    )
    trusted = ssl.create_default_context(cafile=str(certificate))
    with (
        running(command),
        httpx.Client(base_url=f"https://[::1]:{port}", verify=trusted) as client,
    ):
        wait_until(lambda: is_listening(client))
        assert client.get("/metrics").status_code == httpx.codes.OK
        response = httpx.get(
            f"http://[::1]:{http_port}/topics/ai?x=1", headers={"Host": "news.example"}
        )
        assert response.status_code == httpx.codes.MOVED_PERMANENTLY
        assert response.headers["location"] == "https://news.example/topics/ai?x=1"
