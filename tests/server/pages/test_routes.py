"""Links between pages, redirects, and responses for paths that do not exist."""

from __future__ import annotations

import httpx
import pytest
from lxml import html

from newsgraph.server.app import create_app
from newsgraph.server.config.settings import read_root
from newsgraph.store.documents.collection_settings import Collection, ImportRoot
from tests.server.conftest import SEEDS, SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

PATH_PREFIX = "/archive"


async def get_links(client, path):
    """Return the URLs that a page links to."""
    return html.fromstring((await client.get(path)).content).xpath("//a/@href")


@pytest.mark.slow
async def test_all_internal_links_work(client):
    """Crawling from the home page, every internal URL and fragment exists."""
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
            url = link.removeprefix("https://news.example")
            if url.startswith("#"):
                assert html.fromstring(response.content).xpath(f"//*[@id='{url[1:]}']"), link
            elif url.startswith(f"{PATH_PREFIX}/"):
                todo.append(url.removeprefix(PATH_PREFIX))
            else:
                assert url.startswith(("http://", "https://", "feed:https://")), link
    sections = {path.split("/")[1] for path in seen}
    assert {
        "topics",
        "providers",
        "articles",
        "feeds",
        "subscribe",
        "static",
        "feeds.opml",
        "diagnostics",
    } <= sections


async def test_home_page_and_directory_link_to_topics_and_feeds(client):
    """The home page links to topics and the main feed, the directory to the topics' feeds."""
    links = await get_links(client, "/")
    assert f"{PATH_PREFIX}/topics/computer-vision" in links
    assert f"{PATH_PREFIX}/subscribe/all" in links
    assert f"{PATH_PREFIX}/feeds.opml" in links
    links = await get_links(client, "/topics")
    assert f"{PATH_PREFIX}/subscribe/topics/computer-vision" in links


async def test_an_article_links_to_pages_of_linked_articles(client):
    """Links to articles of the archive lead to their pages on this site."""
    slug = "2021-03-13-facebooks-computer-vision-system-supervises-its-own-learning-process"
    links = await get_links(client, f"/articles/{slug}")
    linked = "2021-03-12-facebook-will-train-its-ai-by-using-public-videos"
    assert f"{PATH_PREFIX}/articles/{linked}" in links
    assert f"{PATH_PREFIX}/topics/computer-vision" in links


async def test_markup_in_documents_is_escaped(tmp_path):
    """Titles are escaped, scripts are removed from bodies, excerpts are plain text."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "x.md").write_text(
        '---\ntitle: "<script>alert(1)</script>"\nexcerpt: "It&#8217;s <b>here</b>"\n'
        "topics: ['<i>T</i>']\n---\n*Body* <script>alert(2)</script>\n",
        "utf-8",
    )
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([ImportRoot(tmp_path / "in", Collection(id="x"))])
        async with create_client(create_app(store, SITE)) as client:
            for path in ("/", "/articles/x"):
                response = await client.get(path)
                page = html.fromstring(response.text)
                # The page of an article has a JSON-LD script, too.
                assert page.xpath("//script[not(@type)]/@src") == [f"{PATH_PREFIX}/static/pages.js"]
                assert len(page.xpath("//script[not(@type='application/ld+json')]")) == 1
                assert "It’s here" in response.text
                assert "default-src 'none'" in response.headers["content-security-policy"]
            assert "<em>Body</em>" in response.text
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("/topics/nope", "There is no topic 'nope'."),
        ("/providers/nope.example", "There is no provider 'nope.example'."),
        ("/articles/<b>", "There is no article '<b>'."),
        ("/elsewhere", f"There is no page at this URL. The home page is {SITE}/"),
    ],
)
async def test_not_found_page_has_a_message_and_a_link_home(client, path, message):
    """It is sent whatever ETag the client has."""
    response = await client.get(path, headers={"If-None-Match": "*"})
    assert response.status_code == httpx.codes.NOT_FOUND
    page = html.fromstring(response.content)
    assert page.xpath("string(//main/p)") == message
    assert f"{PATH_PREFIX}/" in page.xpath("//a/@href")


async def test_a_renamed_topic_redirects_to_its_new_path(tmp_path):
    """Aliases of a topic redirect until they are removed; the Host header has no influence."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_topic("robots.yaml", "Robots & Co", aliases=["Robots", "日本/語"])
    archive.write_article("a.md", topics=["robots"])
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([archive.root])
        async with create_client(create_app(store, SITE)) as client:
            for path in ("/topics/robots", "/topics/robots?page=2", "/topics/日本-語"):
                headers = {"Host": "evil.example", "If-None-Match": "*"}
                response = await client.get(path, headers=headers)
                assert response.status_code == httpx.codes.MOVED_PERMANENTLY
                assert response.headers["location"] == f"{PATH_PREFIX}/topics/robots-and-co"
                assert response.headers["cache-control"] == "no-cache"
                assert response.text == f"This is at {PATH_PREFIX}/topics/robots-and-co now.\n"
            for path in ("/providers/robots", "/articles/robots", "/topics/Robotics"):
                assert (await client.get(path)).status_code == httpx.codes.NOT_FOUND
            assert (await client.get("/topics/robots-and-co")).status_code == httpx.codes.OK
            archive.write_topic("robots.yaml", "Robots & Co")
            await store.import_roots([archive.root])
            assert (await client.get("/topics/robots")).status_code == httpx.codes.OK
            assert (await client.get("/topics/日本-語")).status_code == httpx.codes.NOT_FOUND
    finally:
        await store.close()


@pytest.mark.parametrize(
    ("folder", "expected"),
    [("hidden", 'unpublished = "serve"'), ("empty", "newsgraph import PATH")],
)
async def test_an_empty_home_page_explains_why(tmp_path, folder, expected):
    """It says whether nothing has been imported or all documents are unpublished."""
    (tmp_path / "empty").mkdir()
    (tmp_path / "hidden").symlink_to(SEEDS)
    collection = Collection(id="x") if folder == "hidden" else read_root(SEEDS).collection
    store = await open_store(tmp_path / "x.db", SITE)
    try:
        await store.import_roots([ImportRoot(tmp_path / folder, collection)])
        async with create_client(create_app(store, SITE)) as client:
            page = html.fromstring((await client.get("/")).content)
    finally:
        await store.close()
    assert expected in page.xpath("string(//*[@class='notice'])")
