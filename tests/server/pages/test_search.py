"""The search page: results, facets, feeds, and the OpenSearch description."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from itertools import chain

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from newsgraph.server.article_query import ArticleQuery
from newsgraph.server.pages import selections
from newsgraph.server.pages.search import SearchQuery, parse_search
from newsgraph.server.pages.snippet import render_snippet
from tests.server.pages.conftest import PATH_PREFIX, SITE, nth_day, story_titles

STORY_COUNT = selections.ARTICLES_PAGE_SIZE + 3


@pytest.fixture
def robot_archive(archive):
    """Stories about robots, with two topics and three publishers."""
    for number in range(STORY_COUNT):
        archive.write_article(
            f"{number:03}.md",
            title=f"Robot {number}",
            publishedDateTime=nth_day(number),
            topics=["Robots", "Law"] if number % 2 else ["Robots"],
            quality=number,
            provider={"name": f"P{number % 3}", "domain": f"p{number % 3}.example"},
        )
    archive.write_article(
        "z.md", title="Nothing", excerpt="A <b>robot</b> & more", topics=["<i>T</i>"]
    )
    return archive


async def test_snippets_mark_words_and_escape_markup(serve_archive, robot_archive):
    """Matching words are in mark elements; markup of documents is escaped."""
    async with serve_archive(robot_archive) as site:
        page = await site.get_page("/search?q=more")
        assert story_titles(page) == ["Nothing"]
        assert page.xpath("//li/p/mark/text()") == ["more"]
        assert not page.xpath("//li//b")


async def test_entities_in_snippets_are_resolved(serve_archive, archive):
    """Entities of documents become characters, which are escaped."""
    archive.write_article(
        "a.md", title="T", excerpt="We say &#8216;robots&#8217; &amp;amp; &lt;b&gt;law&lt;/b&gt;"
    )
    async with serve_archive(archive) as site:
        page = await site.get_page("/search?q=robots")
        assert page.xpath("string(//li/p[2])").strip() == "We say ‘robots’ & <b>law</b>"
        assert page.xpath("//li/p/mark/text()") == ["robots"]


@given(st.lists(st.tuples(st.text(), st.booleans())))
def test_rendered_snippets_have_only_mark_elements(parts):
    """Any other text, escaped as the store does it, remains text."""
    snippet = "".join(
        f"<mark>{escape(text, quote=True)}</mark>" if is_match else escape(text, quote=True)
        for text, is_match in parts
    )
    tags = set()
    parser = HTMLParser()
    parser.handle_starttag = lambda tag, attributes: tags.add((tag, *attributes))
    parser.feed(str(render_snippet(snippet)))
    parser.close()
    assert tags <= {("mark",)}


async def test_excluded_words_alone(serve_archive, robot_archive):
    """They leave all other stories; if there are none, the page says what a search needs."""
    async with serve_archive(robot_archive) as site:
        page = await site.get_page("/search?q=-robot")
        explanation = "A story has to contain every word, in any form"
        assert explanation in page.xpath("string(//main)")
        assert page.xpath("string(//p[@class='about'])") == "0 stories"
        page = await site.get_page("/search?q=-nothing")
        about = page.xpath("string(//p[@class='about'])")
        assert about.startswith(f"{STORY_COUNT} stories, ")


async def test_misspelt_words_have_a_suggestion(serve_archive, robot_archive):
    """It leads to the same search with the words of the archive, in the same order."""
    async with serve_archive(robot_archive) as site:
        for order in ("", "&order=newest"):
            page = await site.get_page(f"/search?q=robto+-z&topic=law{order}")
            [link] = page.xpath("//p[starts-with(., 'Did you mean')]/a")
            assert link.text == "robot -z"
            assert link.get("href") == f"{PATH_PREFIX}/search?q=robot%20-z&topic=law{order}"
            corrected = await site.get_page(link.get("href").removeprefix(PATH_PREFIX))
            assert not corrected.xpath("//p[starts-with(., 'Did you mean')]")
            assert story_titles(corrected)


async def test_labels_of_page_links_depend_on_the_order(serve_archive, robot_archive):
    """Pages are "older" only if results are sorted by date."""
    async with serve_archive(robot_archive) as site:
        for order, label in (("", "More →"), ("&order=newest", "Older →")):
            page = await site.get_page(f"/search?q=robot*{order}")
            assert page.xpath("//nav/a[@rel='next']/text()") == [label]


@pytest.mark.slow
async def test_results_are_paginated_in_both_orders(serve_archive, robot_archive):
    """The pages together have all results, by rank or by date."""
    async with serve_archive(robot_archive) as site:
        by_rank = [*chain(*await site.get_titles_of_all_pages("/search?q=robot*"))]
        assert sorted(by_rank) == sorted([*(f"Robot {n}" for n in range(STORY_COUNT)), "Nothing"])
        first = await site.get_page("/search?q=robot*")
        newest_first_url = first.xpath("//p[@class='about']/a/@href")[0]
        by_date = [*chain(*await site.get_titles_of_all_pages(newest_first_url))]
        assert by_date == [*(f"Robot {n}" for n in reversed(range(STORY_COUNT))), "Nothing"]


@pytest.mark.slow
async def test_facets_narrow_a_search_and_conditions_can_be_removed(serve_archive, robot_archive):
    """A facet's count is the number of stories that the narrowed search finds."""
    async with serve_archive(robot_archive) as site:
        page = await site.get_page("/search?q=robot*&quality=0")
        facets = page.xpath("//nav[@class='near']//li")
        assert {facet.xpath("string(a)") for facet in facets} == {"Robots", "Law", "P0", "P1", "P2"}
        for facet in facets:
            narrowed = await site.get_page(facet.xpath("a/@href")[0])
            count = facet.xpath("string(span)")
            assert narrowed.xpath("string(//p[@class='about'])").startswith(f"{count} stor")
        law_url = page.xpath("//nav[@class='near']//a[.='Law']/@href")[0]
        law_page = await site.get_page(law_url)
        both_url = law_page.xpath("//nav[@class='near']//a[.='Robots']/@href")[0]
        narrowed = await site.get_page(both_url)
        widening_urls = narrowed.xpath("//ul[@aria-label='Conditions']//a/@href")
        assert f"{PATH_PREFIX}/search?q=robot%2A&topic=robots&quality=0" in widening_urls
        assert f"{PATH_PREFIX}/search?q=robot%2A&topic=law+robots" in widening_urls


async def test_a_search_has_a_feed_of_its_results(serve_archive, robot_archive):
    """The feed is linked in head and body and has the same stories."""
    async with serve_archive(robot_archive, feed_entries=100) as site:
        page = await site.get_page("/search?q=robot*&topic=law")
        url = f"{SITE}/feeds/search.rss?q=robot%2A&topic=law"
        assert page.xpath("//link[@type='application/rss+xml']/@href")[0] == url
        assert url in page.xpath("//div[@class='subscribe']//button/@data-copy")
        subscribe_path = f"{PATH_PREFIX}/subscribe/search?q=robot%2A&topic=law"
        assert subscribe_path in page.xpath("//div[@class='subscribe']//a/@href")
        feed = await site.http.get(url[len(SITE) :])
        titles = etree.fromstring(feed.content).xpath("//item/title/text()")
        assert sorted(titles) == sorted(story_titles(page))


async def test_the_form_has_the_conditions_of_the_search(serve_archive, robot_archive):
    """A new search for other words has the same conditions."""
    async with serve_archive(robot_archive) as site:
        path = "/search?q=%22a+b%22&topic=law&provider=p1.example&quality=3&order=newest&without=x"
        page = await site.get_page(path)
        form = dict(
            zip(page.xpath("//main//input/@name"), page.xpath("//main//input/@value"), strict=True)
        )
        assert form == {
            "q": '"a b"',
            "topic": "law",
            "provider": "p1.example",
            "quality": "3",
            "order": "newest",
            "without": "x",
        }
        assert "No stories match." in page.xpath("string(//main)")
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


async def test_an_empty_search_shows_the_form_only(serve_archive, robot_archive):
    """Without words and conditions there are no results."""
    async with serve_archive(robot_archive) as site:
        for path in ("/search", "/search?q=", "/search?q=+&unknown=1"):
            page = await site.get_page(path)
            assert story_titles(page) == []
            assert page.xpath("//main//input[@name='q']")


@pytest.mark.parametrize("query", ["q=a&quality=much", "q=" + "a" * 501, "topic=a%2Bb,c"])
async def test_an_invalid_search_is_a_bad_request(serve_archive, robot_archive, query):
    """The page has the error message and the form."""
    async with serve_archive(robot_archive) as site:
        page = await site.get_page(f"/search?{query}", httpx.codes.BAD_REQUEST)
        assert page.xpath("//p[@class='notice']/text()")
        # Like any other page, it has the time of the last import.
        assert page.xpath("//footer//time/@datetime")
        assert page.xpath("//main//input[@name='q']")


@pytest.mark.slow
async def test_cursors_of_a_search(serve_archive, robot_archive):
    """After an import, a page starts at the same story; an invalid cursor is not found."""
    async with serve_archive(robot_archive) as site:
        first = await site.get_page("/search?q=robot*")
        older = first.xpath("//nav/a[@rel='next']/@href")[0].removeprefix(PATH_PREFIX)
        before = story_titles(await site.get_page(older))
        robot_archive.write_article(
            "new.md", title="A robot", publishedDateTime=nth_day(STORY_COUNT)
        )
        await site.store.import_roots([robot_archive.root])
        assert before
        assert story_titles(await site.get_page(older)) == before
        response = await site.http.get("/search?q=robot*&after=zz")
        assert response.status_code == httpx.codes.NOT_FOUND


async def test_opensearch_description_has_a_url_template(serve_archive, robot_archive):
    """Pages link to the description, whose template leads to the search page."""
    async with serve_archive(robot_archive) as site:
        page = await site.get_page("/")
        [description_url] = page.xpath("//link[@rel='search']/@href")
        response = await site.http.get(description_url[len(SITE) :])
        media_type = "application/opensearchdescription+xml; charset=utf-8"
        assert response.headers["content-type"] == media_type
        namespaces = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
        description = etree.fromstring(response.content)
        assert 0 < len(description.xpath("string(o:ShortName)", namespaces=namespaces)) <= 16
        [template] = description.xpath("o:Url[@type='text/html']/@template", namespaces=namespaces)
        results = await site.http.get(template[len(SITE) :].replace("{searchTerms}", "more"))
        assert story_titles(html.fromstring(results.content)) == ["Nothing"]


async def test_suggestions_while_typing(serve_archive, robot_archive):
    """The description has their address. They are cached like pages."""
    async with serve_archive(robot_archive) as site:
        description = etree.fromstring((await site.http.get("/opensearch.xml")).content)
        [template] = description.xpath("*[@rel='suggestions']/@template")
        url = template[len(SITE) :].replace("{searchTerms}", "robo")
        response = await site.http.get(url)
        media_type = "application/x-suggestions+json; charset=utf-8"
        assert response.headers["content-type"] == media_type
        typed, searches = response.json()
        assert typed == "robo"
        assert searches[0].lower().startswith("robot")
        headers = {"If-None-Match": response.headers["etag"]}
        assert (await site.http.get(url, headers=headers)).status_code == 304
        for nothing in ("/search/suggest", "/search/suggest?q=", "/search/suggest?q=+"):
            assert (await site.http.get(nothing)).json()[1] == []
        too_long = "robo" * 200
        assert (await site.http.get(f"/search/suggest?q={too_long}")).json() == [too_long, []]
        assert (await site.http.get("/search/suggest?q=%FF%ED%A0%80")).json()[1] == []


NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True), max_size=3, unique=True)


@given(
    search_text=st.text(st.characters(codec="utf-8"), max_size=20).map(
        lambda text: " ".join(text.split())
    ),
    topics=NAMES,
    match_all_topics=st.booleans(),
    providers=NAMES,
    min_quality=st.none() | st.integers(-99, 100),
    newest_first=st.booleans(),
)
def test_parsing_the_path_of_a_search_returns_the_search(
    search_text, topics, match_all_topics, providers, min_quality, newest_first
):
    """Formatting and parsing are inverse for any text and conditions."""
    article_query = ArticleQuery(
        tuple(sorted(topics)),
        match_all_topics and len(topics) > 1,
        tuple(sorted(f"{name}.example" for name in providers)),
        search_text,
        min_quality,
    )
    search = SearchQuery(article_query, newest_first)
    assert parse_search(search.path.partition("?")[2]) == search
