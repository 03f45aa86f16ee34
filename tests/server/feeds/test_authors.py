"""Authors have feeds and pages: of articles that are not hidden, and found from these."""

from __future__ import annotations

import feedparser
import httpx
import pytest
from lxml import etree, html

from newsgraph.server.app import create_app
from newsgraph.store.documents.collection_settings import Collection
from tests.server.conftest import SITE, create_client
from tests.store.archive import Archive
from tests.store_files import open_store

_AUTHORS = """Jane Doe:
  bio: Writes about bees.
  image: https://jane.example/me.png
  url: https://jane.example/
José Ñ:
  url: ftp://jose.example/
""".encode()


@pytest.fixture
def archive(tmp_path):
    """A folder with articles of two authors, one of which is a draft."""
    archive = Archive(tmp_path / "in", Collection(id="x", kind="jekyll"))
    archive.write_file("_data/authors.yml", _AUTHORS)
    for number in range(1, 6):
        archive.write_article(f"{number}.md", date=f"2024-01-0{number}", authors=["Jane Doe"])
    archive.write_article(
        "both.md", date="2024-02-01", authors=["Jane Doe", "José Ñ"], title="Both"
    )
    archive.write_article("draft.md", date="2024-03-01", authors=["Jane Doe"], draft=True)
    archive.write_article("page.md", authors=["Jane Doe"], title="No date")
    archive.write_article("hidden.md", date="2024-03-01", authors=["Never Seen"], published=False)
    return archive


@pytest.fixture
async def store(tmp_path, archive):
    """A store with the folder's articles."""
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    yield store
    await store.close()


@pytest.fixture
async def client(store):
    """A client of the application; feeds have two entries."""
    async with create_client(create_app(store, SITE, 2)) as client:
        yield client


@pytest.mark.parametrize("suffix", ["rss", "atom", "json"])
async def test_feed_of_an_author(client, suffix):
    """It has the newest articles by the author, of those that are in feeds, and the page's link."""
    response = await client.get(f"/feeds/authors/jane-doe.{suffix}")
    assert response.status_code == httpx.codes.OK
    if suffix == "json":
        feed = response.json()
        assert feed["title"].startswith("Jane Doe — ")
        assert feed["home_page_url"] == f"{SITE}/authors/jane-doe"
        assert feed["icon"] == "https://jane.example/me.png"
        assert [item["title"] for item in feed["items"]] == ["Both", "5.md"]
        return
    parsed = feedparser.parse(response.content)
    assert [entry.title for entry in parsed.entries] == ["Both", "5.md"]
    assert parsed.feed.link == f"{SITE}/authors/jane-doe"


async def test_pages_and_archives(client):
    """All articles are reached by the links to older ones."""
    titles, url = [], "/feeds/authors/jane-doe.json"
    while url:
        feed = (await client.get(url)).json()
        titles += [item["title"] for item in feed["items"]]
        url = feed.get("next_url", "").removeprefix(SITE)
    assert titles == ["Both", "5.md", "4.md", "3.md", "2.md", "1.md"]


async def test_etag_depends_on_the_author_alone(client, store, archive):
    """A 304 survives imports of other authors' articles; a new article of the author ends it."""
    url = "/feeds/authors/jos%C3%A9-%C3%B1.rss"
    first = await client.get(url)
    conditional = {"If-None-Match": first.headers["etag"]}
    archive.write_article("6.md", date="2024-05-01", authors=["Jane Doe"])
    await store.import_roots([archive.root])
    assert (await client.get(url, headers=conditional)).status_code == httpx.codes.NOT_MODIFIED
    archive.write_article("7.md", date="2024-05-02", authors=["José Ñ"])
    await store.import_roots([archive.root])
    response = await client.get(url, headers=conditional | {"A-IM": "feed"})
    assert response.status_code == httpx.codes.OK
    assert "7.md" in response.text


async def test_missing_authors(client):
    """Who has no article that is shown has no feed and no page."""
    for name in ("nobody", "never-seen"):
        response = await client.get(f"/feeds/authors/{name}.rss")
        assert response.status_code == httpx.codes.NOT_FOUND
        assert "There is no author" in response.text
        assert (await client.get(f"/authors/{name}")).status_code == httpx.codes.NOT_FOUND
        page = await client.get(f"/subscribe/authors/{name}")
        assert page.status_code == httpx.codes.NOT_FOUND
        assert "The topic, publisher or author of this feed does not exist." in page.text


@pytest.mark.parametrize(
    ("address", "location"),
    [
        ("/feeds/authors/jane-doe.RSS/", "/feeds/authors/jane-doe.rss"),
        ("/author/jane-doe/feed/", "/feeds/authors/jane-doe.rss"),
        ("/authors/jane-doe/atom.xml", "/feeds/authors/jane-doe.atom"),
        ("/feeds/authors/jane-doe.rss?without=ai", "/feeds/authors/jane-doe.rss"),
        ("/feeds/authors/jane-doe.rss?summary=1&x=1", "/feeds/authors/jane-doe.rss?summary=1"),
    ],
)
async def test_other_addresses(client, address, location):
    """Usual addresses, other spellings and unknown parameters redirect to the feed."""
    assert (await client.get(address)).headers["location"] == SITE + location


async def test_page_of_an_author(client):
    """It lists the articles, also those without a date, and announces the feed first."""
    page = html.fromstring((await client.get("/authors/jane-doe")).content)
    assert page.xpath("//h1//text()") == ["Jane Doe"]
    assert len(page.xpath("//ol[@class='articles']/li")) == 7
    urls = page.xpath("//link[@rel='alternate'][@type]/@href")
    assert urls == [
        *(f"{SITE}/feeds/authors/jane-doe.{suffix}" for suffix in ("rss", "atom", "json")),
        f"{SITE}/feeds/all.rss",
    ]
    [link] = page.xpath("//main//a[@href='https://jane.example/']")
    assert link.text == "jane.example"
    response = await client.get("/authors/Jane%20Doe")
    assert response.headers["location"] == "/archive/authors/jane-doe"


async def test_page_of_an_author_with_an_unusual_url(client):
    """Only a website is a link."""
    assert "jose.example" not in (await client.get("/authors/josé-ñ")).text


async def test_page_of_an_article_links_to_its_authors(client):
    """Each name leads to the author's page, which exists."""
    page = html.fromstring((await client.get("/articles/both")).content)
    paths = page.xpath("//a[@rel='author']/@href")
    assert len(paths) == 2
    for path in paths:
        response = await client.get(path.removeprefix("/archive"))
        assert response.status_code == httpx.codes.OK


async def test_list_of_feeds(client):
    """Authors are the last group, by name."""
    tree = etree.fromstring((await client.get("/feeds.opml")).content)
    assert tree.xpath("//outline[@text='Authors']/outline/@text") == ["Jane Doe", "José Ñ"]
    for url in tree.xpath("//outline[@text='Authors']/outline/@xmlUrl"):
        assert (await client.get(url.removeprefix(SITE))).status_code == httpx.codes.OK
