"""Articles keep their ids, slugs and topics in every version: feed readers and links rely on them.

The golden files have what was published of two archives of plain documents. They contain only the
keys of the front matter that ids and topics depend on.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from newsgraph.store.documents.collection_settings import Collection
from tests.store.archive import Archive
from tests.store.dump import fetch_rows

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
