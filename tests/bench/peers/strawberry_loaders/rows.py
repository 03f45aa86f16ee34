# ruff: noqa: S608 - the statements are constants, values are parameters
"""Data loaders of the Strawberry peer: one statement for each batch of keys."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from strawberry.dataloader import DataLoader

from tests.bench.peers.strawberry_loaders import conversions, leaf_types

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import aiosqlite

T = TypeVar("T")

ARTICLE_COLUMNS = (
    "a.id, a.node_id, a.slug, a.title, a.excerpt, nullif(a.published_at, ''), a.updated_at, "
    "coalesce(a.web_url, a.original_url), a.original_url, a.amp_url, a.cdn_amp_url, a.type, "
    "a.category, a.quality, a.heat, a.published, a.provider_id"
)
LINK_COLUMNS = (
    "article_id, id, position, title, excerpt, nullif(published_at, ''), "
    "coalesce(web_url, original_url), quality, provider_id, target_id"
)


class RowLoaders:
    """The data loaders of a request; each reads a key at most once."""

    def __init__(self, connection: aiosqlite.Connection) -> None:
        self.fetch_all = connection.execute_fetchall
        self.article = self._row_loader(
            f"SELECT {ARTICLE_COLUMNS} FROM article a WHERE a.id IN ({{}})",
            conversions.article_from_row,
        )
        self.provider = self._row_loader(
            "SELECT id, name, domain, description FROM provider WHERE id IN ({})",
            conversions.provider_from_row,
        )
        self.topic = self._row_loader(
            "SELECT id, name, slug FROM topic WHERE id IN ({})",
            conversions.topic_from_row,
        )
        self.text = self._row_loader(
            "SELECT a.id, a.body, a.body_html, d.front_matter, d.path, d.sha256, d.imported_at, "
            "d.revision FROM article a JOIN document d ON d.id = a.id WHERE a.id IN ({})",
            lambda row: row,
        )
        self.topics = self._list_loader(
            "SELECT f.article_id, t.id, t.name, t.slug FROM article_topic f JOIN topic t "
            "ON t.id = f.topic_id WHERE f.article_id IN ({}) ORDER BY f.article_id, f.position",
            lambda row: conversions.topic_from_row(row[1:]),
        )
        self.authors = self._list_loader(
            "SELECT article_id, name, url FROM article_author WHERE article_id IN ({}) "
            "ORDER BY article_id, position",
            lambda row: leaf_types.Author(name=row[1], url=row[2]),
        )
        self.related = self._list_loader(
            f"SELECT {LINK_COLUMNS} FROM link WHERE article_id IN ({{}}) "
            "ORDER BY article_id, position",
            conversions.related_link_from_row,
        )
        self.images = self._image_loader("article")
        self.link_images = self._image_loader("link")
        self.provider_images = self._image_loader("provider")

    def _image_loader(self, owner: str) -> DataLoader[int, list[leaf_types.Image]]:
        return self._list_loader(
            f"SELECT {owner}_id, url, width, height, is_cached, title, attribution "
            f"FROM {owner}_image WHERE {owner}_id IN ({{}}) ORDER BY {owner}_id, position",
            conversions.image_from_row,
        )

    def _row_loader(self, sql: str, convert: Callable[[Any], T]) -> DataLoader[int, T | None]:
        async def load(keys: list[int]) -> Sequence[T | None]:
            objects = {row[0]: convert(row) for row in await self._fetch_rows(sql, keys)}
            return [objects.get(key) for key in keys]

        return DataLoader(load)

    def _list_loader(self, sql: str, convert: Callable[[Any], T]) -> DataLoader[int, list[T]]:
        async def load(keys: list[int]) -> Sequence[list[T]]:
            lists = defaultdict(list)
            for row in await self._fetch_rows(sql, keys):
                lists[row[0]].append(convert(row))
            return [lists[key] for key in keys]

        return DataLoader(load)

    async def _fetch_rows(self, sql: str, keys: list[int]) -> Any:
        return await self.fetch_all(sql.format(",".join("?" * len(keys))), keys)
