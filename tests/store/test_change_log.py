"""Tests of the change log: a client that follows it ends with a copy of the store."""

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

from newsgraph.store.documents.identity import encode_node_id, stable_key
from newsgraph.store.engines.sqlite.backup import back_up, restore
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.errors import BadCursor
from newsgraph.store.importing import change_log_writer
from newsgraph.store.query.change_log_query import LAST_POSITION, decode_token, encode_token
from newsgraph.store.query.selection import (
    ChangeLogPage,
    ChangeRows,
    Edge,
    EdgeArguments,
    Edges,
    Field,
    Node,
    Page,
    Selection,
    UnionSelection,
)
from newsgraph.store.schema import tables as t
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import fetch_rows
from tests.store.edits import apply_edit, edits


def select(*items):
    """Return a selection of items; a string is the field of that name."""
    return Selection(tuple(Field(item, item) if isinstance(item, str) else item for item in items))


def edge(name, *items):
    """Return an edge to an object or a list."""
    return Edge(name, name, select(*items))


STORY_FIELDS = ("id", "title", "excerpt", "type", "quality", "publishedAt", "webUrl", "originalUrl")
IMAGE_FIELDS = ("url", "width", "height", "isCached", "title", "attribution")
NODE_SELECTIONS = {
    "Article": select(
        *STORY_FIELDS,
        *("ampUrl", "slug", "category", "heat", "guid", "updatedAt", "published", "body"),
        *("bodyHtml", "frontMatter"),
        edge("provider", "id"),
        edge("topics", "id"),
        edge("images", *IMAGE_FIELDS),
        edge("authors", "name", "slug", "url", "imageUrl"),
        edge("related", *STORY_FIELDS, "position", edge("provider", "id"), edge("article", "id")),
        edge("source", "path", "sha256", "importedAt", "revision"),
    ),
    "Topic": select(
        *("id", "name", "slug", "description", "shortname", "articleCount", "keywords"),
        edge("parent", "id"),  # which determines the children too
    ),
    "Provider": select(
        "id", "name", "domain", "description", "articleCount", edge("images", *IMAGE_FIELDS)
    ),
}
CONNECTIONS = {"Article": "articles", "Topic": "topics", "Provider": "providers"}


def select_changes(token, first, owners=None):
    """Return a selection of a page of the log, with the changed objects' current fields."""
    items = (Field("id", "id"), Field("removed", "removed"), Field("revision", "revision"))
    if owners is None:
        items += (Edge("node", "node", UnionSelection(tuple(NODE_SELECTIONS.items()))),)
    else:
        items += (edge("article", "id", "title"),)
    page = ChangeLogPage(
        (
            ChangeRows("changes", (*items, Field("token", "token"))),
            Field("token", "token"),
            Field("hasMore", "hasMore"),
        )
    )
    lookup = None if owners is None else ("owners", owners)
    arguments = EdgeArguments(first=first, after=token, lookup=lookup)
    return Selection((Edge("log", "changes", page, arguments),))


async def read_log_page(store, token, first, owners=None):
    """Return a page of the log; None if the token is no longer valid."""
    return json.loads((await store.read(select_changes(token, first, owners))).results[0])["log"]


async def read_all_nodes(store):
    """Return the current nodes, by id."""
    nodes_by_id = {}
    for entity, name in CONNECTIONS.items():
        page = Page((Edges("edges", (Node("node", NODE_SELECTIONS[entity]),)),))
        page_edge = Edge("page", name, page, EdgeArguments(first=10**6))
        result = (await store.read(Selection((page_edge,)))).results[0]
        nodes = [item["node"] for item in json.loads(result)["page"]["edges"]]
        nodes_by_id |= {node["id"]: node for node in nodes}
    return nodes_by_id


class Mirror:
    """A copy of the store that follows the log.

    Attributes:
        nodes: nodes by id.
        token: token of the last page that was read; None before the first.
        start_count: number of times that it had to read from the start.
    """

    def __init__(self, owners=None):
        self.nodes, self.token, self.start_count = {}, None, 1
        self.owners = owners

    async def read_page(self, store, first):
        """Read a page, from the start if necessary; return whether there are more."""
        page = await read_log_page(store, self.token, first, self.owners)
        if page is None:
            self.nodes, self.token, self.start_count = {}, None, self.start_count + 1
            return True
        assert len(page["changes"]) <= first
        for change in page["changes"]:
            node = change.get("node", change.get("article"))
            assert (node is None) == change["removed"]
            if node is None:
                self.nodes.pop(change["id"], None)
            else:
                assert node["id"] == change["id"]
                self.nodes[change["id"]] = node
        self.token = page["token"]
        return page["hasMore"]

    async def catch_up(self, store, first):
        """Read pages until there are no more."""
        for _ in range(10_000):
            if not await self.read_page(store, first):
                return
        raise AssertionError("the log does not end")


@pytest.mark.slow
@settings(max_examples=scale_examples(15))
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
    max_deletions=st.sampled_from((0, 1, 3, 100)),
)
def test_any_history(empty_store, history, first, max_deletions):
    """A mirror that reads pages of any size between imports ends with a copy of the store.

    This is so for mirrors that start later, that read after each import, and that follow one
    topic or publisher, and if old deletions are removed from the log.
    """
    asyncio.run(follow_history(empty_store, history, first, max_deletions))


async def follow_history(empty_store, history, first, max_deletions):
    """Edit, import, let the mirrors read, and compare them with the store."""
    with tempfile.TemporaryDirectory() as name:
        folder, clock = Path(name), Clock()
        archive = Archive(folder / "archive")
        path = shutil.copy(empty_store, folder / "store.db")
        database = await SqliteDatabase.open(path)
        store = Store(database, SITE, clock)
        slow, current = Mirror(), Mirror()
        mirrors, owner_mirrors = [slow, current], {}
        try:
            for group, page_sizes in history:
                for edit in group:
                    apply_edit(archive, *edit)
                clock.forward(hours=1)
                await store.import_roots([archive.root])
                await remove_deletions(database, max_deletions)
                for size in page_sizes:
                    await slow.read_page(store, size)
                await current.catch_up(store, first)
                mirrors.append(Mirror())
                await mirrors[-1].read_page(store, first)
                for owner in owner_keys(path):
                    mirror = owner_mirrors.setdefault(owner, Mirror((owner,)))
                    if page_sizes:
                        await mirror.read_page(store, page_sizes[0])
            nodes = await read_all_nodes(store)
            for mirror in mirrors:
                await mirror.catch_up(store, first)
                assert mirror.nodes == nodes
            for owner, mirror in owner_mirrors.items():
                await mirror.catch_up(store, first)
                assert set(mirror.nodes) == article_ids(path, owner)
        finally:
            await database.close()


async def remove_deletions(database, max_deletions):
    """Remove the oldest deletions from the log, as an import does if there are too many."""
    write_changes = change_log_writer.write_changes
    work = partial(write_changes, revision=0, changes={}, max_deletions=max_deletions)
    await database.run_in_transaction(work)


def owner_keys(path):
    """Return the keys of all topics and publishers."""
    return {
        key for (key,) in fetch_rows(path, "SELECT id FROM topic UNION SELECT id FROM provider")
    }


def article_ids(path, owner):
    """Return the ids of the articles of a topic or publisher."""
    rows = fetch_rows(
        path,
        "SELECT provider_id, id FROM article UNION SELECT topic_id, article_id FROM article_topic",
    )
    return {encode_node_id("Article", article) for key, article in rows if key == owner}


async def test_page_boundaries(opened, archive):
    """Pages can end anywhere in a revision; a page of size 0 leaves the token unchanged."""
    for number in range(5):
        archive.write_article(f"{number}.md")
    await opened.import_archives(archive)
    archive.write_article("new.md")
    await opened.import_archives(archive)
    start = await read_log_page(opened.store, None, 0)
    assert (start["changes"], start["hasMore"]) == ([], True)
    for first in range(1, 8):
        token, changes, has_more = start["token"], [], True
        while has_more:
            page = await read_log_page(opened.store, token, first)
            assert page["hasMore"] == (len(changes) + first < 6)
            empty = await read_log_page(opened.store, token, 0)
            assert (empty["token"], empty["changes"]) == (token, [])
            assert empty["hasMore"] == bool(page["changes"])
            changes += page["changes"]
            token, has_more = page["token"], page["hasMore"]
        assert [change["revision"] for change in changes] == [1] * 5 + [2]
        assert len({change["id"] for change in changes}) == 6
        # The log continues after a change's token with the next change.
        for number, change in enumerate(changes, 1):
            rest = await read_log_page(opened.store, change["token"], 10)
            assert [other["id"] for other in rest["changes"]] == [
                other["id"] for other in changes[number:]
            ]
        ended = await read_log_page(opened.store, token, 1)
        assert (ended["changes"], ended["hasMore"], ended["token"]) == ([], False, token)


async def test_hidden_articles(opened, archive):
    """A hidden article is removed for clients, and comes back when it is shown again."""
    archive.write_article("a.md", topics=["AI"])
    archive.write_article("b.md")
    await opened.import_archives(archive)
    mirror = Mirror()
    await mirror.catch_up(opened.store, 100)
    archive.write_article("a.md", topics=["AI"], published=False)
    await opened.import_archives(archive)
    page = await read_log_page(opened.store, mirror.token, 100)
    removed = {change["id"] for change in page["changes"] if change["removed"]}
    hidden = {("Article", "a"), ("Topic", "ai")}
    assert removed == {encode_node_id(kind, stable_key(kind, name)) for kind, name in hidden}
    archive.write_article("a.md", title="Back", topics=["AI"])
    await opened.import_archives(archive)
    await mirror.catch_up(opened.store, 1)
    assert mirror.nodes == await read_all_nodes(opened.store)
    assert mirror.start_count == 1


async def test_invalid_tokens(opened, archive):
    """Tokens of another store or the future give null; other texts raise BadCursor."""
    archive.write_article("a.md")
    await opened.import_archives(archive)
    store_id = (await opened.store.state()).store_id
    assert await read_log_page(opened.store, encode_token(store_id, 1), 1) is not None
    assert await read_log_page(opened.store, encode_token(store_id, 0), 1) is not None
    assert await read_log_page(opened.store, encode_token("0" * 16, 1), 1) is None
    assert await read_log_page(opened.store, encode_token(store_id, 2), 1) is None
    started_later = f"log|{store_id}|1|0|2".encode().hex()
    assert await read_log_page(opened.store, started_later, 1) is None
    for text in (
        "",
        "x",
        "zz",
        b"log".hex(),
        f"log|{store_id}|1".encode().hex(),
        f"log|{store_id}|1|0".encode().hex(),
        f"log|{store_id}|1|0|1|1".encode().hex(),
        f"log|{store_id}|1|-1|1".encode().hex(),
        f"log|{store_id}|{2**63}|0|1".encode().hex(),
        f"newest|{store_id}|1|0|1".encode().hex(),
        b"newest|2021-01-01T00:00:00Z|1".hex(),
        "\ud800",
    ):
        with pytest.raises(BadCursor):
            await read_log_page(opened.store, text, 1)


@given(st.text() | st.binary().map(bytes.hex))
def test_any_token(text):
    """Any text is either a token or raises BadCursor."""
    try:
        values = decode_token(text)
    except BadCursor as error:
        raised = error
    else:
        raised = None
        assert values["deletions_revision"] >= -1
    assert raised is None or raised.cursor == text


async def remove_old_deletions(opened, archive):
    """Import three revisions of deletions, and remove the first two; return the tokens."""
    tokens, store_id = [], (await opened.store.state()).store_id
    for number in range(10):
        archive.write_article(f"{number}.md")
    await opened.import_archives(archive)
    for step in range(3):
        for number in (2 * step, 2 * step + 1):
            archive.remove(f"{number}.md")
        await opened.import_archives(archive)
        tokens.append(encode_token(store_id, step + 2))
    await remove_deletions(opened.database, 2)
    return store_id, tokens


async def test_removed_deletions(opened, archive):
    """A client that lacks removed deletions has to start again; others continue."""
    store_id, tokens = await remove_old_deletions(opened, archive)
    assert fetch_rows(opened.path, "SELECT log_since FROM state") == [(3,)]
    assert await read_log_page(opened.store, tokens[0], 10) is None
    within = f"log|{store_id}|3|0|1".encode().hex()
    assert await read_log_page(opened.store, within, 10) is None
    page = await read_log_page(opened.store, tokens[1], 10)
    assert [change["removed"] for change in page["changes"]] == [True, True]
    assert (await read_log_page(opened.store, tokens[2], 10))["changes"] == []


@pytest.mark.slow
@pytest.mark.parametrize("first", [1, 2, 3, 100])
async def test_start_after_removed_deletions(opened, archive, first):
    """A client that starts later does not need the removed deletions."""
    await remove_old_deletions(opened, archive)
    mirror = Mirror()
    await mirror.catch_up(opened.store, first)
    assert mirror.nodes == await read_all_nodes(opened.store)
    assert mirror.start_count == 1
    # If more deletions are removed while it reads, it has to start again.
    late = Mirror()
    if await late.read_page(opened.store, 1):
        archive.remove("9.md")
        await opened.import_archives(archive)
        await remove_deletions(opened.database, 0)
        await late.catch_up(opened.store, first)
        assert late.start_count == 2
        assert late.nodes == await read_all_nodes(opened.store)


async def test_restored_backup(opened, archive):
    """A client that is ahead of a restored backup has to start again."""
    archive.write_article("a.md")
    await opened.import_archives(archive)
    archive.write_article("b.md")
    await opened.import_archives(archive)
    mirror = Mirror()
    await mirror.catch_up(opened.store, 10)
    await opened.database.run_in_transaction(
        lambda connection: connection.execute(update(t.state).values(revision=1))
    )
    assert await read_log_page(opened.store, mirror.token, 10) is None


async def test_a_backup_that_was_restored(opened, archive, tmp_path):
    """Every client of before starts again, also if the store reaches the client's revision."""
    archive.write_article("a.md")
    await opened.import_archives(archive)
    back_up(opened.path, tmp_path / "backup")
    archive.write_article("lost.md")
    await opened.import_archives(archive)
    mirror = Mirror()
    await mirror.catch_up(opened.store, 10)
    restore(tmp_path / "backup", tmp_path / "restored.db")
    archive.remove("lost.md")
    archive.write_article("c.md")
    database = await SqliteDatabase.open(tmp_path / "restored.db")
    try:
        store = Store(database, SITE, Clock())
        assert (await store.import_roots([archive.root])).revision == 2
        assert await read_log_page(store, mirror.token, 10) is None
        await mirror.catch_up(store, 10)
        assert mirror.start_count == 2
        assert mirror.nodes == await read_all_nodes(store)
    finally:
        await database.close()


async def test_several_owners(opened, archive):
    """With several owners, the log has the articles of all of them; others are removed."""
    owners = (stable_key("Topic", "ai"), stable_key("Provider", "one.org"))
    provider = {"domain": "one.org"}
    archive.write_article("both.md", topics=["AI"], provider=provider)
    archive.write_article("topic.md", topics=["AI"])
    archive.write_article("provider.md", provider=provider)
    await opened.import_archives(archive)
    mirror = Mirror(owners)
    await mirror.catch_up(opened.store, 10)
    assert [node["title"] for node in mirror.nodes.values()] == ["both.md"]
    archive.write_article("both.md", topics=["AI"])
    archive.write_article("topic.md", topics=["AI"], provider=provider)
    await opened.import_archives(archive)
    await mirror.catch_up(opened.store, 1)
    assert [node["title"] for node in mirror.nodes.values()] == ["topic.md"]
    archive.write_topic("ai.yaml", "Machine Learning", shortname="AI")
    await opened.import_archives(archive)
    await mirror.catch_up(opened.store, 1)
    assert mirror.nodes == {}
    assert mirror.start_count == 1


def test_token_of_a_revision():
    """The token of a revision is after all its changes, and includes all its deletions."""
    values = decode_token(encode_token("s", 7))
    assert values == {
        "store": "s",
        "revision": 7,
        "position": LAST_POSITION,
        "start_revision": 7,
        "deletions_revision": 7,
    }
