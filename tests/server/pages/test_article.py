"""The page of a story: what it shows, and where all that is on it leads."""

from __future__ import annotations

import json
import re
from itertools import chain

import httpx
import pytest
from lxml import html

from newsgraph.server.pages import article_selection
from newsgraph.server.pages.pagination import Turn
from tests.server.conftest import SITE
from tests.server.pages.conftest import PREFIX, day, titles

CNET = "2021-03-12-facebook-will-train-its-ai-by-using-public-videos"
VERGE = "2021-03-12-facebooks-next-big-ai-project-is-training-its-machines-on-users-public-videos"
ANALYTICS = "2021-03-13-facebooks-computer-vision-system-supervises-its-own-learning-process"
STAR = "2021-03-16-facebook-will-use-your-uploaded-videos-to-improve-its-ai-algorithms"


@pytest.fixture
def shown(archive, browsing):
    """Imports the archive, and returns a page of its."""

    async def page(path, **settings):
        async with browsing(archive, **settings) as browsed:
            return await browsed.page(path)

    return page


def said(page, path):
    """What an element says, blanks as on a screen."""
    return " ".join(page.xpath(f"string({path})").split())


def cards(page):
    """Title, address, relation and classes of the cards in the picture, in their order."""
    return [
        (
            said(card, "a"),
            card.xpath("string(a/@href)"),
            said(card, ".//span[@class='unseen']").removeprefix(", "),
            set(card.get("class").split()),
        )
        for card in page.xpath("//figure[contains(@class, 'coverage')]//li")
    ]


@pytest.mark.slow
async def test_a_seed_shows_its_coverage(client):
    """Eight stories around it in the order of time, what links both ways once; all lead on."""
    page = html.fromstring((await client.get(f"/articles/{CNET}")).content)
    found = cards(page)
    own = {address for _, address, _, classes in found if "own" in classes}
    assert own == {f"{PREFIX}/articles/{slug}" for slug in (VERGE, ANALYTICS, STAR)}
    assert len(found) == 8
    for _, address, _, classes in found:
        assert ("elsewhere" in classes) == address.startswith("https://")
    assert {address: relation for _, address, relation, _ in found}[
        f"{PREFIX}/articles/{ANALYTICS}"
    ] == "links here and is linked from here"
    assert page.xpath("//figure//li//time/text()") == [
        *("5 hours earlier", "5 hours earlier", "5 hours earlier", "2 hours earlier"),
        *("1 hour earlier", "20 hours later", "2 days later", "4 days later"),
    ]
    assert not page.xpath("//*[@id='links-here']")


@pytest.mark.parametrize("slug", [CNET, VERGE, ANALYTICS, STAR])
async def test_the_picture_goes_backwards_and_forwards(client, slug):
    """Wherever a story of ours leads, that one shows where one came from."""
    page = html.fromstring((await client.get(f"/articles/{slug}")).content)
    for _, address, relation, classes in cards(page):
        if "own" not in classes:
            continue
        there = html.fromstring((await client.get(address.removeprefix(PREFIX))).content)
        back = {to: how for _, to, how, _ in cards(there)}[f"{PREFIX}/articles/{slug}"]
        turned = {"links here": "linked from here", "linked from here": "links here"}
        assert back == turned.get(relation, relation)


async def test_lines_are_drawn_twice_and_hide_from_those_who_listen(client):
    """One form for screens, one for phones; without names that could be given twice."""
    text = (await client.get(f"/articles/{CNET}")).text
    page = html.fromstring(text)
    drawn = page.xpath("//figure//svg")
    assert [one.get("class") for one in drawn] == ["wide", "narrow left", "narrow right"]
    assert {one.get("aria-hidden") for one in drawn} == {"true"}
    assert not page.xpath("//figure//*[@id]")
    assert not page.xpath("//*[@style] | //style")
    assert len(text.encode()) < 40_000


async def test_a_story_says_what_it_is(client):
    """To people, and to programs that read its head."""
    page = html.fromstring((await client.get(f"/articles/{CNET}")).content)
    assert said(page, "//h1") == "Facebook will train its AI by using public videos"
    assert f"{PREFIX}/providers/cnet.com" in page.xpath("//article//a/@href")
    assert page.xpath("//article//time/@datetime") == ["2021-03-12T21:41:00Z"]
    assert page.xpath("//nav[@aria-label='Topics']//a/@href") == [f"{PREFIX}/topics/ai"]
    (picture,) = page.xpath("//article//img")
    assert (picture.get("loading"), picture.get("width"), picture.get("height")) == (
        *("lazy", "1200", "630"),
    )
    (read,) = page.xpath("//article//a[@rel='noreferrer']")
    assert said(read, ".") == "Read it at CNET ↗"
    assert read.get("href").startswith("https://www.cnet.com/news/")
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/articles/{CNET}"]
    meta = {one.get("property"): one.get("content") for one in page.xpath("//meta[@property]")}
    assert meta["og:type"] == "article"
    assert meta["og:image"] == picture.get("src")
    assert meta["article:published_time"] == "2021-03-12T21:41:00Z"
    feeds = page.xpath("//head/link[@type='application/atom+xml']/@href")
    assert feeds == [f"{SITE}/feeds/{of}.atom" for of in ("topics/ai", "providers/cnet.com", "all")]
    assert set(feeds) <= set(page.xpath("//main//a/@href"))
    structured = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    assert structured["@type"] == "NewsArticle"
    assert structured["url"] == f"{SITE}/articles/{CNET}"
    assert structured["publisher"] == {"@type": "Organization", "name": "CNET"}


@pytest.mark.slow
async def test_without_pictures(archive, shown):
    """Nobody elsewhere is asked for anything."""
    image = [{"url": "https://i.example/a.png", "width": 3, "height": 2}]
    related = [{"title": "R", "webUrl": "https://r.example/", "images": image}]
    archive.write("x.md", images=image, related=related, body="![](/b.png)")
    assert len((await shown("/articles/x")).xpath("//img")) == 3
    assert not (await shown("/articles/x", pictures=False)).xpath("//img")


async def test_what_documents_say_is_text(archive, shown):
    """Markup is shown, not obeyed, wherever it stands; data of programs cannot end early."""
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'"
    archive.write(
        "x.md",
        title=evil,
        excerpt=evil,
        type=evil,
        provider={"name": evil, "domain": "p.example"},
        authors=[{"name": evil}],
        topics=[evil],
        images=[{"url": "https://i.example/a.png", "attribution": evil}],
        related=[
            {"title": evil, "webUrl": "https://r.example/'\"><b>", "provider": {"name": evil}}
        ],
        body=evil,
    )
    page = await shown("/articles/x")
    assert said(page, "//h1") == evil
    assert cards(page)[0][0] == evil
    assert len(page.xpath("//script")) == 2
    assert json.loads(page.xpath("string(//script[@type])"))["headline"] == evil
    assert not page.xpath("//@onerror")


async def test_addresses_that_no_browser_may_open(archive, shown):
    """They are no links; a story without an address leads to a search for it."""
    archive.write(
        "x.md",
        webUrl="javascript:alert(1)",
        images=[{"url": "javascript:alert(2)"}],
        related=[{"title": "A & B", "webUrl": "javascript:alert(3)"}, {"title": "C"}],
        body="[a](javascript:alert(4)) [b](data:text/html,x)",
    )
    page = await shown("/articles/x")
    assert [(title, address) for title, address, _, _ in cards(page)] == [
        ("A & B", f"{PREFIX}/search?q=A+B"),
        ("C", f"{PREFIX}/search?q=C"),
    ]
    assert not [one for one in page.xpath("//@href | //@src") if re.match("javascript:|data:", one)]


async def test_a_story_that_says_little(archive, shown):
    """Without time, publisher, neighbours: a page all the same, without a picture."""
    archive.write("x.md", title="Only this")
    page = await shown("/articles/x")
    assert said(page, "//h1") == "Only this"
    assert not page.xpath("//figure | //section[@id] | //article//time")
    assert page.xpath("//article//a/@href") == ["#subscribe"]


@pytest.mark.slow
async def test_times_that_nobody_knows(archive, shown):
    """What has none stands behind what is later; where the story has none, sides are the links'."""
    early = {"title": "E", "webUrl": "https://e.example/", "publishedDateTime": "2021-03-01"}
    undated = {"title": "U", "webUrl": "https://u.example/"}
    archive.write("x.md", publishedDateTime="2021-03-12", related=[undated, early])
    archive.write("y.md", webUrl="https://y.example/", related=[undated])
    archive.write("z.md", related=[{"title": "Y", "webUrl": "https://y.example/"}])
    page = await shown("/articles/x")
    assert [title for title, *_ in cards(page)] == ["E", "U"]
    assert page.xpath("//figure//h3/text()") == ["Earlier", "Undated"]
    page = await shown("/articles/y")
    assert [(title, how) for title, _, how, _ in cards(page)] == [
        ("U", "linked from here"),
        ("z.md", "links here"),
    ]
    assert page.xpath("//figure//h3/text()") == ["Linked from here", "Links here"]


async def test_writing_from_right_to_left(archive, shown):
    """Each text takes its own direction; the picture's time goes one way."""
    related = [{"title": "عنوان", "webUrl": "https://r.example/"}]
    archive.write("x.md", title="خبر", related=related)
    page = await shown("/articles/x")
    assert page.xpath("//article/@dir") == ["auto"]
    assert page.xpath("//figure/@dir") == ["ltr"]
    assert page.xpath("//figure//li/a/@dir") == ["auto"]


@pytest.mark.slow
async def test_three_hundred_links(archive, shown):
    """Twelve are in the picture, and all others in a list, each once; itself is in neither."""
    links = [
        {"title": f"L{n}", "webUrl": f"https://l.example/{n}", "quality": n % 100}
        for n in range(300)
    ]
    own = {"title": "Self", "webUrl": "https://own.example/"}
    archive.write(
        "x.md", publishedDateTime="2021-03-12", webUrl=own["webUrl"], related=[own, *links, *links]
    )
    page = await shown("/articles/x")
    shown_links = [address for _, address, _, _ in cards(page)]
    rest = page.xpath("//details//li/a/@href")
    assert len(shown_links) == 7  # all are undated, and so on one side
    assert said(page, "//details/summary") == "And 293 more stories linked from here"
    assert sorted([*shown_links, *rest]) == sorted(one["webUrl"] for one in links)


@pytest.mark.slow
async def test_everything_that_links_here(archive, shown):
    """More than the picture shows is in pages, the newest first, without a script."""
    there = [{"title": "X", "webUrl": "https://x.example/"}]
    archive.write("x.md", webUrl="https://x.example/", publishedDateTime="2021-03-12")
    for number in range(45):
        archive.write(f"d{number:02}.md", publishedDateTime=day(number), related=there)
    found, path = [], "/articles/x"
    while path:
        page = await shown(path)
        assert said(page, "//*[@id='linking']") == "45 stories link here"
        assert page.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/articles/x"]
        found.append(titles(page))
        path = page.xpath("string(//nav/a[@rel='next']/@href)").removeprefix(PREFIX).split("#")[0]
    assert [len(one) for one in found] == [20, 20, 5]
    assert list(chain.from_iterable(found)) == [
        f"d{number:02}.md" for number in reversed(range(45))
    ]
    back = page.xpath("string(//nav/a[@rel='prev']/@href)").removeprefix(PREFIX)
    page = await shown(back.split("#")[0])
    assert titles(page) == found[1]


@pytest.mark.slow
async def test_a_story_that_links_to_itself(archive, shown):
    """It is none of those that link to it, in the picture as in the list."""
    there = [{"title": "X", "webUrl": "https://x.example/"}]
    archive.write("x.md", webUrl="https://x.example/", related=there)
    page = await shown("/articles/x")
    assert not page.xpath("//figure | //*[@id='linking']")
    for number in range(20):
        archive.write(f"d{number:02}.md", publishedDateTime=day(number), related=there)
    page = await shown("/articles/x")
    assert said(page, "//*[@id='linking']") == "20 stories link here"
    assert len(titles(page)) == 20
    assert "x.md" not in titles(page)


async def test_a_place_that_is_none(client):
    """An address that somebody made up is no page, and no failure."""
    response = await client.get(f"/articles/{CNET}?after=nonsense")
    assert response.status_code == httpx.codes.NOT_FOUND


@pytest.mark.slow
async def test_no_more_is_read_than_is_looked_at(archive, browsing):
    """Whatever links to a story, one statement answers, and with so much at most."""
    there = [{"title": "X", "webUrl": "https://x.example/"}]
    archive.write("x.md", webUrl="https://x.example/", related=there * 80)
    for number in range(80):
        archive.write(f"d{number:02}.md", publishedDateTime=day(number), related=there * 50)
    async with browsing(archive) as browsed:
        reading = await browsed.store.read(article_selection.article("x", Turn()))
    article = json.loads(reading.answers[0])["article"]
    assert article["relatedBy"]["totalCount"] == 80
    assert len(article["relatedBy"]["edges"]) == article_selection.LINKING_ROWS
    assert len(article["linking"]["edges"]) == article_selection.MOST_LOOKED_AT
    assert len(article["among"]) == article_selection.MOST_LOOKED_AT
    neighbour = article["linking"]["edges"][0]["node"]
    assert len(neighbour["related"]) == article_selection.MOST_OF_A_NEIGHBOUR
