"""Tests of looking topics up by slugs and aliases, and of retired topics."""

from __future__ import annotations

import json

import pytest

from newsgraph.store.query.selection import Constant, Edge, EdgeArguments, Field, Selection
from newsgraph.store.store import Store
from tests.sql_recorder import RecordingDatabase
from tests.store.archive import SITE

ALIASES = ["arms", "arms-2", "robots", "zoo", "ötzi"]

SLUG = Selection((Field("slug", "slug"),))


def select_one(edge, lookup_name, value, selection=SLUG):
    """Return a selection of the object that an edge of the root leads to."""
    return Selection((Edge("it", edge, selection, EdgeArguments(lookup=(lookup_name, value))),))


async def read_one(store, selection):
    """Return the object that was selected."""
    return json.loads((await store.read(selection)).results[0])["it"]


@pytest.fixture
async def store(opened, archive):
    """A store with topics that have aliases, are retired or are gone."""
    archive.write_topic(
        "robotics.yaml", "Robotics", aliases=["Robots", "arms", "Ötzi", "zoo", "arms 2"]
    )
    archive.write_topic("old.yaml", "Old", retiring="Read Robotics.", parent="robots")
    archive.write_topic("ended.yaml", "Ended", gone=True)
    archive.write_article("a.md", topics=["Robots", "Old"])
    await opened.import_archives(archive)
    return opened.store


@pytest.mark.parametrize(
    ("slug", "by_slug", "by_any", "by_alias"),
    [
        ("robotics", "robotics", "robotics", None),
        ("robots", None, "robotics", "robotics"),
        ("ötzi", None, "robotics", "robotics"),
        ("Robots", None, None, None),
        ("nobody", None, None, None),
        ("\ud800", None, None, None),
    ],
)
async def test_lookup(store, slug, by_slug, by_any, by_alias):
    """A topic can be looked up by its slug, by its slug or an alias, or by an alias only."""
    assert (await read_one(store, select_one("topic", "slug", slug)) or {}).get("slug") == by_slug
    assert (await read_one(store, select_one("topic", "slug_or_alias", slug)) or {}).get(
        "slug"
    ) == by_any
    aliased = select_one("aliasedTopic", "slug", slug)
    assert (await read_one(store, aliased) or {}).get("slug") == by_alias


async def test_aliases(store, opened):
    """Aliases are a sorted JSON array, at any depth, and are read by an index."""
    aliases = Selection((Field("aliases", "aliases"), Field("again", "aliases")))
    assert await read_one(store, select_one("topic", "slug", "robotics", aliases)) == {
        "aliases": ALIASES,
        "again": ALIASES,
    }
    without_aliases = {"aliases": [], "again": []}
    assert await read_one(store, select_one("topic", "slug", "old", aliases)) == without_aliases
    topics = Edge("topics", "topics", aliases)
    article = await read_one(store, select_one("article", "slug", "a", Selection((topics,))))
    assert [topic["aliases"] for topic in article["topics"]] == [ALIASES, []]
    plan = await opened.database.run_in_transaction(
        lambda connection: connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT slug FROM topic_alias WHERE topic_id = 1"
        ).all()
    )
    assert "ix_topic_alias_topic_id" in plan[0].detail


@pytest.mark.slow
@pytest.mark.usefixtures("store")
async def test_aliases_at_maximum_depth(opened):
    """At the maximum depth, the aliases of each topic are still read by one statement."""
    to = Selection((Field("aliases", "aliases"),))
    for edge in ("children", "parent") * 20:
        to = Selection(
            (Field("aliases", "aliases"), Edge("next", edge, to, EdgeArguments(first=1)))
        )
    recorded = RecordingDatabase(opened.database)
    topic = await read_one(Store(recorded, SITE), select_one("topic", "slug", "old", to))
    assert len(recorded.statements) == 1
    for depth in range(40):
        assert topic["aliases"] == ([] if depth % 2 == 0 else ALIASES)
        topic = topic["next"] if isinstance(topic["next"], dict) else topic["next"][0]
    assert topic["aliases"] == []


@pytest.mark.parametrize(
    ("slug", "end"),
    [
        ("robotics", None),
        ("old", {"notice": "Read Robotics.", "gone": False, "is": "end"}),
        ("ended", {"notice": None, "gone": True, "is": "end"}),
    ],
)
async def test_retired_topics(store, slug, end):
    """A retired topic has a notice, and whether its feeds have ended; others have null."""
    fields = Selection((Field("notice", "notice"), Field("gone", "gone"), Constant("is", "end")))
    selection = select_one("topic", "slug", slug, Selection((Edge("end", "end", fields),)))
    assert await read_one(store, selection) == {"end": end}
