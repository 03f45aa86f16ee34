# ruff: noqa: S608 - the texts are our own, their values are parameters
"""Reads rows for the Strawberry peer: one statement for each batch that a loader was asked for."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from strawberry.dataloader import DataLoader

from tests.bench.peers.strawberry_loaders import leaves, made

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import aiosqlite

T = TypeVar("T")

ARTICLE = (
    "a.id, a.node_id, a.slug, a.title, a.excerpt, nullif(a.published_at, ''), a.updated_at, "
    "coalesce(a.web_url, a.original_url), a.original_url, a.amp_url, a.cdn_amp_url, a.type, "
    "a.category, a.quality, a.heat, a.published, a.provider_id"
)
LINK = (
    "article_id, id, position, title, excerpt, nullif(published_at, ''), "
    "coalesce(web_url, original_url), quality, provider_id, target_id"
)


class Rows:
    """What one request reads: each thing at most once."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.all = connection.execute_fetchall
        self.article = self._one(
            f"SELECT {ARTICLE} FROM article a WHERE a.id IN ({{}})", made.article
        )
        self.provider = self._one(
            "SELECT id, name, domain, description FROM provider WHERE id IN ({})",
            made.provider,
        )
        self.topic = self._one(
            "SELECT id, name, slug FROM topic WHERE id IN ({})",
            made.topic,
        )
        self.text = self._one(
            "SELECT a.id, a.body, a.body_html, d.front_matter, d.path, d.sha256, d.imported_at, "
            "d.revision FROM article a JOIN document d ON d.id = a.id WHERE a.id IN ({})",
            lambda row: row,
        )
        self.topics = self._many(
            "SELECT f.article_id, t.id, t.name, t.slug FROM article_topic f JOIN topic t "
            "ON t.id = f.topic_id WHERE f.article_id IN ({}) ORDER BY f.article_id, f.position",
            lambda row: made.topic(row[1:]),
        )
        self.authors = self._many(
            "SELECT article_id, name, url FROM article_author WHERE article_id IN ({}) "
            "ORDER BY article_id, position",
            lambda row: leaves.Author(name=row[1], url=row[2]),
        )
        self.related = self._many(
            f"SELECT {LINK} FROM link WHERE article_id IN ({{}}) ORDER BY article_id, position",
            made.related_link,
        )
        self.images = self._images("article")
        self.link_images = self._images("link")
        self.provider_images = self._images("provider")

    def _images(self, owner: str) -> DataLoader[int, list[leaves.Image]]:
        return self._many(
            f"SELECT {owner}_id, url, width, height, is_cached, title, attribution "
            f"FROM {owner}_image WHERE {owner}_id IN ({{}}) ORDER BY {owner}_id, position",
            made.image,
        )

    def _one(self, sql: str, make: Callable[[Any], T]) -> DataLoader[int, T | None]:
        async def load(keys: list[int]) -> Sequence[T | None]:
            found = {row[0]: make(row) for row in await self._rows(sql, keys)}
            return [found.get(key) for key in keys]

        return DataLoader(load)

    def _many(self, sql: str, make: Callable[[Any], T]) -> DataLoader[int, list[T]]:
        async def load(keys: list[int]) -> Sequence[list[T]]:
            found = defaultdict(list)
            for row in await self._rows(sql, keys):
                found[row[0]].append(make(row))
            return [found[key] for key in keys]

        return DataLoader(load)

    async def _rows(self, sql: str, keys: list[int]) -> Any:
        return await self.all(sql.format(",".join("?" * len(keys))), keys)
