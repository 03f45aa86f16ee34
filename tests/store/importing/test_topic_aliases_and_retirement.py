"""Topics that are renamed, merged into other topics, or retired."""

from __future__ import annotations

import json

from newsgraph.store.documents.identity import stable_key
from tests.store.dump import dump_imported_content, fetch_rows

ALIASES = "SELECT alias.slug, topic.slug FROM topic_alias alias JOIN topic ON topic.id = topic_id"
RETIREMENTS = """
SELECT slug, notice, gone FROM topic_retirement JOIN topic ON topic.id = topic_id ORDER BY slug
"""
ARTICLE_TOPICS = """
SELECT article.slug, topic.slug FROM article_topic
JOIN article ON article.id = article_id JOIN topic ON topic.id = topic_id
ORDER BY article.slug, position
"""
ARTICLE_COUNTS = "SELECT slug, article_count FROM topic ORDER BY slug"
ADDED_FIELDS = ("aliases", "retiring", "gone")
"""Fields of topics that older versions do not store."""


def diagnostic_messages(report):
    """Return a report's diagnostics as (path, code, message)."""
    return [(item.path, item.code, item.message) for _, item in report.diagnostics]


async def test_alias_merges_a_topic_into_another(opened, archive, import_new):
    """An alias merges a topic into another, and the topic returns when the alias is removed."""
    archive.write_topic("robotics.yaml", "Robotics")
    archive.write_article("a.md", topics=["Robots", "AI"])
    archive.write_article("b.md", topics=["Robotics", "robots"])
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, ARTICLE_COUNTS) == [("ai", 1), ("robotics", 1), ("robots", 2)]

    archive.write_topic("robotics.yaml", "Robotics", aliases=["Robots"])
    assert diagnostic_messages(await opened.import_archives(archive)) == []
    assert fetch_rows(opened.path, ARTICLE_TOPICS) == [
        ("a", "robotics"),
        ("a", "ai"),
        ("b", "robotics"),
    ]
    assert fetch_rows(opened.path, ARTICLE_COUNTS) == [("ai", 1), ("robotics", 2)]
    assert fetch_rows(opened.path, ALIASES) == [("robots", "robotics")]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    deleted_ids = fetch_rows(opened.path, "SELECT entity_id FROM change WHERE deleted")
    assert deleted_ids == [(stable_key("Topic", "robots"),)]

    archive.write_article("c.md", topics=["robots"])
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, ARTICLE_COUNTS) == [("ai", 1), ("robotics", 3)]

    archive.write_topic("robotics.yaml", "Robotics")
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, ALIASES) == []
    assert fetch_rows(opened.path, ARTICLE_COUNTS) == [("ai", 1), ("robotics", 1), ("robots", 3)]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_alias_renames_a_topic(opened, archive, import_new):
    """A new file with the old slug as alias takes over the old topic's articles and children."""
    archive.write_topic("robots.yaml", "Robots", description="Machines")
    archive.write_topic("arms.yaml", "Arms", parent="robots")
    archive.write_article("a.md", topics=["Robots"])
    await opened.import_archives(archive)
    archive.remove("robots.yaml")
    archive.write_topic("robotics.yaml", "Robotics", description="Machines", aliases=["robots"])
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, ARTICLE_COUNTS) == [("arms", 0), ("robotics", 1)]
    parents = "SELECT topic.slug FROM topic child JOIN topic ON topic.id = child.parent_id"
    assert fetch_rows(opened.path, parents) == [("robotics",)]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_alias_moves_to_another_topic(opened, archive, import_new):
    """Moving an alias logs both topics as changed, because aliases are part of a topic."""
    archive.write_topic("a.yaml", "A", aliases=["x", "y"])
    archive.write_topic("b.yaml", "B")
    archive.write_topic("c.yaml", "C", aliases=["z"])
    await opened.import_archives(archive)
    archive.write_topic("a.yaml", "A", aliases=["y"])
    archive.write_topic("b.yaml", "B", aliases=["x"])
    await opened.import_archives(archive)
    assert sorted(fetch_rows(opened.path, ALIASES)) == [("x", "b"), ("y", "a"), ("z", "c")]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))
    changed = "SELECT slug FROM change JOIN topic ON topic.id = entity_id WHERE revision = 2"
    assert sorted(fetch_rows(opened.path, changed)) == [("a",), ("b",)]


async def test_alias_conflicts(opened, archive, new_archive, import_new):
    """An alias that is another topic's name or alias is ignored with a warning, in any order."""
    other = new_archive("other", id="other")
    archive.write_topic("ai.yaml", "AI", shortname="KI", aliases=["ai", "Robots", "Arms"])
    archive.write_article("a.md", topics=["robots", "arms", "KI"])
    other.write_topic("robotics.yaml", "Robotics", aliases=["ki", "arms"])
    other.write_topic("robots.yaml", "Robots")
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, ARTICLE_TOPICS) == [("a", "ai")]
    warnings = [
        ("robotics.yaml", "taken-alias", "The topic of ai.yaml is called 'ki' too."),
        ("robotics.yaml", "taken-alias", "The topic of ai.yaml is called 'arms' too."),
    ]
    assert sorted(diagnostic_messages(await opened.import_archives(other))) == sorted(warnings)
    assert fetch_rows(opened.path, ARTICLE_TOPICS) == [("a", "robots"), ("a", "arms"), ("a", "ai")]
    assert fetch_rows(opened.path, ALIASES) == []
    assert diagnostic_messages(await opened.import_archives(archive)) == [
        ("ai.yaml", "taken-alias", "The topic of robots.yaml is called 'Robots' too."),
        ("ai.yaml", "taken-alias", "The topic of robotics.yaml is called 'Arms' too."),
    ]
    assert dump_imported_content(opened.path) == dump_imported_content(
        await import_new(archive, other)
    )
    state = await opened.store.state()
    await opened.import_archives(archive, other)
    assert (await opened.store.state()).revision == state.revision

    other.remove("robots.yaml")
    other.write_topic("robotics.yaml", "Robotics")
    assert diagnostic_messages(await opened.import_archives(other)) == []
    assert diagnostic_messages(await opened.import_archives(archive)) == []
    assert fetch_rows(opened.path, ARTICLE_TOPICS) == [("a", "ai")]
    assert sorted(fetch_rows(opened.path, ALIASES)) == [("arms", "ai"), ("robots", "ai")]


async def test_retirement(opened, archive, import_new):
    """A topic's retirement notice and `gone` follow from its current file alone."""
    archive.write_topic("a.yaml", "A", retiring="Read B.")
    archive.write_topic("b.yaml", "B", retiring=True, gone=True)
    archive.write_topic("c.yaml", "C", gone=True)
    archive.write_topic("d.yaml", "D", retiring=False, gone=False)
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, RETIREMENTS) == [
        ("a", "Read B.", 0),
        ("b", "This feed is going to end.", 1),
        ("c", None, 1),
    ]
    archive.write_topic("a.yaml", "A", retiring="Read B.", gone=True)
    archive.remove("b.yaml")
    archive.write_topic("c.yaml", "C")
    await opened.import_archives(archive)
    assert fetch_rows(opened.path, RETIREMENTS) == [("a", "Read B.", 1)]
    assert dump_imported_content(opened.path) == dump_imported_content(await import_new(archive))


async def test_topics_stored_by_an_older_version(opened, archive, new_archive):
    """Topics stored without the later fields are read if their root is not imported again."""
    taxonomy = new_archive("taxonomy", id="taxonomy")
    taxonomy.write_topic("a.yaml", "A", keywords=["x"])
    await opened.import_archives(taxonomy)

    def remove_added_fields(connection):
        ((text,),) = connection.exec_driver_sql("SELECT value FROM taxonomy_entry").all()
        old_entry = {
            name: value for name, value in json.loads(text).items() if name not in ADDED_FIELDS
        }
        connection.exec_driver_sql("UPDATE taxonomy_entry SET value = ?", (json.dumps(old_entry),))

    await opened.database.run_in_transaction(remove_added_fields)
    archive.write_article("a.md", topics=["a"])
    await opened.import_archives(archive)
    topics = "SELECT name, keywords, article_count FROM topic"
    assert fetch_rows(opened.path, topics) == [("A", '["x"]', 1)]
