"""Tests of cached responses, ETags and content encodings with the complete application."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.server.http_cache.options import CacheOptions
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from newsgraph.store.store import Store
from tests.gql.conftest import GOLDEN
from tests.server.conftest import SITE, create_client
from tests.server.fake_app import IDENTITY_ONLY, parse_metrics
from tests.server.fake_store import FakeStore
from tests.store_files import open_store

ROOT = Path(__file__).resolve().parents[3]
OPERATIONS = sorted((GOLDEN / "operations").glob("*.graphql"))
COUNT_QUERY = "{ store { articleCount revision } }"
PAGES = ["/", "/topics/ai", "/feeds/all.rss", "/feeds/topics/ai.atom", "/feeds.opml"]
FILES = ["/schema.graphql", "/static/pages.css"]
GET = f"/graphql?query={COUNT_QUERY}"


@pytest.fixture
async def uncached_client(store):
    """A client of an application without a response cache."""
    async with create_client(
        create_app(store, SITE, cache_options=CacheOptions(response_cache_bytes=0))
    ) as client:
        yield client


async def count_cache_hits(client):
    """Return the number of responses that were sent from the cache."""
    values = parse_metrics((await client.get("/metrics")).text)
    return sum(
        value
        for name, value in values.items()
        if name.startswith("newsgraph_request_seconds_count") and 'cache="hit"' in name
    )


@pytest.fixture
def write_document(tmp_path):
    """A function that writes a document into a second folder, and returns the folder."""

    def write(name, **front_matter):
        folder = tmp_path / "more"
        folder.mkdir(exist_ok=True)
        text = "".join(f"{key}: {json.dumps(value)}\n" for key, value in front_matter.items())
        (folder / name).write_text(f"---\n{text}---\n", "utf-8")
        return ImportRoot(folder, Collection(id="more"))

    return write


@pytest.mark.parametrize("path", OPERATIONS, ids=lambda path: path.stem)
async def test_cached_operations_have_the_same_content(path, client, uncached_client):
    """The content is the same, cached or not, by POST or GET, in any encoding."""
    query = path.read_text("utf-8")
    responses = []
    for sender in (client, uncached_client):
        for headers in (
            IDENTITY_ONLY,
            {"Accept-Encoding": "zstd"},
            IDENTITY_ONLY,
            {"Accept-Encoding": "br"},
        ):
            responses.append(await sender.post("/graphql", json={"query": query}, headers=headers))
            responses.append(await sender.get("/graphql", params={"query": query}, headers=headers))
    assert {response.status_code for response in responses} == {200}
    assert len({response.content for response in responses}) == 1
    assert "errors" not in responses[0].json()
    assert await count_cache_hits(client) == 6
    assert await count_cache_hits(uncached_client) == 0


@pytest.mark.slow
async def test_the_next_request_sees_an_import(store, client, tmp_path, write_document):
    """That holds for an import by the server's store and by another store on the same file."""
    requests = [
        lambda: client.get(GET),
        lambda: client.post("/graphql", json={"query": COUNT_QUERY}),
    ]
    requests += [lambda path=path: client.get(path) for path in PAGES[2:4]]
    other = await Store.open(f"sqlite:///{tmp_path}/seeds.db", SITE)
    try:
        contents = []
        for number, importer in enumerate((None, store, other, other)):
            if importer is not None:
                await importer.import_roots(
                    [write_document(f"{number}.md", title="T", topics=["ai"])]
                )
            responses = [await send() for send in requests + requests]
            received = [response.content for response in responses]
            assert received[:4] == received[4:]
            contents.append(received[:4])
            store_counts = responses[0].json()["data"]["store"]
            assert store_counts == {"articleCount": 4 + number, "revision": 1 + number}
    finally:
        await other.close()
    assert all(len(set(revisions)) == 4 for revisions in zip(*contents, strict=True))


async def test_an_import_does_not_invalidate_other_feeds(client, store, write_document):
    """A feed whose entries did not change is neither read nor rendered again."""
    path = "/feeds/providers/cnet.com.rss"
    first = await client.get(path)
    assert first.status_code == 200
    await store.import_roots([write_document("x.md", title="T", topics=["elsewhere"])])
    before = await count_cache_hits(client)
    second = await client.get(path)
    assert second.headers == first.headers
    assert second.content == first.content
    assert await count_cache_hits(client) == before + 1
    conditional = await client.get(path, headers={"If-None-Match": first.headers["etag"]})
    assert conditional.status_code == 304


async def test_errors_are_not_cached(client):
    """Errors, partial results and missing resources are not cached and have no ETag."""
    invalid = '{ articles(first: 1, after: "x") { totalCount } }'
    partial = f"{{ store {{ revision }} a: {invalid[1:-1]} }}"
    for query in ("{", "{ bogus }", invalid, partial):
        for _ in range(2):
            response = await client.get("/graphql", params={"query": query})
            assert response.json()["errors"]
            assert "etag" not in response.headers
            assert response.headers["cache-control"] == "no-store"
            response = await client.post("/graphql", json={"query": query})
            assert response.json()["errors"]
    for path in ("/feeds/topics/nothing.rss", "/topics/nothing", "/nothing"):
        for _ in range(2):
            response = await client.get(path, headers={"If-None-Match": "*"})
            assert response.status_code == 404
            assert "etag" not in response.headers
    assert await count_cache_hits(client) == 0


async def test_cached_graphql_responses_by_request(client):
    """Variables, the operation name and the media type select the cached response."""
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
        contents = [(await client.post("/graphql", json=body)).content for body in bodies]
        assert len(set(contents)) == 4, turn
    for accept in ("application/json", "application/graphql-response+json") * 2:
        for request in (
            client.get(GET, headers={"Accept": accept}),
            client.post("/graphql", json={"query": COUNT_QUERY}, headers={"Accept": accept}),
        ):
            assert (await request).headers["content-type"].startswith(accept)
    page = await client.get(GET, headers={"Accept": "text/html"})
    assert page.headers["content-type"].startswith("application/json") or page.status_code == 406
    assert "<html" in (await client.get("/graphql", headers={"Accept": "text/html"})).text


async def test_cached_responses_get_cors_headers_by_origin(store):
    """A cached response gets the request's origin if it is allowed, and else none."""
    origins = ("https://a.example", "https://b.example")
    app = create_app(store, SITE, options=Options(cors_origins=origins))
    async with create_client(app) as client:
        etag = (await client.get(GET)).headers["etag"]
        for _ in range(2):
            for origin in (*origins, "https://c.example", None):
                headers = {"Origin": origin} if origin else {}
                for request in (
                    client.get(GET, headers=headers),
                    client.get(GET, headers=headers | {"If-None-Match": etag}),
                    client.post("/graphql", json={"query": COUNT_QUERY}, headers=headers),
                    client.get("/schema.graphql", headers=headers),
                ):
                    response = await request
                    allowed = response.headers.get("access-control-allow-origin")
                    assert allowed == (origin if origin in origins else None)
                    assert "Origin" in response.headers["vary"]
        assert await count_cache_hits(client) > 20


@pytest.mark.parametrize("cache_bytes", [0, 1_000_000])
@pytest.mark.parametrize("path", [*PAGES, *FILES, GET])
async def test_etags_and_cache_control_of_all_resources(store, path, cache_bytes):
    """Each encoding has its own ETag and 304, and the configured Cache-Control."""
    for age, cache_control in ((0, "no-cache"), (90, "public, max-age=90")):
        options = CacheOptions(response_cache_bytes=cache_bytes, max_age_seconds=age)
        async with create_client(create_app(store, SITE, cache_options=options)) as client:
            etags = {}
            for encoding in ("identity", "gzip", "br", "zstd"):
                response = await client.get(path, headers={"Accept-Encoding": encoding})
                headers = response.headers
                assert headers["cache-control"] == cache_control
                assert "Accept-Encoding" in headers["vary"].split(", ")
                etags[headers.get("content-encoding", "identity")] = headers["etag"]
            assert len(set(etags.values())) == len(etags)
            for encoding, etag in etags.items():
                conditions = {"Accept-Encoding": encoding, "If-None-Match": etag}
                response = await client.get(path, headers=conditions)
                assert (response.status_code, response.content) == (304, b"")
                assert response.headers["etag"] == etag
                assert response.headers["cache-control"] == cache_control
                assert "Accept-Encoding" in response.headers["vary"]


async def test_graphql_etags_depend_on_settings(store):
    """The site URL, the options and the trusted documents are part of the ETag."""
    etags = set()
    for site_url, options in (
        (SITE, Options()),
        ("https://else.example", Options()),
        (SITE, Options(max_cost=7)),
        (SITE, Options(trusted_documents={"hash": COUNT_QUERY})),
    ):
        async with create_client(create_app(store, site_url, options=options)) as client:
            etags.add((await client.get(GET)).headers["etag"])
    assert len(etags) == 4


async def test_unknown_persisted_queries_are_not_cached(client):
    """After a persisted query is registered, the same request succeeds."""
    digest = hashlib.sha256(COUNT_QUERY.encode()).hexdigest()
    extensions = {"persistedQuery": {"version": 1, "sha256Hash": digest}}
    params = {"extensions": json.dumps(extensions)}
    for _ in range(2):
        assert "errors" in (await client.get("/graphql", params=params)).json()
    await client.post("/graphql", json={"query": COUNT_QUERY, "extensions": extensions})
    for _ in range(2):
        assert "errors" not in (await client.get("/graphql", params=params)).json()


@pytest.mark.slow
@pytest.mark.parametrize("cache_bytes", [0, 1_000_000])
async def test_long_bodies_are_refused(store, cache_bytes):
    """The limit of the body's size applies with and without the cache."""
    cache_options = CacheOptions(response_cache_bytes=cache_bytes)
    options = Options(max_body_bytes=1_000)
    app = create_app(store, SITE, options=options, cache_options=cache_options)
    async with create_client(app) as client:
        for length in (2_000, 100_000):
            body = json.dumps({"query": COUNT_QUERY + "#" * length})
            response = await client.post(
                "/graphql", content=body, headers={"Content-Type": "application/json"}
            )
            assert response.status_code == 413
            assert response.headers["connection"] == "close"


async def test_readiness(tmp_path, client):
    """Before the first import /readyz responds with 503; /healthz with 200."""
    empty = await open_store(tmp_path / "empty.db", SITE)
    try:
        async with create_client(create_app(empty, SITE)) as empty_client:
            assert (await empty_client.get("/readyz")).status_code == 503
            assert (await empty_client.get("/healthz")).status_code == 200
            assert (await empty_client.get("/metrics")).status_code == 200
    finally:
        await empty.close()
    response = await client.get("/readyz")
    assert (response.status_code, response.text) == (200, "ok")
    assert response.headers["cache-control"] == "no-store"


async def test_metrics_contain_the_store_revision(client):
    """The metrics contain the revision even before any other request."""
    response = await client.get("/metrics")
    assert response.headers["content-type"].startswith("text/plain; version=")
    assert parse_metrics(response.text)["newsgraph_store_revision"] == 1


async def test_metrics_count_rendered_feeds(client):
    """Rendered feeds are counted, without cached responses and 304s."""
    first = await client.get("/feeds/all.atom")
    await client.get("/feeds/all.atom")
    await client.get("/feeds/all.atom", headers={"If-None-Match": first.headers["etag"]})
    await client.get("/feeds/topics/none.rss")
    await client.get("/feeds/topics/ai.rss")
    values = parse_metrics((await client.get("/metrics")).text)
    assert values["newsgraph_feeds_rendered_total"] == 2


METRICS_PROGRAM = """
import asyncio, sys
from newsgraph.server.app import create_app
from newsgraph.server.config.settings import metrics_folder
from tests.server.conftest import SITE, create_client
from tests.server.fake_store import FakeStore

async def main():
    store = FakeStore(revision=int(sys.argv[1]))
    async with create_client(create_app(store, SITE, metrics_folder=metrics_folder())) as client:
        for _ in range(3):
            await client.get("/feeds/all.rss")
        print((await client.get("/metrics")).text)

asyncio.run(main())
"""


@pytest.mark.process
def test_processes_share_metrics(tmp_path):
    """With a shared folder, each process responds with the metrics of all."""
    environment = os.environ | {"PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}
    for revision in (1, 2):
        run = subprocess.run(
            [sys.executable, "-c", METRICS_PROGRAM, str(revision)],
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            timeout=60,
            check=True,
        )
    values = parse_metrics(run.stdout)
    name = 'newsgraph_request_seconds_count{{cache="{}",kind="feed",status="200"}}'
    assert values[name.format("hit")] == 4
    assert values[name.format("miss")] == 2
    assert values["newsgraph_response_cache_answers"] == 2
    assert values["newsgraph_store_revision"] == 2


async def test_the_cache_reads_a_state_that_is_not_in_memory():
    """Without a state in memory it is read for each request, and the cache still works."""

    class SlowStore(FakeStore):
        def cached_state(self):
            """Return None: the state is not in memory."""

        async def state(self):
            """Return the state."""
            return self.current_state()

    store = SlowStore()
    async with create_client(create_app(store, SITE)) as client:
        for _ in range(3):
            assert (await client.get("/feeds/all.rss")).status_code == 200
    assert store.read_count == 1
