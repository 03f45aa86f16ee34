"""Kept answers, their tags and codings, with the whole application."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsgraph.gql import Options
from newsgraph.server.app import create_app
from newsgraph.server.http_cache.options import Delivery
from newsgraph.store.documents.collection import Collection, Root
from newsgraph.store.store import Store
from tests.gql.conftest import GOLDEN
from tests.server.conftest import SITE, client_of
from tests.server.fake_site import AS_IT_IS, counted_in
from tests.server.fake_store import FakeStore
from tests.store_files import open_store

ROOT = Path(__file__).resolve().parents[3]
OPERATIONS = sorted((GOLDEN / "operations").glob("*.graphql"))
COUNT = "{ store { articleCount revision } }"
PAGES = ["/", "/topics/ai", "/feeds/all.rss", "/feeds/topics/ai.atom", "/feeds.opml"]
FILES = ["/schema.graphql", "/static/pages.css"]
GET = f"/graphql?query={COUNT}"


@pytest.fixture
async def off(store):
    """A client of a server that keeps nothing."""
    async with client_of(create_app(store, SITE, delivery=Delivery(response_cache_bytes=0))) as it:
        yield it


async def hits(client):
    """How many answers were given from what is kept."""
    counts = counted_in((await client.get("/metrics")).text)
    return sum(
        number
        for name, number in counts.items()
        if name.startswith("newsgraph_request_seconds_count") and 'cache="hit"' in name
    )


@pytest.fixture
def write(tmp_path):
    """Write a document into a folder of its own, and give the folder."""

    def writing(name, **front_matter):
        folder = tmp_path / "more"
        folder.mkdir(exist_ok=True)
        text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in front_matter.items())
        (folder / name).write_text(f"---\n{text}---\n", "utf-8")
        return Root(folder, Collection(id="more"))

    return writing


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
async def test_golden_operations_twice(path, client, off):
    """Kept or not, by POST and GET, as they are or in a coding: the same bytes."""
    query = path.read_text("utf-8")
    answers = []
    for one in (client, off):
        for headers in (AS_IT_IS, {"Accept-Encoding": "zstd"}, AS_IT_IS, {"Accept-Encoding": "br"}):
            answers.append(await one.post("/graphql", json={"query": query}, headers=headers))
            answers.append(await one.get("/graphql", params={"query": query}, headers=headers))
    assert {one.status_code for one in answers} == {200}
    assert len({one.content for one in answers}) == 1
    assert "errors" not in answers[0].json()
    assert await hits(client) == 6
    assert await hits(off) == 0


@pytest.mark.slow
async def test_an_import_is_seen_by_the_next_request(store, client, tmp_path, write):
    """Our own, and another process's, which has a store of its own on the same file."""
    asks = [lambda: client.get(GET), lambda: client.post("/graphql", json={"query": COUNT})]
    asks += [lambda path=path: client.get(path) for path in PAGES[2:4]]
    other = await Store.open(f"sqlite:///{tmp_path}/seeds.db", SITE)
    try:
        seen = []
        for number, importer in enumerate((None, store, other, other)):
            if importer is not None:
                await importer.import_roots([write(f"{number}.md", title="T", topics=["ai"])])
            answers = [await ask() for ask in asks + asks]
            assert [one.content for one in answers[:4]] == [one.content for one in answers[4:]]
            seen.append(tuple(one.content for one in answers[:4]))
            told = answers[0].json()["data"]["store"]
            assert told == {"articleCount": 4 + number, "revision": 1 + number}
    finally:
        await other.close()
    assert all(len(set(one)) == 4 for one in zip(*seen, strict=True))


async def test_an_import_leaves_other_feeds_where_they_are(client, store, write):
    """What a feed shows has not changed: it is neither read nor rendered again."""
    path = "/feeds/providers/cnet.com.rss"
    first = await client.get(path)
    assert first.status_code == 200
    await store.import_roots([write("x.md", title="T", topics=["elsewhere"])])
    before = await hits(client)
    second = await client.get(path)
    assert second.headers == first.headers
    assert second.content == first.content
    assert await hits(client) == before + 1
    kept = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert kept.status_code == 304


async def test_failures_are_never_kept(client):
    """Mistakes, half an answer, what is not found: none of them has a tag either."""
    refused = '{ articles(first: 1, after: "x") { totalCount } }'
    half = f"{{ store {{ revision }} a: {refused[1:-1]} }}"
    for query in ("{", "{ bogus }", refused, half):
        for _ in range(2):
            got = await client.get("/graphql", params={"query": query})
            assert got.json()["errors"]
            assert "etag" not in got.headers
            assert got.headers["cache-control"] == "no-store"
            posted = await client.post("/graphql", json={"query": query})
            assert posted.json()["errors"]
    for path in ("/feeds/topics/nothing.rss", "/topics/nothing", "/nothing"):
        for _ in range(2):
            gone = await client.get(path, headers={"If-None-Match": "*"})
            assert gone.status_code == 404
            assert "etag" not in gone.headers
    assert await hits(client) == 0


async def test_what_makes_a_difference(client):
    """Variables, the operation's name, and the form that is asked for."""
    query = (
        "query a($n: Int) { articles(first: $n) { edges { node { slug } } } } "
        "query b { articles(first: 2) { edges { node { title } } } }"
    )
    bodies = [
        {"query": query, "operationName": "a", "variables": {"n": 1}},
        {"query": query, "operationName": "a", "variables": {"n": 2}},
        {"query": query, "operationName": "b"},
        {"query": query, "operationName": "c"},
    ]
    for turn in range(2):
        told = [(await client.post("/graphql", json=body)).content for body in bodies]
        assert len(set(told)) == 4, turn
    for accept in ("application/json", "application/graphql-response+json") * 2:
        for ask in (
            client.get(GET, headers={"Accept": accept}),
            client.post("/graphql", json={"query": COUNT}, headers={"Accept": accept}),
        ):
            assert (await ask).headers["content-type"].startswith(accept)
    page = await client.get(GET, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("application/json") or page.status_code == 406
    assert "<html" in (await client.get("/graphql", headers={"Accept": "text/html"})).text


async def test_pages_elsewhere_get_their_own_word(store):
    """What is kept is told each of them with its own name, and others without."""
    sites = ("https://a.example", "https://b.example")
    app = create_app(store, SITE, options=Options(cors_origins=sites))
    async with client_of(app) as client:
        tag = (await client.get(GET)).headers["etag"]
        for _ in range(2):
            for origin in (*sites, "https://c.example", None):
                headers = {"Origin": origin} if origin else {}
                for ask in (
                    client.get(GET, headers=headers),
                    client.get(GET, headers=headers | {"If-None-Match": tag}),
                    client.post("/graphql", json={"query": COUNT}, headers=headers),
                    client.get("/schema.graphql", headers=headers),
                ):
                    answer = await ask
                    told = answer.headers.get("access-control-allow-origin")
                    assert told == (origin if origin in sites else None)
                    assert "Origin" in answer.headers["vary"]
        assert await hits(client) > 20


@pytest.mark.parametrize("room", [0, 1_000_000])
@pytest.mark.parametrize("path", [*PAGES, *FILES, GET])
async def test_one_way_for_all(store, path, room):
    """A tag for each coding, a 304 for each of them, and the Cache-Control that is set."""
    for age, told in ((0, "no-cache"), (90, "public, max-age=90")):
        delivery = Delivery(response_cache_bytes=room, max_age_seconds=age)
        async with client_of(create_app(store, SITE, delivery=delivery)) as client:
            tags = {}
            for coding in ("identity", "gzip", "br", "zstd"):
                answer = await client.get(path, headers={"Accept-Encoding": coding})
                assert answer.headers["cache-control"] == told
                assert "Accept-Encoding" in answer.headers["vary"].split(", ")
                tags[answer.headers.get("content-encoding", "identity")] = answer.headers["etag"]
            assert len(set(tags.values())) == len(tags)
            for coding, tag in tags.items():
                headers = {"Accept-Encoding": coding, "If-None-Match": tag}
                answer = await client.get(path, headers=headers)
                assert (answer.status_code, answer.content) == (304, b"")
                assert answer.headers["etag"] == tag
                assert answer.headers["cache-control"] == told
                assert "Accept-Encoding" in answer.headers["vary"]


async def test_a_tag_is_of_these_settings(store):
    """Whatever an operator changes that could change an answer."""
    tags = set()
    for site, options in (
        (SITE, Options()),
        ("https://else.example", Options()),
        (SITE, Options(max_cost=7)),
        (SITE, Options(trusted_documents={"hash": COUNT})),
    ):
        async with client_of(create_app(store, site, options=options)) as client:
            tags.add((await client.get(GET)).headers["etag"])
    assert len(tags) == 4


async def test_a_document_that_is_known_by_its_hash(client):
    """That it is not known yet is no answer to keep."""
    digest = hashlib.sha256(COUNT.encode()).hexdigest()
    known = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    asked = {"extensions": json.dumps(known)}
    for _ in range(2):
        assert "errors" in (await client.get("/graphql", params=asked)).json()
    await client.post("/graphql", json={"query": COUNT, "extensions": known})
    for _ in range(2):
        assert "errors" not in (await client.get("/graphql", params=asked)).json()


@pytest.mark.slow
@pytest.mark.parametrize("room", [0, 1_000_000])
async def test_long_bodies_are_refused_as_ever(store, room):
    """By the one limit that there is, however short it is."""
    delivery = Delivery(response_cache_bytes=room)
    app = create_app(store, SITE, options=Options(max_body_bytes=1_000), delivery=delivery)
    async with client_of(app) as client:
        for length in (2_000, 100_000):
            body = json.dumps({"query": COUNT + "#" * length})
            answer = await client.post(
                "/graphql", content=body, headers={"Content-Type": "application/json"}
            )
            assert answer.status_code == 413
            assert answer.headers["connection"] == "close"


async def test_ready_when_something_has_been_imported(tmp_path, client):
    """Before that, a proxy should not send anybody here."""
    empty = await open_store(tmp_path / "empty.db", SITE)
    try:
        async with client_of(create_app(empty, SITE)) as new:
            assert (await new.get("/readyz")).status_code == 503
            assert (await new.get("/healthz")).status_code == 200
            assert (await new.get("/metrics")).status_code == 200
    finally:
        await empty.close()
    answer = await client.get("/readyz")
    assert (answer.status_code, answer.text) == (200, "ok")
    assert answer.headers["cache-control"] == "no-store"


async def test_metrics_tell_the_revision(client):
    """Even if nobody has asked for anything."""
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain; version=")
    assert counted_in(answer.text)["newsgraph_store_revision"] == 1


async def test_metrics_tell_how_many_feeds_were_rendered(client):
    """Not those that were given from what is kept, nor 304s."""
    first = await client.get("/feeds/all.atom")
    await client.get("/feeds/all.atom")
    await client.get("/feeds/all.atom", headers={"If-None-Match": first.headers["etag"]})
    await client.get("/feeds/topics/none.rss")
    await client.get("/feeds/topics/ai.rss")
    counts = counted_in((await client.get("/metrics")).text)
    assert counts["newsgraph_feeds_rendered_total"] == 2


SHARED = """
import asyncio, sys
from pathlib import Path
from newsgraph.server.app import create_app
from newsgraph.server.config.settings import read_settings
from tests.server.conftest import SITE, client_of
from tests.server.fake_store import FakeStore

async def main():
    store = FakeStore(revision=int(sys.argv[1]))
    delivery = read_settings(Path(), {}).delivery()
    async with client_of(create_app(store, SITE, delivery=delivery)) as client:
        for _ in range(3):
            await client.get("/feeds/all.rss")
        print((await client.get("/metrics")).text)

asyncio.run(main())
"""


@pytest.mark.process
def test_processes_count_together(tmp_path):
    """Whoever answers, the metrics are those of all."""
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for revision in (1, 2):
        run = subprocess.run(
            [sys.executable, "-c", SHARED, str(revision)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    counts = counted_in(run.stdout)
    name = 'newsgraph_request_seconds_count{{cache="{}",kind="feed",status="200"}}'
    assert counts[name.format("hit")] == 4
    assert counts[name.format("miss")] == 2
    assert counts["newsgraph_response_cache_answers"] == 2
    assert counts["newsgraph_store_revision"] == 2


async def test_a_store_that_cannot_be_looked_at_is_asked():
    """Where its state is not known at once, it is read, and kept answers count on."""

    class Slow(FakeStore):
        def state_now(self):
            """Never know at once."""

        async def state(self):
            """Read it."""
            return self.where()

    slow = Slow()
    async with client_of(create_app(slow, SITE)) as client:
        for _ in range(3):
            assert (await client.get("/feeds/all.rss")).status_code == 200
    assert slow.reads == 1
