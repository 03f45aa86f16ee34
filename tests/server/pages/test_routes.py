"""Pages for people, from the outside: what leads where, and what is told."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

from newsgraph.server.app import create_app
from newsgraph.server.config.settings import read_collection
from newsgraph.store.documents.collection import Collection, Root
from tests.server.conftest import SEEDS, SITE, client_of
from tests.store.archive import Archive
from tests.store_files import open_store

PREFIX = "/archive"


async def links(client, path):
    """The addresses that a page links to."""
    return html.fromstring((await client.get(path)).content).xpath("//a/@href")


@pytest.mark.slow
async def test_every_link_of_ours_answers(client):
    """From the home page on, nothing of ours leads nowhere."""
    seen, todo = set(), ["/"]
    while todo:
        path = todo.pop()
        if path in seen:
            continue
        seen.add(path)
        response = await client.get(path, headers={"accept": "text/html,*/*;q=0.8"})
        assert response.status_code == httpx.codes.OK, path
        if not response.headers["content-type"].startswith("text/html") or path == "/graphql":
            continue
        for link in html.fromstring(response.content).xpath("//*[@href]/@href"):
            own = link.removeprefix("https://news.example")
            if own.startswith("#"):
                assert html.fromstring(response.content).xpath(f"//*[@id='{own[1:]}']"), link
            elif own.startswith(f"{PREFIX}/"):
                todo.append(own.removeprefix(PREFIX))
            else:
                assert own.startswith(("http://", "https://")), link
    kinds = {path.split("/")[1] for path in seen}
    assert {
        "topics",
        "providers",
        "articles",
        "feeds",
        "static",
        "feeds.opml",
        "diagnostics",
    } <= kinds


async def test_home_leads_to_topics_and_those_to_their_feeds(client):
    """A newcomer finds what to subscribe to."""
    found = await links(client, "/")
    assert f"{PREFIX}/topics/computer-vision" in found
    assert f"{SITE}/feeds/all.rss" in found
    assert f"{PREFIX}/feeds.opml" in found
    found = await links(client, "/topics")
    for suffix in ("rss", "atom", "json"):
        assert f"{SITE}/feeds/topics/computer-vision.{suffix}" in found


async def test_an_article_shows_what_it_links_to(client):
    """Links within the collection lead to our own pages."""
    slug = "2021-03-13-facebooks-computer-vision-system-supervises-its-own-learning-process"
    found = await links(client, f"/articles/{slug}")
    assert (
        f"{PREFIX}/articles/2021-03-12-facebook-will-train-its-ai-by-using-public-videos" in found
    )
    assert f"{PREFIX}/topics/computer-vision" in found


async def test_what_documents_say_is_text(tmp_path):
    """Markup in a title is shown, not obeyed; scripts in a body are gone; entities are read."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.md").write_text(
        '---\ntitle: "<script>alert(1)</script>"\nexcerpt: "It&#8217;s <b>here</b>"\n'
        "topics: ['<i>T</i>']\n---\n*Body* <script>alert(2)</script>\n",
        "utf-8",
    )
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([Root(tmp_path / "in", Collection(id="x"))])
        async with client_of(create_app(store, SITE)) as client:
            for path in ("/", "/articles/x"):
                response = await client.get(path)
                page = html.fromstring(response.text)
                # Beside our script there may be data for programs.
                assert page.xpath("//script[not(@type)]/@src") == [f"{PREFIX}/static/pages.js"]
                assert len(page.xpath("//script[not(@type='application/ld+json')]")) == 1
                assert "It’s &lt;b&gt;here" in response.text
                assert "default-src 'none'" in response.headers["content-security-policy"]
            assert "<em>Body</em>" in response.text
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/topics/nope", "There is no topic 'nope'."),
        ("/providers/nope.example", "There is no provider 'nope.example'."),
        ("/articles/<b>", "There is no article '<b>'."),
        ("/elsewhere", f"There is nothing at this address. All there is begins at {SITE}/"),
    ],
)
async def test_what_is_not_there_is_said_on_a_page(client, path, words):
    """With a way back."""
    response = await client.get(path, headers={"If-None-Match": "*"})
    assert response.status_code == httpx.codes.NOT_FOUND
    page = html.fromstring(response.content)
    assert page.xpath("string(//main/p)") == words
    assert f"{PREFIX}/" in page.xpath("//a/@href")


async def test_the_page_of_a_topic_that_was_renamed(tmp_path):
    """An old address leads to the new one, whatever host the request names, until it is its own."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.topic("robots.yaml", "Robots & Co", aliases=["Robots", "日本/語"])
    archive.write("a.md", topics=["robots"])
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with client_of(create_app(store, SITE)) as client:
            for path in ("/topics/robots", "/topics/robots?page=2", "/topics/日本-語"):
                headers = {"Host": "evil.example", "If-None-Match": "*"}
                response = await client.get(path, headers=headers)
                assert response.status_code == httpx.codes.MOVED_PERMANENTLY
                assert response.headers["location"] == f"{PREFIX}/topics/robots-and-co"
                assert response.headers["cache-control"] == "no-cache"
                assert response.text == f"This is at {PREFIX}/topics/robots-and-co now.\n"
            for path in ("/providers/robots", "/articles/robots", "/topics/Robots"):
                assert (await client.get(path)).status_code == httpx.codes.NOT_FOUND
            assert (await client.get("/topics/robots-and-co")).status_code == httpx.codes.OK
            archive.topic("robots.yaml", "Robots & Co")
            await store.import_roots([archive.root])
            assert (await client.get("/topics/robots")).status_code == httpx.codes.OK
            assert (await client.get("/topics/日本-語")).status_code == httpx.codes.NOT_FOUND
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("folder", "words"), [("hidden", 'unpublished = "serve"'), ("empty", "newsgraph import PATH")]
)
async def test_an_empty_home_page_says_why(tmp_path, folder, words):
    """Somebody whose documents are all unpublished must not think that nothing works."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "hidden").symlink_to(SEEDS)
    collection = Collection(id="x") if folder == "hidden" else read_collection(SEEDS)
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([Root(tmp_path / folder, collection)])
        async with client_of(create_app(store, SITE)) as client:
            page = html.fromstring((await client.get("/")).content)
    finally:
        await store.close()
    assert words in page.xpath("string(//*[@class='notice'])")
