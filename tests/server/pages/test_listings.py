"""Lists: complete, in order, in pages that work without a script."""

from __future__ import annotations

from itertools import chain

import httpx
import pytest

from newsgraph.server.pages import directory, selections
from tests.server.pages.conftest import PREFIX, SITE, day, titles

COUNT = 2 * selections.ROWS + 5


def fill(archive):
    """Write stories of one topic and publisher, the last of them the newest."""
    for number in range(COUNT):
        archive.write(
            f"{number:03}.md",
            title=f"Story {number}",
            publishedDateTime=day(number),
            topics=["Robots"],
            provider={"name": "The Star", "domain": "star.example"},
        )


@pytest.mark.slow
@pytest.mark.parametrize("path", ["/", "/articles", "/topics/robots", "/providers/star.example"])
async def test_pages_go_on_to_the_oldest_story_and_back(browsing, archive, path):
    """Each story is on one page; the way back shows the same pages."""
    fill(archive)
    async with browsing(archive) as browsed:
        pages = await browsed.walk(path)
        newest_first = [f"Story {number}" for number in reversed(range(COUNT))]
        assert [*chain(*pages)] == newest_first
        assert [len(page) for page in pages] == [selections.ROWS, selections.ROWS, 5]
        page = await browsed.page(path)
        for _ in pages[1:]:
            page = await browsed.page(page.xpath("//link[@rel='next']/@href")[0][len(SITE) :])
        for expected in reversed(pages[:-1]):
            page = await browsed.page(page.xpath("//nav/a[@rel='prev']/@href")[0])
            assert titles(page) == expected
        assert not page.xpath("//link[@rel='prev']")


async def test_a_page_in_the_middle_has_an_address_of_its_own(browsing, archive):
    """Canonical is the very page, without what others put behind its address."""
    fill(archive)
    async with browsing(archive) as browsed:
        first = await browsed.page("/topics/robots?utm_source=x")
        assert first.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/topics/robots"]
        older = first.xpath("//link[@rel='next']/@href")[0]
        assert older.startswith(f"{SITE}/topics/robots?after=")
        second = await browsed.page(older[len(SITE) :] + "&utm_source=x")
        assert second.xpath("//link[@rel='canonical']/@href") == [older]
        assert second.xpath("//meta[@property='og:url']/@content") == [older]


@pytest.mark.slow
@pytest.mark.parametrize(
    "path",
    ["/articles?after=zz", "/topics/robots?before=00", "/providers/star.example?after=é"],
)
async def test_an_address_that_names_no_place(browsing, archive, path):
    """Is told on a page; nothing of the database shows."""
    fill(archive)
    async with browsing(archive) as browsed:
        page = await browsed.page(path, httpx.codes.NOT_FOUND)
        assert page.xpath("//main/p[1]/text()") == ["This address names no place in the list."]


@pytest.mark.slow
async def test_names_with_their_numbers_and_feeds(browsing, archive):
    """All topics and publishers with stories; those without have nothing to subscribe to."""
    fill(archive)
    archive.topic("none.yaml", "Nothing yet")
    archive.organization("o.yaml", "Nobody", "nobody.example")
    async with browsing(archive) as browsed:
        for path, name, feed in (
            ("/topics", "Robots", "/feeds/topics/robots"),
            ("/providers", "The Star", "/feeds/providers/star.example"),
        ):
            page = await browsed.page(path)
            assert page.xpath("//ul[@class='feeds']/li/a/text()") == [name]
            assert page.xpath("//ul[@class='feeds']//span/text()") == [str(COUNT)]
            feeds = page.xpath("//ul[@class='feeds']//small/a/@href")
            assert feeds == [f"{SITE}{feed}.{suffix}" for suffix in ("rss", "atom", "json")]


@pytest.mark.slow
async def test_more_names_than_a_page_has(browsing, archive):
    """Go on by numbers; those without stories take no room."""
    count = directory.NAMES + 3
    archive.write("a.md", topics=[f"Topic {number:03}" for number in range(count)])
    for number in range(directory.NAMES):
        archive.topic(f"{number}.yaml", f"Empty {number}")
    async with browsing(archive) as browsed:
        first = await browsed.page("/topics")
        assert first.xpath("//nav/a[@rel='prev']") == []
        second = await browsed.page(first.xpath("//nav/a[@rel='next']/@href")[0])
        assert second.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/topics?page=2"]
        assert second.xpath("//nav/a[@rel='next']") == []
        assert second.xpath("//nav/a[@rel='prev']/@href") == [f"{PREFIX}/topics"]
        listed = [page.xpath("//ul[@class='feeds']/li/a/text()") for page in (first, second)]
        assert [*chain(*listed)] == [f"Topic {number:03}" for number in range(count)]
        for number in ("0", "3", "-1", "x", "1e9", "00"):
            page = await browsed.page(f"/topics?page={number}", httpx.codes.NOT_FOUND)
            told = f"This list has 2 pages, and no page '{number}'."
            assert page.xpath("//main/p[1]/text()") == [told]


@pytest.mark.parametrize("path", ["/topics", "/providers", "/articles"])
async def test_a_slash_at_the_end(browsing, archive, path):
    """Leads to the list, whatever host the request names."""
    async with browsing(archive) as browsed:
        response = await browsed.client.get(f"{path}/")
        assert response.status_code == httpx.codes.MOVED_PERMANENTLY
        assert response.headers["location"] == f"{PREFIX}{path}"


@pytest.mark.slow
async def test_the_home_page_has_the_largest_topics(browsing, archive):
    """And says how many there are, and where."""
    for number in range(30):
        archive.write(f"{number}.md", topics=["Large", f"Small {number:02}"])
    async with browsing(archive) as browsed:
        page = await browsed.page("/")
        topics = page.xpath("//section[@aria-labelledby='topics']//li/a/text()")
        assert topics[:2] == ["Large", "Small 00"]
        assert len(topics) == 24
        assert page.xpath("//a[starts-with(., 'All 31 topics')]/@href") == [f"{PREFIX}/topics"]


async def test_a_topic_that_has_ended(browsing, archive):
    """Neither its page, which says so, nor its stories' offer its feed; home leaves it out."""
    archive.topic("t.yaml", "Robots", gone=True, retiring="Robots are over.")
    archive.write("a.md", topics=["robots"])
    async with browsing(archive) as browsed:
        page = await browsed.page("/topics/robots")
        assert page.xpath("//p[@class='notice']/text()") == ["Robots are over."]
        assert not [link for link in page.xpath("//@href") if "/feeds/topics" in link]
        assert titles(page) == ["a.md"]
        story = await browsed.page("/articles/a")
        assert f"{PREFIX}/topics/robots" in story.xpath("//a/@href")
        assert not [link for link in story.xpath("//@href") if "/feeds/topics" in link]
        home = await browsed.page("/")
        assert not home.xpath("//section[@aria-labelledby='topics']")


async def test_a_topic_within_others(browsing, archive):
    """Leads up and down."""
    archive.topic("a.yaml", "Machines")
    archive.topic("b.yaml", "Robots", parent="Machines")
    archive.write("a.md", topics=["Robots", "Machines"])
    async with browsing(archive) as browsed:
        up = await browsed.page("/topics/robots")
        assert up.xpath("//nav[@class='near']//a/@href") == [f"{PREFIX}/topics/machines"]
        down = await browsed.page("/topics/machines")
        assert down.xpath("//nav[@class='near']//a/@href") == [f"{PREFIX}/topics/robots"]


async def test_a_publisher_of_whom_there_are_only_links(browsing, archive):
    """What others lead to is shown: in the archive, elsewhere, and without an address."""
    star = {"name": "The Star", "domain": "star.example"}
    other = {"name": "Other", "domain": "other.example"}
    archive.write("own.md", webUrl="https://star.example/own", title="Own", provider=other)
    archive.write(
        "a.md",
        title="From here",
        related=[
            {"title": "In", "webUrl": "https://star.example/own", "provider": star},
            {"title": "Out", "webUrl": "https://star.example/out", "provider": star},
            {"title": "Nowhere", "provider": star},
            {"title": "Bad", "webUrl": "javascript:alert(1)", "provider": star},
        ],
    )
    archive.write("b.md", related=["https://star.example/own"])
    async with browsing(archive) as browsed:
        page = await browsed.page("/providers/star.example")
        found = {
            item.text_content().split(" linked from ")[0].strip(): item.xpath("a/@href")
            for item in page.xpath("//ul[@class='links']/li")
        }
        assert found == {
            "In": [f"{PREFIX}/articles/own"],
            "Own": [f"{PREFIX}/articles/own"],
            "Out": ["https://star.example/out"],
            "Nowhere": [],
            "Bad": [],
        }
        back = page.xpath("//ul[@class='links']/li/span/a/@href")
        assert set(back) == {f"{PREFIX}/articles/a", f"{PREFIX}/articles/b"}


@pytest.mark.parametrize("pictures", [True, False])
async def test_pictures_are_lazy_and_can_be_switched_off(browsing, archive, pictures):
    """Nothing is asked of publishers where the setting says so, and no rule allows it."""
    archive.write("a.md", images=[{"url": "https://star.example/x.jpg", "width": 3, "height": 2}])
    async with browsing(archive, pictures=pictures) as browsed:
        response = await browsed.client.get("/")
        page = await browsed.page("/")
        allowed = response.headers["content-security-policy"]
        if not pictures:
            assert not page.xpath("//img")
            assert not page.xpath("//button[@data-pictures]")
            assert "img-src 'self';" in allowed
            return
        [img] = page.xpath("//img")
        assert img.attrib == {
            "src": "https://star.example/x.jpg",
            "alt": "",
            "loading": "lazy",
            "decoding": "async",
            "referrerpolicy": "no-referrer",
            "width": "3",
            "height": "2",
        }
        assert "img-src 'self' http: https:;" in allowed


@pytest.mark.slow
async def test_pages_change_with_the_store_only(browsing, archive):
    """A 304 for who has the page; another tag after an import, and for other settings."""
    archive.write("a.md")
    async with browsing(archive) as browsed:
        tags = {}
        for path in ("/", "/articles", "/topics", "/providers", "/search?q=a", "/diagnostics"):
            tags[path] = (await browsed.client.get(path)).headers["etag"]
            again = await browsed.client.get(path, headers={"If-None-Match": tags[path]})
            assert again.status_code == httpx.codes.NOT_MODIFIED
        assert len(set(tags.values())) == len(tags)
        archive.write("b.md")
        await browsed.store.import_roots([archive.root])
        for path, tag in tags.items():
            again = await browsed.client.get(path, headers={"If-None-Match": tag})
            assert again.status_code == httpx.codes.OK
