"""Topics that have other names now, are part of others, or end."""

from __future__ import annotations

import json

from newsgraph.store.documents.identity import key
from tests.store.dump import content, rows

ALIASES = "SELECT alias.slug, topic.slug FROM topic_alias alias JOIN topic ON topic.id = topic_id"
ENDS = "SELECT slug, notice, gone FROM topic_end JOIN topic ON topic.id = topic_id ORDER BY slug"
FILED = """
SELECT article.slug, topic.slug FROM article_topic
JOIN article ON article.id = article_id JOIN topic ON topic.id = topic_id
ORDER BY article.slug, position
"""
COUNTS = "SELECT slug, article_count FROM topic ORDER BY slug"


def told(report):
    """Return what a report says."""
    return [(one.path, one.code, one.message) for _, one in report.diagnostics]


async def test_a_topic_becomes_part_of_another(opened, archive, fresh):
    """Its articles are the other's from then on, and it is gone; taken back, it is there again."""
    archive.topic("robotics.yaml", "Robotics")
    archive.write("a.md", topics=["Robots", "AI"])
    archive.write("b.md", topics=["Robotics", "robots"])
    await opened.take(archive)
    assert rows(opened.path, COUNTS) == [("ai", 1), ("robotics", 1), ("robots", 2)]

    archive.topic("robotics.yaml", "Robotics", aliases=["Robots"])
    assert told(await opened.take(archive)) == []
    assert rows(opened.path, FILED) == [("a", "robotics"), ("a", "ai"), ("b", "robotics")]
    assert rows(opened.path, COUNTS) == [("ai", 1), ("robotics", 2)]
    assert rows(opened.path, ALIASES) == [("robots", "robotics")]
    assert content(opened.path) == content(await fresh(archive))
    removed = rows(opened.path, "SELECT entity_id FROM change WHERE deleted")
    assert removed == [(key("Topic", "robots"),)]

    archive.write("c.md", topics=["robots"])
    await opened.take(archive)
    assert rows(opened.path, COUNTS) == [("ai", 1), ("robotics", 3)]

    archive.topic("robotics.yaml", "Robotics")
    await opened.take(archive)
    assert rows(opened.path, ALIASES) == []
    assert rows(opened.path, COUNTS) == [("ai", 1), ("robotics", 1), ("robots", 3)]
    assert content(opened.path) == content(await fresh(archive))


async def test_a_topic_with_a_file_of_its_own_is_renamed(opened, archive, fresh):
    """The old file goes, the new one says what it was called, and all that it had is found."""
    archive.topic("robots.yaml", "Robots", description="Machines")
    archive.topic("arms.yaml", "Arms", parent="robots")
    archive.write("a.md", topics=["Robots"])
    await opened.take(archive)
    archive.remove("robots.yaml")
    archive.topic("robotics.yaml", "Robotics", description="Machines", aliases=["robots"])
    await opened.take(archive)
    assert rows(opened.path, COUNTS) == [("arms", 0), ("robotics", 1)]
    parents = "SELECT up.slug FROM topic own JOIN topic up ON up.id = own.parent_id"
    assert rows(opened.path, parents) == [("robotics",)]
    assert content(opened.path) == content(await fresh(archive))


async def test_an_alias_moves_on(opened, archive, fresh):
    """Both topics are told of as changed, since what they were called is part of them."""
    archive.topic("a.yaml", "A", aliases=["x", "y"])
    archive.topic("b.yaml", "B")
    archive.topic("c.yaml", "C", aliases=["z"])
    await opened.take(archive)
    archive.topic("a.yaml", "A", aliases=["y"])
    archive.topic("b.yaml", "B", aliases=["x"])
    await opened.take(archive)
    assert sorted(rows(opened.path, ALIASES)) == [("x", "b"), ("y", "a"), ("z", "c")]
    assert content(opened.path) == content(await fresh(archive))
    changed = "SELECT slug FROM change JOIN topic ON topic.id = entity_id WHERE revision = 2"
    assert sorted(rows(opened.path, changed)) == [("a",), ("b",)]


async def test_aliases_that_others_have(opened, archive, another, fresh):
    """They count for nothing, and whoever lists them is told, whatever was imported last."""
    other = another("other", id="other")
    archive.topic("ai.yaml", "AI", shortname="KI", aliases=["ai", "Robots", "Arms"])
    archive.write("a.md", topics=["robots", "arms", "KI"])
    other.topic("robotics.yaml", "Robotics", aliases=["ki", "arms"])
    other.topic("robots.yaml", "Robots")
    await opened.take(archive)
    assert rows(opened.path, FILED) == [("a", "ai")]
    both = [
        ("robotics.yaml", "taken-alias", "The topic of ai.yaml is called 'ki' too."),
        ("robotics.yaml", "taken-alias", "The topic of ai.yaml is called 'arms' too."),
    ]
    assert sorted(told(await opened.take(other))) == sorted(both)
    assert rows(opened.path, FILED) == [("a", "robots"), ("a", "arms"), ("a", "ai")]
    assert rows(opened.path, ALIASES) == []
    assert told(await opened.take(archive)) == [
        ("ai.yaml", "taken-alias", "The topic of robots.yaml is called 'Robots' too."),
        ("ai.yaml", "taken-alias", "The topic of robotics.yaml is called 'Arms' too."),
    ]
    assert content(opened.path) == content(await fresh(archive, other))
    state = await opened.store.state()
    await opened.take(archive, other)
    assert (await opened.store.state()).revision == state.revision

    other.remove("robots.yaml")
    other.topic("robotics.yaml", "Robotics")
    assert told(await opened.take(other)) == []
    assert told(await opened.take(archive)) == []
    assert rows(opened.path, FILED) == [("a", "ai")]
    assert sorted(rows(opened.path, ALIASES)) == [("arms", "ai"), ("robots", "ai")]


async def test_topics_that_end(opened, archive, fresh):
    """What readers of a feed are told, and whether it has ended, follows from the file alone."""
    archive.topic("a.yaml", "A", retiring="Read B.")
    archive.topic("b.yaml", "B", retiring=True, gone=True)
    archive.topic("c.yaml", "C", gone=True)
    archive.topic("d.yaml", "D", retiring=False, gone=False)
    await opened.take(archive)
    assert rows(opened.path, ENDS) == [
        ("a", "Read B.", 0),
        ("b", "This feed is going to end.", 1),
        ("c", None, 1),
    ]
    archive.topic("a.yaml", "A", retiring="Read B.", gone=True)
    archive.remove("b.yaml")
    archive.topic("c.yaml", "C")
    await opened.take(archive)
    assert rows(opened.path, ENDS) == [("a", "Read B.", 1)]
    assert content(opened.path) == content(await fresh(archive))


async def test_entries_of_an_older_version(opened, archive, another):
    """Those of a root that is not imported now say nothing of aliases, and stay as they are."""
    taxonomy = another("taxonomy", id="taxonomy")
    taxonomy.topic("a.yaml", "A", keywords=["x"])
    await opened.take(taxonomy)

    def forget(connection):
        ((text,),) = connection.exec_driver_sql("SELECT value FROM entry").all()
        old = {name: value for name, value in json.loads(text).items() if name not in NEW}
        connection.exec_driver_sql("UPDATE entry SET value = ?", (json.dumps(old),))

    await opened.database.transact(forget)
    archive.write("a.md", topics=["a"])
    await opened.take(archive)
    found = "SELECT name, keywords, article_count FROM topic"
    assert rows(opened.path, found) == [("A", '["x"]', 1)]


NEW = ("aliases", "retiring", "gone")
"""What topics did not say before."""
