"""The search page: ranked, narrowed, widened, and with feeds of its own."""

from __future__ import annotations

from html import escape
from html.parser import HTMLParser
from itertools import chain

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from newsgraph.server.article_query import Subject
from newsgraph.server.pages import selections
from newsgraph.server.pages.search import Sought, sought_in
from newsgraph.server.pages.snippet import marked
from tests.server.pages.conftest import PREFIX, SITE, day, titles

COUNT = selections.ROWS + 3


@pytest.fixture
def filled(archive):
    """Stories about robots, of two topics and publishers."""
    for number in range(COUNT):
        archive.write(
            f"{number:03}.md",
            title=f"Robot {number}",
            publishedDateTime=day(number),
            topics=["Robots", "Law"] if number % 2 else ["Robots"],
            quality=number,
            provider={"name": f"P{number % 3}", "domain": f"p{number % 3}.example"},
        )
    archive.write("z.md", title="Nothing", excerpt="A <b>robot</b> & more", topics=["<i>T</i>"])
    return archive


async def test_what_is_found_is_marked_and_safe(browsing, filled):
    """The snippet marks words; markup of documents is text."""
    async with browsing(filled) as browsed:
        page = await browsed.page("/search?q=more")
        assert titles(page) == ["Nothing"]
        assert page.xpath("//li/p/mark/text()") == ["more"]
        assert not page.xpath("//li//b")


async def test_entities_that_documents_have_are_read(browsing, archive):
    """As everywhere else; what they stand for is text."""
    archive.write(
        "a.md", title="T", excerpt="We say &#8216;robots&#8217; &amp;amp; &lt;b&gt;law&lt;/b&gt;"
    )
    async with browsing(archive) as browsed:
        page = await browsed.page("/search?q=robots")
        assert page.xpath("string(//li/p[2])").strip() == "We say ‘robots’ & <b>law</b>"
        assert page.xpath("//li/p/mark/text()") == ["robots"]


@given(st.lists(st.tuples(st.text(), st.booleans())))
def test_a_snippet_is_never_markup(parts):
    """But for its marks: whatever is in it, escaped as the store does, comes out as text."""
    told = "".join(
        f"<mark>{escape(text, quote=True)}</mark>" if is_found else escape(text, quote=True)
        for text, is_found in parts
    )
    tags = set()
    reader = HTMLParser()
    reader.handle_starttag = lambda tag, attributes: tags.add((tag, *attributes))
    reader.feed(str(marked(told)))
    reader.close()
    assert tags <= {("mark",)}


async def test_what_is_not_wanted_is_not_enough(browsing, filled):
    """Nothing is found then, and the page says what is missing."""
    async with browsing(filled) as browsed:
        page = await browsed.page("/search?q=-robot")
        assert "one at least has to be without it" in page.xpath("string(//main)")
        assert page.xpath("string(//p[@class='about'])") == "0 stories"


async def test_the_way_on_is_called_what_it_is(browsing, filled):
    """By rank there is nothing newer or older."""
    async with browsing(filled) as browsed:
        for order, words in (("", "More →"), ("&order=newest", "Older →")):
            page = await browsed.page(f"/search?q=robot*{order}")
            assert page.xpath("//nav/a[@rel='next']/text()") == [words]


@pytest.mark.slow
async def test_all_that_is_found_in_pages(browsing, filled):
    """The best first, or the newest."""
    async with browsing(filled) as browsed:
        found = [*chain(*await browsed.walk("/search?q=robot*"))]
        assert sorted(found) == sorted([*(f"Robot {n}" for n in range(COUNT)), "Nothing"])
        first = await browsed.page("/search?q=robot*")
        by_date = first.xpath("//p[@class='about']/a/@href")[0]
        newest = [*chain(*await browsed.walk(by_date))]
        assert newest == [*(f"Robot {n}" for n in reversed(range(COUNT))), "Nothing"]


@pytest.mark.slow
async def test_narrower_and_wider(browsing, filled):
    """What is offered has as many stories as it says; a condition can be taken away again."""
    async with browsing(filled) as browsed:
        page = await browsed.page("/search?q=robot*&quality=0")
        ways = page.xpath("//nav[@class='near']//li")
        assert {way.xpath("string(a)") for way in ways} == {"Robots", "Law", "P0", "P1", "P2"}
        for way in ways:
            narrow = await browsed.page(way.xpath("a/@href")[0])
            count = way.xpath("string(span)")
            assert narrow.xpath("string(//p[@class='about'])").startswith(f"{count} stor")
        law = page.xpath("//nav[@class='near']//a[.='Law']/@href")[0]
        both = (await browsed.page(law)).xpath("//nav[@class='near']//a[.='Robots']/@href")[0]
        narrow = await browsed.page(both)
        back = narrow.xpath("//ul[@aria-label='Conditions']//a/@href")
        assert f"{PREFIX}/search?q=robot%2A&topic=robots&quality=0" in back
        assert f"{PREFIX}/search?q=robot%2A&topic=law+robots" in back


async def test_the_feed_of_a_search(browsing, filled):
    """Is announced, offered, and carries what is found."""
    async with browsing(filled, feed_entries=100) as browsed:
        page = await browsed.page("/search?q=robot*&topic=law")
        address = f"{SITE}/feeds/search.rss?q=robot%2A&topic=law"
        assert page.xpath("//link[@type='application/rss+xml']/@href")[0] == address
        assert address in page.xpath("//div[@class='subscribe']//a/@href")
        feed = await browsed.client.get(address[len(SITE) :])
        found = etree.fromstring(feed.content).xpath("//item/title/text()")
        assert sorted(found) == sorted(titles(page))


async def test_the_form_keeps_what_was_asked(browsing, filled):
    """Other words are looked for under the same conditions."""
    async with browsing(filled) as browsed:
        query = "/search?q=%22a+b%22&topic=law&provider=p1.example&quality=3&order=newest&without=x"
        page = await browsed.page(query)
        given = dict(
            zip(page.xpath("//main//input/@name"), page.xpath("//main//input/@value"), strict=True)
        )
        assert given == {
            "q": '"a b"',
            "topic": "law",
            "provider": "p1.example",
            "quality": "3",
            "order": "newest",
            "without": "x",
        }
        assert "Nothing fits." in page.xpath("string(//main)")
        assert page.xpath("//meta[@name='robots']/@content") == ["noindex"]


async def test_nothing_is_asked_of_nothing(browsing, filled):
    """Without words and conditions there is only the form."""
    async with browsing(filled) as browsed:
        for path in ("/search", "/search?q=", "/search?q=+&unknown=1"):
            page = await browsed.page(path)
            assert titles(page) == []
            assert page.xpath("//main//input[@name='q']")


@pytest.mark.parametrize("query", ["q=a&quality=much", "q=" + "a" * 501, "topic=a%2Bb,c"])
async def test_what_cannot_be_searched_for(browsing, filled, query):
    """Is told on the page, with the form to try again."""
    async with browsing(filled) as browsed:
        page = await browsed.page(f"/search?{query}", httpx.codes.BAD_REQUEST)
        assert page.xpath("//p[@class='notice']/text()")
        # The frame is that of any other page: it tells when there was an import.
        assert page.xpath("//footer//time/@datetime")
        assert page.xpath("//main//input[@name='q']")


@pytest.mark.slow
async def test_after_an_import_a_search_begins_anew(browsing, filled):
    """Its places hold for one revision."""
    async with browsing(filled) as browsed:
        first = await browsed.page("/search?q=robot*")
        older = first.xpath("//nav/a[@rel='next']/@href")[0].removeprefix(PREFIX)
        filled.write("new.md", title="A robot")
        await browsed.store.import_roots([filled.root])
        response = await browsed.client.get(older)
        assert response.status_code == httpx.codes.FOUND
        assert response.headers["location"] == f"{SITE}/search?q=robot%2A"
        assert response.headers["cache-control"] == "no-store"
        response = await browsed.client.get("/search?q=robot*&after=zz")
        assert response.status_code == httpx.codes.NOT_FOUND


async def test_browsers_can_add_the_search(browsing, filled):
    """OpenSearch: the template leads to the page."""
    async with browsing(filled) as browsed:
        page = await browsed.page("/")
        [address] = page.xpath("//link[@rel='search']/@href")
        response = await browsed.client.get(address[len(SITE) :])
        kind = "application/opensearchdescription+xml; charset=utf-8"
        assert response.headers["content-type"] == kind
        names = {"o": "http://a9.com/-/spec/opensearch/1.1/"}
        told = etree.fromstring(response.content)
        assert 0 < len(told.xpath("string(o:ShortName)", namespaces=names)) <= 16
        [template] = told.xpath("o:Url[@type='text/html']/@template", namespaces=names)
        found = await browsed.client.get(template[len(SITE) :].replace("{searchTerms}", "more"))
        assert titles(html.fromstring(found.content)) == ["Nothing"]


NAMES = st.lists(st.from_regex(r"[a-z][a-z0-9]{0,6}", fullmatch=True), max_size=3, unique=True)


@given(
    words=st.text(st.characters(codec="utf-8"), max_size=20).map(
        lambda text: " ".join(text.split())
    ),
    topics=NAMES,
    every=st.booleans(),
    providers=NAMES,
    quality=st.none() | st.integers(-99, 100),
    by_date=st.booleans(),
)
def test_an_address_says_what_is_sought(words, topics, every, providers, quality, by_date):
    """And is read back as that, whatever the words are."""
    subject = Subject(
        tuple(sorted(topics)),
        every and len(topics) > 1,
        tuple(sorted(f"{one}.example" for one in providers)),
        words,
        quality,
    )
    sought = Sought(subject, by_date)
    assert sought_in(sought.path.partition("?")[2]) == sought
