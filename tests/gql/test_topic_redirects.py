"""Clients can find a topic by its former slugs."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.engines import open_database
from tests.gql.conftest import SITE
from tests.sql_recorder import RecordingDatabase
from tests.store.archive import Archive
from tests.store_files import open_store

BY_SLUG = """query ($slug: String!) {
  topic(slug: $slug) { slug aliases articleCount articles { edges { node { slug } } } }
}"""

ROBOTICS = {
    "slug": "robotics",
    "aliases": ["robotic-arms", "robots"],
    "articleCount": 1,
    "articles": {"edges": [{"node": {"slug": "a"}}]},
}


@pytest.fixture
async def database(tmp_path):
    """A database of a topic with two aliases and a topic without aliases."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.write_topic("robotics.yaml", "Robotics", aliases=["Robots", "robotic arms"])
    archive.write_article("a.md", topics=["Robots", "AI"])
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    await store.close()
    recorded = RecordingDatabase(await open_database(f"sqlite:///{tmp_path}/x.db"))
    yield recorded
    await recorded.close()


async def test_topic_is_found_by_its_alias(execute, database):
    """The result has the current slug. Each request runs one statement, cached or not."""
    for slug in ("robots", "robotics", "Robotic Arms", "ROBOTS", "robots"):
        database.statements.clear()
        result = await execute(BY_SLUG, {"slug": slug})
        assert result["data"] == {"topic": ROBOTICS}
        assert len(database.statements) == 1
    for slug in ("arms", "", "robots-"):
        topic = (await execute(BY_SLUG, {"slug": slug}))["data"]["topic"]
        assert topic == (ROBOTICS if slug == "robots-" else None)


async def test_filters_match_current_slugs_only(execute):
    """A filter treats an alias as a topic without articles, as docs/graph.md documents."""
    result = await execute(
        """{
          current: articles(filter: {topics: {any: ["robotics"]}}) { totalCount }
          former: articles(filter: {topics: {any: ["robots"]}}) { totalCount }
        }"""
    )
    assert result["data"] == {"current": {"totalCount": 1}, "former": {"totalCount": 0}}


async def test_aliases_are_sorted_lists_everywhere(execute):
    """In lists, pages and facets, `aliases` is a sorted list, empty without aliases."""
    result = await execute(
        """{
          articles { edges { node { topics { aliases } } }
            facets { topics(first: 1) { topic { aliases parent { aliases } } } } }
          topics { edges { node { slug aliases } } }
        }"""
    )
    aliases = ROBOTICS["aliases"]
    page = result["data"]["articles"]
    assert page["edges"][0]["node"]["topics"] == [{"aliases": aliases}, {"aliases": []}]
    assert page["facets"]["topics"][0]["topic"] == {"aliases": [], "parent": None}
    nodes = [edge["node"] for edge in result["data"]["topics"]["edges"]]
    assert nodes == [
        {"slug": "ai", "aliases": []},
        {"slug": "robotics", "aliases": aliases},
    ]
