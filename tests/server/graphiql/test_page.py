"""GraphiQL's page and files, as the application serves them."""

from __future__ import annotations

import json
import re
import shutil

import httpx
import pytest
from lxml import html

from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.server.graphiql.manifest import DOWNLOAD_FOLDER
from newsgraph.server.graphiql.page import CONTENT_SECURITY_POLICY
from newsgraph.server.http_cache.options import CacheOptions
from newsgraph.store.documents.collection_settings import Collection
from tests.external_programs import require_graphiql
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive

BROWSER_HEADERS = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def graphiql_files():
    """Skip the test without GraphiQL's downloaded files."""
    require_graphiql()


def read_page_data(page):
    """Return the data that a page passes to its script."""
    return json.loads(html.fromstring(page.text).get_element_by_id("page-data").text)


def read_variables(page):
    """Return the variables of the tabs of a page."""
    return [json.loads(tab["variables"] or "{}") for tab in read_page_data(page)["tabs"]]


@pytest.mark.usefixtures("graphiql_files")
async def test_page_loads_only_files_of_the_site(client):
    """The page has no inline scripts or styles; its files are below the site's path prefix."""
    page = await client.get("/graphql", headers=BROWSER_HEADERS)
    assert page.headers["content-security-policy"] == CONTENT_SECURITY_POLICY
    assert "unsafe" not in CONTENT_SECURITY_POLICY
    document = html.fromstring(page.text)
    assert "newsgraph seeds" in document.findtext(".//title")
    scripts = document.xpath("//script[@src]/@src")
    styles = document.xpath("//link[@rel='stylesheet']/@href")
    assert (len(scripts), len(styles)) == (5, 3)
    for script in document.xpath("//script[not(@src)]"):
        assert script.get("type") == "application/json"
    assert not document.xpath("//@style | //style | //@*[starts-with(name(), 'on')]")
    for url in (*scripts, *styles):
        path = url.removeprefix("/archive")
        assert path != url
        file = await client.get(path, headers={"Accept-Encoding": "gzip"})
        assert file.status_code == httpx.codes.OK
        media_type = "text/css" if path.endswith(".css") else "text/javascript"
        assert file.headers["content-type"] == f"{media_type}; charset=utf-8"
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        conditional = {"If-None-Match": file.headers["etag"], "Accept-Encoding": "gzip"}
        response = await client.get(path, headers=conditional)
        assert response.status_code == httpx.codes.NOT_MODIFIED
        other_path = re.sub(r"/[0-9a-f]{12}/", "/000000000000/", path)
        assert (await client.get(other_path)).status_code == httpx.codes.NOT_FOUND


async def test_missing_file(client):
    """A file of another version is not found, like any other URL without content."""
    page = await client.get("/graphql", headers=BROWSER_HEADERS)
    url = html.fromstring(page.text).xpath("//script[@src]/@src")[-1].removeprefix("/archive")
    *start, digest, name = url.rsplit("/", 2)
    for path in ("/".join((*start, digest[::-1], name)), f"{url}x"):
        file = await client.get(path)
        assert file.status_code == httpx.codes.NOT_FOUND
        assert file.headers["content-type"] == "text/plain; charset=utf-8"
        assert "cache-control" not in file.headers


@pytest.mark.usefixtures("graphiql_files")
async def test_the_largest_file_is_cached_compressed(client):
    """A megabyte of script takes a small part of the response cache, in all encodings."""
    page = await client.get("/graphql", headers=BROWSER_HEADERS)
    (path,) = re.findall(r'/archive(/static/[^"]*/graphiql\.min\.js)"', page.text)
    sizes = {}
    for encoding in ("zstd", "br", "gzip"):
        for _ in range(2):
            response = await client.get(path, headers={"Accept-Encoding": encoding})
            assert response.headers["content-encoding"] == encoding
            sizes[encoding] = int(response.headers["content-length"])
    assert max(sizes.values()) < 450_000
    metrics = (await client.get("/metrics")).text
    assert 'newsgraph_request_seconds_count{cache="hit",kind="static",status="200"} 5.0' in metrics
    cache_bytes = re.search(r"^newsgraph_response_cache_bytes (\S+)", metrics, re.MULTILINE)[1]
    assert float(cache_bytes) < 5_000_000


@pytest.mark.usefixtures("graphiql_files")
async def test_page_and_graphql_responses_at_one_url(client):
    """The page and GraphQL responses do not replace each other, whether cached or not."""
    for _ in range(2):
        page = await client.get("/graphql", headers=BROWSER_HEADERS)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["vary"] == "Accept, Accept-Encoding"
        for accept in ("application/json", "*/*"):
            headers = {"Accept": accept, "If-None-Match": page.headers["etag"]}
            response = await client.get("/graphql", headers=headers)
            assert response.status_code == httpx.codes.BAD_REQUEST
            assert response.headers["content-type"] == "application/json"
        params = {"query": "{ store { articleCount } }"}
        response = await client.get("/graphql", params=params, headers=BROWSER_HEADERS)
        assert response.json()["data"] == {"store": {"articleCount": 4}}


@pytest.mark.usefixtures("graphiql_files")
@pytest.mark.parametrize("cache_bytes", [0, 50_000_000])
async def test_page_changes_with_an_import(store, tmp_path, cache_bytes):
    """A client that has the page gets a 304 with Vary until an import changes the variables."""
    cache_options = CacheOptions(response_cache_bytes=cache_bytes)
    app = create_app(store, SITE, cache_options=cache_options)
    async with create_client(app) as client:
        page = await client.get("/graphql", headers=BROWSER_HEADERS)
        conditional = BROWSER_HEADERS | {"If-None-Match": page.headers["etag"]}
        for _ in range(2):
            response = await client.get("/graphql", headers=conditional)
            assert response.status_code == httpx.codes.NOT_MODIFIED
            assert "Accept" in response.headers["vary"].split(", ")
        assert "ai" in [variables.get("slug") for variables in read_variables(page)]
        archive = Archive(tmp_path / "more", Collection(id="more"))
        for number in range(5):
            archive.write_article(f"{number}.md", topics=["Tides & currents"])
        await store.import_roots([archive.root])
        page = await client.get("/graphql", headers=conditional)
        assert page.status_code == httpx.codes.OK
        assert {"words": "Tides & currents"} in read_variables(page)


async def test_page_without_the_files(store, tmp_path):
    """Without GraphiQL's files, the page explains how to get them and what works without."""
    async with create_client(create_app(store, SITE, graphiql_files=tmp_path)) as client:
        page = await client.get("/graphql", headers=BROWSER_HEADERS)
        assert page.status_code == httpx.codes.OK
        assert page.text.count("<script") == 1
        assert "make graphiql" in page.text
        assert "python -m newsgraph.server.graphiql.download" in page.text
        assert f"curl {SITE}/graphql" in page.text
        assert "unsafe" not in page.headers["content-security-policy"]
        for path in set(re.findall(r'(?:href|src)="/archive(/[^"]*)"', page.text)):
            response = await client.get(path, headers=BROWSER_HEADERS)
            assert response.status_code == httpx.codes.OK
        conditional = BROWSER_HEADERS | {"If-None-Match": page.headers["etag"]}
        response = await client.get("/graphql", headers=conditional)
        assert response.status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.usefixtures("graphiql_files")
async def test_a_damaged_file_is_not_served(store, tmp_path):
    """If one byte of a file is wrong, the page explains that files are missing or damaged."""
    folder = tmp_path / "fetched"
    shutil.copytree(DOWNLOAD_FOLDER, folder)
    damaged_file = folder / "graphiql" / "graphiql.min.css"
    damaged_file.write_bytes(b"x" + damaged_file.read_bytes()[1:])
    async with create_client(create_app(store, SITE, graphiql_files=folder)) as client:
        page = await client.get("/graphql", headers=BROWSER_HEADERS)
        assert "missing or damaged" in page.text
        assert "make graphiql" in page.text
        assert "/static/graphiql/" not in page.text


@pytest.mark.usefixtures("graphiql_files")
async def test_page_explains_restrictions(store):
    """The page explains a hidden schema and restricted documents, and links to no schema."""
    async with create_client(create_app(store, SITE)) as client:
        page = await client.get("/graphql", headers=BROWSER_HEADERS)
        assert 'class="notice"' not in page.text
        assert read_page_data(page)["readsSchema"]
        tabs = read_page_data(page)["tabs"]
    options = Options(introspection=False)
    async with create_client(create_app(store, SITE, options=options)) as client:
        page = await client.get("/graphql", headers=BROWSER_HEADERS)
        assert "does not publish its schema" in page.text
        assert "/schema.graphql" not in page.text
        assert read_page_data(page) == {"tabs": tabs, "readsSchema": False}
    query = tabs[6]["query"]
    options = Options(trusted_only=True, trusted_documents={sha256(query): query})
    async with create_client(create_app(store, SITE, options=options)) as client:
        page = await client.get("/graphql", headers=BROWSER_HEADERS)
        assert "only documents that it was given" in page.text
        assert read_page_data(page) == {"tabs": [tabs[6]], "readsSchema": False}


@pytest.mark.usefixtures("graphiql_files")
async def test_titles_are_escaped(store, tmp_path):
    """Markup in the titles of a collection or topic is escaped."""
    title = "</script><script>alert(1)</script>"
    archive = Archive(tmp_path / "evil", Collection(id="evil", title=title))
    for number in range(5):
        archive.write_article(f"{number}.md", topics=[title])
    await store.import_roots([archive.root])
    async with create_client(create_app(store, SITE)) as client:
        page = await client.get("/graphql", headers=BROWSER_HEADERS)
    assert title not in page.text
    assert title in [variables.get("words") for variables in read_variables(page)]
