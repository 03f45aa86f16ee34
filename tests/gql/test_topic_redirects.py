"""Clients that know a topic by what it was called before."""

from __future__ import annotations

import pytest

from newsgraph.store.documents.collection import Collection
from newsgraph.store.engines.protocol import open_database
from tests.gql.conftest import SITE
from tests.recorded import Recorded
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
    """A topic with two aliases, and one that has none."""
    archive = Archive(tmp_path / "in", Collection(id="x"))
    archive.topic("robotics.yaml", "Robotics", aliases=["Robots", "robotic arms"])
    archive.write("a.md", topics=["Robots", "AI"])
    store = await open_store(tmp_path / "x.db", SITE)
    await store.import_roots([archive.root])
    await store.close()
    opened = Recorded(await open_database(f"sqlite:///{tmp_path}/x.db"))
    yield opened
    await opened.close()


async def test_a_topic_by_its_alias(ask, database):
    """The answer tells its slug of now; each is one statement, planned or asked again."""
    for slug in ("robots", "robotics", "Robotic Arms", "ROBOTS", "robots"):
        database.statements.clear()
        answer = await ask(BY_SLUG, {"slug": slug})
        assert answer["data"] == {"topic": ROBOTICS}
        assert len(database.statements) == 1
    for slug in ("arms", "", "robots-"):
        found = (await ask(BY_SLUG, {"slug": slug}))["data"]["topic"]
        assert found == (ROBOTICS if slug == "robots-" else None)


async def test_filters_know_topics_by_their_slugs_of_now(ask):
    """An alias there is just a topic that nothing is filed under, as the graph's page says."""
    found = await ask(
        """{
          now: articles(filter: {topics: {any: ["robotics"]}}) { totalCount }
          then: articles(filter: {topics: {any: ["robots"]}}) { totalCount }
        }"""
    )
    assert found["data"] == {"now": {"totalCount": 1}, "then": {"totalCount": 0}}


async def test_aliases_wherever_topics_are(ask):
    """In lists, pages and facets they are JSON, sorted, and empty where there are none."""
    found = await ask(
        """{
          articles { edges { node { topics { aliases } } }
            facets { topics(first: 1) { topic { aliases parent { aliases } } } } }
          topics { edges { node { slug aliases } } }
        }"""
    )
    aliases = ROBOTICS["aliases"]
    page = found["data"]["articles"]
    assert page["edges"][0]["node"]["topics"] == [{"aliases": aliases}, {"aliases": []}]
    assert page["facets"]["topics"][0]["topic"] == {"aliases": [], "parent": None}
    nodes = [edge["node"] for edge in found["data"]["topics"]["edges"]]
    assert nodes == [
        {"slug": "ai", "aliases": []},
        {"slug": "robotics", "aliases": aliases},
    ]
