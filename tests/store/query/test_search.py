"""Search: what is found, in which order, and snippets that are safe to show."""

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

from newsgraph.store.documents.identity import key
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.errors import BadCursor
from newsgraph.store.query.filter import Is
from newsgraph.store.query.selection import (
    Arguments,
    Cursor,
    Edge,
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
from tests.hypothesis_profiles import examples
from tests.store.archive import SITE, Archive, Clock

NODE = Selection(
    (
        Field("slug", "slug"),
        Edge("topics", "topics", Selection((Field("slug", "slug"),))),
        Edge("provider", "provider", Selection((Field("domain", "domain"),))),
    )
)
EDGE = (Field("score", "score"), Field("snippet", "snippet"), Cursor("cursor"), Node("node", NODE))
PLACE = tuple(Field(one, one) for one in ("hasNextPage", "hasPreviousPage", "endCursor"))
TOPIC = Edge("topic", "topic", Selection((Field("slug", "slug"),)))
FACETS = Facets(
    "facets",
    (
        Facet("topics", "topics", (TOPIC, Field("count", "count")), 10),
        Facet("types", "types", (Field("type", "type"), Field("count", "count")), 10),
    ),
)


def searching(query, **arguments):
    """Return a selection of what a search finds."""
    page = Page((Edges("edges", EDGE), PageInfo("place", PLACE), TotalCount("number"), FACETS))
    return Selection((Edge("search", "search", page, Arguments(by=("query", query), **arguments)),))


async def search(store, query, **arguments):
    """Return what a search finds."""
    (answer,) = (await store.read(searching(query, **arguments))).answers
    return json.loads(answer)["search"]


async def names(store, query, **arguments):
    """Return the slugs of what a search finds, in order."""
    found = await search(store, query, **arguments)
    return [edge["node"]["slug"] for edge in found["edges"]]


class Parsed(HTMLParser):
    """Reads a snippet as a browser does.

    Attributes:
        tags: start and end tags, in order.
        text: what is shown.
        marked: what is shown within marks.
    """

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.marked = [], "", []
        self.feed(html)
        self.close()

    def handle_starttag(self, tag, attrs):
        """Keep a tag that begins; it has no attributes."""
        assert not attrs
        self.tags.append(tag)
        self.marked.append("")

    def handle_endtag(self, tag):
        """Keep a tag that ends."""
        self.tags.append(f"/{tag}")

    def handle_data(self, data):
        """Keep text."""
        self.text += data
        if self.tags and not self.tags[-1].startswith("/"):
            self.marked[-1] += data

    def handle_comment(self, data):
        """Fail: there are none."""
        raise AssertionError(data)

    def handle_decl(self, decl):
        """Fail: there are none."""
        raise AssertionError(decl)

    def handle_pi(self, data):
        """Fail: there are none."""
        raise AssertionError(data)


async def test_order(opened, archive):
    """The title counts most, then excerpt and topics, then the text; equal ones are by key."""
    filler = "word " * 30
    archive.write("title.md", title=f"Robots {filler}", body=filler)
    archive.write("excerpt.md", title=filler, excerpt=f"robots {filler}", body=filler)
    archive.write("body.md", title=filler, body=f"robots {filler}")
    for number in range(20):
        archive.write(f"other-{number}.md", title=filler, body=filler)
    for number in range(5):
        archive.write(f"same-{number}.md", title="The same story", body=filler)
    await opened.take(archive)
    assert await names(opened.store, "robots") == ["title", "excerpt", "body"]
    same = [f"same-{number}" for number in range(5)]
    by_key = sorted(same, key=lambda one: key("Article", one))
    assert await names(opened.store, "same story") == by_key
    found = await search(opened.store, "word", first=100)
    scores = [edge["score"] for edge in found["edges"]]
    assert scores == sorted(scores, reverse=True)
    assert found["number"] == len(scores) == 28
    assert all(score > 0 for score in scores)


@pytest.mark.slow
async def test_pages(opened, archive):
    """Forward and backward, whole pages and single ones, it is the same list."""
    for number in range(9):
        archive.write(f"{number}.md", title="Robots " * (1 + number % 3), body="x " * (number % 2))
    await opened.take(archive)
    whole = await names(opened.store, "robots")
    for size in (1, 2, 3, 8, 9, 10):
        forward, backward, after, before = [], [], None, None
        for _ in range(-(-9 // size)):
            page = await search(opened.store, "robots", first=size, after=after)
            forward += [edge["node"]["slug"] for edge in page["edges"]]
            after = page["place"]["endCursor"]
            assert page["place"]["hasNextPage"] == (len(forward) < 9)
            assert page["number"] == 9
            page = await search(opened.store, "robots", last=size, before=before)
            backward = [edge["node"]["slug"] for edge in page["edges"]] + backward
            before = page["edges"][0]["cursor"]
            assert page["place"]["hasPreviousPage"] == (len(backward) < 9)
        assert forward == backward == whole


@pytest.mark.slow
async def test_a_cursor_holds_for_one_revision(opened, archive):
    """After an import the ranks may be others: a cursor from before gives null; no cursor does."""
    archive.write("a.md", title="Robots")
    archive.write("b.md", title="Robots again")
    await opened.take(archive)
    cursor = (await search(opened.store, "robots", first=1))["place"]["endCursor"]
    assert len((await search(opened.store, "robots", after=cursor))["edges"]) == 1
    archive.write("c.md", title="Nothing of that")
    await opened.take(archive)
    assert await search(opened.store, "robots", after=cursor) is None
    assert await search(opened.store, "robots", before=cursor) is None
    assert len((await search(opened.store, "robots"))["edges"]) == 2
    for other in (b"newest|2021-01-01T00:00:00Z|1", b"match|1|1", b"match@x|1|1", b"match@1|1.5|1"):
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


async def test_what_is_searched(opened, archive):
    """Title, excerpt, the words of the text, topics and publishers; no link target, no markup."""
    archive.write(
        "a.md",
        title="Alpha",
        excerpt="Bravo",
        body=MARKDOWN,
        topics=["Victor Whiskey"],
        provider={"name": "X-Ray", "domain": "yankee.org"},
    )
    await opened.take(archive)
    there = (
        *("alpha", "bravo", "charlie", "delta", "echo", "india", "kilo", "memoire", "mémoire"),
        *("november", "oscar", "papa", "quebec", "romeo", "sierra", "victor", "whiskey"),
        *("x-ray", '"yankee.org"', "yankee", '"november oscar"', '"romeo sierra"'),
    )
    for word in there:
        assert await names(opened.store, word) == ["a"], word
    for word in ("foxtrot", "golf", "hotel", "onclick", "juliett", "uniform", "strong", "amp", "p"):
        assert await names(opened.store, word) == [], word


async def test_words_of_neighbours_do_not_run_together(opened, archive):
    """Where Markdown or HTML begins a new block or cell, a word ends."""
    archive.write("a.md", body=BLOCKS)
    await opened.take(archive)
    for word in ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine"):
        assert await names(opened.store, word) == ["a"], word


@pytest.mark.slow
async def test_names_follow_the_taxonomy(opened, archive):
    """A topic or publisher that the taxonomy names anew is found by that name at once."""
    archive.write("a.md", title="A", topics=["CDS"], provider={"name": "Old", "domain": "one.org"})
    archive.write("b.md", title="B", topics=["Other"])
    await opened.take(archive)
    assert await names(opened.store, "cds") == await names(opened.store, "old") == ["a"]
    archive.topic("t.yaml", "Data Science", shortname="CDS")
    archive.organization("o.yaml", "Brand New", "one.org")
    await opened.take(archive)
    assert await names(opened.store, "data science") == ["a"]
    assert await names(opened.store, "brand new") == ["a"]
    archive.topic("t.yaml", "Statistics", shortname="CDS")
    archive.organization("o.yaml", "Newest", "one.org")
    await opened.take(archive)
    assert await names(opened.store, "statistics newest") == ["a"]
    assert await names(opened.store, "data science") == await names(opened.store, "brand") == []
    archive.remove("t.yaml")
    archive.remove("o.yaml")
    await opened.take(archive)
    assert await names(opened.store, "statistics") == await names(opened.store, "newest") == []
    # What the document itself says is always found.
    assert await names(opened.store, "cds old") == ["a"]


async def test_hidden_and_removed(opened, archive):
    """What is not shown is not found, and is found again when it is shown."""
    archive.write("a.md", title="Robots")
    archive.write("b.md", title="Robots", published=False)
    archive.write("c.md", title="Robots")
    await opened.take(archive)
    assert sorted(await names(opened.store, "robots")) == ["a", "c"]
    archive.write("a.md", title="Robots", published=False)
    archive.write("b.md", title="Robots")
    archive.remove("c.md")
    await opened.take(archive)
    found = await search(opened.store, "robots")
    assert [edge["node"]["slug"] for edge in found["edges"]] == ["b"]
    assert found["number"] == 1
    archive.write("b.md", title="Changed")
    await opened.take(archive)
    assert await names(opened.store, "robots") == []
    assert await names(opened.store, "changed") == ["b"]


@pytest.mark.slow
async def test_filters_and_facets(opened, archive):
    """Counts are of what is found and fits, whatever the page; a filter may search as well."""
    for number in range(12):
        archive.write(
            f"{number}.md",
            title="Robots" if number % 2 else "People",
            body="see" if number % 3 else "hear",
            topics=["AI"] if number < 6 else ["Art", "AI"],
            type="video" if number % 4 == 1 else "article",
            quality=number,
        )
    await opened.take(archive)
    found = await search(opened.store, "robots", first=1, filter=Is("quality", "gte", 5))
    assert found["number"] == 4
    assert len(found["edges"]) == 1
    assert found["facets"] == {
        "topics": [
            {"topic": {"slug": "ai"}, "count": 4},
            {"topic": {"slug": "art"}, "count": 3},
        ],
        "types": [{"type": "article", "count": 2}, {"type": "video", "count": 2}],
    }
    both = await names(opened.store, "robots", filter=Is("text", "matches", "hear"))
    assert sorted(both, key=int) == ["3", "9"]
    nothing = await search(opened.store, "- *")
    assert (nothing["edges"], nothing["number"]) == ([], 0)
    assert nothing["facets"] == {"topics": [], "types": []}
    assert nothing["place"] == dict.fromkeys(("hasNextPage", "hasPreviousPage"), False) | {
        "endCursor": None
    }


PIECES = st.sampled_from(
    [
        *("<script>alert(1)</script>", "<mark>", "</mark>", "<!--", "-->", "<?", "]]>"),
        *("&amp;", "&lt;", "&#2;", "&#x3;", "&", "<", ">", '"', "'", "\x02", "\x03", "\x00", "…"),
        *("robots", "robots ", " word", "\n\n", "`", "*", "é", "😀", "\u202e", "\\", "[a](b)"),
    ]
)
ANY = st.lists(PIECES | st.characters(exclude_categories=("Cs",)), max_size=25).map("".join)


@settings(max_examples=examples(40))
@given(title=ANY, excerpt=ANY, body=ANY, topic=ANY)
@example(title="<b>", excerpt="\x02robots\x03", body="&#2;script&#3;", topic='"')
def test_any_snippet(empty_store, title, excerpt, body, topic):
    """As HTML it has nothing but marks, and its text is a part of what was written."""

    async def run():
        with tempfile.TemporaryDirectory() as name:
            archive = Archive(Path(name) / "archive")
            path = Path(shutil.copy(empty_store, f"{name}/store.db"))
            database = await SqliteDatabase.open(path)
            store = Store(database, SITE, Clock())
            try:
                archive.write(
                    "a.md",
                    title=f"Robots {title}",
                    excerpt=f"{excerpt} robots",
                    body=f"see {body} robots see",
                    topics=[f"robots {topic}"],
                )
                await store.import_roots([archive.root])
                fields = tuple(Field(one, one) for one in ("title", "excerpt", "bodyHtml"))
                edge = Edge("a", "article", Selection(fields), Arguments(by=("slug", "a")))
                whole = json.loads((await store.read(Selection((edge,)))).answers[0])["a"]
                for query in ("robots", "see", '"robots see"', "word robots"):
                    for hit in (await search(store, query))["edges"]:
                        check(hit["snippet"], query, whole, topic)
            finally:
                await database.close()

    asyncio.run(run())


def check(snippet, query, whole, topic):
    """Read a snippet, and look where its text is from."""
    shown = Parsed(snippet)
    assert shown.tags == ["mark", "/mark"] * (len(shown.tags) // 2)
    assert shown.tags
    assert not {"\x02", "\x03"} & set(shown.text)
    for one in shown.marked:
        plain = unicodedata.normalize("NFD", one).casefold()
        assert any(word.strip('"') in plain for word in query.split()), one
    told = [whole["title"], whole["excerpt"], text_of(whole["bodyHtml"]), f"robots {topic}"]
    part = squeezed(shown.text.strip("…"))
    assert any(part in squeezed(one) for one in told), (part, told)


def squeezed(text):
    """Return a text without blanks, and without what no database has."""
    return "".join(one for one in text if one.isprintable() and not one.isspace())


def text_of(html):
    """Return the text of HTML."""

    class Text(HTMLParser):
        found = ""

        def handle_data(self, data):
            self.found += data

    parser = Text()
    parser.feed(html)
    parser.close()
    return parser.found
