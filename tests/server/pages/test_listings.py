"""Pages that list articles, topics and publishers."""

from __future__ import annotations

from itertools import chain

import httpx
import pytest

from newsgraph.server.pages import directory, selections
from tests.server.pages.conftest import PATH_PREFIX, SITE, nth_day, story_titles

STORY_COUNT = 2 * selections.ARTICLES_PAGE_SIZE + 5


def write_stories(archive):
    """Write stories of one topic and publisher, the last of them the newest."""
    for number in range(STORY_COUNT):
        archive.write_article(
            f"{number:03}.md",
            title=f"Story {number}",
            publishedDateTime=nth_day(number),
            topics=["Robots"],
            provider={"name": "The Star", "domain": "star.example"},
        )


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/articles", "/topics/robots", "/providers/star.example"])
async def test_lists_are_paginated_in_both_directions(serve_archive, archive, path):
    """Each story is on one page, and going back shows the same pages."""
    write_stories(archive)
    async with serve_archive(archive) as site:
        pages = await site.get_titles_of_all_pages(path)
        newest_first = [f"Story {number}" for number in reversed(range(STORY_COUNT))]
        assert [*chain(*pages)] == newest_first
        page_size = selections.ARTICLES_PAGE_SIZE
        assert [len(titles) for titles in pages] == [page_size, page_size, 5]
        page = await site.get_page(path)
        for _ in pages[1:]:
            page = await site.get_page(page.xpath("//link[@rel='next']/@href")[0][len(SITE) :])
        for expected in reversed(pages[:-1]):
            page = await site.get_page(page.xpath("//nav/a[@rel='prev']/@href")[0])
            assert story_titles(page) == expected
        assert not page.xpath("//link[@rel='prev']")


async def test_each_page_of_a_list_has_a_canonical_url(serve_archive, archive):
    """It has the page's cursor, but no unknown parameters."""
    write_stories(archive)
    async with serve_archive(archive) as site:
        first = await site.get_page("/topics/robots?utm_source=x")
        assert first.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/topics/robots"]
        older = first.xpath("//link[@rel='next']/@href")[0]
        assert older.startswith(f"{SITE}/topics/robots?after=")
        second = await site.get_page(older[len(SITE) :] + "&utm_source=x")
        assert second.xpath("//link[@rel='canonical']/@href") == [older]
        assert second.xpath("//meta[@property='og:url']/@content") == [older]


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    ["/articles?after=zz", "/topics/robots?before=00", "/providers/star.example?after=é"],
)
async def test_an_invalid_cursor_is_not_found(serve_archive, archive, path):
    """The 404 page has a message without details of the database."""
    write_stories(archive)
    async with serve_archive(archive) as site:
        page = await site.get_page(path, httpx.codes.NOT_FOUND)
        assert page.xpath("//main/p[1]/text()") == ["There is no such page in this list."]


@pytest.mark.slow
async def test_directory_has_counts_and_feeds(serve_archive, archive):
    """It lists topics and publishers with stories, and leaves those without out."""
    write_stories(archive)
    archive.write_topic("none.yaml", "Nothing yet")
    archive.write_organization("o.yaml", "Nobody", "nobody.example")
    async with serve_archive(archive) as site:
        for path, name, feed in (
            ("/topics", "Robots", "/subscribe/topics/robots"),
            ("/providers", "The Star", "/subscribe/providers/star.example"),
        ):
            page = await site.get_page(path)
            assert page.xpath("//ul[@class='feeds']/li/a/text()") == [name]
            assert page.xpath("//ul[@class='feeds']//span/text()") == [str(STORY_COUNT)]
            feeds = page.xpath("//ul[@class='feeds']//small/a/@href")
            assert feeds == [f"{PATH_PREFIX}{feed}"]


@pytest.mark.slow
async def test_directory_is_paginated_by_numbers(serve_archive, archive):
    """Topics without stories do not count, and other numbers are not found."""
    count = directory.DIRECTORY_PAGE_SIZE + 3
    archive.write_article("a.md", topics=[f"Topic {number:03}" for number in range(count)])
    for number in range(directory.DIRECTORY_PAGE_SIZE):
        archive.write_topic(f"{number}.yaml", f"Empty {number}")
    async with serve_archive(archive) as site:
        first = await site.get_page("/topics")
        assert first.xpath("//nav/a[@rel='prev']") == []
        second = await site.get_page(first.xpath("//nav/a[@rel='next']/@href")[0])
        assert second.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/topics?page=2"]
        assert second.xpath("//nav/a[@rel='next']") == []
        assert second.xpath("//nav/a[@rel='prev']/@href") == [f"{PATH_PREFIX}/topics"]
        names = [page.xpath("//ul[@class='feeds']/li/a/text()") for page in (first, second)]
        assert [*chain(*names)] == [f"Topic {number:03}" for number in range(count)]
        for number in ("0", "3", "-1", "x", "1e9", "00"):
            page = await site.get_page(f"/topics?page={number}", httpx.codes.NOT_FOUND)
            message = f"This list has 2 pages, and no page '{number}'."
            assert page.xpath("//main/p[1]/text()") == [message]


@pytest.mark.parametrize("path", ["/topics", "/providers", "/articles"])
async def test_trailing_slash_redirects_to_the_list(serve_archive, archive, path):
    """The location does not depend on the Host header."""
    async with serve_archive(archive) as site:
        response = await site.http.get(f"{path}/")
        assert response.status_code == httpx.codes.MOVED_PERMANENTLY
        assert response.headers["location"] == f"{PATH_PREFIX}{path}"


@pytest.mark.slow
async def test_home_page_has_the_largest_topics(serve_archive, archive):
    """It links to the list of all topics, with their number."""
    for number in range(30):
        archive.write_article(f"{number}.md", topics=["Large", f"Small {number:02}"])
    async with serve_archive(archive) as site:
        page = await site.get_page("/")
        topics = page.xpath("//section[@aria-labelledby='page-topics']//li/a/text()")
        assert topics[:2] == ["Large", "Small 00"]
        assert len(topics) == 24
        assert page.xpath("//a[starts-with(., 'All 31 topics')]/@href") == [f"{PATH_PREFIX}/topics"]


async def test_feeds_of_retired_topics_are_not_linked(serve_archive, archive):
    """The topic's page has a notice, and the home page leaves the topic out."""
    archive.write_topic("t.yaml", "Robots", gone=True, retiring="Robots are over.")
    archive.write_article("a.md", topics=["robots"])
    async with serve_archive(archive) as site:
        page = await site.get_page("/topics/robots")
        assert page.xpath("//p[@class='notice']/text()") == ["Robots are over."]
        assert not [link for link in page.xpath("//@href") if "/feeds/topics" in link]
        assert story_titles(page) == ["a.md"]
        article = await site.get_page("/articles/a")
        assert f"{PATH_PREFIX}/topics/robots" in article.xpath("//a/@href")
        assert not [link for link in article.xpath("//@href") if "/feeds/topics" in link]
        home = await site.get_page("/")
        assert not home.xpath("//section[@aria-labelledby='page-topics']")


async def test_topics_link_to_parent_and_children(serve_archive, archive):
    """The pages of a topic and of its parent link to each other."""
    archive.write_topic("a.yaml", "Machines")
    archive.write_topic("b.yaml", "Robots", parent="Machines")
    archive.write_article("a.md", topics=["Robots", "Machines"])
    async with serve_archive(archive) as site:
        child = await site.get_page("/topics/robots")
        assert child.xpath("//nav[@class='near']//a/@href") == [f"{PATH_PREFIX}/topics/machines"]
        parent = await site.get_page("/topics/machines")
        assert parent.xpath("//nav[@class='near']//a/@href") == [f"{PATH_PREFIX}/topics/robots"]


async def test_publisher_page_lists_linked_stories(serve_archive, archive):
    """Stories that articles link to are listed, in the archive or not, with or without a URL."""
    star = {"name": "The Star", "domain": "star.example"}
    other = {"name": "Other", "domain": "other.example"}
    archive.write_article("own.md", webUrl="https://star.example/own", title="Own", provider=other)
    archive.write_article(
        "a.md",
        title="From here",
        related=[
            {"title": "In", "webUrl": "https://star.example/own", "provider": star},
            {"title": "Out", "webUrl": "https://star.example/out", "provider": star},
            {"title": "Nowhere", "provider": star},
            {"title": "Bad", "webUrl": "javascript:alert(1)", "provider": star},
        ],
    )
    archive.write_article("b.md", related=["https://star.example/own"])
    async with serve_archive(archive) as site:
        page = await site.get_page("/providers/star.example")
        links = {
            item.text_content().split(" linked from ")[0].strip(): item.xpath("a/@href")
            for item in page.xpath("//ul[@class='links']/li")
        }
        assert links == {
            "In": [f"{PATH_PREFIX}/articles/own"],
            "Own": [f"{PATH_PREFIX}/articles/own"],
            "Out": ["https://star.example/out"],
            "Nowhere": [],
            "Bad": [],
        }
        linking = page.xpath("//ul[@class='links']/li/span/a/@href")
        assert set(linking) == {f"{PATH_PREFIX}/articles/a", f"{PATH_PREFIX}/articles/b"}


@pytest.mark.parametrize("pictures", [True, False])
async def test_pictures_are_lazy_and_can_be_switched_off(serve_archive, archive, pictures):
    """Without pictures, the Content-Security-Policy forbids external images, too."""
    archive.write_article(
        "a.md", images=[{"url": "https://star.example/x.jpg", "width": 3, "height": 2}]
    )
    async with serve_archive(archive, pictures=pictures) as site:
        response = await site.http.get("/")
        page = await site.get_page("/")
        policy = response.headers["content-security-policy"]
        if not pictures:
            assert not page.xpath("//img")
            assert not page.xpath("//button[@data-pictures]")
            assert "img-src 'self';" in policy
            return
        [image] = page.xpath("//img")
        assert image.attrib == {
            "src": "https://star.example/x.jpg",
            "alt": "",
            "loading": "lazy",
            "decoding": "async",
            "referrerpolicy": "no-referrer",
            "width": "3",
            "height": "2",
        }
        assert "img-src 'self' http: https:;" in policy


@pytest.mark.slow
async def test_etags_of_pages_change_with_an_import(serve_archive, archive):
    """Each page has an ETag, which gets a 304 response until the next import."""
    archive.write_article("a.md")
    async with serve_archive(archive) as site:
        etags = {}
        for path in ("/", "/articles", "/topics", "/providers", "/search?q=a", "/diagnostics"):
            etags[path] = (await site.http.get(path)).headers["etag"]
            again = await site.http.get(path, headers={"If-None-Match": etags[path]})
            assert again.status_code == httpx.codes.NOT_MODIFIED
        assert len(set(etags.values())) == len(etags)
        archive.write_article("b.md")
        await site.store.import_roots([archive.root])
        for path, etag in etags.items():
            again = await site.http.get(path, headers={"If-None-Match": etag})
            assert again.status_code == httpx.codes.OK


@pytest.mark.parametrize(
    ("fields", "links", "description"),
    [
        ({}, [], "1 story, with"),
        ({"topics": ["T"]}, ["/topics"], "1 story by topic, with"),
        (
            {"provider": {"name": "P", "domain": "p.example"}},
            ["/providers"],
            "1 story by publisher,",
        ),
        # A publisher that is only linked to has no stories here.
        ({"related": ["https://p.example/a"]}, [], "1 story, with"),
    ],
)
async def test_empty_lists_are_not_linked(serve_archive, archive, fields, links, description):
    """Neither the navigation nor the 404 page leads to a list without topics or publishers."""
    archive.write_article("a.md", **fields)
    expected = [f"{PATH_PREFIX}{path}" for path in links]
    async with serve_archive(archive) as site:
        home = await site.get_page("/")
        navigation = home.xpath("//header/nav/a/@href")
        assert [path for path in navigation if path.endswith(("topics", "providers"))] == expected
        assert home.xpath("//meta[@name='description']/@content")[0].startswith(description)
        missing = await site.get_page("/nothing", httpx.codes.NOT_FOUND)
        lists = [f"{PATH_PREFIX}/topics", f"{PATH_PREFIX}/providers"]
        assert [path for path in missing.xpath("//main/p/a/@href") if path in lists] == expected


async def test_stories_come_before_topics(serve_archive, archive):
    """On a phone the sections of the home page are in the order of the HTML."""
    archive.write_article("a.md", topics=["T"], provider={"name": "P", "domain": "p.example"})
    async with serve_archive(archive) as site:
        home = await site.get_page("/")
        sections = home.xpath("//div[@class='home']/section/@aria-labelledby")
        assert sections == ["page-newest", "page-topics", "page-publishers"]
