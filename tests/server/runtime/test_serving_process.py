"""Tests of a serving process: silent connections, hangups, and serving during an import."""

from __future__ import annotations

import signal
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack

import httpx
import pytest

from tests.external_programs import require_tool
from tests.server.cli.test_serve import server_process, wait_for_url
from tests.server.conftest import SEEDS
from tests.server.live import NO_CERTIFICATES, TIMEOUT_SECONDS
from tests.store.archive import Archive

pytestmark = pytest.mark.process

SILENT_COUNT = 600
FILE_LIMIT = 256
ARTICLE_COUNT = 3_000
SLOW_QUERY_SECONDS = 5
SLOW_QUERY = """{ articles(first: %d) { edges { node { topics {
    articles(first: 100) { edges { node { topics {
        articles(first: 1, filter: {hasImages: false, not: {quality: {gt: 5}}}) { totalCount }
    } } } }
} } } } }"""
SUBSCRIPTION = {"query": "subscription { articleChanged { __typename } }"}
EVENT_STREAM = {"Accept": "text/event-stream"}


def create_client(url):
    """Create a client, which opens its own connection."""
    return httpx.Client(
        base_url=url, trust_env=False, verify=NO_CERTIFICATES, timeout=TIMEOUT_SECONDS
    )


@pytest.mark.parametrize("limit", [f"{FILE_LIMIT}:", f"{FILE_LIMIT}:{FILE_LIMIT}"])
def test_silent_connections_do_not_stop_others(tmp_path, limit):
    """The soft limit of open files is raised; where it cannot be, idle connections make room."""
    prefix = (require_tool("prlimit"), f"--nofile={limit}")
    with server_process(tmp_path, SEEDS, "--port", 0, prefix=prefix) as process:
        url = wait_for_url(process)
        port = httpx.URL(url).port
        with ExitStack() as stack:
            for _ in range(SILENT_COUNT):
                stack.enter_context(socket.create_connection(("127.0.0.1", port)))
            for path in ("/", "/feeds/all.rss", "/search?q=video"):
                with create_client(url) as client:
                    assert client.get(path).status_code == httpx.codes.OK
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""


def test_sighup_does_not_end_a_single_process(tmp_path):
    """It is logged, with what to do instead."""
    with server_process(tmp_path, SEEDS, "--port", 0) as process:
        url = wait_for_url(process)
        process.send_signal(signal.SIGHUP)
        assert "SIGHUP is ignored" in process.stderr.readline()
        with create_client(url) as client:
            assert client.get("/healthz").status_code == httpx.codes.OK
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""


def test_serves_while_it_imports(tmp_path):
    """It listens before the import has ended; until then an empty store is not ready."""
    archive = Archive(tmp_path / "archive")
    for number in range(ARTICLE_COUNT):
        archive.write_article(f"{number}.md", publishedDateTime="2024-01-01")
    with server_process(tmp_path, archive.folder, "--port", 0) as process:
        url = process.stdout.readline().split()[-1].rstrip("/")
        with create_client(url) as client:
            assert client.get("/readyz").status_code == httpx.codes.SERVICE_UNAVAILABLE
            assert "Importing <bdi>archive</bdi>: the articles" in client.get("/").text
            deadline = time.monotonic() + TIMEOUT_SECONDS
            while client.get("/readyz").status_code != httpx.codes.OK:
                assert time.monotonic() < deadline
                time.sleep(0.05)
            assert f"{ARTICLE_COUNT:,}" in client.get("/").text
        process.terminate()
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""


@pytest.mark.parametrize("workers", [1, 2])
def test_a_failed_import_ends_the_server(tmp_path, workers):
    """The exit code and the message are those of the import."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "newsgraph.toml").write_text('id = "same"\n', "utf-8")
    arguments = ("--port", 0, "--workers", workers)
    with server_process(tmp_path, tmp_path / "a", tmp_path / "b", *arguments) as process:
        assert process.wait(TIMEOUT_SECONDS) == 2
        assert process.stderr.read().startswith("newsgraph: ")


@pytest.mark.slow
@pytest.mark.parametrize("workers", [1, 2])
def test_a_stop_finishes_running_queries(tmp_path, workers):
    """After SIGTERM an event stream ends at once, and a slow query gets its result."""
    archive, temporary = Archive(tmp_path / "archive"), tmp_path / "temporary"
    temporary.mkdir()
    for number in range(300):
        archive.write_article(f"{number}.md", topics=["a", "b", "c"])
    settings = "max_cost = 100_000_000\noperation_seconds = 300\ngrace_seconds = 300\n"
    (archive.folder / "newsgraph.toml").write_text(settings, "utf-8")
    arguments = (archive.folder, "--port", 0, "--workers", workers)
    prefix = ("env", f"TMPDIR={temporary}")
    with (
        server_process(tmp_path, *arguments, prefix=prefix) as process,
        ThreadPoolExecutor() as pool,
        create_client(wait_for_url(process)) as client,
    ):
        while client.get("/readyz").status_code != httpx.codes.OK:
            time.sleep(0.05)
        _, seconds = send_slow_query(client, 4)
        count = min(100, 1 + int(4 * SLOW_QUERY_SECONDS / seconds))
        with client.stream("POST", "/graphql", json=SUBSCRIPTION, headers=EVENT_STREAM) as stream:
            events = pool.submit(stream.read)
            query = pool.submit(send_slow_query, client, count)
            time.sleep(0.3)
            process.terminate()
            events.result(TIMEOUT_SECONDS)
            assert not query.done()
        response, _ = query.result(TIMEOUT_SECONDS)
        assert response.status_code == httpx.codes.OK
        assert len(response.json()["data"]["articles"]["edges"]) == count
        assert process.wait(TIMEOUT_SECONDS) == 0
        assert process.stderr.read() == ""
    assert list(temporary.iterdir()) == []


def send_slow_query(client, count):
    """Send a query whose duration is proportional to `count`; return the response and seconds."""
    started_at = time.monotonic()
    response = client.post("/graphql", json={"query": SLOW_QUERY % count})
    return response, time.monotonic() - started_at
