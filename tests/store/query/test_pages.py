"""Pages: each row once and in order, and their place told right, against a model in Python."""

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

from newsgraph.store.documents.identity import key
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.query.order import ALPHABETICAL, NEWEST, Held
from newsgraph.store.query.selection import (
    Arguments,
    Cursor,
    Edge,
    Edges,
    Field,
    Node,
    Page,
    PageInfo,
    Selection,
)
from newsgraph.store.store import Store
from tests.hypothesis_profiles import examples
from tests.store.archive import SITE, Archive, Clock

PLACE = ("hasNextPage", "hasPreviousPage", "startCursor", "endCursor")
HUB = "https://example.com/hub"
DATES = (None, "2021-01-01", "2021-01-02", "2021-01-02T00:00:01Z", "2022-02-02")
# Where the same articles are paged through: everywhere at once.
PLACES = {
    "articles": ("articles", None, None),
    "topic": ("topic", ("slug", "all"), "articles"),
    "provider": ("provider", ("domain", "example.com"), "articles"),
    "relatedBy": ("article", ("slug", "hub"), "relatedBy"),
}


def paging(place, first, after, *, info=True):
    """Return a selection of one page."""
    name, by, inner = PLACES[place]
    parts = (
        Edges("edges", (Cursor("cursor"), Node("node", Selection((Field("slug", "slug"),))))),
        PageInfo("pageInfo", tuple(Field(one, one) for one in PLACE)),
    )
    pages = Page(parts if info else parts[:1])
    arguments = Arguments(first=first, after=after)
    if inner is None:
        return Selection((Edge("page", name, pages, arguments),))
    to = Selection((Edge("page", inner, pages, arguments),))
    return Selection((Edge("of", name, to, Arguments(by=by)),))


def page_in(answer):
    """Return the page of an answer."""
    found = json.loads(answer)
    return found["page"] if "page" in found else found["of"]["page"]


@dataclass(frozen=True)
class Row:
    """An article as the model has it."""

    name: str
    date: str | None

    @property
    def time(self):
        """When it was published, as it is stored."""
        if self.date is None:
            return ""
        return self.date if self.date.endswith("Z") else f"{self.date}T00:00:00Z"

    @property
    def cursor(self):
        """Its cursor."""
        return f"newest|{self.time}|{key('Article', self.name)}".encode().hex()


def ordered(rows):
    """Return rows as pages have them: the newest first, then by key."""
    by_key = sorted(rows, key=lambda row: key("Article", row.name))
    return sorted(by_key, key=lambda row: row.time, reverse=True)


def expected(rows, first, after):
    """Return the page that the model gives."""
    every = ordered(rows)
    here = every
    if after is not None:
        with_it = ordered({*rows, after})
        place = with_it.index(after)
        here = [row for row in with_it[place + 1 :] if row in rows]
    shown = here[:first]
    return {
        "edges": [{"cursor": row.cursor, "node": {"slug": row.name}} for row in shown],
        "pageInfo": {
            "hasNextPage": len(here) > first,
            "hasPreviousPage": len(here) < len(every),
            "startCursor": shown[0].cursor if shown else None,
            "endCursor": shown[-1].cursor if shown else None,
        },
    }


def write(archive, rows):
    """Make the folder hold these articles, all of one topic and publisher, linking to the hub."""
    shutil.rmtree(archive.folder)
    archive.write("hub.md", webUrl=HUB, provider={"domain": "hub.org"})
    for row in rows:
        dated = {} if row.date is None else {"date": row.date}
        archive.write(
            f"{row.name}.md",
            **dated,
            topics=["All"],
            provider={"domain": "example.com"},
            related=[HUB, f"{HUB}?utm_source=again"],
        )


ROWS = st.frozensets(
    st.builds(Row, st.sampled_from([f"n{number}" for number in range(12)]), st.sampled_from(DATES)),
    max_size=12,
).map(lambda rows: frozenset({row.name: row for row in rows}.values()))


@settings(max_examples=examples(25))
@given(st.lists(ROWS, min_size=1, max_size=3), st.integers(0, 13), st.data())
def test_any_page(empty_store, states, first, drawn):
    """Pages of any size after any cursor, also of a row that went, are the model's.

    The same holds of every connection, and whether or not a page's place is asked for.
    """
    ghosts = sorted(frozenset.union(*states), key=repr) or [Row("n0", None)]
    after = drawn.draw(st.none() | st.sampled_from(ghosts))

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
        for place in PLACES:
            model = expected(rows, first, after)
            if place == "articles":
                model = expected({*rows, Row("hub", None)}, first, after)
            elif not rows and place != "relatedBy":
                continue  # a topic without articles is no topic
            full, bare = (
                await store.read(
                    paging(place, first, cursor), paging(place, first, cursor, info=False)
                )
            ).answers
            assert page_in(full) == model
            assert page_in(bare) == {"edges": model["edges"]}

    asyncio.run(run())


@pytest.mark.slow
@pytest.mark.parametrize("size", [1, 2, 3, 7, 100])
async def test_walking_while_rows_come_and_go(opened, archive, size):
    """Who goes from page to page meets each row that stayed once, in order, and none twice."""
    rows = {Row(f"n{number}", DATES[number % 5]) for number in range(12)}
    write(archive, rows)
    await opened.take(archive)
    met, cursor, turn = [], None, 0
    while True:
        reading = await opened.store.read(paging("topic", size, cursor))
        found = page_in(reading.answers[0])
        met += [edge["node"]["slug"] for edge in found["edges"]]
        cursor = found["pageInfo"]["endCursor"]
        if not found["pageInfo"]["hasNextPage"]:
            break
        # The row that the cursor names goes, and others come before and after it.
        turn += 1
        gone = met[-1] if turn % 2 else None
        rows = {row for row in rows if row.name != gone}
        rows |= {Row(f"new{turn}", DATES[turn % 5])}
        write(archive, rows)
        await opened.take(archive)
    assert len(met) == len(set(met))
    stayed = [
        row.name for row in ordered(rows) if row.name.startswith("n") and row.name[1:].isdigit()
    ]
    assert [name for name in met if name in stayed] == stayed


async def test_pages_of_names(opened, archive):
    """Topics and publishers are in the order of their names' code points, ties by key."""
    names = ["b", "B", "ä", "a", "Z", "z1", "10", "9"]
    archive.write("a.md", topics=names)
    for number, domain in enumerate(("one.org", "two.org", "three.org")):
        archive.write(f"{number}.md", provider={"name": "Same", "domain": domain})
    await opened.take(archive)

    async def walk(name, field):
        met, cursor = [], None
        while True:
            parts = (
                Edges("edges", (Node("node", Selection((Field("is", field),))),)),
                PageInfo("pageInfo", (Field("next", "hasNextPage"), Field("end", "endCursor"))),
            )
            page = Edge("page", name, Page(parts), Arguments(first=2, after=cursor))
            found = page_in((await opened.store.read(Selection((page,)))).answers[0])
            met += [edge["node"]["is"] for edge in found["edges"]]
            cursor = found["pageInfo"]["end"]
            if not found["pageInfo"]["next"]:
                return met

    assert await walk("topics", "name") == ["10", "9", "Z", "a", "b", "z1", "ä"]
    domains = sorted(("one.org", "two.org", "three.org"), key=lambda one: key("Provider", one))
    assert await walk("providers", "domain") == domains


async def test_an_empty_store(opened):
    """Pages of nothing have no edges, no cursors, and neither a next nor a previous page."""
    for first in (0, 1, 20):
        (answer,) = (await opened.store.read(paging("articles", first, None))).answers
        assert page_in(answer) == expected(set(), first, None)
    cursor = Row("gone", None).cursor
    (answer,) = (await opened.store.read(paging("articles", 1, cursor))).answers
    assert page_in(answer) == expected(set(), 1, Row("gone", None))


async def test_a_page_without_first(opened, archive):
    """A page has 20 rows when nobody says how many."""
    for number in range(25):
        archive.write(f"{number}.md")
    await opened.take(archive)
    (answer,) = (await opened.store.read(paging("articles", None, None))).answers
    assert len(page_in(answer)["edges"]) == 20


async def test_cursors_of_the_database(opened, archive):
    """The cursors that the database makes are read back as what they were made of."""
    archive.write("a.md", date="2021-03-12", topics=["ünï | côdé"])
    await opened.take(archive)
    topics = Edge("topics", "topics", Page((Edges("edges", (Cursor("cursor"),)),)))
    articles = Edge("articles", "articles", Page((Edges("edges", (Cursor("cursor"),)),)))
    found = json.loads((await opened.store.read(Selection((topics, articles)))).answers[0])
    (topic,), (article,) = found["topics"]["edges"], found["articles"]["edges"]
    assert NEWEST.read(article["cursor"]) == Held("2021-03-12T00:00:00Z", key("Article", "a"))
    assert ALPHABETICAL.read(topic["cursor"]).value == "ünï | côdé"
