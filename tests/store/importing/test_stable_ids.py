"""Articles keep their ids, slugs and topics in every version: feed readers and links rely on them.

The golden files have what was published of two archives of plain documents. They contain only the
keys of the front matter that ids and topics depend on.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from newsgraph.server.config.settings import read_root
from newsgraph.store.documents.collection_settings import Collection
from newsgraph.store.store import Store
from tests.store.archive import SITE, Archive
from tests.store.dump import fetch_rows
from tests.store_files import SEEDS, seeds_store_path

IDS = Path(__file__).parents[2] / "golden" / "ids"

ARTICLES = """
    SELECT path, guid, node_id, slug, published_at, (
        SELECT json_group_array(slug) FROM (
            SELECT topic.slug FROM article_topic JOIN topic ON topic.id = topic_id
            WHERE article_id = article.id ORDER BY position
        )
    )
    FROM article JOIN document USING (id) ORDER BY path
"""


@pytest.mark.parametrize("name", ["crawled_news", "seeds"])
async def test_ids_and_topics_stay(name, tmp_path, import_new):
    """Each article has the feed id, node id, slug, date and topics that it always had."""
    golden = json.loads((IDS / f"{name}.json").read_text("utf-8"))
    archive = Archive(tmp_path / name, Collection(**golden["collection"]))
    for article in golden["articles"]:
        archive.write_article(article["path"], **article["front_matter"])
    path = await import_new(archive)
    names = ("path", "guid", "node_id", "slug", "published_at", "topics")
    stored = [
        dict(zip(names, (*row, json.loads(topics)), strict=True))
        for *row, topics in fetch_rows(path, ARTICLES)
    ]
    assert stored == [{name: article[name] for name in names} for article in golden["articles"]]


async def test_a_new_version_moves_no_time_of_update(tmp_path):
    """Documents that another version has parsed and rendered keep ids and times of update."""
    path = shutil.copy(seeds_store_path(), tmp_path / "seeds.db")
    identities = (
        "SELECT path, guid, node_id, slug, updated_at, published_at "
        "FROM article JOIN document USING (id) ORDER BY path"
    )
    bodies = "SELECT id, body_html FROM article ORDER BY id"
    before, rendered = fetch_rows(path, identities), fetch_rows(path, bodies)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE document SET settings_digest = 'of an older version'")
        connection.execute("UPDATE article SET body_html = '<p>As it was rendered.</p>'")
    store = await Store.open(f"sqlite:///{path}", SITE)
    report = await store.import_roots([read_root(SEEDS)])
    await store.close()
    assert report.updated == len(before) > 0
    assert fetch_rows(path, identities) == before
    assert fetch_rows(path, bodies) == rendered
