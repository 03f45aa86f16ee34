"""Tests of pages: each row once and in order, with correct page info, against a Python model."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.documents.date_order import dateless_order
from newsgraph.store.documents.identity import stable_key
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.query.order import ALPHABETICAL, NEWEST, CursorValues
from newsgraph.store.query.selection import (
    Cursor,
    Edge,
    EdgeArguments,
    Edges,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
)
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.store.archive import SITE, Archive, Clock

PAGE_INFO = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")
HUB = "https://example.com/hub"
# As the archive has a date, articles without one are pages.
HUB_DATE = "2021-01-03"
DATES = (None, "2021-01-01", "2021-01-02", "2021-01-02T00:00:01Z", "2022-02-02")
# Connections with the same articles: an edge of the root, its lookup, and an edge of the object.
CONNECTIONS = {
    "articles": ("articles", None, None),
    "topic": ("topic", ("slug", "all"), "articles"),
    "provider": ("provider", ("domain", "example.com"), "articles"),
    "relatedBy": ("article", ("slug", "hub"), "relatedBy"),
}


def select_page(connection, first, after, *, info=True):
    """Return a selection of one page."""
    name, lookup, inner = CONNECTIONS[connection]
    parts = (
        Edges("edges", (Cursor("cursor"), Node("node", Selection((Field("slug", "slug"),))))),
        PageInfo("pageInfo", tuple(Field(name, name) for name in PAGE_INFO)),
    )
    page = Page(parts if info else parts[:1])
    arguments = EdgeArguments(first=first, after=after)
    if inner is None:
        return Selection((Edge("page", name, page, arguments),))
    to = Selection((Edge("page", inner, page, arguments),))
    return Selection((Edge("owner", name, to, EdgeArguments(lookup=lookup)),))


def parse_page(text):
    """Return the page in a result."""
    result = json.loads(text)
    return result["page"] if "page" in result else result["owner"]["page"]


@dataclass(frozen=True)
class Row:
    """An article in the model."""

    name: str
    date: str | None

    @property
    def order(self):
        """Its order by date: the publication time, or a page's order by path."""
        if self.date is None:
            return dateless_order(f"{self.name}.md")
        return self.date if self.date.endswith("Z") else f"{self.date}T00:00:00Z"

    @property
    def cursor(self):
        """Its cursor."""
        return f"newest|{self.order}|{stable_key('Article', self.name)}".encode().hex()


def sort_rows(rows):
    """Return rows in the order of pages: the newest first, then by key."""
    by_key = sorted(rows, key=lambda row: stable_key("Article", row.name))
    return sorted(by_key, key=lambda row: row.order, reverse=True)


def expected_page(rows, first, after):
    """Return the page according to the model."""
    all_rows = sort_rows(rows)
    rows_after = all_rows
    if after is not None:
        with_cursor_row = sort_rows({*rows, after})
        index = with_cursor_row.index(after)
        rows_after = [row for row in with_cursor_row[index + 1 :] if row in rows]
    page_rows = rows_after[:first]
    return {
        "edges": [{"cursor": row.cursor, "node": {"slug": row.name}} for row in page_rows],
        "pageInfo": {
            "hasNextPage": len(rows_after) > first,
            "hasPreviousPage": len(rows_after) < len(all_rows),
            "startCursor": page_rows[0].cursor if page_rows else None,
            "endCursor": page_rows[-1].cursor if page_rows else None,
        },
    }


def write(archive, rows):
    """Fill the folder with these articles, of one topic and publisher, which link to the hub."""
    shutil.rmtree(archive.folder)
    archive.write_article("hub.md", webUrl=HUB, provider={"domain": "hub.org"}, date=HUB_DATE)
    for row in rows:
        date = {} if row.date is None else {"date": row.date}
        archive.write_article(
            f"{row.name}.md",
            **date,
            topics=["All"],
            provider={"domain": "example.com"},
            related=[HUB, f"{HUB}?utm_source=again"],
        )


ROWS = st.frozensets(
    st.builds(Row, st.sampled_from([f"n{number}" for number in range(12)]), st.sampled_from(DATES)),
    max_size=12,
).map(lambda rows: frozenset({row.name: row for row in rows}.values()))


@settings(max_examples=scale_examples(25))
@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(0, 13), st.data())
def test_any_page(empty_store, states, first, drawn):
    """Pages of any size after any cursor, even of a removed row, are those of the model.

    This is so for every connection, with page info and without.
    """
    cursor_rows = sorted(frozenset.union(*states), key=repr) or [Row("n0", None)]
    after = drawn.draw(st.none() | st.sampled_from(cursor_rows))

    async def run():
        with tempfile.TemporaryDirectory() as name:
            archive = Archive(Path(name) / "archive")
            path = Path(shutil.copy(empty_store, f"{name}/store.db"))
            database = await SqliteDatabase.open(path)
            store = Store(database, SITE, Clock())
            try:
                for rows in states:
                    write(archive, rows)
                    await store.import_roots([archive.root])
                    await compare(store, rows)
            finally:
                await database.close()

    async def compare(store, rows):
        cursor = after and after.cursor
        for connection in CONNECTIONS:
            model = expected_page(rows, first, after)
            if connection == "articles":
                model = expected_page({*rows, Row("hub", HUB_DATE)}, first, after)
            elif not rows and connection != "relatedBy":
                continue  # a topic without articles does not exist
            with_info, without_info = (
                await store.read(
                    select_page(connection, first, cursor),
                    select_page(connection, first, cursor, info=False),
                )
            ).results
            assert parse_page(with_info) == model
            assert parse_page(without_info) == {"edges": model["edges"]}

    asyncio.run(run())


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_paging_while_rows_change(opened, archive, size):
    """Paging while rows are added and removed gives each remaining row once, in order."""
    rows = {Row(f"n{number}", DATES[number % 5]) for number in range(12)}
    write(archive, rows)
    await opened.import_archives(archive)
    slugs, cursor, turn = [], None, 0
    while True:
        result = await opened.store.read(select_page("topic", size, cursor))
        page = parse_page(result.results[0])
        slugs += [edge["node"]["slug"] for edge in page["edges"]]
        cursor = page["pageInfo"]["endCursor"]
        if not page["pageInfo"]["hasNextPage"]:
            break
        # Remove the row of the cursor, and add others before and after it.
        turn += 1
        removed = slugs[-1] if turn % 2 else None
        rows = {row for row in rows if row.name != removed}
        rows |= {Row(f"new{turn}", DATES[turn % 5])}
        write(archive, rows)
        await opened.import_archives(archive)
    assert len(slugs) == len(set(slugs))
    remaining = [
        row.name for row in sort_rows(rows) if row.name.startswith("n") and row.name[1:].isdigit()
    ]
    assert [name for name in slugs if name in remaining] == remaining


async def test_pages_of_names(opened, archive):
    """Topics and publishers are sorted by the code points of their names, then by key."""
    names = ["b", "B", "ä", "a", "Z", "z1", "10", "9"]
    archive.write_article("a.md", topics=names)
    for number, domain in enumerate(("one.org", "two.org", "three.org")):
        archive.write_article(f"{number}.md", provider={"name": "Same", "domain": domain})
    await opened.import_archives(archive)

    async def read_all(name, field):
        values, cursor = [], None
        while True:
            parts = (
                Edges("edges", (Node("node", Selection((Field("is", field),))),)),
                PageInfo("pageInfo", (Field("next", "hasNextPage"), Field("end", "endCursor"))),
            )
            edge = Edge("page", name, Page(parts), EdgeArguments(first=2, after=cursor))
            page = parse_page((await opened.store.read(Selection((edge,)))).results[0])
            values += [edge["node"]["is"] for edge in page["edges"]]
            cursor = page["pageInfo"]["end"]
            if not page["pageInfo"]["next"]:
                return values

    assert await read_all("topics", "name") == ["10", "9", "Z", "a", "b", "z1", "ä"]
    domains = sorted(
        ("one.org", "two.org", "three.org"), key=lambda domain: stable_key("Provider", domain)
    )
    assert await read_all("providers", "domain") == domains


async def test_an_empty_store(opened):
    """A page of an empty store has no edges, no cursors, and no further pages."""
    for first in (0, 1, 20):
        (result,) = (await opened.store.read(select_page("articles", first, None))).results
        assert parse_page(result) == expected_page(set(), first, None)
    cursor = Row("gone", None).cursor
    (result,) = (await opened.store.read(select_page("articles", 1, cursor))).results
    assert parse_page(result) == expected_page(set(), 1, Row("gone", None))


async def test_a_page_without_first(opened, archive):
    """A page without `first` and `last` has 20 rows."""
    for number in range(25):
        archive.write_article(f"{number}.md")
    await opened.import_archives(archive)
    (result,) = (await opened.store.read(select_page("articles", None, None))).results
    assert len(parse_page(result)["edges"]) == 20


async def test_decoding_database_cursors(opened, archive):
    """Cursors that the database encodes are decoded to the values of their rows."""
    archive.write_article("a.md", date="2021-03-12", topics=["ünï | côdé"])
    await opened.import_archives(archive)
    topics = Edge("topics", "topics", Page((Edges("edges", (Cursor("cursor"),)),)))
    articles = Edge("articles", "articles", Page((Edges("edges", (Cursor("cursor"),)),)))
    result = json.loads((await opened.store.read(Selection((topics, articles)))).results[0])
    (topic,), (article,) = result["topics"]["edges"], result["articles"]["edges"]
    assert NEWEST.decode_cursor(article["cursor"]) == CursorValues(
        "2021-03-12T00:00:00Z", stable_key("Article", "a")
    )
    assert ALPHABETICAL.decode_cursor(topic["cursor"]).value == "ünï | côdé"
