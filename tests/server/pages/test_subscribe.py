"""Pages about feeds: what they say, which links they have, and their canonical URLs."""

from __future__ import annotations

import httpx
import pytest
from lxml import etree, html

from newsgraph.gql.documents.persisted import sha256
from newsgraph.gql.options import Options
from newsgraph.server.app import create_app
from newsgraph.server.feeds.query_in_url import encode_document
from newsgraph.server.pages.subscribe import MAX_ENTRIES, reader_links
from tests.server.conftest import SITE, create_client
from tests.server.pages.conftest import PATH_PREFIX, nth_day, story_titles
from tests.store.archive import Archive

QUERY = (
    "query Newest($least: Int!) { "
    "articles(first: 10, filter: {quality: {gte: $least}}) { totalCount } }"
)
WITHOUT_ARTICLES = "{ store { revision } }"
OF_NO_TOPIC = '{ topic(slug: "nope") { articles { totalCount } } }'
QUERY_PATH = f"/query/{encode_document(QUERY)}"
VARIABLES = "variables=%7B%22least%22%3A80%7D"

SEED_FEEDS = [
    "/all",
    "/all?collapse=1",
    "/topics/ai",
    "/topics/ai+facebook-ai",
    "/topics/computer-vision,facebook-ai?without=law",
    "/providers/cnet.com",
    "/topics/ai/providers/cnet.com",
    "/search?q=facebook&quality=85",
    f"{QUERY_PATH}?{VARIABLES}",
]


def feed_url(path, suffix):
    """Return the absolute URL of the feed that a page below /subscribe is about."""
    path, question_mark, query = path.partition("?")
    return f"{SITE}/feeds{path}.{suffix}{question_mark}{query}"


@pytest.mark.parametrize("path", SEED_FEEDS)
async def test_a_page_has_the_addresses_of_its_feed(client, path):
    """They are in fields, for buttons, for programs, and of the source; and lead to the feed."""
    response = await client.get(f"/subscribe{path}")
    assert response.status_code == httpx.codes.OK
    page = html.fromstring(response.content)
    urls = [feed_url(path, suffix) for suffix in ("rss", "atom", "json")]
    assert page.xpath("//div[@class='addresses']//input[@readonly]/@value") == urls
    assert page.xpath("//div[@class='addresses']//button[@hidden]/@data-copy") == urls
    assert page.xpath("//head/link[@rel='alternate']/@href")[:3] == urls
    for source in page.xpath("//div[@class='addresses']//a/@href"):
        assert (await client.get(source.removeprefix(PATH_PREFIX))).status_code == httpx.codes.OK
    for url in urls:
        assert (await client.get(url.removeprefix(SITE))).status_code == httpx.codes.OK
    readers = page.xpath("//ul[contains(@class, 'readers')]//a/@href")
    assert readers[-1] == f"feed:{urls[0]}"
    assert [httpx.URL(url).host for url in readers[:-1]] == [
        *("feedly.com", "www.inoreader.com", "www.newsblur.com"),
        *("theoldreader.com", "feedbin.com"),
    ]
    assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]
    assert not page.xpath("//@style | //style | //iframe | //*[starts-with(name(@*), 'on')]")
    assert page.xpath("//script/@src") == [f"{PATH_PREFIX}/static/pages.js"]


@pytest.mark.parametrize("path", SEED_FEEDS)
async def test_a_page_has_the_entries_of_its_feed(client, path):
    """Their titles are in the order of the feed."""
    page = html.fromstring((await client.get(f"/subscribe{path}")).content)
    feed = await client.get(feed_url(path, "rss").removeprefix(SITE))
    titles = etree.fromstring(feed.content).xpath("//item/title/text()")
    assert titles
    assert story_titles(page) == titles[:MAX_ENTRIES]


@pytest.mark.parametrize(
    ("path", "heading"),
    [
        ("/all", "newsgraph seeds"),
        ("/topics/ai", "AI"),
        ("/providers/cnet.com", "CNET"),
        ("/topics/ai+facebook-ai", "Stories on AI and Facebook AI"),
        ("/search?q=a%22b", 'Stories with “a"b”'),
        (f"{QUERY_PATH}?{VARIABLES}", "Newest"),
    ],
)
async def test_a_page_says_what_the_feed_is(client, path, heading):
    """Its heading is what the stories have in common; a query is shown as text."""
    page = html.fromstring((await client.get(f"/subscribe{path}")).content)
    assert page.xpath("string(//h1)") == heading
    assert page.xpath("//pre/text()") == ([QUERY] if "query" in path else [])


@pytest.mark.parametrize("path", SEED_FEEDS)
async def test_a_page_leads_to_the_same_feed_with_summaries(client, path):
    """The page about that feed says what it is, and leads back."""
    separator = "&" if "?" in path else "?"
    page = html.fromstring((await client.get(f"/subscribe{path}")).content)
    [other] = page.xpath("//a[. = 'with summaries only']/@href")
    assert other == f"{PATH_PREFIX}/subscribe{path}{separator}summary=1"
    page = html.fromstring((await client.get(other.removeprefix(PATH_PREFIX))).content)
    assert "Entries have a summary only" in page.text_content()
    [input_url, *_] = page.xpath("//input[@readonly]/@value")
    assert input_url == feed_url(f"{path}{separator}summary=1", "rss")
    assert page.xpath("//a[. = 'with whole stories']/@href") == [f"{PATH_PREFIX}/subscribe{path}"]


async def test_a_site_with_summaries_only(store):
    """It has no other feeds to lead to."""
    async with create_client(create_app(store, SITE, feed_summaries=True)) as client:
        page = html.fromstring((await client.get("/subscribe/topics/ai")).content)
    assert "Entries have a summary only" in page.text_content()
    assert not page.xpath("//main//a[contains(@href, 'summary') or contains(., 'whole')]")


def test_readers_get_the_address_encoded():
    """The parameters of the feed are not those of the reader."""
    links = {link.name: link.url for link in reader_links("https://x.example/f.rss?q=a&b=%C3%A9+c")}
    encoded = "https%3A%2F%2Fx.example%2Ff.rss%3Fq%3Da%26b%3D%25C3%25A9%2Bc"
    assert links["Feedly"] == f"https://feedly.com/i/subscription/feed%2F{encoded}"
    for name in ("Inoreader", "NewsBlur", "The Old Reader", "Feedbin"):
        assert dict(httpx.URL(links[name]).params).popitem()[1] == (
            "https://x.example/f.rss?q=a&b=%C3%A9+c"
        )


@pytest.mark.parametrize(
    ("path", "location"),
    [
        ("/subscribe/topics/AI", "/subscribe/topics/ai"),
        ("/subscribe/topics/facebook-ai+AI", "/subscribe/topics/ai+facebook-ai"),
        ("/subscribe/all?utm_source=x", "/subscribe/all"),
        ("/subscribe/all?page=oldest", "/subscribe/all"),
        ("/subscribe/providers/www.CNET.com", "/subscribe/providers/cnet.com"),
        ("/subscribe/search?topic=ai", "/subscribe/topics/ai"),
        ("/subscribe/search?quality=85&q=x", "/subscribe/search?q=x&quality=85"),
        (f"/subscribe{QUERY_PATH}?{VARIABLES}&x=1", f"/subscribe{QUERY_PATH}?{VARIABLES}"),
    ],
)
async def test_a_page_has_one_url(client, path, location):
    """Others redirect to the canonical one, as those of the feed do."""
    response = await client.get(path)
    assert response.status_code == httpx.codes.MOVED_PERMANENTLY
    assert response.headers["location"] == f"{PATH_PREFIX}{location}"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/subscribe/topics/nope", 404),
        ("/subscribe/topics/ai+nope", 404),
        ("/subscribe/providers/nope.example", 404),
        ("/subscribe", 404),
        ("/subscribe/nothing", 404),
        ("/subscribe/query/nothing", 404),
        (f"/subscribe/query/{'0' * 64}", 410),
        ("/subscribe/topics/a+b,c", 400),
        ("/subscribe/topics/,", 400),
        (f"/subscribe{QUERY_PATH}", 400),
        (f"/subscribe{QUERY_PATH}?variables=[]", 400),
        (f"/subscribe/query/{encode_document(WITHOUT_ARTICLES)}", 400),
        (f"/subscribe/query/{encode_document(OF_NO_TOPIC)}", 404),
    ],
)
async def test_errors_are_pages(client, path, status):
    """People see them, not programs."""
    response = await client.get(path)
    assert response.status_code == status
    assert response.headers["content-type"] == "text/html; charset=utf-8"
    assert len(html.fromstring(response.content).xpath("//h1")) == 1


async def test_trusted_queries(store):
    """Their pages have the hash in the URL; other queries have none if only these are allowed."""
    document = "{ articles { totalCount } }"
    digest = sha256(document)
    options = Options(trusted_documents={digest: document}, trusted_only=True)
    async with create_client(create_app(store, SITE, options=options)) as client:
        response = await client.get(f"/subscribe/query/{digest}")
        assert response.status_code == httpx.codes.OK
        assert f"{SITE}/feeds/query/{digest}.rss" in response.text
        response = await client.get(f"/subscribe/query/{encode_document(document)}")
        assert response.status_code == httpx.codes.MOVED_PERMANENTLY
        assert response.headers["location"] == f"{PATH_PREFIX}/subscribe/query/{digest}"
        response = await client.get(f"/subscribe{QUERY_PATH}?{VARIABLES}")
        assert response.status_code == httpx.codes.FORBIDDEN


async def test_renamed_retired_and_ended_topics(serve_archive, archive):
    """An alias redirects, a notice is shown, and the page of an ended feed is a 410."""
    archive.write_topic("new.yaml", "New name", aliases=["old"])
    archive.write_topic("retiring.yaml", "Retiring", retiring="Take the other one.")
    archive.write_topic("gone.yaml", "Gone", gone=True, retiring="It was replaced.")
    archive.write_article("a.md", topics=["New name", "Retiring", "Gone"])
    async with serve_archive(archive) as site:
        for path, location in (
            ("/subscribe/topics/old", "/subscribe/topics/new-name"),
            ("/subscribe/topics/old,retiring", "/subscribe/topics/new-name,retiring"),
            ("/subscribe/all?without=old", "/subscribe/all?without=new-name"),
        ):
            response = await site.http.get(path)
            assert response.status_code == httpx.codes.MOVED_PERMANENTLY, path
            assert response.headers["location"] == f"{PATH_PREFIX}{location}"
        page = await site.get_page("/subscribe/topics/retiring")
        assert page.xpath("//p[@class='notice']/text()") == ["Take the other one."]
        page = await site.get_page("/subscribe/topics/gone", 410)
        assert "It was replaced." in page.text_content()


async def test_only_the_newest_entries_are_shown(serve_archive, archive):
    """A page has ten, and those without a date are in no feed."""
    for number in range(MAX_ENTRIES + 3):
        archive.write_article(f"{number:02}.md", title=f"T{number:02}", date=nth_day(number))
    archive.write_article("page.md", title="No date", date=None)
    async with serve_archive(archive) as site:
        page = await site.get_page("/subscribe/all")
        newest = range(MAX_ENTRIES + 2, 2, -1)
        assert story_titles(page) == [f"T{number:02}" for number in newest]


async def test_an_empty_feed(serve_archive, archive):
    """Its page says so."""
    async with serve_archive(archive) as site:
        page = await site.get_page("/subscribe/all")
        assert "The feed has no entries yet." in page.text_content()


async def test_a_page_of_the_site_itself_keeps_its_address(serve_archive, tmp_path):
    """Many sites have a page at /subscribe/, which an import knows as the address of a document."""
    archive = Archive(tmp_path / "site")
    archive.write_article("subscribe.md", title="Our newsletter", aliases=["/subscribe/"])
    async with serve_archive(archive) as site:
        response = await site.http.get("/subscribe/")
        assert response.status_code == httpx.codes.MOVED_PERMANENTLY
        assert response.headers["location"] == f"{PATH_PREFIX}/articles/subscribe"


async def test_a_304_needs_no_read(client):
    """A page has an ETag, as all pages have."""
    response = await client.get("/subscribe/topics/ai")
    headers = {"If-None-Match": response.headers["etag"]}
    response = await client.get("/subscribe/topics/ai", headers=headers)
    assert response.status_code == httpx.codes.NOT_MODIFIED
