"""The full-text index: after any imports it contains the articles' texts."""

from __future__ import annotations

import asyncio
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.importing.search_compaction import SEGMENTS_PER_LEVEL
from newsgraph.store.importing.search_index import html_to_text, read_articles
from newsgraph.store.importing.search_segments import add_articles
from newsgraph.store.schema.search_index_tables import search_posting, search_segment
from newsgraph.store.store import Store
from tests.hypothesis_profiles import scale_examples
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import dump_imported_content, fetch_rows
from tests.store.edits import apply_edit, edits


async def check_index(path):
    """Compare the index with one that is made of the stored articles at once."""
    index = dump_imported_content(path)["search_index"]

    def rebuild(connection):
        connection.execute(search_posting.delete())
        connection.execute(search_segment.delete())
        keys = [key for (key,) in connection.exec_driver_sql("SELECT id FROM article")]
        add_articles(connection, read_articles(connection, keys))

    copy = path.with_suffix(".copy")
    copy.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)
    database = await SqliteDatabase.open(copy)
    await database.run_in_transaction(rebuild)
    await database.close()
    assert index == dump_imported_content(copy)["search_index"]


@settings(max_examples=scale_examples(12))
@given(st.lists(st.lists(edits(), min_size=1, max_size=5), min_size=1, max_size=5))
def test_index_after_any_edits(empty_store, history):
    """After any edits and imports, the index contains each article as it is stored."""

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
                    await check_index(path)
            finally:
                await database.close()

    asyncio.run(run())


@pytest.mark.slow
async def test_imports_compact_the_index(opened, archive):
    """Small imports add segments, until there are so many that one replaces them."""
    counts = []
    for number in range(SEGMENTS_PER_LEVEL + 1):
        archive.write_article(f"{number}.md", body="Body")
        await opened.import_archives(archive)
        ((count,),) = fetch_rows(
            opened.path, "SELECT count(*) FROM search_segment WHERE is_complete"
        )
        counts.append(count)
    assert counts == [*range(1, SEGMENTS_PER_LEVEL), 1, 2]


async def test_dumps_of_stores_contain_the_index(opened, archive, import_new):
    """Stores with different indexes have different dumps, so comparisons cover the index."""
    archive.write_article("a.md", body="Body")
    await opened.import_archives(archive)
    other = await import_new(archive)
    assert dump_imported_content(opened.path) == dump_imported_content(other)
    with closing(sqlite3.connect(opened.path)) as connection:
        connection.execute("UPDATE search_posting SET term = '=0' WHERE term LIKE '=body%'")
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
