"""The log: whoever follows it has in the end what the store has, whatever came in between."""

from __future__ import annotations

import asyncio
import json
import shutil
import tempfile
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from newsgraph.store.documents.identity import key, node_id
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.errors import BadCursor
from newsgraph.store.importing import change_log as writing
from newsgraph.store.query.change_log import END, read_token, token
from newsgraph.store.query.selection import (
    Arguments,
    Choice,
    Edge,
    Edges,
    Field,
    Log,
    LogRows,
    Node,
    Page,
    Selection,
)
from newsgraph.store.schema import tables as t
from newsgraph.store.store import Store
from tests.hypothesis_profiles import examples
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import rows
from tests.store.importing.test_any_history import edit, edits


def named(*items):
    """Return a selection; a text is the field of that name."""
    return Selection(tuple(Field(one, one) if isinstance(one, str) else one for one in items))


def to(name, *items):
    """Return an edge to an object or a list."""
    return Edge(name, name, named(*items))


OF_STORIES = ("id", "title", "excerpt", "type", "quality", "publishedAt", "webUrl", "originalUrl")
PICTURE = ("url", "width", "height", "isCached", "title", "attribution")
EVERYTHING = {
    "Article": named(
        *OF_STORIES,
        *("ampUrl", "slug", "category", "heat", "guid", "updatedAt", "published", "body"),
        *("bodyHtml", "frontMatter"),
        to("provider", "id"),
        to("topics", "id"),
        to("images", *PICTURE),
        to("authors", "name", "url"),
        to("related", *OF_STORIES, "position", to("provider", "id"), to("article", "id")),
        to("source", "path", "sha256", "importedAt", "revision"),
    ),
    "Topic": named(
        *("id", "name", "slug", "description", "shortname", "articleCount", "keywords"),
        to("parent", "id"),  # and so, the other way, the children
    ),
    "Provider": named(
        "id", "name", "domain", "description", "articleCount", to("images", *PICTURE)
    ),
}
PAGES = {"Article": "articles", "Topic": "topics", "Provider": "providers"}


def changes(since, first, places=None):
    """Return a selection of a page of the log, with each thing as it is now."""
    row = (Field("id", "id"), Field("removed", "removed"), Field("revision", "revision"))
    if places is None:
        row += (Edge("node", "node", Choice(tuple(EVERYTHING.items()))),)
    else:
        row += (to("article", "id", "title"),)
    to_log = Log(
        (
            LogRows("changes", (*row, Field("token", "token"))),
            Field("token", "token"),
            Field("hasMore", "hasMore"),
        )
    )
    by = None if places is None else ("places", places)
    asked = Arguments(first=first, after=since, by=by)
    return Selection((Edge("log", "changes", to_log, asked),))


async def look(store, since, first, places=None):
    """Return a page of the log; None where the token is no good any more."""
    return json.loads((await store.read(changes(since, first, places))).answers[0])["log"]


async def everything(store):
    """Return all things that there are, by id."""
    found = {}
    for entity, name in PAGES.items():
        page = Page((Edges("edges", (Node("node", EVERYTHING[entity]),)),))
        edge = Edge("page", name, page, Arguments(first=10**6))
        answer = (await store.read(Selection((edge,)))).answers[0]
        nodes = [each["node"] for each in json.loads(answer)["page"]["edges"]]
        found |= {node["id"]: node for node in nodes}
    return found


class Mirror:
    """A copy that is kept in step by the log alone.

    Attributes:
        things: by id.
        begun: how often it had to begin.
    """

    def __init__(self, places=None):
        self.things, self.token, self.begun = {}, None, 1
        self.places = places

    async def step(self, store, first):
        """Read one page, and tell whether there is more; begin again where that must be."""
        found = await look(store, self.token, first, self.places)
        if found is None:
            self.things, self.token, self.begun = {}, None, self.begun + 1
            return True
        assert len(found["changes"]) <= first
        for one in found["changes"]:
            thing = one.get("node", one.get("article"))
            assert (thing is None) == one["removed"]
            if thing is None:
                self.things.pop(one["id"], None)
            else:
                assert thing["id"] == one["id"]
                self.things[one["id"]] = thing
        self.token = found["token"]
        return found["hasMore"]

    async def catch_up(self, store, first):
        """Read until there is no more."""
        for _ in range(10_000):
            if not await self.step(store, first):
                return
        raise AssertionError("it never ends")


@pytest.mark.slow
@settings(max_examples=examples(15))
@given(
    history=st.lists(
        st.tuples(
            st.lists(edits(), min_size=1, max_size=5),
            st.lists(st.integers(0, 6), max_size=3),
        ),
        min_size=1,
        max_size=7,
    ),
    first=st.integers(1, 7),
    most=st.sampled_from((0, 1, 3, 100)),
)
def test_any_history(empty_store, history, first, most):
    """A mirror that reads pages of any size while imports go on ends with all that there is.

    The same holds of one that begins in the middle, of one that looks at the end of each
    import, of one for each topic and publisher, and where old deletions are forgotten.
    """
    asyncio.run(follow(empty_store, history, first, most))


async def follow(empty_store, history, first, most):
    """Edit, import, and let the mirrors read."""
    with tempfile.TemporaryDirectory() as name:
        folder, clock = Path(name), Clock()
        archive = Archive(folder / "archive")
        path = shutil.copy(empty_store, folder / "store.db")
        database = await SqliteDatabase.open(path)
        store = Store(database, SITE, clock)
        slow, prompt = Mirror(), Mirror()
        mirrors, followers = [slow, prompt], {}
        try:
            for group, pages in history:
                for one in group:
                    edit(archive, *one)
                clock.forward(hours=1)
                await store.import_roots([archive.root])
                await forget(database, most)
                for size in pages:
                    await slow.step(store, size)
                await prompt.catch_up(store, first)
                mirrors.append(Mirror())
                await mirrors[-1].step(store, first)
                for place in place_keys(path):
                    one = followers.setdefault(place, Mirror((place,)))
                    if pages:
                        await one.step(store, pages[0])
            there = await everything(store)
            for mirror in mirrors:
                await mirror.catch_up(store, first)
                assert mirror.things == there
            for place, mirror in followers.items():
                await mirror.catch_up(store, first)
                assert set(mirror.things) == articles_at(path, place)
        finally:
            await database.close()


async def forget(database, most):
    """Forget the oldest deletions, as an import does where there are very many."""
    work = partial(writing.write_changes, revision=0, changes={}, most_deletions=most)
    await database.transact(work)


def place_keys(path):
    """Return the keys of topics and publishers."""
    return {one for (one,) in rows(path, "SELECT id FROM topic UNION SELECT id FROM provider")}


def articles_at(path, place):
    """Return the ids of a topic's or a publisher's articles."""
    found = rows(
        path,
        "SELECT provider_id, id FROM article UNION SELECT topic_id, article_id FROM article_topic",
    )
    return {node_id("Article", one) for there, one in found if there == place}


async def test_page_edges(opened, archive):
    """Pages end anywhere within a revision, and go on there; of none, nothing has been got."""
    for number in range(5):
        archive.write(f"{number}.md")
    await opened.take(archive)
    archive.write("new.md")
    await opened.take(archive)
    start = await look(opened.store, None, 0)
    assert (start["changes"], start["hasMore"]) == ([], True)
    for first in range(1, 8):
        since, met, more = start["token"], [], True
        while more:
            found = await look(opened.store, since, first)
            assert found["hasMore"] == (len(met) + first < 6)
            none = await look(opened.store, since, 0)
            assert (none["token"], none["changes"]) == (since, [])
            assert none["hasMore"] == bool(found["changes"])
            met += found["changes"]
            since, more = found["token"], found["hasMore"]
        assert [one["revision"] for one in met] == [1] * 5 + [2]
        assert len({one["id"] for one in met}) == 6
        # Each change's own token stands just behind it.
        for place, one in enumerate(met):
            rest = await look(opened.store, one["token"], 10)
            assert [each["id"] for each in rest["changes"]] == [
                each["id"] for each in met[place + 1 :]
            ]
        ended = await look(opened.store, since, 1)
        assert (ended["changes"], ended["hasMore"], ended["token"]) == ([], False, since)


async def test_hiding(opened, archive):
    """What is not shown any more is deleted to whoever follows, and comes back as it is."""
    archive.write("a.md", topics=["AI"])
    archive.write("b.md")
    await opened.take(archive)
    mirror = Mirror()
    await mirror.catch_up(opened.store, 100)
    archive.write("a.md", topics=["AI"], published=False)
    await opened.take(archive)
    found = await look(opened.store, mirror.token, 100)
    removed = {one["id"] for one in found["changes"] if one["removed"]}
    gone = {("Article", "a"), ("Topic", "ai")}
    assert removed == {node_id(kind, key(kind, name)) for kind, name in gone}
    archive.write("a.md", title="Back", topics=["AI"])
    await opened.take(archive)
    await mirror.catch_up(opened.store, 1)
    assert mirror.things == await everything(opened.store)
    assert mirror.begun == 1


async def test_tokens_that_lead_nowhere(opened, archive):
    """Another store's, one of the future, and what is no token at all."""
    archive.write("a.md")
    await opened.take(archive)
    own = (await opened.store.state()).store_id
    assert await look(opened.store, token(own, 1), 1) is not None
    assert await look(opened.store, token(own, 0), 1) is not None
    assert await look(opened.store, token("0" * 16, 1), 1) is None
    assert await look(opened.store, token(own, 2), 1) is None
    begun_later = f"log|{own}|1|0|2".encode().hex()
    assert await look(opened.store, begun_later, 1) is None
    for text in (
        "",
        "x",
        "zz",
        b"log".hex(),
        f"log|{own}|1".encode().hex(),
        f"log|{own}|1|0".encode().hex(),
        f"log|{own}|1|0|1|1".encode().hex(),
        f"log|{own}|1|-1|1".encode().hex(),
        f"log|{own}|{2**63}|0|1".encode().hex(),
        f"newest|{own}|1|0|1".encode().hex(),
        b"newest|2021-01-01T00:00:00Z|1".hex(),
        "\ud800",
    ):
        with pytest.raises(BadCursor):
            await look(opened.store, text, 1)


@given(st.text() | st.binary().map(bytes.hex))
def test_any_token(text):
    """Whatever is sent, it is a token or it is refused as none."""
    try:
        found = read_token(text)
    except BadCursor as error:
        told = error
    else:
        told = None
        assert found["known"] >= -1
    assert told is None or told.cursor == text


async def deletions_forgotten(opened, archive):
    """Make three revisions of deletions, and forget the first two; return the token of each."""
    tokens, own = [], (await opened.store.state()).store_id
    for number in range(10):
        archive.write(f"{number}.md")
    await opened.take(archive)
    for turn in range(3):
        for number in (2 * turn, 2 * turn + 1):
            archive.remove(f"{number}.md")
        await opened.take(archive)
        tokens.append(token(own, turn + 2))
    await forget(opened.database, 2)
    return own, tokens


async def test_forgotten_deletions(opened, archive):
    """Who has not heard of them begins again, also within the revision; others go on."""
    own, tokens = await deletions_forgotten(opened, archive)
    assert rows(opened.path, "SELECT log_since FROM state") == [(3,)]
    assert await look(opened.store, tokens[0], 10) is None
    within = f"log|{own}|3|0|1".encode().hex()
    assert await look(opened.store, within, 10) is None
    found = await look(opened.store, tokens[1], 10)
    assert [one["removed"] for one in found["changes"]] == [True, True]
    assert (await look(opened.store, tokens[2], 10))["changes"] == []


@pytest.mark.slow
@pytest.mark.parametrize("first", [1, 2, 3, 100])
async def test_beginning_after_deletions_were_forgotten(opened, archive, first):
    """Who begins then needs none of them, however old the changes are that it reads first."""
    await deletions_forgotten(opened, archive)
    mirror = Mirror()
    await mirror.catch_up(opened.store, first)
    assert mirror.things == await everything(opened.store)
    assert mirror.begun == 1
    # Were more forgotten meanwhile, it would have to know of those.
    late = Mirror()
    if await late.step(opened.store, 1):
        archive.remove("9.md")
        await opened.take(archive)
        await forget(opened.database, 0)
        await late.catch_up(opened.store, first)
        assert late.begun == 2
        assert late.things == await everything(opened.store)


async def test_a_backup(opened, archive):
    """Whoever was ahead of a database that came back from a backup begins again."""
    archive.write("a.md")
    await opened.take(archive)
    archive.write("b.md")
    await opened.take(archive)
    mirror = Mirror()
    await mirror.catch_up(opened.store, 10)
    await opened.database.transact(
        lambda connection: connection.execute(update(t.state).values(revision=1))
    )
    assert await look(opened.store, mirror.token, 10) is None


async def test_places_together(opened, archive):
    """Of two places, what is in both; what leaves one of them is removed."""
    both = (key("Topic", "ai"), key("Provider", "one.org"))
    one = {"domain": "one.org"}
    archive.write("both.md", topics=["AI"], provider=one)
    archive.write("topic.md", topics=["AI"])
    archive.write("provider.md", provider=one)
    await opened.take(archive)
    mirror = Mirror(both)
    await mirror.catch_up(opened.store, 10)
    assert [each["title"] for each in mirror.things.values()] == ["both.md"]
    archive.write("both.md", topics=["AI"])
    archive.write("topic.md", topics=["AI"], provider=one)
    await opened.take(archive)
    await mirror.catch_up(opened.store, 1)
    assert [each["title"] for each in mirror.things.values()] == ["topic.md"]
    archive.topic("ai.yaml", "Machine Learning", shortname="AI")
    await opened.take(archive)
    await mirror.catch_up(opened.store, 1)
    assert mirror.things == {}
    assert mirror.begun == 1


def test_the_end_of_a_revision():
    """The token of a revision stands behind all of its changes, and misses no deletion of it."""
    found = read_token(token("s", 7))
    assert found == {"store": "s", "revision": 7, "position": END, "begun": 7, "known": 7}
