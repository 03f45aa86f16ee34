"""The page of an article."""

from __future__ import annotations

import json
import re
from itertools import chain

import httpx
import pytest
from lxml import html

from newsgraph.server.pages import article_page_selection
from newsgraph.server.pages.pagination import PageCursor
from tests.server.conftest import SITE
from tests.server.pages.conftest import PATH_PREFIX, nth_day, story_titles
from tests.store.stored_bodies import BODIES, set_body_html

CNET = "2021-03-12-facebook-will-train-its-ai-by-using-public-videos"
VERGE = "2021-03-12-facebooks-next-big-ai-project-is-training-its-machines-on-users-public-videos"
ANALYTICS = "2021-03-13-facebooks-computer-vision-system-supervises-its-own-learning-process"
STAR = "2021-03-16-facebook-will-use-your-uploaded-videos-to-improve-its-ai-algorithms"


@pytest.fixture
def import_and_get_page(archive, serve_archive):
    """Import the archive and return one of its pages."""

    async def get_page(path, **settings):
        async with serve_archive(archive, **settings) as site:
            return await site.get_page(path)

    return get_page


def text_of(page, xpath):
    """Return the text of an element with collapsed white space."""
    return " ".join(page.xpath(f"string({xpath})").split())


def cards(page):
    """Return title, URL, relation and classes of the graph's cards, in their order."""
    return [
        (
            text_of(card, "a"),
            card.xpath("string(a/@href)"),
            text_of(card, ".//span[@class='unseen']").removeprefix(", "),
            set(card.get("class").split()),
        )
        for card in page.xpath("//figure[contains(@class, 'coverage')]//li")
    ]


@pytest.mark.slow
async def test_the_graph_of_a_seed(client):
    """It has eight cards in chronological order, of which three lead to articles of the seeds."""
    page = html.fromstring((await client.get(f"/articles/{CNET}")).content)
    graph_cards = cards(page)
    internal = {url for _, url, _, classes in graph_cards if "own" in classes}
    assert internal == {f"{PATH_PREFIX}/articles/{slug}" for slug in (VERGE, ANALYTICS, STAR)}
    assert len(graph_cards) == 8
    for _, url, _, classes in graph_cards:
        assert ("elsewhere" in classes) == url.startswith("https://")
    relations = {url: relation for _, url, relation, _ in graph_cards}
    mutual = f"{PATH_PREFIX}/articles/{ANALYTICS}"
    assert relations[mutual] == "links here and is linked from here"
    assert page.xpath("//figure//li//time/text()") == [
        *("5 hours earlier", "5 hours earlier", "5 hours earlier", "2 hours earlier"),
        *("1 hour earlier", "20 hours later", "2 days later", "4 days later"),
    ]
    assert not page.xpath("//*[@id='page-links-here']")


@pytest.mark.parametrize("slug", [CNET, VERGE, ANALYTICS, STAR])
async def test_graphs_of_linked_articles_refer_to_each_other(client, slug):
    """The graph of each neighbor in the archive has a card that leads back."""
    page = html.fromstring((await client.get(f"/articles/{slug}")).content)
    for _, url, relation, classes in cards(page):
        if "own" not in classes:
            continue
        response = await client.get(url.removeprefix(PATH_PREFIX))
        relations = {
            url: relation for _, url, relation, _ in cards(html.fromstring(response.content))
        }
        inverse = {"links here": "linked from here", "linked from here": "links here"}
        assert relations[f"{PATH_PREFIX}/articles/{slug}"] == inverse.get(relation, relation)


async def test_lines_are_drawn_for_both_layouts_and_hidden_from_screen_readers(client):
    """The SVG elements have no ids, which would occur twice, and no inline styles."""
    text = (await client.get(f"/articles/{CNET}")).text
    page = html.fromstring(text)
    drawings = page.xpath("//figure//svg")
    assert [svg.get("class") for svg in drawings] == ["wide", "narrow left", "narrow right"]
    assert {svg.get("aria-hidden") for svg in drawings} == {"true"}
    assert not page.xpath("//figure//*[@id]")
    assert not page.xpath("//*[@style] | //style")
    assert len(text.encode()) < 40_000


async def test_the_page_has_the_article_s_metadata(client):
    """Publisher, date, topics and feeds are visible, in Open Graph properties and in JSON-LD."""
    page = html.fromstring((await client.get(f"/articles/{CNET}")).content)
    assert text_of(page, "//h1") == "Facebook will train its AI by using public videos"
    assert f"{PATH_PREFIX}/providers/cnet.com" in page.xpath("//article//a/@href")
    assert page.xpath("//article//time/@datetime") == ["2021-03-12T21:41:00Z"]
    assert page.xpath("//nav[@aria-label='Topics']//a/@href") == [f"{PATH_PREFIX}/topics/ai"]
    (image,) = page.xpath("//article//img")
    assert (image.get("loading"), image.get("width"), image.get("height")) == (
        *("lazy", "1200", "630"),
    )
    (external_link,) = page.xpath("//article//a[@rel='noreferrer']")
    assert text_of(external_link, ".") == "Read it at CNET ↗"
    assert external_link.get("href").startswith("https://www.cnet.com/news/")
    assert page.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/articles/{CNET}"]
    properties = {
        element.get("property"): element.get("content")
        for element in page.xpath("//meta[@property]")
    }
    assert properties["og:type"] == "article"
    assert properties["og:image"] == image.get("src")
    assert properties["article:published_time"] == "2021-03-12T21:41:00Z"
    feeds = page.xpath("//head/link[@rel='alternate'][contains(@href, '/feeds/')]/@href")
    names = ("topics/ai", "providers/cnet.com", "all")
    assert feeds == [f"{SITE}/feeds/{name}.rss" for name in names]
    subscribe_paths = {f"{PATH_PREFIX}/subscribe/{name}" for name in names}
    assert subscribe_paths <= set(page.xpath("//main//a/@href"))
    json_ld = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    assert json_ld["@type"] == "NewsArticle"
    assert json_ld["url"] == f"{SITE}/articles/{CNET}"
    assert json_ld["publisher"] == {"@type": "Organization", "name": "CNET"}


@pytest.mark.slow
async def test_pictures_can_be_switched_off(archive, import_and_get_page):
    """Then the page has no image at all."""
    image = [{"url": "https://i.example/a.png", "width": 3, "height": 2}]
    related = [{"title": "R", "webUrl": "https://r.example/", "images": image}]
    archive.write_article("x.md", images=image, related=related, body="![](/b.png)")
    assert len((await import_and_get_page("/articles/x")).xpath("//img")) == 3
    assert not (await import_and_get_page("/articles/x", pictures=False)).xpath("//img")


async def test_markup_in_all_fields_is_escaped(archive, import_and_get_page):
    """Markup in a document is shown as text, and cannot end the JSON-LD script."""
    evil = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'"
    archive.write_article(
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
    page = await import_and_get_page("/articles/x")
    assert text_of(page, "//h1") == evil
    assert cards(page)[0][0] == evil
    assert len(page.xpath("//script")) == 2
    assert json.loads(page.xpath("string(//script[@type])"))["headline"] == evil
    assert not page.xpath("//@onerror")


async def test_unsafe_urls_are_not_linked(archive, import_and_get_page):
    """The card of a story without a safe URL links to a search for its title."""
    archive.write_article(
        "x.md",
        webUrl="javascript:alert(1)",
        images=[{"url": "javascript:alert(2)"}],
        related=[{"title": "A & B", "webUrl": "javascript:alert(3)"}, {"title": "C"}],
        body="[a](javascript:alert(4)) [b](data:text/html,x)",
    )
    page = await import_and_get_page("/articles/x")
    assert [(title, url) for title, url, _, _ in cards(page)] == [
        ("A & B", f"{PATH_PREFIX}/search?q=A+B"),
        ("C", f"{PATH_PREFIX}/search?q=C"),
    ]
    assert not [url for url in page.xpath("//@href | //@src") if re.match("javascript:|data:", url)]


async def test_translations(archive, import_and_get_page):
    """The page says which language the article has, and links to it in other languages."""
    archive.write_article("a.de.md", title="Brücke")
    archive.write_article("a.pt-br.md", title="Ponte")
    archive.write_article("a.md", title="Bridge")
    page = await import_and_get_page("/articles/a.de")
    assert page.xpath("//article/@lang") == ["de"]
    (link,) = page.xpath("//article//a[@hreflang]")
    assert (link.get("hreflang"), link.get("lang"), link.text) == ("pt-BR", "pt-BR", "pt-BR")
    assert (link.get("href"), link.get("title")) == (f"{PATH_PREFIX}/articles/a.pt-br", "Ponte")
    assert page.xpath("//head/link[@hreflang]/@href") == [f"{SITE}/articles/a.pt-br"]
    json_ld = json.loads(page.xpath("string(//script[@type='application/ld+json'])"))
    assert json_ld["inLanguage"] == "de"
    page = await import_and_get_page("/articles/a")
    assert not page.xpath("//article/@lang")
    assert page.xpath("//article//a/@hreflang") == ["de", "pt-BR"]


async def test_an_article_with_a_title_only(archive, import_and_get_page):
    """Its page has no figure, no time and no link but that to the feeds."""
    archive.write_article("x.md", title="Only this")
    page = await import_and_get_page("/articles/x")
    assert text_of(page, "//h1") == "Only this"
    assert not page.xpath("//figure | //section[@id] | //article//time")
    assert page.xpath("//article//a/@href") == ["#page-subscribe"]


@pytest.mark.slow
async def test_stories_without_a_time(archive, import_and_get_page):
    """They come after later stories; if the article has no time, the sides depend on the links."""
    early = {"title": "E", "webUrl": "https://e.example/", "publishedDateTime": "2021-03-01"}
    undated = {"title": "U", "webUrl": "https://u.example/"}
    archive.write_article("x.md", publishedDateTime="2021-03-12", related=[undated, early])
    archive.write_article("y.md", webUrl="https://y.example/", related=[undated])
    archive.write_article("z.md", related=[{"title": "Y", "webUrl": "https://y.example/"}])
    page = await import_and_get_page("/articles/x")
    assert [title for title, *_ in cards(page)] == ["E", "U"]
    assert page.xpath("//figure//h3/text()") == ["Earlier", "Undated"]
    page = await import_and_get_page("/articles/y")
    assert [(title, relation) for title, _, relation, _ in cards(page)] == [
        ("U", "linked from here"),
        ("z.md", "links here"),
    ]
    assert page.xpath("//figure//h3/text()") == ["Linked from here", "Links here"]


async def test_right_to_left_text(archive, import_and_get_page):
    """Each text has its own direction; the graph always runs from left to right."""
    related = [{"title": "عنوان", "webUrl": "https://r.example/"}]
    archive.write_article("x.md", title="خبر", related=related)
    page = await import_and_get_page("/articles/x")
    assert page.xpath("//article/@dir") == ["auto"]
    assert page.xpath("//figure/@dir") == ["ltr"]
    assert page.xpath("//figure//li/a/@dir") == ["auto"]


@pytest.mark.slow
async def test_links_that_do_not_fit_into_the_graph_are_listed(archive, import_and_get_page):
    """Each of 300 links is in the graph or in the list, once; a link to itself is in neither."""
    links = [
        {"title": f"L{number}", "webUrl": f"https://l.example/{number}", "quality": number % 100}
        for number in range(300)
    ]
    itself = {"title": "Self", "webUrl": "https://own.example/"}
    archive.write_article(
        "x.md",
        publishedDateTime="2021-03-12",
        webUrl=itself["webUrl"],
        related=[itself, *links, *links],
    )
    page = await import_and_get_page("/articles/x")
    in_graph = [url for _, url, _, _ in cards(page)]
    in_list = page.xpath("//details//li/a/@href")
    assert len(in_graph) == 7  # without times, all are on one side
    assert text_of(page, "//details/summary") == "And 293 more stories linked from here"
    assert sorted([*in_graph, *in_list]) == sorted(link["webUrl"] for link in links)


@pytest.mark.slow
async def test_linking_articles_are_paginated(archive, import_and_get_page):
    """If the graph does not show all articles that link here, pages list them, the newest first."""
    related = [{"title": "X", "webUrl": "https://x.example/"}]
    archive.write_article("x.md", webUrl="https://x.example/", publishedDateTime="2021-03-12")
    for number in range(45):
        archive.write_article(
            f"d{number:02}.md", publishedDateTime=nth_day(number), related=related
        )
    titles, path = [], "/articles/x"
    while path:
        page = await import_and_get_page(path)
        assert text_of(page, "//*[@id='page-linking']") == "45 stories link here"
        assert page.xpath("//link[@rel='canonical']/@href") == [f"{SITE}/articles/x"]
        titles.append(story_titles(page))
        next_url = page.xpath("string(//nav/a[@rel='next']/@href)")
        path = next_url.removeprefix(PATH_PREFIX).split("#")[0]
    assert [len(page_titles) for page_titles in titles] == [20, 20, 5]
    assert list(chain.from_iterable(titles)) == [
        f"d{number:02}.md" for number in reversed(range(45))
    ]
    previous = page.xpath("string(//nav/a[@rel='prev']/@href)").removeprefix(PATH_PREFIX)
    page = await import_and_get_page(previous.split("#")[0])
    assert story_titles(page) == titles[1]


@pytest.mark.slow
async def test_a_link_of_an_article_to_itself_is_ignored(archive, import_and_get_page):
    """It is neither in the graph nor in the list of articles that link here."""
    related = [{"title": "X", "webUrl": "https://x.example/"}]
    archive.write_article("x.md", webUrl="https://x.example/", related=related)
    page = await import_and_get_page("/articles/x")
    assert not page.xpath("//figure | //*[@id='page-linking']")
    for number in range(20):
        archive.write_article(
            f"d{number:02}.md", publishedDateTime=nth_day(number), related=related
        )
    page = await import_and_get_page("/articles/x")
    assert text_of(page, "//*[@id='page-linking']") == "20 stories link here"
    assert len(story_titles(page)) == 20
    assert "x.md" not in story_titles(page)


async def test_an_invalid_cursor_is_not_found(client):
    """A made-up cursor gets a 404 response."""
    response = await client.get(f"/articles/{CNET}?after=nonsense")
    assert response.status_code == httpx.codes.NOT_FOUND


@pytest.mark.slow
async def test_the_number_of_links_read_is_limited(archive, serve_archive):
    """One query reads the article, with limits on its links, its neighbors and their links."""
    related = [{"title": "X", "webUrl": "https://x.example/"}]
    archive.write_article("x.md", webUrl="https://x.example/", related=related * 80)
    for number in range(80):
        archive.write_article(
            f"d{number:02}.md", publishedDateTime=nth_day(number), related=related * 50
        )
    async with serve_archive(archive) as site:
        result = await site.store.read(article_page_selection.select_article("x", PageCursor()))
    article = json.loads(result.results[0])["article"]
    assert article["relatedBy"]["totalCount"] == 80
    assert len(article["relatedBy"]["edges"]) == article_page_selection.LINKING_PAGE_SIZE
    linking_articles = article["linkingArticles"]["edges"]
    assert len(linking_articles) == article_page_selection.MAX_NEIGHBORS_SCANNED
    assert len(article["linkedArticles"]) == article_page_selection.MAX_NEIGHBORS_SCANNED
    links = linking_articles[0]["node"]["related"]
    assert len(links) == article_page_selection.MAX_LINKS_PER_NEIGHBOR


async def test_a_related_document_is_a_card(archive, import_and_get_page):
    """A related item that names a document leads to its page here, under its title."""
    archive.write_article("plans.md", title="Bridge plans", webUrl="https://one.example/plans")
    archive.write_article("x.md", related=["plans"])
    page = await import_and_get_page("/articles/x")
    ((title, url, relation, classes),) = cards(page)
    assert (title, url) == ("Bridge plans", f"{PATH_PREFIX}/articles/plans")
    assert relation
    assert "own" in classes


async def test_players_of_other_sites_are_allowed_where_a_button_loads_one(archive, serve_archive):
    """The policy and the script of other pages are as before; so they are without pictures."""
    for name in BODIES:
        archive.write_article(f"{name}.md")
    directives = "frame-src https:; media-src 'self' https:"
    for pictures in (True, False):
        async with serve_archive(archive, pictures=pictures) as site:
            for name, body in BODIES.items():
                set_body_html(site.path, f"{name}.md", body)
            for name in BODIES:
                response = await site.http.get(f"/articles/{name}")
                has_players = pictures and name == "embeds"
                policy = response.headers["content-security-policy"]
                assert (directives in policy) == has_players, name
                assert ("frame-src" in policy) == ("media-src" in policy) == has_players
                assert ("embeds.js" in response.text) == has_players
                assert ("data-load" in response.text) == has_players
                assert "static/code.css" in response.text


async def test_similar_stories(archive, import_and_get_page):
    """They are on the page, except those that are related, and at most five."""
    text = "A comet with a bright tail passes Jupiter, and telescopes in Chile follow it."
    for day in range(1, 10):
        url = f"https://comets.example/{day}"
        archive.write_article(
            f"c{day}.md", title=f"Comet {day}", body=text, date=nth_day(day), webUrl=url
        )
    related = [{"title": "Comet 9", "webUrl": "https://comets.example/9"}]
    archive.write_article(
        "new.md", title="Comet passes Jupiter", body=text, date=nth_day(10), related=related
    )
    for number in range(20):
        archive.write_article(f"{number}.md", body=f"There is nothing in the news but {number}.")
    page = await import_and_get_page("/articles/new")
    section = "//section[@aria-labelledby='page-similar']"
    assert page.xpath(f"{section}//h3/a/text()") == [f"Comet {day}" for day in (8, 7, 6, 5, 4)]
    assert page.xpath(f"{section}//h3/a/@href")[0] == f"{PATH_PREFIX}/articles/c8"
    page = await import_and_get_page("/articles/3")
    assert not page.xpath(section)
