"""The page at the graph's address, as it is sent."""

from __future__ import annotations

import json
import re
import shutil

import httpx
import pytest
from lxml import html

from newsgraph.gql import Options, sha256
from newsgraph.server.app import create_app
from newsgraph.server.graphiql.manifest import FETCHED
from newsgraph.server.graphiql.page import POLICY
from newsgraph.server.http_cache.options import Delivery
from newsgraph.store.documents.collection import Collection
from tests.server.conftest import SITE, client_of
from tests.store.archive import Archive
from tests.tools import need_graphiql

BROWSER = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}


@pytest.fixture
def whole():
    """A machine that has the files."""
    need_graphiql()


def read(page):
    """What a page hands to its script."""
    return json.loads(html.fromstring(page.text).get_element_by_id("said").text)


@pytest.mark.usefixtures("whole")
async def test_everything_is_from_here_and_nothing_is_inline(client):
    """Each address on the page leads to a file of ours; below the path that the site has."""
    page = await client.get("/graphql", headers=BROWSER)
    assert page.headers["content-security-policy"] == POLICY
    assert "unsafe" not in POLICY
    document = html.fromstring(page.text)
    assert "newsgraph seeds" in document.findtext(".//title")
    scripts = document.xpath("//script[@src]/@src")
    styles = document.xpath("//link[@rel='stylesheet']/@href")
    assert (len(scripts), len(styles)) == (5, 3)
    for other in document.xpath("//script[not(@src)]"):
        assert other.get("type") == "application/json"
    assert not document.xpath("//@style | //style | //@*[starts-with(name(), 'on')]")
    for address in (*scripts, *styles):
        path = address.removeprefix("/archive")
        assert path != address
        file = await client.get(path, headers={"Accept-Encoding": "gzip"})
        assert file.status_code == httpx.codes.OK
        kind = "text/css" if path.endswith(".css") else "text/javascript"
        assert file.headers["content-type"] == f"{kind}; charset=utf-8"
        assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
        known = {"If-None-Match": file.headers["etag"], "Accept-Encoding": "gzip"}
        assert (await client.get(path, headers=known)).status_code == httpx.codes.NOT_MODIFIED
        other = re.sub(r"/[0-9a-f]{12}/", "/000000000000/", path)
        assert (await client.get(other)).status_code == httpx.codes.NOT_FOUND


async def test_a_file_that_there_is_not(client):
    """One of another version is as absent as any other address; the page asks for its own."""
    page = await client.get("/graphql", headers=BROWSER)
    address = html.fromstring(page.text).xpath("//script[@src]/@src")[-1].removeprefix("/archive")
    *start, digest, name = address.rsplit("/", 2)
    for path in ("/".join((*start, digest[::-1], name)), f"{address}x"):
        file = await client.get(path)
        assert file.status_code == httpx.codes.NOT_FOUND
        assert file.headers["content-type"] == "text/plain; charset=utf-8"
        assert "cache-control" not in file.headers


@pytest.mark.usefixtures("whole")
async def test_the_largest_file_is_kept_encoded(client):
    """A megabyte of script is read once, and takes a small part of what may be kept."""
    page = await client.get("/graphql", headers=BROWSER)
    (path,) = re.findall(r'/archive(/static/[^"]*/graphiql\.min\.js)"', page.text)
    sizes = {}
    for coding in ("zstd", "br", "gzip"):
        for _ in range(2):
            answer = await client.get(path, headers={"Accept-Encoding": coding})
            assert answer.headers["content-encoding"] == coding
            sizes[coding] = int(answer.headers["content-length"])
    assert max(sizes.values()) < 450_000
    counts = (await client.get("/metrics")).text
    assert 'newsgraph_request_seconds_count{cache="hit",kind="static",status="200"} 5.0' in counts
    kept = float(re.search(r"^newsgraph_response_cache_bytes (\S+)", counts, re.MULTILINE)[1])
    assert kept < 5_000_000


@pytest.mark.usefixtures("whole")
async def test_a_page_and_answers_keep_apart(client):
    """At one address, in any order, kept or not: each gets what it asks for."""
    for _ in range(2):
        page = await client.get("/graphql", headers=BROWSER)
        assert page.headers["content-type"] == "text/html; charset=utf-8"
        assert page.headers["vary"] == "Accept, Accept-Encoding"
        for accept in ("application/json", "*/*"):
            headers = {"Accept": accept, "If-None-Match": page.headers["etag"]}
            answer = await client.get("/graphql", headers=headers)
            assert answer.status_code == httpx.codes.BAD_REQUEST
            assert answer.headers["content-type"] == "application/json"
        asked = {"params": {"query": "{ store { articleCount } }"}, "headers": BROWSER}
        answer = await client.get("/graphql", **asked)
        assert answer.json()["data"] == {"store": {"articleCount": 4}}


@pytest.mark.usefixtures("whole")
@pytest.mark.parametrize("kept", [0, 50_000_000])
async def test_a_page_is_good_until_something_is_imported(store, tmp_path, kept):
    """A 304 for those who have it, that names what it depends on; then its variables change."""
    app = create_app(store, SITE, delivery=Delivery(response_cache_bytes=kept))
    async with client_of(app) as client:
        page = await client.get("/graphql", headers=BROWSER)
        known = BROWSER | {"If-None-Match": page.headers["etag"]}
        for _ in range(2):
            same = await client.get("/graphql", headers=known)
            assert same.status_code == httpx.codes.NOT_MODIFIED
            assert "Accept" in same.headers["vary"].split(", ")
        slugs = [json.loads(tab["variables"] or "{}").get("slug") for tab in read(page)["tabs"]]
        assert "ai" in slugs
        archive = Archive(tmp_path / "more", Collection(id="more"))
        for number in range(5):
            archive.write(f"{number}.md", topics=["Tides & currents"])
        await store.import_roots([archive.root])
        page = await client.get("/graphql", headers=known)
        assert page.status_code == httpx.codes.OK
        assert {"words": "Tides & currents"} in [
            json.loads(tab["variables"] or "{}") for tab in read(page)["tabs"]
        ]


async def test_where_the_files_are_missing_the_page_says_how_to_get_them(store, tmp_path):
    """A page like the others, with what works meanwhile."""
    async with client_of(create_app(store, SITE, graphiql_files=tmp_path)) as client:
        page = await client.get("/graphql", headers=BROWSER)
        assert page.status_code == httpx.codes.OK
        assert page.text.count("<script") == 1
        assert "make graphiql" in page.text
        assert "python -m newsgraph.server.graphiql.download" in page.text
        assert f"curl {SITE}/graphql" in page.text
        assert "unsafe" not in page.headers["content-security-policy"]
        for path in set(re.findall(r'(?:href|src)="/archive(/[^"]*)"', page.text)):
            assert (await client.get(path, headers=BROWSER)).status_code == httpx.codes.OK
        known = BROWSER | {"If-None-Match": page.headers["etag"]}
        same = await client.get("/graphql", headers=known)
        assert same.status_code == httpx.codes.NOT_MODIFIED


@pytest.mark.usefixtures("whole")
async def test_a_file_that_was_changed_is_not_served(store, tmp_path):
    """One byte is enough; that it is there, but wrong, is said."""
    folder = tmp_path / "fetched"
    shutil.copytree(FETCHED, folder)
    changed = folder / "graphiql" / "graphiql.min.css"
    changed.write_bytes(b"x" + changed.read_bytes()[1:])
    async with client_of(create_app(store, SITE, graphiql_files=folder)) as client:
        page = await client.get("/graphql", headers=BROWSER)
        assert "one of them is not as it should be" in page.text
        assert "make graphiql" in page.text
        assert "/static/graphiql/" not in page.text


@pytest.mark.usefixtures("whole")
async def test_what_this_server_does_not_allow_is_said(store):
    """Without the schema there is nothing to complete, and no link to it."""
    async with client_of(create_app(store, SITE)) as client:
        page = await client.get("/graphql", headers=BROWSER)
        assert 'class="notice"' not in page.text
        assert read(page)["readsSchema"]
        tabs = read(page)["tabs"]
    hidden = Options(introspection=False)
    async with client_of(create_app(store, SITE, options=hidden)) as client:
        page = await client.get("/graphql", headers=BROWSER)
        assert "does not tell its schema" in page.text
        assert "/schema.graphql" not in page.text
        assert read(page) == {"tabs": tabs, "readsSchema": False}
    known = tabs[6]["query"]
    only = Options(trusted_only=True, trusted_documents={sha256(known): known})
    async with client_of(create_app(store, SITE, options=only)) as client:
        page = await client.get("/graphql", headers=BROWSER)
        assert "only documents that it was given" in page.text
        assert read(page) == {"tabs": [tabs[6]], "readsSchema": False}


@pytest.mark.usefixtures("whole")
async def test_a_title_is_only_text(store, tmp_path):
    """Whatever a collection or a topic is called, the page stays whole."""
    evil = "</script><script>alert(1)</script>"
    archive = Archive(tmp_path / "evil", Collection(id="evil", title=evil))
    for number in range(5):
        archive.write(f"{number}.md", topics=[evil])
    await store.import_roots([archive.root])
    async with client_of(create_app(store, SITE)) as client:
        page = await client.get("/graphql", headers=BROWSER)
    assert evil not in page.text
    assert evil in [json.loads(tab["variables"] or "{}").get("words") for tab in read(page)["tabs"]]
