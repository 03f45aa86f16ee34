"""The full-text index: after any imports it contains the articles' texts."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.importing.search_index import html_to_text
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.edits import apply_edit, edits

INDEX_ROWS = "SELECT rowid, title, excerpt, body, provider, topics FROM article_text ORDER BY rowid"
ARTICLE_TEXTS = """
SELECT article.id, title, coalesce(excerpt, ''), body_html,
    provider.name, provider_name, provider_domain,
    (SELECT json_group_array(name) FROM (SELECT topic.name FROM article_topic
        JOIN topic ON topic.id = topic_id WHERE article_id = article.id ORDER BY position)),
    (SELECT json_group_array(name) FROM (SELECT name FROM article_tag
        WHERE article_id = article.id ORDER BY position))
FROM article LEFT JOIN provider ON provider.id = provider_id ORDER BY article.id
"""


def expected_index_rows(path):
    """Return the rows that the index should contain, computed from the articles."""
    rows = []
    for row in fetch_rows(path, ARTICLE_TEXTS):
        article_id, title, excerpt, body, *names, topics, tags = row
        provider_names = " · ".join(dict.fromkeys(name for name in names if name))
        topic_names = " · ".join(dict.fromkeys(json.loads(topics) + json.loads(tags)))
        rows.append((article_id, title, excerpt, html_to_text(body), provider_names, topic_names))
    return rows


def check_index(path):
    """Compare the index with the articles, and run FTS5's integrity check."""
    rows = expected_index_rows(path)
    assert fetch_rows(path, INDEX_ROWS) == rows
    with closing(sqlite3.connect(path)) as connection:
        query = "SELECT rowid FROM article_text WHERE article_text MATCH 'body'"
        matches = {article_id for (article_id,) in connection.execute(query)}
        assert matches == {row[0] for row in rows if "Body" in " ".join(map(str, row))}
        connection.execute("INSERT INTO article_text(article_text) VALUES ('integrity-check')")


@settings(max_examples=scale_examples(12))
@given(st.lists(st.lists(edits(), min_size=1, max_size=5), min_size=1, max_size=5))
def test_index_after_any_edits(empty_store, history):
    """After any edits and imports, the index contains a row for each article under its key."""

    async def run():
        with tempfile.TemporaryDirectory() as name:
            archive, clock = Archive(Path(name) / "archive"), Clock()
            path = Path(shutil.copy(empty_store, f"{name}/store.db"))
            database = await SqliteDatabase.open(path)
            store = Store(database, SITE, clock)
            try:
                for edit_group in history:
                    for edit in edit_group:
                        apply_edit(archive, *edit)
                    clock.forward(hours=1)
                    await store.import_roots([archive.root])
                    await asyncio.to_thread(check_index, path)
            finally:
                await database.close()

    asyncio.run(run())


SEGMENT_COUNT = "SELECT count(DISTINCT segid) FROM article_text_idx"


@pytest.mark.slow
async def test_index_is_optimized_after_large_imports_only(opened, archive):
    """A large import merges the index's segments; a small import does not rewrite the index."""

    async def import_and_count_segments():
        await opened.import_archives(archive)
        ((count,),) = fetch_rows(opened.path, SEGMENT_COUNT)
        return count

    for number in range(40):
        archive.write_article(f"{number}.md", body="Body")
    assert await import_and_count_segments() == 1
    archive.write_article("1.md", body="Another")
    assert await import_and_count_segments() == 2
    archive.write_article("2.md", body="Another")
    assert await import_and_count_segments() == 3
    for number in range(5, 40):
        archive.remove(f"{number}.md")
    assert await import_and_count_segments() == 1
    check_index(opened.path)


async def test_dumps_of_stores_contain_the_index(opened, archive, import_new):
    """Stores with different indexes have different dumps, so comparisons cover the index."""
    archive.write_article("a.md", body="Body")
    await opened.import_archives(archive)
    other = await import_new(archive)
    assert dump_imported_content(opened.path) == dump_imported_content(other)
    with closing(sqlite3.connect(opened.path)) as connection:
        connection.execute("UPDATE article_text SET body = 'else'")
        connection.commit()
    assert dump_imported_content(opened.path) != dump_imported_content(other)


TEXT_BY_HTML = {
    "<p>one</p>\n<p>two</p>": "one\n two",
    "<p>one</p><p>two</p>": "one two",
    "<ul><li>one</li><li>two</li></ul>": "one two",
    "<td>one</td><td>two</td>": "one two",
    "one<br>two": "one two",
    "<b>o</b>n<em class='x'>e</em><sup>2</sup>": "one2",
    "1 &lt; 2 &amp;amp; &#39;3&#39;": "1 < 2 &amp; '3'",
    '<a href="https://one.org" title="&lt;p&gt;">one</a>': "one",
    "": "",
}


@pytest.mark.parametrize("html", TEXT_BY_HTML)
def test_html_to_text(html):
    """Tags are removed; blocks separate words, and inline tags do not."""
    assert " ".join(html_to_text(html).split()) == " ".join(TEXT_BY_HTML[html].split())
