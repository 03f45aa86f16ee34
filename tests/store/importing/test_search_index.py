"""The full-text index: after any history it holds what the articles say, and no more."""

from __future__ import annotations

import asyncio
import json
import shutil
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

import pytest
from alembic import command
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine

from newsgraph.store.documents.identity import key
from newsgraph.store.engines.sqlite.engine import SqliteDatabase
from newsgraph.store.importing.search_index import plain
from newsgraph.store.schema.migrate import configuration
from newsgraph.store.store import Store
from tests.hypothesis_profiles import examples
from tests.store.archive import SITE, Archive, Clock
from tests.store.dump import content, rows
from tests.store.importing.test_any_history import edit, edits
from tests.store.test_log import Mirror, everything, look

INDEXED = "SELECT rowid, title, excerpt, body, provider, topics FROM article_text ORDER BY rowid"
SAID = """
SELECT article.id, title, coalesce(excerpt, ''), body_html,
    provider.name, provider_name, provider_domain,
    (SELECT json_group_array(name) FROM (SELECT topic.name FROM article_topic
        JOIN topic ON topic.id = topic_id WHERE article_id = article.id ORDER BY position)),
    (SELECT json_group_array(name) FROM (SELECT name FROM article_tag
        WHERE article_id = article.id ORDER BY position))
FROM article LEFT JOIN provider ON provider.id = provider_id ORDER BY article.id
"""


def expected(path):
    """Return what the index has to hold, from the articles as they are."""
    found = []
    for row in rows(path, SAID):
        one, title, excerpt, body, *names, topics, tags = row
        told = " · ".join(dict.fromkeys(name for name in names if name))
        about = " · ".join(dict.fromkeys(json.loads(topics) + json.loads(tags)))
        found.append((one, title, excerpt, plain(body), told, about))
    return found


def check(path):
    """Hold the index against the articles, and let FTS5 hold it against itself."""
    assert rows(path, INDEXED) == expected(path)
    with closing(sqlite3.connect(path)) as connection:
        words = "SELECT rowid FROM article_text WHERE article_text MATCH 'body'"
        met = {one for (one,) in connection.execute(words)}
        assert met == {row[0] for row in expected(path) if "Body" in " ".join(map(str, row))}
        connection.execute("INSERT INTO article_text(article_text) VALUES ('integrity-check')")


@settings(max_examples=examples(12))
@given(st.lists(st.lists(edits(), min_size=1, max_size=5), min_size=1, max_size=5))
def test_any_history(empty_store, history):
    """After every import, whatever it changed: each article's row under its own key."""

    async def run():
        with tempfile.TemporaryDirectory() as name:
            archive, clock = Archive(Path(name) / "archive"), Clock()
            path = Path(shutil.copy(empty_store, f"{name}/store.db"))
            database = await SqliteDatabase.open(path)
            store = Store(database, SITE, clock)
            try:
                for group in history:
                    for one in group:
                        edit(archive, *one)
                    clock.forward(hours=1)
                    await store.import_roots([archive.root])
                    await asyncio.to_thread(check, path)
            finally:
                await database.close()

    asyncio.run(run())


PIECES = "SELECT count(DISTINCT segid) FROM article_text_idx"


@pytest.mark.slow
async def test_an_import_of_much_leaves_it_in_one_piece(opened, archive):
    """One of little does not: all of it would be written anew each time."""

    async def pieces():
        await opened.take(archive)
        ((found,),) = rows(opened.path, PIECES)
        return found

    for number in range(40):
        archive.write(f"{number}.md", body="Body")
    assert await pieces() == 1
    archive.write("1.md", body="Another")
    assert await pieces() == 2
    archive.write("2.md", body="Another")
    assert await pieces() == 3
    for number in range(5, 40):
        archive.remove(f"{number}.md")
    assert await pieces() == 1
    check(opened.path)


async def test_the_comparison_of_stores_has_it(opened, archive, fresh):
    """What compares a store with a fresh one sees the index: one that lacks a word is another."""
    archive.write("a.md", body="Body")
    await opened.take(archive)
    other = await fresh(archive)
    assert content(opened.path) == content(other)
    with closing(sqlite3.connect(opened.path)) as connection:
        connection.execute("UPDATE article_text SET body = 'else'")
        connection.commit()
    assert content(opened.path) != content(other)


PLAIN = {
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


@pytest.mark.parametrize("html", PLAIN)
def test_words_of_html(html):
    """Tags go; words of different blocks stay apart, and the letters of one word together."""
    assert " ".join(plain(html).split()) == " ".join(PLAIN[html].split())


OLD_CHANGES = (
    # As version 0.1 wrote them: each revision's, the same thing again and again.
    *((1, "Article", name, False) for name in ("a", "b", "gone")),
    *((1, "Topic", name, False) for name in ("ai",)),
    (2, "Article", "a", False),
    (3, "Article", "gone", True),
    (3, "Topic", "ai", False),
)


def make_old(path, new):
    """Make a database of version 0.1 that holds what a new one does."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {int.from_bytes(b'ngph')}")
        connection.execute("ATTACH ? AS new", (str(new),))
        tables = connection.execute("SELECT name FROM main.sqlite_master WHERE type = 'table'")
        for (table,) in tables.fetchall():
            if table in ("change", "alembic_version"):
                continue
            columns = connection.execute("SELECT name FROM pragma_table_info(?)", (table,))
            names = ", ".join(f'"{name}"' for (name,) in columns)
            connection.execute(
                f"INSERT INTO main.{table} ({names}) SELECT {names} FROM new.{table}"  # noqa: S608 - its own names
            )
        for position, (revision, entity, name, deleted) in enumerate(OLD_CHANGES):
            row = (revision, position, entity, key(entity, name), deleted)
            connection.execute("INSERT INTO main.change VALUES (?, ?, ?, ?, ?)", row)
        connection.execute("UPDATE main.state SET revision = 3")
        connection.commit()


@pytest.mark.slow
async def test_an_old_store(tmp_path, archive, fresh):
    """A store of version 0.1: its log has everything once, and the next import fills the index.

    The import brings no new times: nothing has changed but what the store keeps of it.
    """
    one = {"name": "One", "domain": "one.org"}
    archive.write("a.md", body="Body of a", topics=["AI"], provider=one, date="2021-01-01")
    archive.write("b.md", body="Body of b", related=["https://one.org/a"])
    archive.write("hidden.md", published=False)
    new, path = await fresh(archive), tmp_path / "old.db"
    make_old(path, new)
    updated = "SELECT id, updated_at FROM article ORDER BY id"
    before = rows(path, updated)
    clock = Clock()
    clock.forward(days=1)
    database = await SqliteDatabase.open(path)
    try:
        store = Store(database, SITE, clock)
        assert rows(path, "SELECT revision, log_since FROM state") == [(3, 0)]
        log = await look(store, None, 100)
        there = await everything(store)
        assert [one["revision"] for one in log["changes"]] == [3] * len(there)
        assert {one["id"] for one in log["changes"]} == there.keys()
        mirror, slow = Mirror(), Mirror()
        await mirror.catch_up(store, 1)
        await slow.step(store, 1)
        assert mirror.things == there
        assert rows(path, INDEXED) == []
        report = await store.import_roots([archive.root])
        assert (report.revision, report.created, report.removed) == (4, 0, 0)
        assert report.diagnostics == []
        check(path)
        assert rows(path, updated) == before
        for each in (mirror, slow):
            await each.catch_up(store, 2)
            assert each.things == await everything(store)
            assert each.begun == 1
        again = await store.import_roots([archive.root])
        assert (again.revision, again.updated) == (4, 0)
    finally:
        await database.close()
    assert content(path) == content(await fresh(archive))


@pytest.mark.slow
async def test_an_old_store_without_imports(tmp_path, archive):
    """One that was made, and never filled, is just as a new one is."""
    path = tmp_path / "old.db"
    engine = create_engine(f"sqlite:///{path}")
    with engine.begin() as connection:
        command.upgrade(configuration(connection), "0001")
    engine.dispose()
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA application_id = {int.from_bytes(b'ngph')}")
    database = await SqliteDatabase.open(path)
    try:
        store = Store(database, SITE, Clock())
        assert (await look(store, None, 10))["changes"] == []
        archive.write("a.md", body="Body")
        await store.import_roots([archive.root])
        check(path)
    finally:
        await database.close()
