"""A real nginx with docs/nginx.conf before a real server."""

from __future__ import annotations

import asyncio
import json
import shutil
import socket
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager

import httpx
import pytest

from newsgraph.server.config.settings import read_collection
from newsgraph.server.http_cache.options import Delivery
from newsgraph.store.documents.collection import Root
from tests import nginx
from tests.server.conftest import SEEDS
from tests.server.live import SECONDS, serving
from tests.store_files import open_store
from tests.tools import need

pytestmark = pytest.mark.process

FEED = "/feeds/topics/ai.atom"
KEPT = Delivery(max_age_seconds=1)


@contextmanager
def before(site, folder):
    """A client of an nginx that is before a server."""
    program = need("nginx")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    upstream = int(site.rpartition(":")[2])
    command = nginx.before(upstream, port, program, folder / "nginx")
    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            until(lambda: answers(client))
            yield client
    finally:
        process.terminate()
        process.wait(SECONDS)


def answers(client):
    """Tell whether nginx listens."""
    try:
        return client.get("/healthz").is_success
    except httpx.TransportError:
        return False


def until(told):
    """Wait for something to come true."""
    ends = time.monotonic() + SECONDS
    while not told():
        assert time.monotonic() < ends
        time.sleep(0.05)


def add_story(folder, site):
    """Import a new story beside the server of a store."""
    archive = folder / "archive"
    shutil.copytree(SEEDS, archive)
    story = json.dumps({"title": "A new story", "topics": ["ai"], "date": "2021-03-20"})
    (archive / "new.md").write_text(f"---\n{story}\n---\n", "utf-8")

    async def imported():
        store = await open_store(folder / "live.db", site)
        await store.import_roots([Root(archive, read_collection(archive))])
        await store.close()

    asyncio.run(imported())


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    """One server behind one nginx for all tests that do not end it."""
    folder = tmp_path_factory.mktemp("behind")
    with serving(folder, KEPT) as (site, statuses), before(site, folder) as client:
        yield client, site, statuses


def test_many_readers_cost_one_answer(served):
    """For two seconds nobody but nginx is asked, and then with If-None-Match."""
    client, site, statuses = served
    straight = httpx.get(site + FEED)
    statuses.clear()
    for _ in range(50):
        assert client.get(FEED).content == straight.content
    assert statuses.count(200) <= 1
    until(lambda: client.get(FEED).content == straight.content and 304 in statuses)
    assert statuses.count(200) <= 1
    tag = client.get(FEED).headers["etag"]
    assert client.get(FEED, headers={"If-None-Match": tag}).status_code == 304


def test_codings_are_kept_apart(served):
    """Whoever takes none is not given one, whatever others asked for before."""
    client, _, _ = served
    plain = client.get(FEED, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers
    for _ in range(2):
        for told, coding in (
            ("gzip", "gzip"),
            ("deflate, gzip;q=1.0", "gzip"),
            ("gzip, deflate, br, zstd", "zstd"),
            ("br;q=0, gzip;q=0", None),
            ("gzip;q=0.5", "gzip"),
            ("gzip;q=0.000, br", "br"),
            ("deflate", None),
        ):
            answer = client.get(FEED, headers={"Accept-Encoding": told})
            assert answer.headers.get("content-encoding") == coding, told
            if coding in (None, "gzip"):  # what httpx reads
                assert answer.content == plain.content


def test_forms_of_the_graph_are_kept_apart(served):
    """An address of the graph has an answer for each Accept; a POST always goes through."""
    client, _, statuses = served
    asked = {"query": "{ articles(first: 1) { totalCount } }"}
    newer = "application/graphql-response+json"
    for _ in range(2):
        for accept in ("application/json", newer):
            answer = client.get("/graphql", params=asked, headers={"Accept": accept})
            assert answer.headers["content-type"].startswith(accept)
            assert answer.json()["data"] == {"articles": {"totalCount": 4}}
    statuses.clear()
    for _ in range(2):
        assert client.post("/graphql", json=asked).json()["data"]
    assert statuses == [200, 200]


def test_what_the_inside_reads_stays_inside(served):
    """Counts and readiness are not for everybody."""
    client, _, statuses = served
    statuses.clear()
    assert [client.get(path).status_code for path in ("/metrics", "/readyz")] == [403, 403]
    assert statuses == []


def test_event_streams_are_not_held_back(served):
    """The first event comes before the stream's end, which never comes."""
    client, _, _ = served
    asked = {"query": "subscription { articleChanged(since: null) { kind id } }"}
    with client.stream(
        "POST", "/graphql", json=asked, headers={"Accept": "text/event-stream"}, timeout=SECONDS
    ) as stream:
        assert stream.status_code == 200
        assert next(stream.iter_lines()) == "event: next"


def test_an_import_is_there_two_seconds_later(tmp_path):
    """Whichever process imported."""
    with serving(tmp_path, KEPT) as (site, _), before(site, tmp_path) as client:
        assert "A new story" not in client.get(FEED).text
        add_story(tmp_path, site)
        until(lambda: "A new story" in client.get(FEED).text)


@pytest.mark.parametrize("has_older", [False, True])
def test_a_delta_never_begins_at_the_entry_of_nginx(has_older, tmp_path):
    """Who takes deltas gets the whole feed: nginx names its own entry, not what the reader has."""
    with serving(tmp_path, KEPT) as (site, _), before(site, tmp_path) as client:
        tag = client.get(FEED).headers["etag"]
        headers = {"A-IM": "feed", **({"If-None-Match": tag} if has_older else {})}
        add_story(tmp_path, site)

        def is_new():
            answer = client.get(FEED, headers=headers)
            assert answer.status_code in (200, 304)
            return "A new story" in answer.text

        until(is_new)
        assert client.get(FEED, headers=headers).content == client.get(FEED).content


def test_who_has_the_feed_gets_no_body(served):
    """Many at once: while nginx has no entry, and while its entry expires and is renewed."""
    client, site, statuses = served
    path = "/feeds/topics/ai.rss"
    plain = {"Accept-Encoding": "identity"}
    headers = {**plain, "If-None-Match": httpx.get(site + path, headers=plain).headers["etag"]}
    statuses.clear()

    def has_no_body(_number):
        answer = client.get(path, headers=headers)
        return answer.status_code == 304 and not answer.content

    with ThreadPoolExecutor(8) as pool:

        def is_renewed():
            assert all(pool.map(has_no_body, range(40)))
            return 304 in statuses

        until(is_renewed)


def test_what_was_kept_is_given_while_newsgraph_is_away(tmp_path):
    """What was not is an error of nginx, and a POST is too."""
    with ExitStack() as stack:
        with serving(tmp_path, KEPT) as (site, _):
            client = stack.enter_context(before(site, tmp_path))
            there = client.get(FEED)
        time.sleep(KEPT.max_age_seconds + 1.1)  # nginx counts whole seconds
        assert client.get(FEED).content == there.content
        assert client.get("/feeds/all.atom").status_code == 502
        assert client.post("/graphql", json={"query": "{ __typename }"}).status_code == 502
