"""How topics are found by what they were called, and how they end."""

from __future__ import annotations

import json

import pytest

from newsgraph.store.query.selection import Arguments, Constant, Edge, Field, Selection
from newsgraph.store.store import Store
from tests.recorded import Recorded
from tests.store.archive import SITE

ALIASES = ["arms", "arms-2", "robots", "zoo", "ötzi"]

SLUG = Selection((Field("slug", "slug"),))


def one(edge, by, value, to=SLUG):
    """Select what an edge of the store finds."""
    return Selection((Edge("it", edge, to, Arguments(by=(by, value))),))


async def ask(store, selection):
    """Return what is found."""
    return json.loads((await store.read(selection)).answers[0])["it"]


@pytest.fixture
async def store(opened, archive):
    """Topics with aliases and ends."""
    archive.topic("robotics.yaml", "Robotics", aliases=["Robots", "arms", "Ötzi", "zoo", "arms 2"])
    archive.topic("old.yaml", "Old", retiring="Read Robotics.", parent="robots")
    archive.topic("ended.yaml", "Ended", gone=True)
    archive.write("a.md", topics=["Robots", "Old"])
    await opened.take(archive)
    return opened.store


@pytest.mark.parametrize(
    ("slug", "found", "called", "aliased"),
    [
        ("robotics", "robotics", "robotics", None),
        ("robots", None, "robotics", "robotics"),
        ("ötzi", None, "robotics", "robotics"),
        ("Robots", None, None, None),
        ("nobody", None, None, None),
        ("\ud800", None, None, None),
    ],
)
async def test_how_topics_are_found(store, slug, found, called, aliased):
    """By the slug that it has, by any that it ever had, and by those alone that it has no more."""
    assert (await ask(store, one("topic", "slug", slug)) or {}).get("slug") == found
    assert (await ask(store, one("topic", "called", slug)) or {}).get("slug") == called
    assert (await ask(store, one("aliasedTopic", "slug", slug)) or {}).get("slug") == aliased


async def test_aliases(store, opened):
    """Sorted, and JSON wherever the topic stands; one statement, which an index serves."""
    aliases = Selection((Field("aliases", "aliases"), Field("again", "aliases")))
    assert await ask(store, one("topic", "slug", "robotics", aliases)) == {
        "aliases": ALIASES,
        "again": ALIASES,
    }
    assert await ask(store, one("topic", "slug", "old", aliases)) == {"aliases": [], "again": []}
    topics = Edge("topics", "topics", aliases)
    found = await ask(store, one("article", "slug", "a", Selection((topics,))))
    assert [topic["aliases"] for topic in found["topics"]] == [ALIASES, []]
    plan = await opened.database.transact(
        lambda connection: connection.exec_driver_sql(
            "EXPLAIN QUERY PLAN SELECT slug FROM topic_alias WHERE topic_id = 1"
        ).all()
    )
    assert "ix_topic_alias_topic_id" in plan[0].detail


@pytest.mark.slow
@pytest.mark.usefixtures("store")
async def test_aliases_deep_down(opened):
    """As deep as edges go, each topic's aliases are in the one statement."""
    to = Selection((Field("aliases", "aliases"),))
    for edge in ("children", "parent") * 20:
        to = Selection((Field("aliases", "aliases"), Edge("next", edge, to, Arguments(first=1))))
    recorded = Recorded(opened.database)
    here = await ask(Store(recorded, SITE), one("topic", "slug", "old", to))
    assert len(recorded.statements) == 1
    for depth in range(40):
        assert here["aliases"] == ([] if depth % 2 == 0 else ALIASES)
        here = here["next"] if isinstance(here["next"], dict) else here["next"][0]
    assert here["aliases"] == []


@pytest.mark.parametrize(
    ("slug", "end"),
    [
        ("robotics", None),
        ("old", {"notice": "Read Robotics.", "gone": False, "is": "end"}),
        ("ended", {"notice": None, "gone": True, "is": "end"}),
    ],
)
async def test_how_topics_end(store, slug, end):
    """The notice to readers and whether feeds have ended; null where neither was said."""
    ends = Selection((Field("notice", "notice"), Field("gone", "gone"), Constant("is", "end")))
    found = await ask(store, one("topic", "slug", slug, Selection((Edge("end", "end", ends),))))
    assert found == {"end": end}
