"""Tests of search: matches, their order, and snippets that are safe HTML."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
import unicodedata
from html.parser import HTMLParser
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from newsgraph.store.documents.plain_text import decode_entities
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.errors import BadCursor, BadSelection
from newsgraph.store.query.filter import Condition, Not
from newsgraph.store.query.selection import (
    Cursor,
    Edge,
    EdgeArguments,
    Edges,
    Facet,
    Facets,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
    TotalCount,
)
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.store.archive import SITE, Archive, Clock

NODE = Selection(
    (
        Field("slug", "slug"),
        Edge("topics", "topics", Selection((Field("slug", "slug"),))),
        Edge("provider", "provider", Selection((Field("domain", "domain"),))),
    )
)
EDGE_ITEMS = (
    Field("score", "score"),
    Field("snippet", "snippet"),
    Cursor("cursor"),
    Node("node", NODE),
)
PAGE_INFO = tuple(Field(name, name) for name in ("hasNextPage", "hasPreviousPage", "endCursor"))
TOPIC = Edge("topic", "topic", Selection((Field("slug", "slug"),)))
FACETS = Facets(
    "facets",
    (
        Facet("topics", "topics", (TOPIC, Field("count", "count")), 10),
        Facet("types", "types", (Field("type", "type"), Field("count", "count")), 10),
    ),
)


def select_search(query, **arguments):
    """Return a selection of a search."""
    page = Page(
        (Edges("edges", EDGE_ITEMS), PageInfo("pageInfo", PAGE_INFO), TotalCount("number"), FACETS)
    )
    return Selection(
        (Edge("search", "search", page, EdgeArguments(lookup=("query", query), **arguments)),)
    )


async def search(store, query, **arguments):
    """Return the page that a search gives."""
    (result,) = (await store.read(select_search(query, **arguments))).results
    return json.loads(result)["search"]


async def search_slugs(store, query, **arguments):
    """Return the slugs of the matches of a search, in order."""
    page = await search(store, query, **arguments)
    return [edge["node"]["slug"] for edge in page["edges"]]


class SnippetParser(HTMLParser):
    """Parses a snippet.

    Attributes:
        tags: start and end tags, in order.
        text: the text without tags.
        marked: the text of each ``<mark>``.
    """

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.marked = [], "", []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Record a start tag, which must have no attributes."""
        assert not attrs
        self.tags.append(tag)
        self.marked.append("")

    def handle_endtag(self, tag):
        """Record an end tag."""
        self.tags.append(f"/{tag}")

    def handle_data(self, data):
        """Record text."""
        self.text += data
        if self.tags and not self.tags[-1].startswith("/"):
            self.marked[-1] += data

    def handle_comment(self, data):
        """Fail: a snippet contains none."""
        raise AssertionError(data)

    def handle_decl(self, decl):
        """Fail: a snippet contains none."""
        raise AssertionError(decl)

    def handle_pi(self, data):
        """Fail: a snippet contains none."""
        raise AssertionError(data)


async def test_order(opened, archive):
    """Articles with all words in the title come first, then those with some; then the newest."""
    dated = {"2021-01-01": "robots see", "2022-01-01": "people see", "2023-01-01": "robots see"}
    for number, (date, title) in enumerate(dated.items()):
        archive.write_article(
            f"{number}.md", title=title, body="robots see", publishedDateTime=date
        )
    for number in range(5):
        archive.write_article(f"same-{number}.md", title="The same story")
    await opened.import_archives(archive)
    page = await search(opened.store, "robots see")
    assert [(edge["node"]["slug"], edge["score"]) for edge in page["edges"]] == [
        *(("2", 3.0), ("0", 3.0), ("1", 2.0)),
    ]
    assert await search_slugs(opened.store, "robots") == ["2", "0", "1"]
    page = await search(opened.store, "people robots")
    assert [(edge["node"]["slug"], edge["score"]) for edge in page["edges"]] == [("1", 2.0)]
    assert await search_slugs(opened.store, "same story") == [f"same-{n}" for n in range(5)]


async def test_order_by_date(opened, archive):
    """The newest come first, whatever their scores; articles with a text in a filter likewise."""
    for day, title in enumerate(("robots", "people", "robots", "people"), start=1):
        archive.write_article(
            f"{day}.md", title=title, body="robots", date=f"2021-01-0{day}", quality=day
        )
    await opened.import_archives(archive)
    page = await search(opened.store, "robots", order="newest")
    scores = [(edge["node"]["slug"], edge["score"]) for edge in page["edges"]]
    assert scores == [("4", 1.0), ("3", 3.0), ("2", 1.0), ("1", 3.0)]
    of_good = Condition("quality", "lte", 3)
    assert await search_slugs(opened.store, "robots", order="newest", filter=of_good) == list("321")
    assert await search_slugs(opened.store, "robots", filter=of_good) == list("312")
    with pytest.raises(BadSelection):
        await search(opened.store, "robots", order="quality-desc")
    with pytest.raises(BadCursor):
        await search(opened.store, "robots", after=page["pageInfo"]["endCursor"])


ORDERS = {
    "relevance": ("search", {"lookup": ("query", "robots")}),
    "date": ("search", {"lookup": ("query", "robots"), "order": "newest"}),
    "filtered": (
        "search",
        {"lookup": ("query", "robots"), "filter": Not(Condition("type", "eq", "video"))},
    ),
    "filter with a text": ("articles", {"filter": Condition("text", "matches", "robots")}),
    "filter with a text, oldest first": (
        "articles",
        {"filter": Condition("text", "matches", "robots"), "order": "oldest"},
    ),
}
"""Edges to nine articles, and their arguments."""


@pytest.mark.slow
@pytest.mark.parametrize("name", ORDERS)
async def test_pages_of_orders(opened, archive, name):
    """Paging forward and backward, with any page size, gives the same list."""
    edge, arguments = ORDERS[name]
    for number in range(9):
        date = {"date": f"2021-01-0{1 + number // 2}"} if number < 7 else {}
        archive.write_article(
            f"{number}.md", title="Robots" if number % 3 else "A", body="robots", **date
        )
    archive.write_article("other.md", title="Other")
    await opened.import_archives(archive)

    async def read(**bounds):
        edges, info = Edges("edges", (Cursor("cursor"),)), PageInfo("pageInfo", PAGE_INFO)
        page = Page((edges, info, TotalCount("number")))
        selection = Edge("page", edge, page, EdgeArguments(**arguments, **bounds))
        (result,) = (await opened.store.read(Selection((selection,)))).results
        return json.loads(result)["page"]

    cursors = [item["cursor"] for item in (await read())["edges"]]
    assert len(set(cursors)) == 9
    for size in (1, 2, 4, 9, 10):
        forward, backward, after, before = [], [], None, None
        for _ in range(-(-9 // size)):
            page = await read(first=size, after=after)
            forward += [item["cursor"] for item in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            assert page["pageInfo"]["hasNextPage"] == (len(forward) < 9)
            assert page["number"] == 9
            page = await read(last=size, before=before)
            backward = [item["cursor"] for item in page["edges"]] + backward
            before = page["edges"][0]["cursor"]
            assert page["pageInfo"]["hasPreviousPage"] == (len(backward) < 9)
        assert forward == backward == cursors


@pytest.mark.slow
async def test_pages(opened, archive):
    """Paging forward and backward, with any page size, gives the same list."""
    for number in range(9):
        archive.write_article(
            f"{number}.md", title="Robots " * (1 + number % 3), body="x " * (number % 2)
        )
    await opened.import_archives(archive)
    slugs = await search_slugs(opened.store, "robots")
    for size in (1, 2, 3, 8, 9, 10):
        forward, backward, after, before = [], [], None, None
        for _ in range(-(-9 // size)):
            page = await search(opened.store, "robots", first=size, after=after)
            forward += [edge["node"]["slug"] for edge in page["edges"]]
            after = page["pageInfo"]["endCursor"]
            assert page["pageInfo"]["hasNextPage"] == (len(forward) < 9)
            assert page["number"] == 9
            page = await search(opened.store, "robots", last=size, before=before)
            backward = [edge["node"]["slug"] for edge in page["edges"]] + backward
            before = page["edges"][0]["cursor"]
            assert page["pageInfo"]["hasPreviousPage"] == (len(backward) < 9)
        assert forward == backward == slugs


async def test_cursor_of_another_revision(opened, archive):
    """A cursor stays at its place after imports, even if its article is gone."""
    for day in range(1, 6):
        archive.write_article(
            f"{day}.md", title="Robots", publishedDateTime=f"2021-01-0{day}T00:00:00Z"
        )
    await opened.import_archives(archive)
    cursor = (await search(opened.store, "robots", first=2))["pageInfo"]["endCursor"]
    archive.remove("4.md")
    archive.write_article("5.md", title="Nothing of that")
    archive.write_article("new.md", title="Robots", publishedDateTime="2021-01-06T00:00:00Z")
    await opened.import_archives(archive)
    assert await search_slugs(opened.store, "robots", after=cursor) == ["3", "2", "1"]
    assert await search_slugs(opened.store, "robots", before=cursor, last=9) == ["new"]
    for other in (b"newest|2021-01-01T00:00:00Z|1", b"match|4x|1", b"match||1", b"match@1|3|1"):
        with pytest.raises(BadCursor):
            await search(opened.store, "robots", after=other.hex())


MARKDOWN = """
# Charlie

*Del*ta [echo](https://foxtrot.org/golf "hotel") `india`

<b onclick=juliett>kilo</b> <script>lima</script> &amp; m&eacute;moire

| november | oscar |
|---|---|
| papa | quebec |

- romeo
- sierra

![tango](uniform.png)
"""
BLOCKS = """
<p>one</p><p>two</p>
<table><tr><td>three</td><td>four</td></tr></table>

five<br>six\\
seven

> eight
- nine
"""


async def test_searched_text(opened, archive):
    """Title, excerpt, text, topics and publishers are searched; link targets and markup are not."""
    archive.write_article(
        "a.md",
        title="Alpha",
        excerpt="Bravo",
        body=MARKDOWN,
        topics=["Victor Whiskey"],
        provider={"name": "X-Ray", "domain": "yankee.org"},
    )
    await opened.import_archives(archive)
    expected = (
        *("alpha", "bravo", "charlie", "delta", "echo", "india", "kilo", "memoire", "mémoire"),
        *("november", "oscar", "papa", "quebec", "romeo", "sierra", "victor", "whiskey"),
        *("x-ray", '"yankee.org"', "yankee", '"november oscar"', '"romeo sierra"'),
    )
    for word in expected:
        assert await search_slugs(opened.store, word) == ["a"], word
    for word in (
        "foxtrot",
        "golf",
        "hotel",
        "onclick",
        "juliett",
        "uniform",
        "strong",
        "amp",
        '"p"',
    ):
        assert await search_slugs(opened.store, word) == [], word


async def test_words_of_adjacent_blocks(opened, archive):
    """Blocks and cells of Markdown and HTML are separated by word boundaries."""
    archive.write_article("a.md", body=BLOCKS)
    await opened.import_archives(archive)
    for word in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"):
        assert await search_slugs(opened.store, word) == ["a"], word


@pytest.mark.slow
async def test_taxonomy_names(opened, archive):
    """Articles are found by their topics' and publishers' current names in the taxonomy."""
    archive.write_article(
        "a.md", title="A", topics=["CDS"], provider={"name": "Old", "domain": "one.org"}
    )
    archive.write_article("b.md", title="B", topics=["Other"])
    await opened.import_archives(archive)
    assert (
        await search_slugs(opened.store, "cds") == await search_slugs(opened.store, "old") == ["a"]
    )
    archive.write_topic("t.yaml", "Data Science", shortname="CDS")
    archive.write_organization("o.yaml", "Brand New", "one.org")
    await opened.import_archives(archive)
    assert await search_slugs(opened.store, "data science") == ["a"]
    assert await search_slugs(opened.store, "brand new") == ["a"]
    archive.write_topic("t.yaml", "Statistics", shortname="CDS")
    archive.write_organization("o.yaml", "Newest", "one.org")
    await opened.import_archives(archive)
    assert await search_slugs(opened.store, "statistics newest") == ["a"]
    assert (
        await search_slugs(opened.store, "data science")
        == await search_slugs(opened.store, "brand")
        == []
    )
    archive.remove("t.yaml")
    archive.remove("o.yaml")
    await opened.import_archives(archive)
    assert (
        await search_slugs(opened.store, "statistics")
        == await search_slugs(opened.store, "newest")
        == []
    )
    # The names in the document itself are always found.
    assert await search_slugs(opened.store, "cds old") == ["a"]


async def test_hidden_and_removed_articles(opened, archive):
    """Hidden and removed articles are not found; an article that is shown again is."""
    archive.write_article("a.md", title="Robots")
    archive.write_article("b.md", title="Robots", published=False)
    archive.write_article("c.md", title="Robots")
    await opened.import_archives(archive)
    assert sorted(await search_slugs(opened.store, "robots")) == ["a", "c"]
    archive.write_article("a.md", title="Robots", published=False)
    archive.write_article("b.md", title="Robots")
    archive.remove("c.md")
    await opened.import_archives(archive)
    page = await search(opened.store, "robots")
    assert [edge["node"]["slug"] for edge in page["edges"]] == ["b"]
    assert page["number"] == 1
    archive.write_article("b.md", title="Changed")
    await opened.import_archives(archive)
    assert await search_slugs(opened.store, "robots") == []
    assert await search_slugs(opened.store, "changed") == ["b"]


@pytest.mark.slow
async def test_filters_and_facets(opened, archive):
    """Facets and the total count only matches that pass the filter; a filter can search too."""
    for number in range(12):
        archive.write_article(
            f"{number}.md",
            title="Robots" if number % 2 else "People",
            body="see" if number % 3 else "hear",
            topics=["AI"] if number < 6 else ["Art", "AI"],
            type="video" if number % 4 == 1 else "article",
            quality=number,
        )
    await opened.import_archives(archive)
    page = await search(opened.store, "robots", first=1, filter=Condition("quality", "gte", 5))
    assert page["number"] == 4
    assert len(page["edges"]) == 1
    assert page["facets"] == {
        "topics": [
            {"topic": {"slug": "ai"}, "count": 4},
            {"topic": {"slug": "art"}, "count": 3},
        ],
        "types": [{"type": "article", "count": 2}, {"type": "video", "count": 2}],
    }
    slugs = await search_slugs(opened.store, "robots", filter=Condition("text", "matches", "hear"))
    assert sorted(slugs, key=int) == ["3", "9"]
    assert (await search(opened.store, "- *"))["number"] == 12
    empty = await search(opened.store, "nothing")
    assert (empty["edges"], empty["number"]) == ([], 0)
    assert empty["facets"] == {"topics": [], "types": []}
    assert empty["pageInfo"] == dict.fromkeys(("hasNextPage", "hasPreviousPage"), False) | {
        "endCursor": None
    }


FRAGMENTS = st.sampled_from(
    [
        *("<script>alert(1)</script>", "<mark>", "</mark>", "<!--", "-->", "<?", "]]>"),
        *("&amp;", "&lt;", "&#2;", "&#x3;", "&", "<", ">", '"', "'", "\x02", "\x03", "\x00", "…"),
        *("robots", "robots ", " word", "\n\n", "`", "*", "é", "😀", "\u202e", "\\", "[a](b)"),
    ]
)
TEXTS = st.lists(FRAGMENTS | st.characters(exclude_categories=("Cs",)), max_size=25).map("".join)


@settings(max_examples=scale_examples(40))
@given(title=TEXTS, excerpt=TEXTS, body=TEXTS, topic=TEXTS)
@example(title="<b>", excerpt="\x02robots\x03", body="&#2;script&#3;", topic='"')
def test_any_snippet(empty_store, title, excerpt, body, topic):
    """A snippet contains no tags but ``<mark>``, and its text is a part of the article's text."""

    async def run():
        with tempfile.TemporaryDirectory() as name:
            archive = Archive(Path(name) / "archive")
            path = Path(shutil.copy(empty_store, f"{name}/store.db"))
            database = await SqliteDatabase.open(path)
            store = Store(database, SITE, Clock())
            try:
                archive.write_article(
                    "a.md",
                    title=f"Robots {title}",
                    excerpt=f"{excerpt} robots",
                    body=f"see {body} robots see",
                    topics=[f"robots {topic}"],
                )
                await store.import_roots([archive.root])
                fields = tuple(Field(name, name) for name in ("title", "excerpt", "bodyHtml"))
                edge = Edge("a", "article", Selection(fields), EdgeArguments(lookup=("slug", "a")))
                article = json.loads((await store.read(Selection((edge,)))).results[0])["a"]
                for query in ("robots", "see", '"robots see"', "word robots"):
                    for hit in (await search(store, query))["edges"]:
                        check_snippet(hit["snippet"], query, article, topic)
            finally:
                await database.close()

    asyncio.run(run())


def check_snippet(snippet, query, article, topic):
    """Check a snippet's tags, its marked words, and that its text is part of the article."""
    parsed = SnippetParser(snippet)
    assert parsed.tags == ["mark", "/mark"] * (len(parsed.tags) // 2)
    assert parsed.tags
    assert not {"\x02", "\x03"} & set(parsed.text)
    for text in parsed.marked:
        plain = unicodedata.normalize("NFD", text).casefold()
        assert any(word.strip('"') in plain for word in query.split()), text
    texts = [article["title"], article["excerpt"], html_to_text(article["bodyHtml"])]
    # Entities in names of topics become characters.
    texts.append(decode_entities(f"robots {topic}"))
    part = remove_blanks(parsed.text.strip("…"))
    assert any(part in remove_blanks(text) for text in texts), (part, texts)


def remove_blanks(text):
    """Return a text without blanks and unprintable characters."""
    return "".join(char for char in text if char.isprintable() and not char.isspace())


def html_to_text(html):
    """Return the text of HTML."""

    class TextParser(HTMLParser):
        text = ""

        def handle_data(self, data):
            self.text += data

    parser = TextParser()
    parser.feed(html)
    parser.close()
    return parser.text
